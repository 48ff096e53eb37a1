import { milliseconds } from "../../controllers/units.ts";
import type { DaliGateway } from "../dali/gateway.ts";
import type { Log } from "../hal/log.ts";
import type { Ports } from "../hal/ports.ts";
import type { ModbusLines } from "../modbus/lines.ts";
import { type GatewayKind, optionsOf } from "./kind.ts";

/** A box on a Modbus line answers within milliseconds; a lamp should not wait long for a reply that was lost. */
const PATIENCE = milliseconds(200);

/** Where a bus' box is, as the configuration says. Which of them it must say, its kind decides. */
export interface GatewayPlace {
  readonly port?: string;
  readonly i2c?: { readonly adapter: string; readonly address: number };
  /** Modbus unit on the line of `port`, which of its buses (from 0), and the speed where it is not the kind's own. */
  readonly address?: number;
  readonly channel?: number;
  readonly baud?: number;
  readonly options?: Readonly<Record<string, string>>;
}

/** How to open a box, again and again. Throws TypeError where its place lacks what the kind needs. */
export function connection(
  kind: GatewayKind,
  place: GatewayPlace,
  { bytes, i2c, clock, lines }: Pick<Ports, "bytes" | "i2c" | "clock"> & { readonly lines?: ModbusLines },
  log: Log,
): (signal: AbortSignal) => Promise<DaliGateway> {
  const options = optionsOf(kind, place.options);
  const opening = (signal: AbortSignal) => ({ clock, log, signal, options });
  const missing = (what: string) => new TypeError(`gateway ${kind.name} needs ${what}`);
  switch (kind.wire) {
    case "bytes": {
      if (place.port === undefined) throw missing("a port");
      const port = bytes(place.port, kind.settings);
      return async (signal) => kind.open(await port.open(signal), opening(signal));
    }
    case "i2c": {
      const { i2c: chip } = place;
      if (!chip) throw missing("i2c");
      return async (signal) => kind.open(await i2c(chip.adapter), chip.address, opening(signal));
    }
    case "modbus": {
      const { port, address, channel = 0, baud = kind.settings.baud } = place;
      if (port === undefined || address === undefined || !lines) throw missing("a port and an address");
      if (channel >= kind.channels) throw new TypeError(`channel is ${channel}: allowed 0 to ${kind.channels - 1}`);
      const settings = { ...kind.settings, baud };
      const at = { port, settings, address, silent: "gateway-silent", patience: PATIENCE } as const;
      return async (signal) => kind.open(await lines.unit(at, signal), channel, opening(signal));
    }
  }
}
