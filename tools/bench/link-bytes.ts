/**
 * What a day of a cabinet costs on the wire: the real runtime on simulated hardware, people walking, default channels, and a
 * session whose every MQTT 5 packet is written out and counted, both ways, TLS excluded.
 */
import { type Duration, hours, type Instant, instant, minutes, seconds } from "../../controllers/units.ts";
import { startNode } from "../../firmware/link/node.ts";
import { MemoryBroker } from "../../sim/broker.ts";
import type { VirtualClock } from "../../sim/clock.ts";
import { startRig } from "../../sim/rig.ts";
import type { Figure } from "./line.ts";
import { Meter } from "./link-meter.ts";
import { sessionFigures } from "./link-sessions.ts";
import { benchStreet } from "./link-street.ts";

const TARGET = 2000;
/** A Wednesday in March, from noon to noon: half of it night. */
const NOON = instant(Date.UTC(2026, 2, 18, 11));
/** People who arrive in the week's mean hour. */
const PEOPLE = 60;

export interface Day {
  readonly bytes: number;
  readonly json: number;
  readonly messages: number;
  readonly byCode: ReadonlyMap<string, number>;
  readonly lamps: number;
}

/** Runs a cabinet for `lasts` and counts. `lamps`: on each of two buses. */
export async function countDay(lasts: Duration, lamps = 64, start: Instant = NOON): Promise<Day> {
  const config = benchStreet(lamps);
  let meter: Meter | undefined;
  const rig = startRig({
    config,
    start,
    people: PEOPLE,
    connect: (options) => {
      // The rig's clock is the node's: the broker in memory knows no other time.
      const { wallClock } = options;
      const broker = new MemoryBroker(wallClock as VirtualClock);
      meter = new Meter(() => wallClock.monotonic());
      return startNode({ ...options, url: "mqtt://counted", open: meter.wrap(broker.open) });
    },
  });
  const step = minutes(10);
  for (let passed = 0; passed < lasts; passed += step) await rig.clock.advance(step);
  await rig.clock.run(rig.end(), seconds(5));
  if (!meter) throw new Error("no link");
  const { total, json, messages, byCode } = meter;
  return { bytes: total, json, messages, byCode, lamps: config.lamps.length };
}

/** Of `make bench-link`. */
export async function bytesFigures(): Promise<readonly Figure[]> {
  return [figureOf(await countDay(hours(24))), ...(await sessionFigures())];
}

/** Bytes a lamp a day, of a day. */
export function figureOf({ bytes, json, messages, byCode, lamps }: Day): Figure {
  const each = (sum: number) => Math.round(sum / lamps);
  return {
    name: "bytes a lamp a day",
    value: bytes / lamps,
    unit: "bytes",
    target: TARGET,
    parts: {
      lamps,
      messages,
      json: each(json),
      ratio: Number((json / bytes).toFixed(2)),
      ...Object.fromEntries([...byCode].sort(([, a], [, b]) => b - a).map(([about, sum]) => [about, each(sum)])),
    },
  };
}
