/** A cabinet at a junction, whole: the real runtime and link, buses that tell where they are, a controller on its contacts. */
import type { Place } from "../../controllers/junction/model.ts";
import { type Duration, instant, seconds } from "../../controllers/units.ts";
import { type CabinetConfig, readConfig } from "../../firmware/config/read.ts";
import type { Log } from "../../firmware/hal/log.ts";
import { silent } from "../../firmware/hal/log.ts";
import type { Store } from "../../firmware/hal/store.ts";
import { startNode } from "../../firmware/link/node.ts";
import { type Connection, keepConnected } from "../../firmware/link/wire/connection.ts";
import { encodeHfp, type HfpFields } from "../../firmware/vehicles/hfp-message.ts";
import { MemoryBroker } from "../broker.ts";
import { VirtualClock } from "../clock.ts";
import type { SimulatedCabinet } from "../hardware.ts";
import { SeededRandom } from "../random.ts";
import { memoryCockpit, type Rig, startRig } from "../rig.ts";

export const NODE = "21231/cab-0201";
/** 17:00 in Dijon, a Wednesday. */
export const AFTERNOON = instant(Date.UTC(2026, 10, 18, 16));
/** Metres of a degree of latitude. */
const DEGREE = 111_320;

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
          const { latitude, longitude, heading } = placeOn(line, before);
          publish(
            ...said("vp", vehicle, {
              desi,
              dir: "1",
              oper: 18,
              veh: vehicle,
              tst: new Date(clock.now()).toISOString(),
              tsi: Math.floor(clock.now() / 1000),
              spd: isHeld ? 0 : speed,
              hdg: heading,
              lat: latitude,
              long: longitude,
              acc: 0,
              dl: -120,
              drst: 0,
              oday: "2026-11-18",
              jrn: 1,
              line: 1,
              start: "16:30",
              loc: "GPS",
              route: "2001",
              occu: 0,
            }),
          );
          if (!isHeld) before -= speed;
        }
      },
    },
    { ...Object.getOwnPropertyDescriptors(rig), cockpit: { value: real ? rig.cockpit : cockpit, enumerable: true } },
  ) as JunctionSite;
}

function said(event: string, vehicle: number, fields: HfpFields): readonly [topic: string, payload: Uint8Array] {
  const topic = `/hfp/v2/journey/ongoing/${event}/bus/0018/${String(vehicle).padStart(5, "0")}/2001/1/Gare/16:30/1001/5/47;5/30/23/55`;
  const { payload } = encodeHfp(topic, event, fields);
  return [topic, payload];
}

/** The place on a line so far before its end (below 0: after it, straight on), and where it heads. */
export function placeOn(line: readonly Place[], before: number): Place & { readonly heading: number } {
  let left = before;
  for (let i = line.length - 1; i > 0; i--) {
    const [a, b] = [line[i - 1] as Place, line[i] as Place];
    const narrow = Math.cos((b.latitude * Math.PI) / 180);
    const north = (b.latitude - a.latitude) * DEGREE;
    const east = (b.longitude - a.longitude) * DEGREE * narrow;
    const length = Math.hypot(north, east);
    if (left > length && i > 1) {
      left -= length;
      continue;
    }
    const back = left / length;
    const heading = Math.round(((Math.atan2(east, north) * 180) / Math.PI + 360) % 360);
    return {
      latitude: b.latitude - (b.latitude - a.latitude) * back,
      longitude: b.longitude - (b.longitude - a.longitude) * back,
      heading,
    };
  }
  throw new TypeError(`a line of ${line.length} points: allowed are 2 or more`);
}
