import type { Instant } from "../controllers/units.ts";
import { type CabinetOptions, runCabinet } from "../firmware/cabinet.ts";
import type { CabinetConfig } from "../firmware/config/read.ts";
import { type Log, silent } from "../firmware/hal/log.ts";
import type { Store } from "../firmware/hal/store.ts";
import type { CockpitLink, CommandHandler } from "../firmware/link/link.ts";
import type { AlarmCode, CommandCode } from "../firmware/link/modules.ts";
import type { NodeOptions } from "../firmware/link/node.ts";
import { VirtualClock } from "./clock.ts";
import { type SimulatedCabinet, simulateCabinet } from "./hardware.ts";
import { type Mortal, mortal } from "./mortal.ts";
import { type SimulatedPorts, simulatedPorts } from "./ports.ts";
import { SeededRandom } from "./random.ts";

export interface RigOptions {
  readonly config: CabinetConfig;
  readonly start: Instant;
  /** The clock it shares with another; its own, from `start`, where left out. */
  readonly clock?: VirtualClock;
  readonly seed?: number;
  /** People who arrive in the week's mean hour. */
  readonly people?: number;
  readonly store?: Store;
  readonly log?: Log;
  /** The real link, over a network; else what the runtime tells stays in memory. `process`: whose link it is. */
  readonly connect?: (options: NodeOptions, process: Mortal) => CockpitLink;
  /** What computes forecasts, on the same clock; a street with forecasts needs one: threads know no virtual time. */
  readonly forecastEngine?: CabinetOptions["forecastEngine"];
  /** Puts something between the hardware and the runtime: wires that fail. */
  readonly between?: (cabinet: SimulatedCabinet) => SimulatedCabinet;
}

/** What the cockpit would have seen last. */
export interface Cockpit {
  /** By status code, attribute and component (or by code and attribute where it is one value). */
  readonly status: Map<string, Map<string, unknown>>;
  /** Alarms that stand, as `code component`. */
  readonly alarms: Set<string>;
  updates: number;
  /** Does a command as if it came from the cockpit. */
  command<C extends CommandCode>(code: C, command: Parameters<CommandHandler<C>>[0]): Promise<unknown>;
}

export interface Rig {
  readonly clock: VirtualClock;
  readonly cabinet: SimulatedCabinet;
  readonly ports: SimulatedPorts;
  readonly cockpit: Cockpit;
  /** Resolves when the runtime has ended, rejects when it ended by a defect. Of the process that runs now. */
  readonly ended: Promise<void>;
  /** Ends the runtime in order; resolves when it has ended. */
  end(): Promise<void>;
  /** Kills the runtime as SIGKILL does: no ordered end, and nothing it began goes on. The store stays. */
  kill(): void;
  /** Starts the runtime anew on the same hardware and store. Throws TypeError while one runs. */
  restart(): void;
  /** The process that runs now, counted from 1; null while none does. */
  readonly pid: number | null;
  /** What that process has open: streams, adapters, pins. */
  readonly descriptors: number;
}

/** The whole runtime of a cabinet on its simulated hardware, in one process and on one virtual clock: a street in a test. */
export function startRig(options: RigOptions): Rig {
  const clock = options.clock ?? new VirtualClock(options.start);
  const random = new SeededRandom(options.seed ?? 1);
  const cabinet = simulateCabinet(options.config, clock, random.fork("cabinet"), options.people ?? 0);
  const ports = simulatedPorts(options.between?.(cabinet) ?? cabinet, random.fork("runtime"), options.store);
  const { cockpit, link } = memoryCockpit();
  let pids = 0;
  let life = begin();
  cabinet.street.open();

  function begin() {
    const process = mortal(ports);
    const stop = new AbortController();
    const running = runCabinet(
      {
        config: options.config,
        ports: process.ports,
        wall: process.clock,
        log: options.log ?? silent,
        connect: (node) => options.connect?.(node, process) ?? link,
        ...(options.forecastEngine && { forecastEngine: options.forecastEngine }),
      },
      stop.signal,
    );
    const begun = { pid: ++pids, process, stop, running, over: false };
    const over = () => {
      begun.over = true;
    };
    running.then(over, over);
    return begun;
  }

  return {
    clock,
    cabinet,
    ports,
    cockpit,
    get ended() {
      return life.running;
    },
    end() {
      if (!life.over) life.stop.abort();
      return life.running;
    },
    kill() {
      life.over = true;
      life.process.kill();
    },
    restart() {
      if (!life.over) throw new TypeError("the runtime runs: kill or end it first");
      life = begin();
    },
    get pid() {
      return life.over ? null : life.pid;
    },
    get descriptors() {
      return life.over ? 0 : life.process.open;
    },
  };
}

/** A cockpit without a network. */
export function memoryCockpit(): { cockpit: Cockpit; link: CockpitLink } {
  const handlers = new Map<string, (command: never) => Promise<unknown>>();
  const cockpit: Cockpit = {
    status: new Map(),
    alarms: new Set(),
    updates: 0,
    async command(code, command) {
      return handlers.get(code)?.(command as never);
    },
  };
  const link: CockpitLink = {
    connected: true,
    update(code, values) {
      cockpit.updates++;
      const known = cockpit.status.get(code) ?? new Map<string, unknown>();
      cockpit.status.set(code, known);
      for (const [attribute, value] of Object.entries(values as object)) {
        if (typeof value !== "object" || value === null || Array.isArray(value)) known.set(attribute, value);
        else for (const [component, one] of Object.entries(value)) known.set(`${attribute} ${component}`, one);
      }
    },
    alarm(code: AlarmCode, component, active) {
      if (active) cockpit.alarms.add(`${code} ${component}`);
      else cockpit.alarms.delete(`${code} ${component}`);
    },
    onCommand: (code, handler) => void handlers.set(code, handler as (command: never) => Promise<unknown>),
    setInventory() {},
    counters: () => ({
      connections: 1,
      published: cockpit.updates,
      dropped: 0,
      commands: 0,
      refused: {} as never,
      repeated: 0,
      ignored: 0,
      pending: 0,
      quarantined: 0,
      replayed: 0,
      fetches: 0,
      inFlight: 0,
      quality: { roundTrip: null, acknowledged: cockpit.updates, refused: 0, lost: 0 },
    }),
    close: async () => {},
  };
  return { cockpit, link };
}
