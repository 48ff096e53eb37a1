import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Decision, decide } from "./decide.ts";
import type { ControlSource, DynamicControl, Inputs, Schedule, Site, Wish } from "./model.ts";
import { prepare } from "./prepare.ts";
import { initialState, standingWishes } from "./state.ts";
import { dayTime, lamp, period, schedule, site, utc } from "./test-site.ts";
import { type Instant, instant, level, lux, minutes, seconds } from "./units.ts";

/** A cabinet that is asked only when it wants to be, and when a test tells it something. */
class Cabinet {
  readonly #prepared;
  #last: Decision;
  now: Instant;

  constructor(of: Site, start: string) {
    this.#prepared = prepare(of);
    this.now = utc(start);
    this.#last = { state: initialState(this.#prepared, this.now), targets: [], events: [], wakeAt: this.now };
    this.tell({});
  }

  tell(inputs: Partial<Inputs>): this {
    const all = { readings: [], wishes: [], cancelled: [], clockSet: true, ...inputs };
    this.#last = decide(this.#prepared, this.#last.state, all, this.now);
    return this;
  }

  until(text: string): this {
    const end = utc(text);
    while (this.#last.wakeAt <= end) {
      this.now = this.#last.wakeAt;
      this.tell({});
    }
    this.now = end;
    return this;
  }

  count(people: number, source = "counter/1"): this {
    return this.tell({ readings: [{ kind: "count", source, people, direction: "both", at: this.now }] });
  }

  light(lx: number): this {
    return this.tell({ readings: [{ kind: "light", source: "light/1", light: lux(lx), at: this.now }] });
  }

  jump(ms: number): this {
    this.now = instant(this.now + ms);
    return this.tell({});
  }

  wish(percent: number, from: string | null, until: string, target = "lamp/1/0"): this {
    const wish: Wish = {
      target,
      level: level(percent),
      rank: "operator",
      reason: "cockpit",
      ...(from === null ? {} : { from: utc(from) }),
      until: utc(until),
    };
    return this.tell({ wishes: [wish] });
  }

  standing = (): readonly Wish[] => standingWishes(this.#last.state, this.now);

  get wakeAt(): Instant {
    return this.#last.wakeAt;
  }

  get lamp(): string {
    const { level: percent, rank, reason } = this.#last.targets[0] ?? { level: NaN, rank: "", reason: "" };
    return `${Math.round(percent)} ${rank} ${reason}`;
  }
}

const people: ControlSource = { kind: "people", counters: ["counter/1"] };
const dark: ControlSource = { kind: "dark", sensor: "light/1", below: lux(20), above: lux(30) };
const control = (more: Partial<DynamicControl>): DynamicControl => ({
  name: "square",
  source: people,
  operation: "max",
  level: 60,
  hold: seconds(30),
  ...more,
});

/** One lamp, at a schedule of full light, then nothing from 23:00, with these controls; the counter is far from the lamp. */
const street = (dynamic: readonly DynamicControl[], more: Partial<Schedule> = {}, changes: Partial<Site> = {}): Site =>
  site({
    lamps: [lamp(0, 10_000)],
    schedules: [{ ...schedule([period("sunset", 100), period("23:00", 0)], "sunrise"), dynamic, ...more }],
    ...changes,
  });

test("a control lights a part of the night that is dark while its source is active, and for its hold", () => {
  const cabinet = new Cabinet(street([control({})]), "2026-03-20T22:59:50").count(1);
  assert.is(cabinet.lamp, "100 schedule schedule night: square", "no more than the schedule's own");
  assert.is(cabinet.until("2026-03-20T23:00").lamp, "60 schedule schedule night: square");
  assert.is(cabinet.wakeAt, utc("2026-03-20T23:00:20"));
  assert.is(cabinet.until("2026-03-20T23:00:20").lamp, "0 schedule schedule night: off");
  assert.is(cabinet.until("2026-03-21T02:00").count(2).lamp, "60 schedule schedule night: square");
  assert.is(cabinet.until("2026-03-21T02:00:30").lamp, "0 schedule schedule night: off");
});

test("what it acts in only, it acts in only; and begins by itself when that comes", () => {
  const during = [
    { from: dayTime("23:10"), to: dayTime("23:20") },
    { from: dayTime("sunrise"), to: dayTime("12:00") },
  ];
  const cabinet = new Cabinet(street([control({ during, hold: minutes(60) })]), "2026-03-20T23:05").count(1);
  assert.is(cabinet.lamp, "0 schedule schedule night: off");
  assert.is(cabinet.until("2026-03-20T23:10").lamp, "60 schedule schedule night: square");
  assert.is(cabinet.until("2026-03-20T23:20").lamp, "0 schedule schedule night: off");
  assert.is(cabinet.until("2026-03-21T05:59").count(1).lamp, "0 schedule schedule night: off");
  assert.is(cabinet.until("2026-03-21T06:00").lamp, "60 schedule schedule night: square", "by day too");
});

test("a storm lights the day; a sensor that falls silent does not for ever", () => {
  const cabinet = new Cabinet(street([control({ name: "storm", source: dark, operation: "set" })]), "2026-03-20T12:00");
  assert.is(cabinet.light(1000).lamp, "0 schedule schedule night: off");
  assert.is(cabinet.light(15).lamp, "60 schedule schedule night: storm");
  assert.is(cabinet.until("2026-03-20T12:10").light(25).lamp, "60 schedule schedule night: storm");
  assert.is(cabinet.until("2026-03-20T12:25:29").lamp, "60 schedule schedule night: storm");
  assert.is(cabinet.until("2026-03-20T12:25:30").lamp, "0 schedule schedule night: off");
});

test("a control never goes under the lighting class, but may switch off", () => {
  const set = (percent: number) =>
    new Cabinet(street([control({ operation: "set", level: percent })]), "2026-03-20T20:00").count(1).lamp;
  assert.is(set(10), "41 schedule schedule night: square");
  assert.is(set(0), "0 schedule schedule night: square");
});

test("in an adaptive period a control lights the empty street; people near have their class all the same", () => {
  const adaptive = { periods: [period("sunset", 80, true)] };
  const near = { lamps: [lamp(0, 60), lamp(1, 5000)] };
  const controls = [control({ source: dark, level: 60 })];
  const cabinet = new Cabinet(street(controls, adaptive, near), "2026-03-20T22:00").until("2026-03-20T22:01").count(0);
  assert.is(cabinet.lamp, "41 adaptive nobody near");
  assert.is(cabinet.light(5).until("2026-03-20T22:01:20").lamp, "60 adaptive control square");
  assert.is(cabinet.count(1).until("2026-03-20T22:01:25").lamp, "100 adaptive footfall");
  const over = new Cabinet(street(controls, adaptive, near), "2026-03-20T22:00").until("2026-03-20T22:01").count(0);
  over.light(5).until("2026-03-20T22:01:20").light(50).until("2026-03-20T22:01:52");
  assert.match(over.lamp, /^5\d adaptive control over$/);
  assert.is(over.until("2026-03-20T22:02:10").lamp, "41 adaptive nobody near");
  const lowered = [control({ source: dark, operation: "set", level: 5 })];
  const dim = new Cabinet(street(lowered, adaptive, near), "2026-03-20T22:00").until("2026-03-20T22:01").count(0);
  assert.is(dim.light(5).until("2026-03-20T22:01:20").lamp, "41 adaptive nobody near", "never under the class");
  const steps = [{ class: "P5" as const, from: 0 }];
  const selection = { street: "high street", counters: ["counter/1"], window: minutes(15), steps, hysteresis: 0.8 };
  const strict = street(lowered, adaptive, { ...near, selections: [selection] });
  const held = new Cabinet(strict, "2026-03-20T22:00").until("2026-03-20T22:01").count(0);
  assert.is(held.light(5).until("2026-03-20T22:01:20").lamp, "61 adaptive class in force", "nor under that in force");
});

test("when the wall clock is set back nobody knows how long a control has acted: it acts no more", () => {
  const cabinet = new Cabinet(street([control({ hold: minutes(10) })]), "2026-03-21T01:00").count(1);
  assert.is(cabinet.lamp, "60 schedule schedule night: square");
  assert.is(cabinet.jump(-60_000).lamp, "0 schedule schedule night: off");
  assert.is(cabinet.count(1).lamp, "60 schedule schedule night: square");
});

test("a calendar's schedule brings its own controls, and its name is the reason", () => {
  const feast = { ...schedule([period("sunset", 50)], "sunrise", "feast"), dynamic: [control({ level: 70 })] };
  const night = {
    ...schedule([period("sunset", 100)], "sunrise"),
    dynamic: [control({ operation: "set", level: 55 })],
  };
  const of = street(
    [],
    {},
    {
      lamps: [lamp(0, 10_000, { schedule: "week" })],
      schedules: [night, feast],
      calendars: [{ name: "week", rules: [{ days: [5], schedule: "feast" }], otherwise: "night" }],
    },
  );
  const cabinet = new Cabinet(of, "2026-03-20T22:00");
  assert.is(cabinet.lamp, "50 schedule schedule feast");
  assert.is(cabinet.count(1).lamp, "70 schedule schedule feast: square");
  assert.is(cabinet.until("2026-03-21T20:00").lamp, "100 schedule schedule night");
  assert.is(cabinet.count(1).lamp, "55 schedule schedule night: square");
});

test("an unknown calendar, as an unknown schedule, is refused by the lamp's name", () => {
  assert.throws(
    () => prepare(street([], {}, { lamps: [lamp(0, 0, { schedule: "week" })] })),
    (error: unknown) => error instanceof TypeError && /lamp\/1\/0 is week/.test(error.message),
  );
});

test("a wish for later stands from its begin to its end, and is kept until then", () => {
  const cabinet = new Cabinet(street([]), "2026-03-20T20:00");
  cabinet.wish(30, "2026-03-20T21:00", "2026-03-20T22:00");
  assert.is(cabinet.lamp, "100 schedule schedule night");
  assert.is(cabinet.standing().length, 1);
  assert.is(cabinet.until("2026-03-20T20:59:59").lamp, "100 schedule schedule night");
  assert.is(cabinet.until("2026-03-20T21:00").lamp, "30 operator cockpit");
  assert.is(cabinet.until("2026-03-20T22:00").lamp, "100 schedule schedule night");
  assert.equal(cabinet.standing(), []);
});

test("a wish for later ends what stands then, and a withdrawal takes both", () => {
  const cabinet = new Cabinet(street([]), "2026-03-20T20:00");
  cabinet.wish(50, null, "2026-03-20T23:30").wish(30, "2026-03-20T21:00", "2026-03-20T22:00");
  assert.is(cabinet.lamp, "50 operator cockpit");
  assert.is(cabinet.until("2026-03-20T21:00").lamp, "30 operator cockpit");
  assert.is(cabinet.until("2026-03-20T22:00").lamp, "100 schedule schedule night");
  cabinet.wish(50, null, "2026-03-20T23:30").wish(30, "2026-03-20T22:30", "2026-03-20T23:00");
  assert.is(cabinet.tell({ cancelled: ["lamp/1/0"] }).lamp, "100 schedule schedule night");
  assert.is(cabinet.until("2026-03-20T22:40").lamp, "100 schedule schedule night");
});

test.run();
