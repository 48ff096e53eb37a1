import type { DaliGateway } from "../dali/gateway.ts";
import type { ByteStream, LineSettings } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import type { I2cBus } from "../hal/i2c.ts";
import type { Log } from "../hal/log.ts";
import type { ModbusUnit } from "../modbus/unit.ts";

/** What every opening is given. */
export interface Opening {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts the opening with its reason; once open, it has no more to say. */
  readonly signal: AbortSignal;
  /** A value for each of the kind's `options`: what the configuration says, else the first that is allowed. */
  readonly options: Readonly<Record<string, string>>;
}

interface Common {
  readonly name: string;
  /** One line for people: make and protocol. */
  readonly title: string;
  /**
   * What differs between models, or what public sources leave open: by name the values that are allowed, the first is the
   * default. `cabinet.yaml` sets them under `options`.
   */
  readonly options?: Readonly<Record<string, readonly [string, ...string[]]>>;
}

/**
 * One make of box, as the configuration names it, by what it hangs on. `open` talks to the box until it has proven to be
 * there. What it is reached by is the gateway's from the call on: it closes it, also when this throws. Throws Fault as
 * `DaliGateway.send` does; aborts with the signal's reason.
 */
export type GatewayKind = SerialGateway | I2cGateway | ModbusGateway;

export interface SerialGateway extends Common {
  readonly wire: "bytes";
  /** How its serial line is set; a TCP connection ignores it. */
  readonly settings: LineSettings;
  open(stream: ByteStream, opening: Opening): Promise<DaliGateway>;
}

export interface I2cGateway extends Common {
  readonly wire: "i2c";
  /** The 7-bit address it has from the factory. */
  readonly address: number;
  open(bus: I2cBus, address: number, opening: Opening): Promise<DaliGateway>;
}

export interface ModbusGateway extends Common {
  readonly wire: "modbus";
  /** How its serial line is set where the configuration does not say. */
  readonly settings: LineSettings;
  /** DALI buses it has; `channel` is 0 to one less. */
  readonly channels: number;
  open(unit: ModbusUnit, channel: number, opening: Opening): Promise<DaliGateway>;
}

/** The options of a kind with what the configuration says. Throws TypeError for a name or a value that the kind has not. */
export function optionsOf(
  kind: Pick<GatewayKind, "name" | "options">,
  given: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const known = kind.options ?? {};
  for (const [name, value] of Object.entries(given)) {
    const allowed = known[name];
    if (!allowed)
      throw new TypeError(`option ${name} of ${kind.name}: allowed ${Object.keys(known).join(", ") || "none"}`);
    if (!allowed.includes(value)) throw new TypeError(`option ${name} is ${value}: allowed ${allowed.join(", ")}`);
  }
  return Object.fromEntries(Object.entries(known).map(([name, [first]]) => [name, given[name] ?? first]));
}
