import { test } from "uvu";
import * as assert from "uvu/assert";
import type { SchedulePeriod } from "../model.ts";
import { law, period, utc } from "../test-site.ts";
import { instant, level } from "../units.ts";
import { paceOf } from "./ramp.ts";
import { automaticWishes, type LampView } from "./wishes.ts";

const T = utc("2026-03-20T22:00");
const view = (now: SchedulePeriod | null, more: Partial<LampView> = {}): LampView => ({
  limits: { lamp: "lamp/1/1", floor: level(40), failSafe: level(100) },
  inForce: { from: T, to: instant(T + 3_600_000), period: now, schedule: "night" },
  acting: [],
  pace: paceOf(law, level(40)),
  near: level(100),
  followsUse: false,
  seen: [],
  reached: true,
  silent: false,
  unproven: false,
  clockSet: true,
  light: null,
  ...more,
});
const wished = (of: LampView, after = 1000) =>
  automaticWishes(of, instant(T + after)).wishes.map(
    ({ rank, level: percent, reason }) => `${rank} ${percent} ${reason}`,
  );

test("off by day, and in a period of no light", () => {
  assert.equal(wished(view(null)), ["schedule 0 schedule night: off"]);
  assert.equal(wished(view(period("sunset", 0, true))), ["schedule 0 schedule night: off"]);
});

test("a period without footfall is the schedule's alone, however many people", () => {
  const seen = [{ from: T, until: instant(T + 60_000) }];
  assert.equal(wished(view(period("sunset", 70), { seen })), ["schedule 70 schedule night"]);
});

test("an adaptive period adds what footfall asks, on top of the schedule", () => {
  assert.equal(wished(view(period("sunset", 70, true))), ["schedule 70 schedule night", "adaptive 40 nobody near"]);
});

test("a lamp that no counter reaches follows its schedule", () => {
  assert.equal(wished(view(period("sunset", 70, true), { reached: false })), ["schedule 70 schedule night"]);
});

test("with a silent counter it follows the schedule", () => {
  assert.equal(wished(view(period("sunset", 70, true), { silent: true })), ["schedule 70 schedule night"]);
});

/** The light it has after a second of `before`, asked again `after` ms later. */
function later(before: LampView, now: LampView, after: number): string | undefined {
  const { light } = automaticWishes(before, instant(T - 1000));
  const { light: begun } = automaticWishes({ ...now, light }, T);
  return wished({ ...now, light: begun }, after)[1];
}

test("the light goes down by the ramp from the period before", () => {
  const before = view(period("sunset", 100));
  const now = view(period("22:00", 70, true));
  assert.equal(later(before, now, 2000), "adaptive 90 after schedule");
  assert.equal(later(before, now, 12_000), "adaptive 40 nobody near");
});

test("the light goes down by the ramp from the schedule when a counter speaks again, and behind people", () => {
  const now = view(period("sunset", 70, true));
  assert.equal(later({ ...now, silent: true }, now, 2000), "adaptive 60 after schedule");
  const seen = [{ from: instant(T - 5000), until: T }];
  assert.equal(later({ ...now, seen }, now, 2000), "adaptive 90 footfall passed");
});

test("where the class follows use its light is for people near and for nobody: down by the ramp when it changes", () => {
  const busy = view(period("sunset", 70, true), { followsUse: true });
  const quiet = { ...busy, near: level(60) };
  assert.equal(wished(busy)[1], "adaptive 100 class in force");
  assert.equal(wished(quiet)[1], "adaptive 60 class in force");
  assert.equal(later(busy, quiet, 2000), "adaptive 90 class lowered");
  const seen = [{ from: instant(T - 5000), until: instant(T + 60_000) }];
  assert.equal(wished({ ...quiet, seen })[1], "adaptive 60 class in force");
  assert.equal(later({ ...busy, seen }, { ...quiet, seen }, 2000), "adaptive 90 class lowered");
  assert.equal(wished({ ...quiet, reached: false })[1], "adaptive 60 nobody counts here");
});

test("where the class follows use a silent counter never lights less than the class, nor than the schedule", () => {
  const silent = view(period("sunset", 70, true), { followsUse: true, silent: true });
  assert.equal(wished(silent)[1], "adaptive 100 counter silent");
  assert.equal(wished({ ...silent, near: level(60) }), ["schedule 70 schedule night"]);
});

test("an empty street may be darker only where the city says so; people near have the class in force", () => {
  const limits = { ...view(null).limits, empty: level(10) };
  const seen = [{ from: T, until: instant(T + 60_000) }];
  for (const followsUse of [true, false]) {
    const permitted = view(period("sunset", 70, true), { limits, followsUse, near: level(60) });
    assert.equal(wished(permitted)[1], "adaptive 10 nobody near");
    assert.equal(wished({ ...permitted, seen })[1], "adaptive 60 footfall");
    assert.equal(wished({ ...permitted, silent: true }).at(-1), "schedule 70 schedule night");
    assert.equal(wished({ ...permitted, unproven: true }).at(-1), "schedule 70 schedule night");
    const bright = wished({ ...permitted, unproven: true, near: level(80) }).at(-1);
    assert.equal(bright, followsUse ? "adaptive 80 counter saw nobody yet" : "schedule 70 schedule night");
    assert.equal(
      wished({ ...permitted, near: level(8) })[1],
      "adaptive 8 class in force",
      "never more than for people",
    );
  }
});

test("without a clock nothing counts but the fail-safe level", () => {
  assert.equal(wished(view(null, { clockSet: false })), ["fail-safe 100 clock not set"]);
});

test.run();
