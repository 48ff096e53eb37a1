import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, metres, seconds } from "../units.ts";
import { expected, HOURS_OF_WEEK, hourOfWeek, isLesson, type Lesson, learn, NO_LESSON } from "./learn.ts";
import { isLearnt, learnt } from "./learn-approach.ts";
import type { Approach } from "./model.ts";

const near = (actual: number, wanted: number, within = 1e-9) =>
  assert.ok(Math.abs(actual - wanted) <= within, `${actual}, not ${wanted}`);
const taught = (values: readonly number[], hour = 5, from: Lesson = NO_LESSON) =>
  values.reduce((lesson, value) => learn(lesson, hour, value), from);
const SAID = { mean: 10, variance: 4 };

test("hours of the week begin on Monday", () => {
  assert.is(hourOfWeek(instant(Date.parse("2026-11-23T00:10:00Z"))), 0);
  assert.is(hourOfWeek(instant(Date.parse("2026-11-23T15:10:00Z"))), 15);
  assert.is(hourOfWeek(instant(Date.parse("2026-11-29T23:59:59Z"))), HOURS_OF_WEEK - 1);
});

test("mean and variance of what was seen", () => {
  const { all, hours } = taught([2, 4, 4, 4, 5, 5, 7, 9]);
  near(all.mean, 5);
  near(all.variance, 4);
  assert.is(all.weight, 8);
  assert.equal(hours, { 5: all });
});

test("what was long ago is forgotten", () => {
  const { all } = taught([...Array.from({ length: 200 }, () => 2), ...Array.from({ length: 200 }, () => 9)]);
  near(all.mean, 9, 0.4);
  assert.is(all.weight, 61);
});

test("nothing seen: what was said; the more was seen, the more that counts; another hour is known through all hours", () => {
  assert.equal(expected(undefined, 5, SAID), { weight: 0, ...SAID });
  assert.equal(expected(NO_LESSON, 5, SAID), { weight: 0, ...SAID });
  const once = expected(taught([20]), 5, SAID).mean;
  const often = expected(taught(Array.from({ length: 50 }, () => 20)), 5, SAID).mean;
  const elsewhere = expected(taught(Array.from({ length: 50 }, () => 20)), 9, SAID).mean;
  assert.ok(
    10 < once && once < 15 && once < elsewhere && elsewhere < often && often > 19.8,
    `${once} ${elsewhere} ${often}`,
  );
});

test("two means that are blended are as uncertain as they are apart", () => {
  const same = expected(taught([10, 10, 10, 10]), 9, { mean: 10, variance: 0 });
  const apart = expected(taught([30, 30, 30, 30]), 9, { mean: 10, variance: 0 });
  near(same.variance, 0);
  near(apart.mean, 20);
  near(apart.variance, 100);
});

test("a lesson goes through JSON; what is none is known", () => {
  const lesson = taught([1, 2, 3]);
  assert.ok(isLesson(JSON.parse(JSON.stringify(lesson))));
  for (const none of [
    null,
    {},
    { all: lesson.all },
    { ...lesson, hours: { 168: lesson.all } },
    { ...lesson, hours: { x: lesson.all } },
    { ...lesson, all: { ...lesson.all, variance: -1 } },
    { ...lesson, all: { ...lesson.all, mean: null } },
    { ...lesson, all: { ...lesson.all, weight: 1e9 } },
  ])
    assert.not(isLesson(none), JSON.stringify(none));
});

const APPROACH: Approach = {
  id: 3,
  name: "",
  group: "A1",
  line: [],
  exit: metres(15),
  speed: 10,
  stops: [{ distance: metres(90), dwell: seconds(20), spread: seconds(9) }],
};

test("an approach learns each thing by itself, keeps within its bound, and comes back from JSON", () => {
  let all = learnt({}, APPROACH, 7, { kind: "cruise", speed: 8 });
  all = learnt(all, APPROACH, 7, { kind: "queue", vehicles: 2 });
  all = learnt(all, APPROACH, 7, { kind: "dwell", stop: 0, stood: 30 });
  all = learnt(all, APPROACH, 7, { kind: "dwell", stop: 0, stood: 0 });
  const lesson = all[3]!;
  assert.is(lesson.cruise.all.mean, 8);
  assert.is(lesson.queue.all.mean, 2);
  assert.is(lesson.dwells[0]!.halts.all.mean, 0.5);
  near(lesson.dwells[0]!.log.all.mean, Math.log(30));
  assert.ok(isLearnt(JSON.parse(JSON.stringify(all))));
  for (let i = 0; i < 20_000; i++) {
    all = learnt(all, APPROACH, i % HOURS_OF_WEEK, { kind: "dwell", stop: 0, stood: 1 + (i % 60) });
    all = learnt(all, APPROACH, i % HOURS_OF_WEEK, { kind: "cruise", speed: 5 + (i % 9) });
  }
  assert.ok(JSON.stringify(all).length < 60_000);
});

test("stops that were moved are learnt anew; what is no lesson of approaches is known", () => {
  const old = learnt({}, APPROACH, 7, { kind: "dwell", stop: 0, stood: 30 });
  const now = learnt(old, { ...APPROACH, stops: [] }, 7, { kind: "queue", vehicles: 0 });
  assert.is(now[3]!.dwells.length, 0);
  for (const none of [null, { x: 1 }, { 3: {} }, { 3: { ...old[3], dwells: [{}] } }, { 300: old[3] }])
    assert.not(isLearnt(none));
});

test.run();
