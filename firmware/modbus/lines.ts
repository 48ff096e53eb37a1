import type { FaultKind } from "../../controllers/model.ts";
import type { Duration } from "../../controllers/units.ts";
import { milliseconds } from "../../controllers/units.ts";
import type { LineSettings } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Ports } from "../hal/ports.ts";
import { OpenLine } from "./line.ts";
import { unitOn } from "./line-unit.ts";
import type { ModbusCount, ModbusUnit } from "./unit.ts";

/** A slow unit answers within it; the wire's time comes on top. */
const PATIENCE = milliseconds(500);

/** Where a unit is, and how it is to be treated. */
export interface UnitPlace {
  /** As `Ports.bytes` takes it. */
  readonly port: string;
  /** All units of a port have the same: a TypeError where they differ. */
  readonly settings: LineSettings;
  /** 1 to 247. */
  readonly address: number;
  /** What it is called when it does not answer. */
  readonly silent: FaultKind;
  /** How long it may think before it answers: 0.5 s where nothing is said. */
  readonly patience?: Duration;
  /** Told of what happens to its requests, for a tally that outlives the unit. */
  readonly count?: (what: ModbusCount, by: number) => void;
}

export interface ModbusLines {
  /**
   * The unit, on a line that is opened for the first of its port and shared by all who come while it is open. The line is
   * not opened again by itself: when it is lost, every call of every unit throws `port-lost`, and who goes on closes its unit and
   * asks for another. The same address may be asked for more than once. Throws Fault as `BytePort.open` does, TypeError for an
   * address or settings that cannot be; aborts with the signal's reason.
   */
  unit(place: UnitPlace, signal: AbortSignal): Promise<ModbusUnit>;
}

/** An opened line or one that is being opened, and how many want it. */
interface Shared {
  readonly settings: LineSettings;
  readonly opening: AbortController;
  readonly line: Promise<OpenLine>;
  users: number;
}

const alike = (a: LineSettings, b: LineSettings): boolean => {
  const told = ({ baud, parity = "none", rts = true, dtr = true }: LineSettings) => [baud, parity, rts, dtr].join();
  return told(a) === told(b);
};

/** Every Modbus line of a cabinet, each opened when it is first wanted and closed with its last unit. */
export function modbusLines({ bytes, clock }: { readonly bytes: Ports["bytes"]; readonly clock: Clock }): ModbusLines {
  const open = new Map<string, Shared>();
  /** Ports that are being closed: they are not to be opened before that is done. */
  const closing = new Map<string, Promise<void>>();

  const closeAfter = (port: string, closed: Promise<void>): Promise<void> => {
    const all = Promise.all([closing.get(port), closed]).then(() => {
      if (closing.get(port) === all) closing.delete(port);
    });
    closing.set(port, all);
    return all;
  };

  const share = (port: string, settings: LineSettings): Shared => {
    const opening = new AbortController();
    const opened = async () => {
      await closing.get(port);
      const stream = await bytes(port, settings).open(opening.signal);
      return new OpenLine({ stream, clock, settings, where: port });
    };
    const shared: Shared = { settings, opening, line: opened(), users: 0 };
    const gone = () => {
      if (open.get(port) === shared) open.delete(port);
    };
    shared.line.then((line) => {
      const lost = () => {
        gone();
        void closeAfter(port, line.ended);
      };
      line.over.addEventListener("abort", lost, { once: true });
    }, gone);
    open.set(port, shared);
    return shared;
  };

  const leave = async (port: string, shared: Shared): Promise<void> => {
    if (--shared.users > 0) return;
    if (open.get(port) === shared) open.delete(port);
    shared.opening.abort(new Fault("port-lost", port, "nobody wants it"));
    const closed = shared.line.then(
      (line) => line.close(),
      () => {}, // it never opened
    );
    await closeAfter(port, closed);
  };

  return {
    async unit(place, signal) {
      const { port, settings, address, patience = PATIENCE } = place;
      if (!Number.isInteger(address) || address < 1 || address > 247)
        throw new TypeError(`unit of ${port} is ${address}: allowed 1 to 247`);
      signal.throwIfAborted();
      const shared = open.get(port) ?? share(port, settings);
      if (!alike(settings, shared.settings))
        throw new TypeError(
          `${port} is open at ${shared.settings.baud} baud: all units of a line have the same settings`,
        );
      shared.users++;
      try {
        const line = await orAborted(shared.line, signal);
        return unitOn(line, { ...place, patience }, () => leave(port, shared));
      } catch (error) {
        await leave(port, shared);
        throw error;
      }
    },
  };
}

/** What `work` brings, unless the signal aborts before. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
