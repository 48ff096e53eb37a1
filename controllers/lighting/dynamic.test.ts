import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DynamicControl, OPERATIONS, type Operation, type Reading } from "../model.ts";
import { utc } from "../test-site.ts";
import { type Instant, instant, level, lux, minutes, seconds } from "../units.ts";
import { type ControlState, controlAfter, IDLE, isActive, programmeLevel } from "./dynamic.ts";

const T = utc("2026-03-20T22:00");
const at = (s: number): Instant => instant(T + s * 1000);
const people: DynamicControl = {
  name: "counter/1",
  source: { kind: "people", counters: ["counter/1"] },
  operation: "max",
  level: 60,
  hold: seconds(30),
};
const dark: DynamicControl = {
  ...people,
  name: "storm",
  source: { kind: "dark", sensor: "light/1", below: lux(20), above: lux(30) },
};
const count = (n: number, when: Instant): Reading => ({
  kind: "count",
  source: "counter/1",
  people: n,
  direction: "both",
  at: when,
});
const light = (lx: number, when: Instant): Reading => ({ kind: "light", source: "light/1", light: lux(lx), at: when });

/** Whether it acts at these seconds, after readings that were heard when they were made. */
function acts(control: DynamicControl, readings: readonly Reading[], when: readonly number[]): boolean[] {
  let state: ControlState = IDLE;
  for (const reading of readings) state = controlAfter(control, state, reading, reading.at);
  return when.map((s) => isActive(state, at(s)));
}

test("people set a control going for its hold; nobody does not, nor ends it; a late word does not shorten it", () => {
  assert.equal(acts(people, [count(0, at(0))], [0, 1]), [false, false]);
  assert.equal(acts(people, [count(2, at(0))], [0, 29.999, 30]), [true, true, false]);
  assert.equal(acts(people, [count(2, at(0)), count(0, at(10))], [29, 30]), [true, false]);
  assert.equal(acts(people, [count(2, at(0)), count(1, at(20))], [49, 50]), [true, false]);
  assert.equal(acts(people, [count(2, at(20)), count(1, at(0))], [49, 50]), [true, false]);
});

test("a source's clock that is ahead is not believed before the cabinet's", () => {
  assert.is(isActive(controlAfter(people, IDLE, count(1, at(3600)), at(0)), at(30)), false);
});

test("dark begins under one light, ends over another, and is held after", () => {
  assert.equal(acts(dark, [light(20, at(0))], [0]), [false]);
  assert.equal(acts(dark, [light(19, at(0))], [0, 60]), [true, true]);
  assert.equal(acts(dark, [light(19, at(0)), light(30, at(10))], [10, 100]), [true, true], "not over 30 yet");
  assert.equal(acts(dark, [light(19, at(0)), light(31, at(10))], [39, 40]), [true, false]);
  assert.equal(acts(dark, [light(19, at(0)), light(31, at(10)), light(25, at(20))], [39, 40]), [true, false]);
});

test("a light sensor that says nothing for a quarter of an hour is not believed any more", () => {
  const last = minutes(15) / 1000 + 30;
  assert.equal(acts(dark, [light(19, at(0))], [last - 1, last]), [true, false]);
  assert.equal(acts(dark, [light(19, at(0)), light(18, at(60))], [last, last + 60]), [true, false]);
});

test("a reading of another kind is none of its business", () => {
  assert.is(controlAfter(people, IDLE, light(1, at(0)), at(0)), IDLE);
  assert.is(controlAfter(dark, IDLE, count(1, at(0)), at(0)), IDLE);
});

const of = (operation: Operation, own: number): DynamicControl => ({ ...people, operation, level: own });

test("each operation changes the level under it, and the first of the list has the last word", () => {
  const made = (fixed: number, ...controls: DynamicControl[]) => Number(programmeLevel(level(fixed), controls));
  assert.is(made(40), 40);
  assert.is(made(40, of("set", 70)), 70);
  assert.is(made(40, of("max", 70)), 70);
  assert.is(made(80, of("max", 70)), 80);
  assert.is(made(40, of("min", 70)), 40);
  assert.is(made(80, of("min", 70)), 70);
  assert.is(made(40, of("add", 70)), 100);
  assert.is(made(40, of("add", -70)), 0);
  assert.is(made(40, of("multiply", 150)), 60);
  assert.is(made(0, of("multiply", 150)), 0);
  assert.is(made(40, of("min", 50), of("add", 30)), 50, "40 + 30 = 70, then at most 50");
  assert.is(made(40, of("add", 30), of("min", 50)), 70, "at most 50 of 40, then + 30");
  assert.is(made(40, of("set", 10), of("set", 90)), 10);
});

test("whatever acts, the level is from 0 to 100, and what is set on top stands", async () => {
  const some = fc.record({ operation: fc.constantFrom(...OPERATIONS), level: fc.integer({ min: -100, max: 1000 }) });
  await fc.assert(
    fc.property(fc.nat(100), fc.array(some), fc.nat(100), (fixed, controls, top) => {
      const acting = controls.map(({ operation, level: own }) => of(operation, own));
      const made = programmeLevel(level(fixed), acting);
      assert.ok(made >= 0 && made <= 100);
      assert.is(Number(programmeLevel(level(fixed), [of("set", top), ...acting])), top);
      assert.ok(programmeLevel(level(fixed), [of("max", top), ...acting]) >= top);
      assert.ok(programmeLevel(level(fixed), [of("min", top), ...acting]) <= top);
    }),
  );
});

test.run();
