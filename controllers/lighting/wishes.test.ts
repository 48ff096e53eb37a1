import { test } from "uvu";
import * as assert from "uvu/assert";
import { listening } from "../footfall/silence.ts";
import type { SchedulePeriod } from "../model.ts";
import { law, period, utc } from "../test-site.ts";
import { instant, level } from "../units.ts";
import { automaticWishes, type LampView } from "./wishes.ts";

const T = utc("2026-03-20T22:00");
const view = (now: SchedulePeriod | null, more: Partial<LampView> = {}): LampView => ({
  limits: { lamp: "lamp/1/1", floor: level(40), failSafe: level(100) },
  schedule: "night",
  inForce: { from: T, to: instant(T + 3_600_000), period: now, before: null },
  law,
  seen: [],
  counters: [listening(T)],
  clockSet: true,
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
  assert.equal(wished(view(period("sunset", 70, true), { counters: [] })), ["schedule 70 schedule night"]);
});

test("one silent counter of two is enough to follow the schedule", () => {
  const silent = { ...listening(T), silentSince: T };
  assert.equal(wished(view(period("sunset", 70, true), { counters: [listening(T), silent] })), [
    "schedule 70 schedule night",
  ]);
});

test("the light goes down from the period before by the ramp", () => {
  const inForce = {
    from: T,
    to: instant(T + 3_600_000),
    period: period("22:00", 70, true),
    before: period("sunset", 100),
  };
  assert.equal(wished(view(null, { inForce }), 2000)[1], "adaptive 90 after schedule");
  assert.equal(wished(view(null, { inForce }), 12_000)[1], "adaptive 40 nobody near");
});

test("the light goes down from the schedule by the ramp when a counter speaks again", () => {
  const counters = [{ ...listening(T), spokeAt: T }];
  assert.equal(wished(view(period("sunset", 70, true), { counters }), 2000)[1], "adaptive 60 after schedule");
});

test("without a clock nothing counts but the fail-safe level", () => {
  assert.equal(wished(view(null, { clockSet: false })), ["fail-safe 100 clock not set"]);
});

test.run();
