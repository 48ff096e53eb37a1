/** Light that follows people, by the whole decision: classes by use, empty streets, ramps, sharing, and no flicker. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Decision, decide } from "./decide.ts";
import type { ClassSelection, Inputs, Reading, Site } from "./model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { initialState, provenCounters } from "./state.ts";
import { counter, lamp, law, site, utc } from "./test-site.ts";
import { type Instant, instant, level, minutes } from "./units.ts";

const START = utc("2026-03-20T20:45");
const selection: ClassSelection = {
  street: "high street",
  counters: ["counter/1"],
  window: minutes(15),
  steps: [
    { class: "P4", from: 40 },
    { class: "P5", from: 12 },
    { class: "P6", from: 0 },
  ],
  hysteresis: 0.8,
};
const idle: Inputs = { readings: [], wishes: [], cancelled: [], clockSet: true };

/** A cabinet in an adaptive night, asked when it wants to be, its counters heard each minute unless muted. */
class Night {
  readonly prepared: Prepared;
  pass: Decision;
  now: Instant = START;
  muted = false;
  readonly classes: string[] = [];

  constructor(of: Partial<Site>, proven: readonly string[] = []) {
    this.prepared = prepare(site(of));
    const state = initialState(this.prepared, START, proven);
    this.pass = { state, targets: [], events: [], wakeAt: START };
    this.#tell([]);
  }

  /** To a time of the clock between 20:45 and 24:00. */
  until(time: string): this {
    const end = utc(`2026-03-20T${time}`);
    while (this.now < end) {
      const beat = (Math.floor(this.now / 60_000) + 1) * 60_000;
      this.now = instant(Math.min(end, this.pass.wakeAt, beat));
      const beats = this.now === beat && !this.muted;
      this.#tell(beats ? this.prepared.site.counters.map(({ id }) => this.#count(id, 0)) : []);
    }
    return this;
  }

  counted(people: number, source = "counter/1"): this {
    this.#tell([this.#count(source, people)]);
    return this;
  }

  get levels(): number[] {
    return this.pass.targets.map((target) => Math.round(target.level));
  }

  #count(source: string, people: number): Reading {
    return { kind: "count", source, people, direction: "up", at: this.now };
  }

  #tell(readings: readonly Reading[]): void {
    this.pass = decide(this.prepared, this.pass.state, { ...idle, readings }, this.now);
    const time = new Date(this.now).toISOString().slice(11, 19);
    for (const event of this.pass.events) {
      if (event.kind === "class") this.classes.push(`${time} ${event.class} ${event.why}`);
    }
  }
}

const all = (percent: number) => Array.from({ length: 6 }, () => percent);
const [P5, P6] = [61, 41]; // 60 and 40 % of P4, at the next arc power level

test("where the class follows use everybody has its light, seen or not: brightest first, then by what is counted", () => {
  const night = new Night({ selections: [selection] });
  assert.equal(night.until("21:15").levels, all(100), "the ramp begins");
  assert.equal(night.until("21:16").levels, all(P5));
  assert.equal(night.until("21:31").levels, all(P6));
  night.counted(3);
  assert.equal(night.levels, all(P5), "also the lamps that nobody goes to");
  assert.equal(night.until("21:45:30").counted(10).levels, all(100));
  night.muted = true;
  night.until("21:48");
  assert.equal(night.classes, [
    "20:45:00 P4 not counted yet",
    "21:15:00 P5 counted",
    "21:30:00 P6 counted",
    "21:31:00 P5 counted",
    "21:45:30 P4 counted",
    "21:47:30 P4 counter silent",
  ]);
});

test("no lamp is ever under the class in force, whoever comes when, where the city permits no less", async () => {
  const happening = fc.record({
    wait: fc.integer({ min: 1, max: 600_000 }),
    people: fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 5, 12),
    expected: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 5, 30),
  });
  let steps = 0;
  await fc.assert(
    fc.property(fc.array(happening, { minLength: 10, maxLength: 60 }), (story) => {
      const prepared = prepare(site({ selections: [selection], adaptive: { ...law, staleAfter: minutes(60) } }));
      let state = initialState(prepared, START);
      const told = (readings: readonly Reading[], now: Instant) => {
        const before = state.classes[0]?.step;
        const pass = decide(prepared, state, { ...idle, readings }, now);
        ({ state } = pass);
        const step = state.classes[0]?.step as number;
        if (before !== step) steps++;
        for (const [i, target] of pass.targets.entries())
          assert.ok(target.level >= (prepared.lamps[i]?.classes[step] as number), `step ${step}: ${target.level}`);
      };
      for (const { wait, people, expected } of story) {
        const end = instant(state.at + wait);
        while (state.wakeAt < end) told([], state.wakeAt);
        const count: Reading = { kind: "count", source: "counter/1", people, direction: "both", at: end };
        const to = instant(end + 3_600_000);
        const forecast = { kind: "forecast", source: "counter/1", low: 0, middle: 0, high: expected, at: end } as const;
        told(expected > 0 ? [count, { ...forecast, from: end, to }] : [count], end);
      }
    }),
    { numRuns: 100 },
  );
  assert.ok(steps > 100, `${steps} steps`);
});

test("a class is lowered by the ramp, also where somebody is", () => {
  const night = new Night({ selections: [selection] }).until("21:14:30").counted(1);
  assert.equal(night.until("21:15:06").levels.slice(2, 4), [70, 70]);
  assert.equal(night.until("21:15:12").levels.slice(2, 4), [P5, P5]);
});

test("an empty street is as dark as the city permits, and lit to the class in force before somebody comes", () => {
  const lamps = [0, 1, 2, 3, 4, 5].map((i) => lamp(i, i * 30, { empty: level(10) }));
  const night = new Night({ lamps, selections: [selection] }).counted(1).until("21:32");
  assert.equal(night.levels, all(10));
  assert.equal(night.counted(1).levels, [10, 10, P6, P6, 10, 10]);
  assert.equal(night.until("21:32:20").levels, [10, 10, 10, P6, P6, 10]);
  assert.equal(night.until("21:35").levels, all(10));
  night.muted = true;
  assert.equal(night.until("21:38").levels, all(100), "nobody knows: the brightest class");
});

test("an empty street must be known to be empty: not after a start, nor when a counter speaks again, nor after the clock was set", () => {
  const lamps = [0, 1, 2, 3, 4, 5].map((i) => lamp(i, i * 30, { empty: level(10) }));
  const night = new Night({ lamps }).counted(1);
  assert.equal(night.until("20:47:38").levels, all(100), "120 m at 0.8 m/s, and the hold, are 160 s");
  assert.equal(night.until("20:48").levels, all(10));
  night.muted = true;
  assert.equal(night.until("20:52").levels, all(80), "the schedule");
  night.muted = false;
  assert.equal(night.until("20:54").levels, all(100));
  assert.equal(night.until("20:57").levels, all(10));
  night.now = instant(night.now + 3_600_000);
  assert.equal(night.counted(0).levels, all(100));
});

test("a counter that never saw anybody may be blind: until it does, no street it reaches is darker than its schedule", () => {
  const lamps = [0, 1, 2, 3, 4, 5].map((i) => lamp(i, i * 30, { empty: level(10) }));
  const night = new Night({ lamps });
  assert.equal(night.until("23:30").levels, all(80));
  assert.equal(night.counted(1).levels.slice(2, 4), [100, 100]);
  assert.equal(night.until("23:34").levels, all(10));
  const following = new Night({ lamps, selections: [selection] });
  assert.equal(following.until("21:12").levels, all(100), "the class in force");
  assert.equal(following.until("22:00").levels, all(80), "P6 is in force: the schedule is brighter");
  assert.equal(new Night({}).until("20:50").levels, all(P6), "that much a class permits: it needs no proof");
});

test("whom a counter saw before a restart proves that it sees", () => {
  const lamps = [0, 1, 2, 3, 4, 5].map((i) => lamp(i, i * 30, { empty: level(10) }));
  assert.equal(new Night({ lamps }, ["counter/1"]).until("20:50").levels, all(10));
  assert.equal(new Night({ lamps }, ["counter/2"]).until("20:50").levels, all(80), "another's, not of this site");
  const night = new Night({ lamps });
  assert.equal(provenCounters(night.prepared, night.pass.state), []);
  assert.equal(provenCounters(night.prepared, night.counted(1).pass.state), ["counter/1"]);
});

test("lamps that share are lit together, however far apart", () => {
  const lamps = [0, 1, 2, 3, 4, 5].map((i) => lamp(i, i * 30, i === 0 || i === 5 ? { shares: "driver" } : {}));
  const night = new Night({ lamps }).until("21:30").counted(1);
  assert.equal(night.levels, [P6, P6, 100, 100, P6, P6]);
  assert.equal(night.until("21:30:25").levels, [100, P6, P6, 100, 100, 100]);
});

test("a cyclist whose speed is measured is lit farther ahead, and not so long behind", () => {
  const cyclist: Reading = { kind: "count", source: "counter/1", people: 1, direction: "up", at: START, speed: 8 };
  const prepared = prepare(site({ adaptive: { ...law, reaction: minutes(0.1) } }));
  const lit = (readings: readonly Reading[], later: number) => {
    let pass = decide(prepared, initialState(prepared, START), { ...idle, readings }, START);
    while (pass.wakeAt <= START + later) pass = decide(prepared, pass.state, idle, pass.wakeAt);
    return pass.targets.map((target) => (target.level === 100 ? 1 : 0));
  };
  assert.equal(lit([cyclist], 0), [0, 0, 1, 1, 1, 1]); // 12 m/s for 6 s are 72 m; for 90 m it is 1.5 s, at a step of 2 s
  assert.equal(lit([{ ...cyclist, speed: 1 }], 0), [0, 0, 1, 1, 0, 0]);
  assert.equal(lit([cyclist], 60_000), [0, 0, 0, 0, 0, 0]); // 90 m at 2 m/s, and the hold: 55 s
  assert.equal(lit([{ ...cyclist, speed: 1 }], 60_000), [0, 0, 0, 0, 1, 1]);
});

/** Plays people seen at two counters 40 m apart; `see` is told each lamp's level when it changes. */
function seenAlternately(
  sights: readonly { readonly wait: number; readonly second: boolean; readonly direction: "up" | "down" | "both" }[],
  see: (lamp: number, before: number, after: number, at: Instant, sawLast: Instant) => void,
): void {
  const prepared = prepare(
    site({ counters: [counter(1, 60), counter(2, 100)], adaptive: { ...law, staleAfter: minutes(60) } }),
  );
  let pass = decide(prepared, initialState(prepared, START), idle, START);
  let saw = START;
  const told = (readings: readonly Reading[], now: Instant) => {
    const before = pass.targets;
    pass = decide(prepared, pass.state, { ...idle, readings }, now);
    for (const [i, target] of pass.targets.entries()) {
      const then = before[i]?.level ?? target.level;
      if (then !== target.level) see(i, then, target.level, now, saw);
    }
  };
  for (const { wait, second, direction } of sights) {
    const next = instant(saw + wait);
    while (pass.wakeAt < next) told([], pass.wakeAt);
    saw = next;
    told([{ kind: "count", source: second ? "counter/2" : "counter/1", people: 1, direction, at: next }], next);
  }
  const end = instant(saw + 600_000);
  while (pass.wakeAt < end) told([], pass.wakeAt);
}

const sight = fc.record({
  wait: fc.integer({ min: 1, max: 90_000 }),
  second: fc.boolean(),
  direction: fc.constantFrom("up" as const, "down" as const, "both" as const),
});

test("no flicker: a lamp that went down goes up again within the hold only for somebody who was seen since", async () => {
  let rises = 0;
  await fc.assert(
    fc.property(fc.array(sight, { minLength: 2, maxLength: 20 }), (sights) => {
      const fell = new Map<number, Instant>();
      seenAlternately(sights, (i, before, after, at, sawLast) => {
        if (after < before) return fell.set(i, fell.get(i) ?? at);
        const since = fell.get(i);
        fell.delete(i);
        if (since === undefined) return;
        rises++;
        assert.ok(at - since > law.hold || sawLast > since, `lamp ${i} fell and rose in ${at - since} ms`);
      });
    }),
    { numRuns: 150 },
  );
  assert.ok(rises > 100, `${rises} rises`);
});

test("somebody seen by two counters in turn, never longer than the hold apart, has steady light", async () => {
  const turns = fc.array(fc.integer({ min: 1, max: law.hold }), { minLength: 2, maxLength: 30 });
  await fc.assert(
    fc.property(turns, (waits) => {
      const sights = waits.map((wait, i) => ({ wait, second: i % 2 === 1, direction: "both" as const }));
      const last = waits.reduce((sum, wait) => sum + wait, 0);
      seenAlternately(sights, (i, before, after, at) => {
        assert.ok(after > before || at > START + last, `lamp ${i} goes down to ${after} while somebody is there`);
      });
    }),
    { numRuns: 100 },
  );
});

test("all lamps that go down step at the same instants, multiples of the ramp's step", () => {
  const instants = new Set<number>();
  seenAlternately(
    [
      { wait: 333, second: false, direction: "up" },
      { wait: 4711, second: true, direction: "down" },
    ],
    (_, before, after, at) => {
      if (after < before) instants.add(at % law.rampStep);
    },
  );
  assert.equal(instants, new Set([0]));
});

test("where nobody is no pass is asked for but at windows' ends and each hour", () => {
  const passes = (of: Partial<Site>) => {
    const prepared = prepare(site({ ...of, adaptive: { ...law, staleAfter: minutes(600) } }));
    let pass = decide(prepared, initialState(prepared, START), idle, START);
    let asked = 0;
    for (; pass.wakeAt < START + 6 * 3_600_000; asked++) pass = decide(prepared, pass.state, idle, pass.wakeAt);
    return asked;
  };
  assert.is(passes({}), 5);
  assert.is(passes({ selections: [{ ...selection, hysteresis: 0 }] }), 23);
});

test.run();
