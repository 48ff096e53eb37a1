import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, type Instant, instant } from "../units.ts";
import { type Doubt, judged, type Plausibility, unjudged } from "./plausible.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** A Monday. */
const START = instant(Date.UTC(2026, 10, 2));
const hourOf = (at: number): number => {
  const day = Math.floor((at - START) / (24 * HOUR)) % 7;
  return (Math.floor(at / HOUR) % 24) + (day >= 5 ? 24 : 0);
};

/** mulberry32: chance that is the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
/** Standard normal, and a Poisson number, exact for small means. */
const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
function poisson(random: () => number, mean: number): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let [count, product] = [0, random()];
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random();
  return count;
}

/** Share of a day's people in each hour: as good as nobody from two to five. */
const SHAPE = [6, 3, 1, 1, 1, 2, 10, 30, 50, 40, 40, 50, 70, 60, 50, 60, 75, 90, 80, 60, 40, 30, 20, 12];
const TOTAL = SHAPE.reduce((a, b) => a + b);

/** People minute by minute: days differ, one is a day of snow, weekends begin later, some come in groups. */
function* street(aDay: number, days: number, random: () => number): Generator<{ at: Instant; people: number }> {
  const snow = 3 + Math.floor(random() * (days - 3));
  for (let day = 0; day < days; day++) {
    const factor = day === snow ? 0.15 : Math.exp(0.35 * normal(random));
    const later = day % 7 >= 5 ? 3 : 0;
    for (let minute = 0; minute < 1440; minute++) {
      const hour = (Math.floor(minute / 60) + 24 - later) % 24;
      const groups = poisson(random, (aDay * factor * (SHAPE[hour] as number)) / TOTAL / 60 / 1.5);
      let people = groups;
      for (let i = 0; i < groups; i++) if (random() < 0.5) people++;
      yield { at: instant(START + (day * 1440 + minute) * MINUTE), people };
    }
  }
}

/** A counter that says each minute who came, at its beginning that it lives. */
function counting(from = unjudged(START)) {
  let now: Plausibility = from;
  let total = 0;
  const doubts: { readonly at: Instant; readonly doubt: Doubt | null }[] = [];
  return {
    get doubt() {
      return now.doubt;
    },
    get state() {
      return now;
    },
    doubts,
    say(at: Instant, people: number, others = 0) {
      const before = now.doubt;
      total += others + people;
      now = judged(now, { people: 0, at, street: total }, hourOf);
      if (people > 0) now = judged(now, { people, at, street: total }, hourOf);
      if (now.doubt !== before) doubts.push({ at, doubt: now.doubt });
    },
  };
}

/** 5 people from 22 to 6, a residential street, a shopping street, the busiest pavement of a city. */
const LEVELS = [80, 500, 8000, 40_000] as const;

test("a month of any street raises no doubt", () => {
  for (const aDay of LEVELS)
    for (let seed = 1; seed <= 6; seed++) {
      const counter = counting();
      for (const { at, people } of street(aDay, 30, chance(seed))) counter.say(at, people);
      assert.equal(counter.doubts, [], `${aDay} a day, seed ${seed}`);
    }
});

test("people who come by chance alone, in any number, are not too regular", () => {
  for (const [seed, mean] of [0.5, 1, 3, 12, 35].entries()) {
    const random = chance(seed);
    const counter = counting();
    for (let minute = 0; minute < 10_000; minute++)
      counter.say(instant(START + minute * MINUTE), poisson(random, mean));
    assert.equal(counter.doubts, [], `${mean} a minute`);
  }
});

test("a counter that speaks only when somebody comes is not too regular either", () => {
  for (const [seed, mean] of [0.05, 0.3, 1, 3].entries()) {
    const random = chance(seed);
    const counter = counting();
    for (let minute = 0; minute < 20_000; minute++) {
      const people = poisson(random, mean);
      if (people > 0) counter.say(instant(START + minute * MINUTE), people);
    }
    assert.equal(counter.doubts, [], `${mean} a minute`);
  }
});

/** A month at each level, learnt once. */
const month = new Map<number, Plausibility>();
function learnt(aDay: number): Plausibility {
  const known = month.get(aDay);
  if (known) return known;
  const counter = counting();
  for (const { at, people } of street(aDay, 30, chance(99))) counter.say(at, people);
  month.set(aDay, counter.state);
  return counter.state;
}

/** From midnight after the month, or so many hours later. */
function* minutesFrom(hour: number, count: number): Generator<Instant> {
  for (let i = 0; i < count; i++) yield instant(START + 30 * 24 * HOUR + hour * HOUR + i * MINUTE);
}

test("stuck low: found within so many hours, whatever the hour it begins", () => {
  const longest = LEVELS.map((aDay) => {
    const waits = [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => {
      const counter = counting(learnt(aDay));
      counter.say(instant(START + 30 * 24 * HOUR + hour * HOUR - MINUTE), 1);
      for (const at of minutesFrom(hour, 5 * 1440)) {
        counter.say(at, 0);
        if (counter.doubt) return (at - START) / HOUR - 30 * 24 - hour;
      }
      return Number.POSITIVE_INFINITY;
    });
    return Math.max(...waits);
  });
  const bounds = [44, 14, 6, 3.1];
  for (const [i, most] of bounds.entries())
    assert.ok((longest[i] as number) <= most, `${LEVELS[i]} a day: ${longest.map((one) => one.toFixed(1))}`);
});

test("stuck high: a number each minute, or each heartbeat, is found within an hour and a half", () => {
  for (const aDay of LEVELS)
    for (const [each, every] of [
      [1, 1],
      [12, 1],
      [60, 1],
      [3, 1],
    ] as const) {
      const counter = counting(learnt(aDay));
      let found = Number.POSITIVE_INFINITY;
      for (const [i, at] of [...minutesFrom(3, 180)].entries()) {
        counter.say(at, i % every === 0 ? each : 0);
        if (counter.doubt && found > i) found = i;
      }
      assert.is(counter.doubt, "too regular");
      assert.ok(found <= 90, `${aDay} a day, ${each} a minute: after ${found} min`);
    }
});

test("a contact that chatters is found within a quarter of an hour: nobody passes so often", () => {
  const random = chance(7);
  const counter = counting(learnt(500));
  let found = Number.POSITIVE_INFINITY;
  for (const [i, at] of [...minutesFrom(12, 60)].entries()) {
    counter.say(at, 960 + Math.floor(random() * 200));
    if (counter.doubt && found > i) found = i;
  }
  assert.ok(found <= 15, `after ${found} min`);
  assert.is(counter.doubts[0]?.doubt, "too many");
});

test("one that counts people again is believed: at once after quiet, after half an hour otherwise", () => {
  const quiet = counting(learnt(8000));
  for (const at of minutesFrom(9, 600)) quiet.say(at, 0);
  assert.is(quiet.doubt, "too quiet");
  quiet.say(instant(START + 30 * 24 * HOUR + 19 * HOUR), 1);
  assert.is(quiet.doubt, null);

  const high = counting(learnt(500));
  for (const at of minutesFrom(1, 120)) high.say(at, 6);
  assert.is(high.doubt, "too regular");
  for (const at of minutesFrom(3, 61)) high.say(at, 0);
  assert.is(high.doubt, null);
});

test("a new counter is judged by the others of its street alone, and by those only while it has no usual", () => {
  const wired = counting();
  const alone = counting();
  const small = counting(learnt(80));
  for (let i = 0; i < 1440; i++) {
    const at = instant(START + 30 * 24 * HOUR + i * MINUTE);
    wired.say(at, 0, 2);
    alone.say(at, 0);
    if (i < 600) small.say(at, 0, 20);
  }
  assert.is(wired.doubt, "too quiet");
  assert.is(((wired.doubts[0]?.at ?? 0) - START - 30 * 24 * HOUR) / MINUTE <= 501, true);
  assert.is(alone.doubt, null, "nobody knows what is usual there");
  assert.is(small.doubt, null, "a dead end of a busy street");
});

test("what was not heard is not judged, and an hour that was not heard teaches nothing", () => {
  const counter = counting(learnt(8000));
  counter.say(instant(START + 31 * 24 * HOUR), 0);
  const { usual } = counter.state;
  counter.say(instant(START + 31 * 24 * HOUR + hours(12)), 0);
  assert.is(counter.doubt, null, "twelve hours of silence are another rule's");
  assert.is(counter.state.usual, usual);
});

test("with no time of day it still sees what is too regular", () => {
  let now = unjudged(START);
  for (let i = 0; i < 90; i++) now = judged(now, { people: 2, at: instant(START + i * MINUTE), street: 0 }, () => null);
  assert.is(now.doubt, "too regular");
  assert.ok(now.usual.every(({ days }) => days === 0));
});

test.run();
