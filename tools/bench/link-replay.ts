/**
 * What replaying a day costs the live data beside it: a 128-lamp cabinet comes back over 64 kbit/s with 24 h unsent, in real
 * time over real TCP. Latency is from the change to its arrival at a supervisor behind the broker.
 */
import { setTimeout as sleep } from "node:timers/promises";
import mqtt from "mqtt";
import { hours, type Instant, instant, minutes } from "../../controllers/units.ts";
import { type KeptJournal, keepJournal } from "../../firmware/hal/journal-keeper.ts";
import { silent } from "../../firmware/hal/log.ts";
import { STATUSES } from "../../firmware/link/modules.ts";
import { startNode } from "../../firmware/link/node.ts";
import type { ReplayPayload, StatusPayload } from "../../firmware/link/payload.ts";
import { statusStream } from "../../firmware/link/service/records.ts";
import { decode, encode } from "../../firmware/link/wire/cbor.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { memoryDisk } from "../../sim/journal.ts";
import { SeededRandom } from "../../sim/random.ts";
import { startBroker } from "../broker.ts";
import { slowLink } from "../slow-link.ts";
import { type Figure, percentile, progress } from "./line.ts";

const NODE = "21231/cab-0117";
const LAMPS = 128;
/** Components of one entry, as the default channels cut them. */
const PART = 16;
const LINK = { bitsPerSecond: 64_000, delay: 50 };
/** Of live events. */
const EVERY = 200;
const WITHOUT_REPLAY = 60_000;
/** What a session says first (presence, states, alarms) is not what is measured: the link is full of it for so long. */
const BEGUN = 3000;

const kept = { qos: 1, periodic: 86_400_000, minInterval: 0, most: PART, start: "running", replay: true } as const;
/** The live channel, and those that were missed. Of the bench's own: the default content may change without changing what it measures. */
const CHANNELS = {
  "lighting.lamps": {
    ...STATUSES["lighting.lamps"],
    channels: [
      { name: "live", qos: 1, periodic: 3_600_000, minInterval: 0, start: "running" },
      { ...kept, name: "hourly", event: "none" },
    ],
  },
  "lighting.energy": { ...STATUSES["lighting.energy"], channels: [kept] },
  "footfall.counts": { ...STATUSES["footfall.counts"], channels: [kept] },
  "energy.power": { ...STATUSES["energy.power"], channels: [kept] },
} as const;

export async function replayFigures(): Promise<readonly Figure[]> {
  const random = new SeededRandom(5);
  const broker = await startBroker(0);
  const link = await slowLink(Number(new URL(broker.url).port), LINK);
  const empty = await keepJournal(memoryDisk().open, LIMITS, systemClock, random);
  progress("  live data alone ...");
  const alone = await run({
    url: broker.url,
    through: link.port,
    journal: empty,
    random,
    until: () => sleep(WITHOUT_REPLAY),
  });
  await empty.close();
  const journal = await keepJournal(memoryDisk().open, LIMITS, systemClock, random);
  const missed = await fill(journal, random);
  progress(`  live data beside the replay of ${missed.records} entries ...`);
  const beside = await run({ url: broker.url, through: link.port, journal, random, until: (replayed) => replayed });
  await journal.close();
  await link.close();
  await broker.close();
  const [p99, before] = [percentile(beside.latencies, 99), percentile(alone.latencies, 99)];
  return [
    {
      name: "live p99 during replay",
      value: p99 / before,
      unit: "of p99 without",
      target: 2,
      holds: beside.missing === 0 && alone.missing === 0,
      parts: {
        during: `${p99.toFixed(0)} ms`,
        without: `${before.toFixed(0)} ms`,
        medianDuring: `${percentile(beside.latencies, 50).toFixed(0)} ms`,
        medianWithout: `${percentile(alone.latencies, 50).toFixed(0)} ms`,
        events: beside.latencies.length,
        neverArrived: beside.missing + alone.missing,
      },
    },
    {
      name: "replay of 24 h at 64 kbit/s",
      value: beside.seconds,
      unit: "s",
      target: 300,
      holds: beside.entries === missed.records && beside.twice === 0,
      parts: { entries: beside.entries, recorded: missed.records, bytesRecorded: missed.bytes, twice: beside.twice },
    },
  ];
}

const LIMITS = { bytes: 64 << 20, age: hours(720) };

interface Run {
  readonly url: string;
  readonly through: number;
  readonly journal: KeptJournal;
  readonly random: SeededRandom;
  /** Resolves when enough was seen. */
  readonly until: (replayed: Promise<void>) => Promise<void>;
}

/** A node beyond the slow link tells five changes a second; a supervisor at the broker notes when each arrives. */
async function run({ url, through, journal, random, until }: Run) {
  const sent = new Map<string, number>();
  const latencies: number[] = [];
  const seen = new Set<string>();
  let twice = 0;
  const done = new Set<string>();
  const { promise: replayed, resolve: isReplayed } = Promise.withResolvers<void>();
  const supervisor = mqtt.connect(url, { protocolVersion: 5, reconnectPeriod: 0 });
  await supervisor.subscribeAsync(`${NODE}/#`, { qos: 1 });
  supervisor.on("message", (topic, bytes) => {
    const decoded = decode(bytes);
    if (!decoded.ok) return;
    if (topic.startsWith(`${NODE}/replay/`)) {
      const payload = decoded.value as ReplayPayload;
      for (const { seq } of payload.entries) {
        const key = `${topic} ${seq}`;
        if (seen.has(key)) twice++;
        seen.add(key);
      }
      if (payload.done) done.add(topic);
      if (done.size === Object.keys(CHANNELS).length) isReplayed();
    }
    if (topic !== `${NODE}/status/lighting.lamps/live`) return;
    const [entry] = (decoded.value as StatusPayload).entries;
    const reason = (entry?.values["reason"] as Record<string, string> | undefined)?.["lamp/1/0"] ?? "";
    if (!sent.has(reason)) return;
    // What was overtaken while the window was full has arrived too, in what followed it.
    for (const [earlier, at] of sent) {
      latencies.push(performance.now() - at);
      sent.delete(earlier);
      if (earlier === reason) break;
    }
  });
  const ending = new AbortController();
  const node = startNode({
    url: `mqtt://127.0.0.1:${through}`,
    node: NODE,
    version: "bench",
    clock: systemClock,
    wallClock: systemClock,
    random,
    log: silent,
    journal,
    statuses: CHANNELS,
    signal: ending.signal,
  });
  while (!node.connected) await sleep(10);
  const began = performance.now();
  await sleep(BEGUN);
  let over = false;
  const end = until(replayed).then(() => {
    over = true;
  });
  for (let n = 0; !over; n++) {
    const reason = `event ${n}`;
    sent.set(reason, performance.now());
    // A lamp as people pass: its level, and why.
    node.update(
      "lighting.lamps",
      { actualLightState: { "lamp/1/0": n % 101 }, reason: { "lamp/1/0": reason } },
      systemClock.now(),
    );
    await sleep(EVERY);
  }
  await end;
  const seconds = (performance.now() - began) / 1000;
  await sleep(2000);
  const missing = sent.size;
  await node.close();
  supervisor.end(true);
  return { latencies, missing, entries: seen.size, twice, seconds };
}

/**
 * A day of changes, recorded as channels do: each hour the level of every lamp and what it measures itself, in parts; each quarter
 * of an hour every counter and the meters; once the complete state of all lamps.
 */
async function fill(journal: KeptJournal, random: SeededRandom): Promise<{ records: number; bytes: number }> {
  const begin = systemClock.now() - hours(24);
  const appended: Promise<unknown>[] = [];
  let bytes = 0;
  const append = (code: keyof typeof CHANNELS, kind: "periodic" | "event", at: Instant, values: object) => {
    const body = encode({ values });
    bytes += body.length;
    const stream = statusStream(code, code === "lighting.lamps" ? "hourly" : undefined);
    appended.push(journal.append({ stream, class: kind, at, body }));
  };
  const percent = () => Math.floor(random.next() * 100);
  const watts = () => Math.floor(random.next() * 420) / 10;
  let energy = 120_000;
  for (let quarter = 0; quarter < 96; quarter++) {
    const at = instant(begin + quarter * minutes(15));
    if (quarter === 0) append("lighting.lamps", "periodic", at, { actualLightState: of(lampIds(0, LAMPS), percent) });
    for (let first = 0; quarter % 4 === 0 && first < LAMPS; first += PART) {
      const lamps = lampIds(first, PART);
      append("lighting.lamps", "event", at, { actualLightState: of(lamps, percent) });
      append("lighting.lamps", "event", at, { activePower: of(lamps, watts) });
      append("lighting.energy", "event", at, { measuredPower: of(lamps, watts) });
      append("lighting.energy", "event", at, { "measuredEnergy.max": of(lamps, () => energy++) });
    }
    const counters = Array.from({ length: 12 }, (_, n) => `counter/${n + 1}`);
    const counts = { people: of(counters, percent), accumulatedRoadUserNumber: of(counters, () => energy++) };
    append("footfall.counts", "periodic", at, counts);
    const power = { activePower: { "meter/1": watts() }, activeEnergy: { "meter/1": energy } };
    append("energy.power", "periodic", at, power);
  }
  await Promise.all(appended);
  return { records: appended.length, bytes };
}

const lampIds = (first: number, count: number) =>
  Array.from({ length: count }, (_, n) => `lamp/${1 + Math.floor((first + n) / 64)}/${(first + n) % 64}`);
const of = (ids: readonly string[], value: () => unknown) => Object.fromEntries(ids.map((id) => [id, value()]));

if (import.meta.main) {
  const { print } = await import("./line.ts");
  for (const figure of await replayFigures()) print(figure);
  process.exit(0);
}
