/** What may leave a cabinet of people: the real reporter and node at a broker in memory, every byte that they publish read. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Zone } from "../../controllers/footfall/privacy.ts";
import { countWindows, type OpenWindow } from "../../controllers/footfall/window.ts";
import type { Lamp, Reading } from "../../controllers/model.ts";
import { hours, instant, level, metres, minutes, seconds, watts } from "../../controllers/units.ts";
import { MemoryBroker } from "../../sim/broker.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { memoryDisk } from "../../sim/journal.ts";
import { SeededRandom } from "../../sim/random.ts";
import { keepJournal } from "../hal/journal-keeper.ts";
import { silent } from "../hal/log.ts";
import { liveCodes } from "./live.ts";
import { statusOf } from "./modules.ts";
import { startNode } from "./node.ts";
import type { StatusPayload } from "./payload.ts";
import { reporter } from "./report.ts";
import type { LivePolicy } from "./service/live-gate.ts";
import { sourceOf } from "./table.ts";
import { parseTopic, topicOf } from "./topic.ts";
import { decode, encode } from "./wire/cbor.ts";
import { keepConnected } from "./wire/connection.ts";

const NODE = "21231/cab-0117";
const START = Date.UTC(2026, 10, 18, 19, 52);
const COUNTERS = ["counter/1", "counter/2", "counter/3"];
const ZONES: readonly Zone[] = [
  { id: "counter/1", counters: ["counter/1"] },
  { id: "zone/1", counters: ["counter/2", "counter/3"] },
];
const STREET = "rue Musette";
const LAMPS = ["lamp/1/0", "lamp/1/1"].map(
  (id): Lamp => ({
    id,
    line: "bus/1",
    street: STREET,
    position: metres(25),
    group: "all",
    power: watts(42),
    curve: "logarithmic",
    class: "P3",
    reducedClass: "P5",
    schedule: "night",
  }),
);

/** What happens in a minute: passages by counter (null: it is silent), and what befalls the cabinet after it. */
interface Minute {
  readonly passages: readonly (number | null)[];
  readonly then?: "restart" | { readonly jump: number };
}
interface Published {
  readonly topic: string;
  readonly payload: Uint8Array;
}
/** People counted, for what is told to be held against. */
interface Truth {
  readonly zone: string;
  readonly from: number;
  readonly people: number;
}

/** Lives through the minutes, while somebody who may throttle tries to start whatever is live. */
async function live(days: readonly Minute[], policy?: LivePolicy) {
  const clock = new VirtualClock(instant(START));
  const random = new SeededRandom(3);
  const broker = new MemoryBroker(clock);
  const published: Published[] = [];
  const truth: Truth[] = [];
  broker.watch = (client, topic, payload) => {
    if (client === NODE) published.push({ topic, payload });
  };
  const disk = memoryDisk();
  const begin = async () => {
    const journal = await keepJournal(disk.open, { bytes: 4 << 20, age: hours(720) }, clock, random.fork("journal"));
    const link = startNode({
      url: "mqtt://simulated",
      open: broker.open,
      node: NODE,
      version: "0",
      clock,
      wallClock: clock,
      random,
      log: silent,
      journal,
      ...(policy ? { live: policy } : {}),
      signal: new AbortController().signal,
    });
    const counters = COUNTERS.map((id) => ({ id, street: STREET, position: metres(5) }));
    const report = reporter(
      link,
      {
        site: { lamps: LAMPS, counters, joins: [], timeZone: "Europe/Paris" },
        siteName: "Musette",
        zones: ZONES,
        streets: [{ name: STREET, length: 300 }],
        contacts: [],
        meters: ["meter/1"],
      } as Parameters<typeof reporter>[1],
      clock.now(),
    );
    return { link, journal, report, window: null as OpenWindow | null };
  };
  const spy = keepConnected({
    url: "mqtt://simulated",
    open: broker.open,
    clientId: "spy",
    subscriptions: [],
    clock,
    random,
    log: silent,
    onConnect() {},
    onMessage() {},
    onRoom() {},
  });
  let life = await begin();
  const read = (reading: Reading) => life.report.reading(reading);
  for (const [i, { passages, then }] of days.entries()) {
    if (i % 30 === 0)
      for (const code of liveCodes())
        spy.publish(topicOf(NODE, "throttle", code, "live"), encode({ action: "start", timeout: 7200 }), {
          qos: 1,
          retain: false,
        });
    const at = clock.now();
    const near = passages.some((people) => (people ?? 0) > 0);
    for (const { id } of LAMPS) read({ kind: "level", source: id, level: level(near ? 100 : 20), at });
    read({ kind: "power", source: "meter/1", power: watts(near ? 84 : 17), at });
    const counts = COUNTERS.flatMap((source, k) => {
      const people = passages[k];
      return people === null || people === undefined ? [] : [{ source, people, at }];
    });
    const counted = countWindows(life.window, counts, at);
    life.window = counted.open;
    for (const event of counted.closed) {
      life.report.event(event);
      if (event.kind !== "footfall") continue;
      const zone = ZONES.find((one) => one.counters.includes(event.source))?.id ?? "";
      truth.push({ zone, from: event.from, people: event.people });
    }
    await clock.advance(minutes(1));
    if (typeof then === "object") clock.jump(then.jump);
    if (then !== "restart") continue;
    life.journal.abandon();
    broker.drop(NODE);
    await clock.run(life.link.close(), seconds(5));
    life = await begin();
  }
  await clock.run(life.link.close(), seconds(5));
  await clock.run(life.journal.close(), seconds(5));
  await clock.run(spy.close(), seconds(5));
  return { published, truth };
}

/** What of the messages says too much, by the tables' own words: units, aggregates, windows. */
function tooMuch(published: readonly Published[]): string[] {
  const found: string[] = [];
  for (const { topic, payload } of published) {
    const { type, code = "", channel } = parseTopic(topic) ?? {};
    if ((type !== "status" && type !== "replay" && type !== "history") || payload.length === 0) continue;
    const status = statusOf(code);
    const decoded = decode(payload);
    if (!status || !decoded.ok) throw new Error(`${topic}: unreadable`);
    const { periodic } = status.channels.find(({ name }) => name === channel) ?? { periodic: 0 };
    for (const { ts, values } of (decoded.value as StatusPayload).entries) {
      for (const [name, value] of Object.entries(values)) {
        const source = sourceOf(status, name);
        const each = Object.values(source?.attribute.each ? (value as object) : { value });
        if (source?.attribute.unit === "people" && each.some((people) => people >= 1 && people <= 10))
          found.push(`${topic}: ${name} ${each.join()}`);
        if (/Light|Power|utilisation|outputCurrent|^reason$/.test(name)) {
          // A mean of a whole hour, or what never changes.
          const isMean = source?.aggregate === "avg" && periodic >= 3_600_000 && Date.parse(ts) % 3_600_000 === 0;
          if (!isMean && !name.startsWith("fullPower")) found.push(`${topic}: ${name} at ${ts}`);
        }
      }
    }
  }
  return found;
}

interface Told {
  readonly zone: string;
  readonly people: number;
  readonly from: number;
  readonly to: number;
}

/** The windows told, each once, however often it was repeated. */
function windowsTold(published: readonly Published[]): readonly Told[] {
  const told = new Map<string, Told>();
  for (const { topic, payload } of published) {
    if (!/(status|replay)\/footfall.counts\/windows$/.test(topic) || payload.length === 0) continue;
    const decoded = decode(payload);
    if (!decoded.ok) continue;
    for (const { values } of (decoded.value as StatusPayload).entries) {
      const { passed = {}, passedMinutes = {}, passedTo = {} } = values as Record<string, Record<string, never>>;
      for (const [zone, people] of Object.entries(passed)) {
        const to = Date.parse(passedTo[zone] ?? "");
        const one = { zone, people, from: to - (passedMinutes[zone] ?? 0) * 60_000, to };
        told.set(JSON.stringify(one), one);
      }
    }
  }
  return [...told.values()];
}

/** Minutes of `length` hours of a quiet street with a busy hour now and then, from a seed: fast-check shrinks what befalls it. */
function minutesOf(seed: number, length: number, befalls: readonly (readonly [number, Minute["then"]])[]): Minute[] {
  const random = new SeededRandom(seed);
  const all: Minute[] = [];
  let rates = [0, 0, 0];
  let silence = -1;
  for (let i = 0; i < length * 60; i++) {
    if (i % 60 === 0) rates = COUNTERS.map(() => [0, 0.02, 0.1, 0.4, 3][Math.floor(random.next() * 5)] as number);
    if (i % 60 === 0) silence = random.next() < 0.1 ? Math.floor(random.next() * 3) : -1;
    const passages = rates.map((rate, k) => (k === silence ? null : random.next() < rate ? 1 + Math.floor(rate) : 0));
    const then = befalls.find(([at]) => at === i)?.[1];
    all.push({ passages, ...(then === undefined ? {} : { then }) });
  }
  return all;
}

const HOURS = 27;
const befall = () =>
  fc.tuple(
    fc.nat(HOURS * 60),
    fc.oneof(
      fc.constant("restart" as const),
      fc.integer({ min: -7200, max: 7200 }).map((s) => ({ jump: s * 1000 })),
    ),
  );

test("whatever walks and befalls, no message tells 1 to 10 people, nor light or power finer than an hour's mean", async () => {
  let windows = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(befall(), { maxLength: 4 }), async (seed, befalls) => {
      const { published, truth } = await live(minutesOf(seed, HOURS, befalls));
      assert.equal(tooMuch(published), []);
      assert.ok(published.length > 50, "there were messages to judge");
      const told = windowsTold(published);
      windows += told.length;
      if (befalls.length > 0) return;
      // With a clock that nobody sets each told number is that of the people of its window, and each person is in one.
      for (const { zone, people, from, to } of told) {
        const inside = truth.filter((one) => one.zone === zone && one.from >= from && one.from < to);
        assert.is(
          inside.reduce((sum, one) => sum + one.people, 0),
          people,
        );
        const others = told.filter((one) => one.zone === zone && one.from < to && one.to > from);
        assert.is(others.length, 1);
      }
    }),
    {
      numRuns: 8,
      examples: [
        [1, []],
        [2, [[700, "restart"]]],
        [3, [[400, { jump: -3_600_000 }]]],
      ],
    },
  );
  assert.ok(windows > 100, `${windows} windows told`);
});

test("the judge finds what is live where anyone may start it", async () => {
  const { published } = await live(minutesOf(1, 3, []), "anyone");
  const found = tooMuch(published);
  for (const what of [
    "footfall.counts/live: people",
    "lighting.lamps/live: actualLightState",
    "energy.power/live: activePower",
  ])
    assert.ok(
      found.some((one) => one.includes(what)),
      what,
    );
});

test("hour means of a lamp move in steps that one passage does not", async () => {
  const hourly = async (passages: number) => {
    const quiet = minutesOf(1, 3, []).map((): Minute => ({ passages: [0, 0, 0] }));
    for (let i = 0; i < passages; i++) quiet[80 + i] = { passages: [1, 0, 0] };
    const { published } = await live(quiet);
    return published
      .filter(({ topic }) => topic.endsWith("status/lighting.lamps/hourly"))
      .map(({ payload }) => {
        const decoded = decode(payload);
        return decoded.ok ? JSON.stringify((decoded.value as StatusPayload).entries) : "";
      });
  };
  const nobody = await hourly(0);
  assert.ok(nobody.length >= 2);
  assert.equal(await hourly(1), nobody);
  assert.not.equal(await hourly(10), nobody);
});

test.run();
