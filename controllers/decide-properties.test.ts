import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Decision, decide } from "./decide.ts";
import {
  type ControlSource,
  type DynamicControl,
  type Inputs,
  type Join,
  OPERATIONS,
  type Reading,
  type Target,
  type Wish,
} from "./model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { initialState } from "./state.ts";
import { counter, dayTime, frozen, lamp, period, schedule, site, utc } from "./test-site.ts";
import { type Instant, instant, level, lux, metres, minutes, seconds } from "./units.ts";

const START = utc("2026-03-20T17:30");
const join: Join = { a: { street: "high street", position: metres(90) }, b: { street: "lane", position: metres(10) } };
const plain = prepare(
  site({
    lamps: [0, 30, 60, 90, 120, 150]
      .map((p, i) => lamp(i, p))
      .concat(lamp(6, 40, { street: "lane", schedule: "part" }), lamp(7, 900)),
    counters: [counter(1, 60), counter(2, 130)],
    failSafe: level(10),
    joins: [join],
    schedules: [
      schedule([period("sunset", 100), period("20:00", 80, true), period("05:00", 90)], "sunrise"),
      schedule([period("sunset", 60, true)], "19:00", "part"),
    ],
  }),
);
/** The same with all that follows people: a class by use, a darker empty street, lamps that share, a way, limits of the ramp. */
const people = prepare({
  ...plain.site,
  lamps: plain.site.lamps.map((one, i) => ({
    ...one,
    ...(one.street === "high street" && i < 6 ? { empty: level(10) } : {}),
    ...(i === 1 || i === 5 ? { shares: "mast" } : {}),
  })),
  selections: [
    {
      street: "high street",
      counters: ["counter/1", "counter/2"],
      window: minutes(15),
      steps: [
        { class: "P4", from: 30 },
        { class: "P5", from: 6 },
        { class: "P6", from: 0 },
      ],
      hysteresis: 0.7,
    },
  ],
  oneWays: [{ street: "lane", way: "up" }],
  adaptive: { ...plain.site.adaptive, up: 12, down: 3, reaction: seconds(20) },
});
/** The same by a calendar, with all operations of dynamic controls by people and by light, by day and in some hours. */
const programmed = prepare({
  ...people.site,
  lamps: people.site.lamps.map((one) => (one.schedule === "night" ? { ...one, schedule: "calendar" } : one)),
  schedules: people.site.schedules.map((one, i) => ({
    ...one,
    dynamic: OPERATIONS.map((operation, j): DynamicControl => {
      const dark: ControlSource = { kind: "dark", sensor: `light/${1 + (j % 2)}`, below: lux(20), above: lux(30) };
      return {
        name: `${i} ${operation}`,
        source: j < 3 ? { kind: "people", counters: [`counter/${1 + (j % 2)}`] } : dark,
        operation,
        level: 20 + 15 * j,
        hold: seconds(40 * j),
        ...(j === 1 ? { during: [{ from: dayTime("18:10"), to: dayTime("19:30") }] } : {}),
      };
    }),
  })),
  calendars: [{ name: "calendar", rules: [{ days: [5], schedule: "night" }], otherwise: "part" }],
});
const SITES = [
  ["lamps with footfall", plain],
  ["classes by use, empty streets, sharing", people],
  ["calendars and dynamic controls", programmed],
] as const;
const idle: Inputs = { readings: [], wishes: [], cancelled: [], clockSet: true };

/** Something that happens `wait` ms after what happened before. */
interface Happening {
  readonly wait: number;
  readonly inputs: (now: Instant) => Inputs;
}

const lampId = fc.integer({ min: 0, max: 8 }).map((i) => `lamp/1/${i}`);
const counts = fc.record({
  source: fc.constantFrom("counter/1", "counter/2", "counter/3"),
  people: fc.constantFrom(0, 0, 1, 2),
  direction: fc.constantFrom("up" as const, "down" as const, "both" as const),
  late: fc.constantFrom(0, 0, 700, 5000),
  speed: fc.constantFrom(undefined, 1.4, 6),
});
const forecasts = fc.record({
  source: fc.constantFrom("counter/1", "counter/2", "counter/3"),
  from: fc.integer({ min: -2, max: 6 }),
  high: fc.integer({ min: 0, max: 60 }),
});
const lights = fc.record({
  source: fc.constantFrom("light/1", "light/2"),
  light: fc.integer({ min: 10, max: 40 }).map(lux),
});
const wishes = fc.record({
  target: lampId,
  begins: fc.constantFrom(null, null, -1000, 30_000, 200_000),
  percent: fc.integer({ min: 0, max: 100 }),
  rank: fc.constantFrom("operator" as const, "safety" as const),
  lasts: fc.integer({ min: -10, max: 600_000 }),
});
const wait = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 3_000_000 }));
const happening: fc.Arbitrary<Happening> = fc
  .record({
    wait,
    counts: fc.array(counts, { maxLength: 3 }),
    forecasts: fc.array(forecasts, { maxLength: 1 }),
    lights: fc.array(lights, { maxLength: 1 }),
    wishes: fc.array(wishes, { maxLength: 1 }),
    cancelled: fc.array(lampId, { maxLength: 1 }),
    clockSet: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  })
  .map((it) => ({
    wait: it.wait,
    inputs: (now) => ({
      readings: [
        ...it.counts.map(({ late, speed, ...count }): Reading => {
          const seen = { kind: "count", ...count, at: instant(now - late) } as const;
          return speed === undefined ? seen : { ...seen, speed };
        }),
        ...it.lights.map((light): Reading => ({ kind: "light", ...light, at: now })),
        ...it.forecasts.map(({ source, from: hour, high }): Reading => {
          const [from, to] = [hour, hour + 1].map((h) => instant(START + h * 3_600_000)) as [Instant, Instant];
          return { kind: "forecast", source, from, to, low: 0, middle: high / 2, high, at: now };
        }),
      ],
      wishes: it.wishes.map(
        ({ target, begins, percent, rank, lasts }): Wish => ({
          target,
          level: level(percent),
          rank,
          reason: "test",
          ...(begins === null ? {} : { from: instant(now + begins) }),
          until: instant(now + lasts),
        }),
      ),
      cancelled: it.cancelled,
      clockSet: it.clockSet,
    }),
  }));
const story = fc.array(happening, { minLength: 1, maxLength: 15 });

/** Plays a story as the cabinet's loop does (asked at every `wakeAt`), and at `extra` moments besides; hands each pass to `see`. */
function play(
  prepared: Prepared,
  happenings: readonly Happening[],
  extra: readonly number[],
  see: (at: Instant, pass: Decision, inputs: Inputs) => void,
) {
  const news = new Map<number, Happening[]>();
  let end: number = START;
  for (const one of happenings) {
    end += one.wait;
    news.set(end, [...(news.get(end) ?? []), one]);
  }
  end += 400_000;
  const moments = [...news.keys(), ...extra.map((part) => Math.floor(START + part * (end - START))), end];
  let state = initialState(prepared, START);
  let clockSet = true;
  let wakeAt: number = START;
  for (;;) {
    const now = instant(Math.min(wakeAt, ...moments.filter((at) => at > state.at || wakeAt === START)));
    const arrived: Inputs[] = news.get(now)?.map((one) => one.inputs(now)) ?? [{ ...idle, clockSet }];
    for (const inputs of arrived) {
      const pass = decide(prepared, state, inputs, now);
      clockSet = inputs.clockSet;
      ({ state, wakeAt } = pass);
      see(now, pass, inputs);
    }
    if (now >= end) return;
  }
}

test("a stale sensor's lamps decay to the schedule, not to dark", async () => {
  await fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 * 3600 }), fc.boolean(), (after, somebody) => {
      const at = instant(utc("2026-03-20T20:00") + after * 1000);
      const readings: Reading[] = [
        { kind: "count", source: "counter/1", people: somebody ? 1 : 0, direction: "both", at },
      ];
      let pass = decide(plain, initialState(plain, at), { ...idle, readings }, at);
      const scheduled = () => (pass.state.at >= utc("2026-03-21T05:00") ? 90 : 80);
      while (pass.state.at < at + 600_000) {
        pass = decide(plain, pass.state, idle, pass.wakeAt);
        for (const target of pass.targets.slice(0, 6)) {
          if (pass.state.at >= at + 120_000 && pass.state.at < utc("2026-03-21T06:00")) {
            assert.ok(target.level >= scheduled(), `${target.lamp} ${target.level}`);
          }
        }
      }
      if (pass.state.at < utc("2026-03-21T06:00")) {
        for (const target of pass.targets.slice(0, 6))
          assert.equal([target.level, target.rank], [scheduled(), "schedule"]);
      }
    }),
    { numRuns: 60 },
  );
});

for (const [name, prepared] of SITES) {
  test(`${name}: the light leaves the limits of the class only off by schedule, or by an operator's or safety's wish that has not ended`, async () => {
    await fc.assert(
      fc.property(story, (happenings) => {
        const wished: Wish[] = [];
        play(prepared, happenings, [], (now, { targets }, inputs) => {
          wished.push(...inputs.wishes);
          assert.is(targets.length, prepared.lamps.length);
          for (const [i, target] of targets.entries()) {
            if (target.level >= (prepared.lamps[i]?.empty ?? prepared.lamps[i]?.floor ?? 100) && target.level <= 100)
              continue;
            if (target.rank === "schedule" && target.level === 0) continue;
            const cause = wished.some(
              (wish) =>
                wish.target === target.lamp &&
                wish.rank === target.rank &&
                wish.level === target.level &&
                wish.until > now,
            );
            assert.ok(cause && (target.rank === "operator" || target.rank === "safety"), JSON.stringify(target));
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  test(`${name}: the same inputs give the same, and nothing that is handed in is written to`, async () => {
    await fc.assert(
      fc.property(story, (happenings) => {
        frozen(prepared.site);
        frozen([prepared.lamps, prepared.ways, prepared.selections, prepared.lampIndex, prepared.counterIndex]);
        let state = frozen(initialState(prepared, START));
        let now = START;
        for (const { wait, inputs } of happenings) {
          now = instant(now + wait);
          const given = frozen(inputs(now));
          const first = decide(prepared, state, given, now);
          assert.equal(decide(prepared, state, given, now), first);
          assert.equal(
            decide(prepare(prepared.site), state, given, now),
            first,
            "what was asked before changes nothing",
          );
          state = frozen(first.state);
        }
      }),
      { numRuns: 40 },
    );
  });

  test(`${name}: being asked more often changes no target at any time`, async () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.property(story, fc.array(part, { maxLength: 30 }), (happenings, extra) => {
        const seldom: { at: Instant; targets: readonly Target[] }[] = [];
        play(prepared, happenings, [], (at, { targets }) => seldom.push({ at, targets }));
        const often: { at: Instant; targets: readonly Target[] }[] = [];
        play(prepared, happenings, extra, (at, { targets }) => often.push({ at, targets }));
        const final = (passes: typeof seldom, at: Instant) => passes.findLast((pass) => pass.at <= at)?.targets;
        for (const { at } of [...seldom, ...often]) assert.equal(final(often, at), final(seldom, at));
      }),
      { numRuns: 100 },
    );
  });

  test(`${name}: without inputs no target changes before wakeAt, which lies ahead by at most an hour`, async () => {
    await fc.assert(
      fc.property(story, fc.double({ min: 0, max: 1, noNaN: true }), (happenings, part) => {
        play(prepared, happenings, [], (now, pass, inputs) => {
          assert.ok(pass.wakeAt > now && pass.wakeAt <= now + 3_600_000);
          for (const at of [instant(Math.floor(now + part * (pass.wakeAt - 1 - now))), instant(pass.wakeAt - 1)]) {
            const early = decide(prepared, pass.state, { ...idle, clockSet: inputs.clockSet }, at);
            assert.is(early.targets, pass.targets);
            assert.equal(early.events, []);
          }
        });
      }),
      { numRuns: 80 },
    );
  });

  test(`${name}: the targets and alarms told add up to those that are`, async () => {
    await fc.assert(
      fc.property(story, (happenings) => {
        const told = new Map<string, Target>();
        const active = new Set<string>();
        play(prepared, happenings, [], (now, { events, targets, state }) => {
          for (const event of events) {
            if (event.kind === "target") {
              assert.not.equal(told.get(event.target.lamp), event.target, "told without a change");
              told.set(event.target.lamp, event.target);
            } else if (event.kind === "alarm") {
              if (event.active) active.add(`${event.code} ${event.component}`);
              else assert.ok(active.delete(`${event.code} ${event.component}`));
            } else if (event.kind === "footfall") assert.ok(event.to <= now);
          }
          assert.equal([...told.values()].toSorted(byLamp), [...targets].toSorted(byLamp));
          assert.equal([...active].toSorted(), [...state.alarms.keys()].toSorted());
        });
      }),
      { numRuns: 60 },
    );
  });
}

const byLamp = (a: Target, b: Target): number => a.lamp.localeCompare(b.lamp);

test.run();
