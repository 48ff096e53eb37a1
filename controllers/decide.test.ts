import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Decision, decide } from "./decide.ts";
import type { ComponentId, Inputs, Reading, Site, Wish } from "./model.ts";
import { prepare } from "./prepare.ts";
import { initialState, standingWishes } from "./state.ts";
import { counter, lamp, law, period, schedule, site, utc } from "./test-site.ts";
import { type Instant, instant, level, minutes } from "./units.ts";

/** A cabinet that is asked whenever it wants to be, and told what a test says. Its counters say "nobody" each minute unless muted. */
class Cabinet {
  readonly #prepared;
  #last: Decision;
  now: Instant;
  muted = false;
  clockSet = true;
  events: string[] = [];

  constructor(start: string, of: Site = site()) {
    this.#prepared = prepare(of);
    this.now = utc(start);
    const state = initialState(this.#prepared, this.now);
    this.#last = { state, targets: [], events: [], wakeAt: this.now };
    this.tell({});
  }

  tell(inputs: Partial<Inputs>): void {
    const all = { readings: [], wishes: [], cancelled: [], clockSet: this.clockSet, ...inputs };
    this.#last = decide(this.#prepared, this.#last.state, all, this.now);
    for (const event of this.#last.events) {
      if (event.kind === "alarm") this.events.push(`${event.active ? "+" : "-"} ${event.code} ${event.component}`);
      if (event.kind === "footfall") this.events.push(`${event.source}: ${event.people}`);
    }
  }

  /** Lets time pass to a time of the same day (or a later one: "+1 05:00"). */
  until(time: string): this {
    const day = Math.floor(this.now / 86_400_000) * 86_400_000;
    const [days, clock = days] = time.startsWith("+") ? time.split(" ") : ["0", time];
    const end = utc(`1970-01-01T${clock}`) + day + Number(days) * 86_400_000;
    while (this.now < end) {
      const beat = (Math.floor(this.now / 60_000) + 1) * 60_000;
      this.now = instant(Math.min(end, this.#last.wakeAt, beat));
      this.tell({ readings: this.now === beat && !this.muted ? this.heartbeat() : [] });
    }
    return this;
  }

  heartbeat(): Reading[] {
    return this.#prepared.site.counters.map(({ id }) => this.count(0, id));
  }

  count(people: number, source = "counter/1", direction: "up" | "down" | "both" = "up"): Reading {
    return { kind: "count", source, people, direction, at: this.now };
  }

  wish(target: ComponentId, percent: number, lasts = minutes(10)): Wish {
    return { target, level: level(percent), rank: "operator", reason: "test", until: instant(this.now + lasts) };
  }

  jump(by: number): void {
    this.now = instant(this.now + by);
  }

  get levels(): number[] {
    return this.#last.targets.map((target) => Math.round(target.level));
  }

  get ranks(): string {
    return [...new Set(this.#last.targets.map(({ rank }) => rank))].join();
  }

  get last(): Decision {
    return this.#last;
  }

  restarted(): Cabinet {
    const again = new Cabinet(new Date(this.now).toISOString().slice(0, -1), this.#prepared.site);
    again.tell({ wishes: standingWishes(this.#last.state, this.now) });
    return again;
  }
}

const all = (percent: number) => Array.from({ length: 6 }, () => percent);
const FLOOR = 41; // P4 reduced to P6 is 40 %; the next arc power level of the curve gives 40.6

test("a night without anybody: off, full at sunset, by the ramp to the floor in the adaptive period, off at sunrise", () => {
  const cabinet = new Cabinet("2026-03-20T17:00");
  assert.equal(cabinet.levels, all(0));
  assert.equal(cabinet.until("17:59:59").levels, all(0));
  assert.equal(cabinet.until("18:00").levels, all(100));
  assert.equal(cabinet.until("19:59:59").levels, all(100));
  assert.equal(cabinet.until("20:00:06").levels, all(70));
  assert.equal(cabinet.until("20:00:12").levels, all(FLOOR));
  assert.is(cabinet.ranks, "adaptive");
  assert.equal(cabinet.until("+1 05:59:59").levels, all(FLOOR));
  assert.equal(cabinet.until("06:00").levels, all(0));
  assert.is(cabinet.ranks, "schedule");
});

test("light runs ahead of somebody who walks up the street, and goes down behind", () => {
  const cabinet = new Cabinet("2026-03-20T17:00").until("22:00:30");
  cabinet.tell({ readings: [cabinet.count(1)] }); // at 60 m: lamps at 60 and 90 are near (40 m)
  assert.equal(cabinet.levels, [FLOOR, FLOOR, 100, 100, FLOOR, FLOOR]);
  assert.equal(cabinet.until("22:00:40").levels, [FLOOR, FLOOR, 100, 100, 100, FLOOR]); // 120 m: (60 - 40) / 2 m/s
  assert.equal(cabinet.until("22:00:46").levels, [FLOOR, FLOOR, 70, 100, 100, FLOOR]); // hold 10 s, then 3 steps down
  assert.equal(cabinet.until("22:00:55").levels, [FLOOR, FLOOR, FLOOR, 100, 100, 100]);
  assert.equal(cabinet.until("22:02:32").levels, all(FLOOR).with(5, 100)); // 90 m at 0.8 m/s is 112.5 s
  assert.equal(cabinet.until("22:04").levels, all(FLOOR));
});

test("a counter that cannot tell the way lights both", () => {
  const cabinet = new Cabinet("2026-03-20T22:00").until("22:10");
  cabinet.tell({ readings: [cabinet.count(1, "counter/1", "both")] });
  assert.equal(cabinet.levels, [FLOOR, 100, 100, 100, FLOOR, FLOOR]);
});

test("a counter that falls silent: the schedule's level, an alarm; heard again: the ramp down, and the alarm ends", () => {
  const cabinet = new Cabinet("2026-03-20T22:00").until("22:10");
  cabinet.muted = true;
  assert.equal(cabinet.until("22:11:59").levels, all(FLOOR));
  cabinet.events = [];
  assert.equal(cabinet.until("22:12").levels, all(80));
  assert.equal([cabinet.ranks, cabinet.events], ["schedule", ["+ footfall.sensor counter/1"]]);
  cabinet.until("22:20:30").tell({ readings: cabinet.heartbeat() });
  cabinet.muted = false;
  assert.equal(cabinet.events, ["+ footfall.sensor counter/1", "- footfall.sensor counter/1"]);
  assert.equal(cabinet.levels, all(80));
  assert.equal(cabinet.until("22:20:33").levels, all(70));
  assert.equal(cabinet.until("22:20:40").levels, all(FLOOR));
});

test("a lamp that no counter reaches keeps to the schedule while others dim", () => {
  const far = site({ lamps: [lamp(0, 60), lamp(1, 1000)] });
  assert.equal(new Cabinet("2026-03-20T22:00", far).until("22:10").levels, [FLOOR, 80]);
});

test("an operator may leave the limits, by day or night, until he withdraws or his wish ends", () => {
  const cabinet = new Cabinet("2026-03-20T22:00").until("22:10");
  cabinet.tell({ wishes: [cabinet.wish("lamp/1/0", 10), cabinet.wish("lamp/1/1", 0), cabinet.wish("lamp/9/9", 0)] });
  assert.equal(cabinet.levels, all(FLOOR).with(0, 10).with(1, 0));
  cabinet.tell({ wishes: [cabinet.wish("lamp/1/0", 20)], cancelled: ["lamp/1/1", "lamp/9/9"] });
  assert.equal(cabinet.levels, all(FLOOR).with(0, 20));
  assert.equal(cabinet.until("22:19:59").levels, all(FLOOR).with(0, 20));
  assert.equal(cabinet.until("22:20").levels, all(FLOOR));
});

test("operators' wishes outlive a restart", () => {
  const cabinet = new Cabinet("2026-03-20T18:30");
  cabinet.tell({ wishes: [cabinet.wish("lamp/1/0", 10)] });
  const again = cabinet.until("18:39").restarted();
  assert.equal(again.levels, all(100).with(0, 10));
  assert.equal(again.until("18:40").levels, all(100));
  assert.equal(standingWishes(cabinet.last.state, utc("2026-03-20T18:39:59")).length, 1);
  assert.equal(standingWishes(cabinet.last.state, utc("2026-03-20T18:40")), []);
});

test("without a clock: the fail-safe level and an alarm, but an operator's wish counts; no footfall is told", () => {
  const cabinet = new Cabinet("1970-01-01T12:00", site({ failSafe: level(90) }));
  cabinet.clockSet = false;
  cabinet.tell({ wishes: [cabinet.wish("lamp/1/2", 30)] });
  assert.equal([cabinet.levels, cabinet.events], [all(90).with(2, 30), ["+ cabinet.clock cabinet/1"]]);
  cabinet.tell({ readings: [cabinet.count(3)] });
  cabinet.until("12:05");
  assert.equal(cabinet.events, ["+ cabinet.clock cabinet/1"]);
  cabinet.clockSet = true;
  cabinet.now = utc("2026-03-20T22:00");
  cabinet.tell({});
  assert.equal(cabinet.levels, all(FLOOR));
  assert.equal(cabinet.events, ["+ cabinet.clock cabinet/1", "- cabinet.clock cabinet/1"]);
});

test("setting the clock forward silences no counter; setting it back leaves nobody walking in the future", () => {
  const cabinet = new Cabinet("2026-03-20T21:00").until("22:00:30");
  cabinet.events = [];
  cabinet.jump(3 * 3_600_000);
  cabinet.tell({});
  cabinet.tell({ readings: [cabinet.count(1)] });
  assert.is(cabinet.levels[2], 100);
  assert.equal(
    cabinet.events.filter((event) => event.includes("sensor")),
    [],
  );
  cabinet.jump(-4 * 3_600_000);
  cabinet.tell({});
  assert.equal(cabinet.levels, all(FLOOR));
  assert.ok(cabinet.last.wakeAt - cabinet.now <= 3_600_000);
  assert.equal(cabinet.until("+1 01:00:40").levels, all(FLOOR), "nobody comes who was counted later than now");
  cabinet.jump(-6 * 3_600_000);
  cabinet.tell({});
  assert.equal(cabinet.levels, all(100), "the schedule follows the clock back");
});

test("a counter whose clock is fast is believed, but not its clock", () => {
  const cabinet = new Cabinet("2026-03-20T22:00").until("22:10");
  cabinet.muted = true;
  cabinet.tell({ readings: [{ ...cabinet.count(1), at: utc("2026-03-20T23:10") }] });
  assert.equal(cabinet.levels, [FLOOR, FLOOR, 100, 100, FLOOR, FLOOR]);
  assert.equal(cabinet.until("22:13").ranks, "schedule");
});

test("people are told by the minute, also nobody", () => {
  const cabinet = new Cabinet("2026-03-20T12:00:10");
  cabinet.tell({ readings: [cabinet.count(2), cabinet.count(1, "counter/1", "down")] });
  cabinet.until("12:02");
  assert.equal(cabinet.events, ["counter/1: 3", "counter/1: 0"]);
});

test("readings of what is not on the site change no light, but a fault anywhere is an alarm", () => {
  const cabinet = new Cabinet("2026-03-20T22:00").until("22:10");
  const before = cabinet.last.targets;
  cabinet.events = [];
  const fault: Reading = { kind: "fault", source: "bus/9", fault: "gateway-silent", at: cabinet.now };
  cabinet.tell({ readings: [cabinet.count(5, "counter/9"), fault] });
  assert.is(cabinet.last.targets, before, "the very same array");
  assert.equal(cabinet.events, ["+ lighting.bus bus/9"]);
});

test("a target is told when it changes, and only then", () => {
  const cabinet = new Cabinet("2026-03-20T18:30");
  const told = () => cabinet.last.events.flatMap((event) => (event.kind === "target" ? [event.target.lamp] : []));
  assert.is(told().length, 6, "at the start all");
  cabinet.tell({ wishes: [cabinet.wish("lamp/1/3", 10)] });
  assert.equal(told(), ["lamp/1/3"]);
  cabinet.tell({ wishes: [cabinet.wish("lamp/1/3", 10)] });
  assert.equal(told(), []);
});

test("lamps of two schedules on streets that meet", () => {
  const crossing = site({
    lamps: [lamp(0, 60), lamp(1, 80), lamp(2, 10, { street: "lane", schedule: "part" })],
    counters: [counter(1, 60)],
    joins: [
      {
        a: { street: "high street", position: lamp(0, 80).position },
        b: { street: "lane", position: lamp(0, 0).position },
      },
    ],
    schedules: [...site().schedules, schedule([period("sunset", 60, true)], "23:00", "part")],
    adaptive: law,
  });
  const cabinet = new Cabinet("2026-03-20T22:00", crossing).until("22:50");
  cabinet.tell({ readings: [cabinet.count(1)] });
  assert.equal(cabinet.levels, [100, 100, 100]);
  assert.equal(cabinet.until("22:59:59").levels, [FLOOR, FLOOR, FLOOR]);
  assert.equal(cabinet.until("23:00").levels, [FLOOR, FLOOR, 0]);
});

test("a clock that jumps by ten years is an alarm for an hour, and the lamps stay lit", () => {
  const cabinet = new Cabinet("2026-11-18T22:00");
  const lit = () => cabinet.levels.every((percent) => percent > 0);
  for (const years of [10, -10]) {
    const start = cabinet.now;
    cabinet.events = [];
    cabinet.now = instant(start + years * 364 * 24 * 3_600_000);
    cabinet.tell({});
    assert.ok(cabinet.events.includes("+ cabinet.clock cabinet/1"), cabinet.events.join());
    assert.ok(lit());
    const end = instant(cabinet.now + 61 * 60_000);
    while (cabinet.now < end) {
      cabinet.now = instant(cabinet.now + 60_000);
      cabinet.tell({ readings: cabinet.heartbeat() });
    }
    assert.is(cabinet.events.filter((event) => event === "- cabinet.clock cabinet/1").length, 1);
    assert.ok(lit());
  }
});

test.run();
