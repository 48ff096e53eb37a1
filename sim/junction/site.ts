/** A cabinet at a junction, whole: the real runtime and link, buses that tell where they are, a controller on its contacts. */
import type { Place } from "../../controllers/junction/model.ts";
import { type Duration, instant, seconds } from "../../controllers/units.ts";
import { type CabinetConfig, readConfig } from "../../firmware/config/read.ts";
import type { Log } from "../../firmware/hal/log.ts";
import { silent } from "../../firmware/hal/log.ts";
import type { Store } from "../../firmware/hal/store.ts";
import { startNode } from "../../firmware/link/node.ts";
import { type Connection, keepConnected } from "../../firmware/link/wire/connection.ts";
import { MemoryBroker } from "../broker.ts";
import { VirtualClock } from "../clock.ts";
import type { SimulatedCabinet } from "../hardware.ts";
import { SeededRandom } from "../random.ts";
import { memoryCockpit, type Rig, startRig } from "../rig.ts";
import { busSays } from "./bus-position.ts";

export const NODE = "21231/cab-0201";
/** 17:00 in Dijon, a Wednesday. */
export const AFTERNOON = instant(Date.UTC(2026, 10, 18, 16));

export interface JunctionSite extends Rig {
  readonly config: CabinetConfig;
  readonly broker: MemoryBroker;
  /** Publishes at the broker, as the buses' own system does. */
  publish(topic: string, payload: Uint8Array): void;
  /** Lets a bus drive along a line, from so far before its end, and go on: a message each second. Resolves when it has gone so far. */
  drive(bus: BusRun): Promise<void>;
}

export interface BusRun {
  readonly vehicle: number;
  readonly line: readonly Place[];
  /** Metres before the end of the line where it begins, and after it where it ends. */
  readonly from: number;
  readonly to: number;
  /** m/s. */
  readonly speed: number;
  readonly desi?: string;
  /** Where it stands still now: it waits at a stop line, or at a stop. */
  readonly held?: (before: number) => boolean;
}

export interface SiteOptions {
  readonly config: string;
  readonly store?: Store;
  readonly log?: Log;
  /** Puts what hangs on its pins there before the runtime begins. */
  readonly around?: (cabinet: SimulatedCabinet, config: CabinetConfig) => void;
  /** The real link over the broker in memory, else the cockpit sees the runtime's words without a network. */
  readonly real?: boolean;
}

/** Throws Error for a configuration that is refused. */
export async function startSite({
  config: text,
  store,
  log = silent,
  real = false,
  around,
}: SiteOptions): Promise<JunctionSite> {
  const read = readConfig(text);
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  const { config } = read;
  const clock = new VirtualClock(AFTERNOON);
  const broker = new MemoryBroker(clock);
  const { cockpit, link } = memoryCockpit();
  const random = new SeededRandom(7);
  const rig = startRig({
    config,
    start: AFTERNOON,
    clock,
    log,
    ...(store ? { store } : {}),
    between(cabinet) {
      around?.(cabinet, config);
      return cabinet;
    },
    connect(options, process) {
      const node = startNode({ ...options, open: process.session(broker.open) });
      if (real) return node;
      // The session carries the feeds; what the cockpit is told stays in memory.
      return { ...node, ...link, close: () => node.close() };
    },
  });
  const buses: Connection = keepConnected({
    url: "mqtt://simulated",
    clientId: "buses",
    subscriptions: [],
    clock,
    random,
    log,
    onConnect() {},
    onMessage() {},
    onRoom() {},
    open: broker.open,
  });
  const publish = (topic: string, payload: Uint8Array) =>
    void buses.publish(topic, payload, { qos: 0, retain: false, expiry: seconds(5) });
  await clock.advance(seconds(1));

  return Object.defineProperties(
    {
      config,
      broker,
      publish,
      async drive({ vehicle, line, from, to, speed, desi = "L1", held }: BusRun) {
        let before = from;
        for (; before > -to; await clock.advance(seconds(1) as Duration)) {
          const isHeld = held?.(before) ?? false;
          const { topic, payload } = busSays(
            { vehicle, desi, line, before, speed: isHeld ? 0 : speed, lateness: 120 },
            clock.now(),
          );
          publish(topic, payload);
          if (!isHeld) before -= speed;
        }
      },
    },
    { ...Object.getOwnPropertyDescriptors(rig), cockpit: { value: real ? rig.cockpit : cockpit, enumerable: true } },
  ) as JunctionSite;
}
