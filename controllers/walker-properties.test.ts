/** What light-ahead owes to a person: on any streets, by any way, at any pace it knows, the lamps in front are lit. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decide } from "./decide.ts";
import type { Adaptive, Inputs, Join, OneWay, Reading, Site } from "./model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { initialState, provenCounters, type State } from "./state.ts";
import { counter, lamp, law, site, utc } from "./test-site.ts";
import { type Instant, instant, level, metres, minutes, seconds } from "./units.ts";

const START = utc("2026-03-20T21:00");
const LENGTH = 200;
const STREETS = ["a", "b", "c"];

interface Place {
  readonly street: string;
  readonly position: number;
}

const place = fc.record({ street: fc.constantFrom(...STREETS), position: fc.integer({ min: 0, max: LENGTH }) });
const streets: fc.Arbitrary<Site> = fc
  .record({
    lamps: fc.array(place, { minLength: 4, maxLength: 20 }),
    counters: fc.array(place, { minLength: 1, maxLength: 3 }),
    joins: fc.array(fc.tuple(place, place), { maxLength: 4 }),
    oneWays: fc.subarray(STREETS),
    upwards: fc.boolean(),
    empty: fc.boolean(),
    selected: fc.boolean(),
    slow: fc.boolean(),
  })
  .map((it) =>
    site({
      lamps: it.lamps.map(({ street, position }, i) =>
        lamp(i, position, { street, ...(it.empty ? { empty: level(10) } : {}) }),
      ),
      counters: it.counters.map(({ street, position }, i) => counter(i, position, street)),
      joins: it.joins.map(([a, b]): Join => ({ a: at(a), b: at(b) })),
      oneWays: it.oneWays.map((street): OneWay => ({ street, way: it.upwards ? "up" : "down" })),
      selections: it.selected ? STREETS.map((street) => selectionOf(street, it.counters.length)) : [],
      adaptive: { ...law, reaction: seconds(6), staleAfter: minutes(60), ...(it.slow ? { up: 10 } : {}) } as Adaptive,
    }),
  );

const at = ({ street, position }: Place) => ({ street, position: metres(position) });
const selectionOf = (street: string, counters: number) => ({
  street,
  counters: Array.from({ length: counters }, (_, i) => `counter/${i}`),
  window: minutes(15),
  steps: [
    { class: "P4" as const, from: 24 },
    { class: "P5" as const, from: 8 },
    { class: "P6" as const, from: 0 },
  ],
  hysteresis: 0.8,
});

/** Somebody on the way: where, and which way along the street. */
interface Walker extends Place {
  readonly way: 1 | -1;
}

/** Where somebody can go on from a place, without turning back; the streets' ends lead nowhere. */
function onwards({ street, position, way }: Walker, of: Site): Walker[] {
  const places: Place[] = [{ street, position }];
  // What joins make one place, found the slow way.
  for (let found = true; found; ) {
    found = false;
    for (const { a, b } of of.joins) {
      for (const [here, there] of [
        [a, b],
        [b, a],
      ] as const) {
        if (!places.some((one) => same(one, here)) || places.some((one) => same(one, there))) continue;
        places.push({ street: there.street, position: there.position });
        found = true;
      }
    }
  }
  return places
    .flatMap((one) => [1, -1].map((turn) => ({ ...one, way: turn as 1 | -1 })))
    .filter((one) => !(one.street === street && one.way !== way))
    .filter((one) => one.position + one.way >= 0 && one.position + one.way <= LENGTH)
    .filter((one) => {
      const only = of.oneWays?.find((oneWay) => oneWay.street === one.street)?.way;
      return only === undefined || (one.street === street && one.way === way) || (only === "up") === (one.way === 1);
    });
}

const same = (a: Place, b: Place): boolean => a.street === b.street && a.position === b.position;

/** One metre on. */
const step = (walker: Walker): Walker => ({ ...walker, position: walker.position + walker.way });

/** Lamps on each metre of every way in front, as far as `ahead`. */
function inFront(walker: Walker, ahead: number, of: Site, found = new Set<string>(), seen = new Map<string, number>()) {
  for (const one of of.lamps) if (same(one, walker)) found.add(one.id);
  if (ahead < 1) return found;
  for (const next of onwards(walker, of)) {
    const to = step(next);
    const key = `${to.street} ${to.position} ${to.way}`;
    if ((seen.get(key) ?? -1) >= ahead - 1) continue;
    seen.set(key, ahead - 1);
    inFront(to, ahead - 1, of, found, seen);
  }
  return found;
}

const quiet: Inputs = { readings: [], wishes: [], cancelled: [], clockSet: true };

/** Passes until `end`; `readings` at it. */
function played(prepared: Prepared, state: State, end: Instant, readings: readonly Reading[]): State {
  let after = state;
  while (after.wakeAt < end) after = decide(prepared, after, quiet, after.wakeAt).state;
  return decide(prepared, after, { ...quiet, readings }, end).state;
}

/** Whoever else is about. */
const others = fc.array(
  fc.record({
    minute: fc.double({ min: 0, max: 50, noNaN: true }),
    source: fc.integer({ min: 0, max: 2 }),
    direction: fc.constantFrom("up" as const, "down" as const, "both" as const),
  }),
  { maxLength: 25 },
);

test("the lamps in front of a walker give the light of the class in force, whatever the way and the pace", async () => {
  let walked = 0;
  await fc.assert(
    fc.property(
      streets,
      others,
      fc.record({
        source: fc.nat(2),
        way: fc.constantFrom(1 as const, -1 as const),
        blind: fc.boolean(),
        measured: fc.boolean(),
        pace: fc.double({ min: 0, max: 1, noNaN: true }),
        minute: fc.double({ min: 30, max: 50, noNaN: true }),
        turns: fc.array(fc.nat(5), { minLength: 8, maxLength: 8 }),
        restart: fc.option(fc.nat(60)),
      }),
      (of, rest, { source, way, blind, measured, pace, minute, turns, restart }) => {
        const { ahead, slowest, fastest, reach, up } = of.adaptive;
        const prepared = prepare(of);
        const from = of.counters[source % of.counters.length] as Site["counters"][number];
        const speed = slowest + pace * (fastest - slowest);
        const begin = instant(Math.floor(START + minute * 60_000));
        let state = initialState(prepared, START);
        for (const one of rest.toSorted((a, b) => a.minute - b.minute)) {
          const { direction } = one;
          const when = instant(Math.floor(START + one.minute * 60_000));
          if (when >= begin) continue;
          const id = `counter/${one.source % of.counters.length}`;
          state = played(prepared, state, when, [{ kind: "count", source: id, people: 1, direction, at: when }]);
        }
        const only = of.oneWays?.find(({ street }) => street === from.street)?.way;
        // A counter that cannot tell the way takes people to go the way that they may.
        if (blind && only !== undefined && (only === "up") !== (way === 1)) return;
        const direction = blind ? "both" : way === 1 ? "up" : "down";
        const seen = { kind: "count", source: from.id, people: 1, direction, at: begin } as const;
        state = played(prepared, state, begin, [measured ? { ...seen, speed } : seen]);

        let walker: Walker = { street: from.street, position: from.position, way };
        for (let far = 0; far <= reach; far++) {
          const now = instant(Math.ceil(begin + (far / speed) * 1000));
          // Where empty streets may be darker than a class a start forgets nobody.
          const forgets = far === restart && prepared.lamps.every(({ empty }) => empty !== undefined);
          if (forgets) state = played(prepared, initialState(prepared, now, provenCounters(prepared, state)), now, []);
          else if (now > begin) state = played(prepared, state, now, []);
          const needed = inFront(walker, Math.min(ahead, reach - far), of);
          const risen = up === undefined || now >= begin + 100_000 / up;
          for (const [i, { level: given, lamp: id }] of state.targets.entries()) {
            const selection = prepared.lamps[i]?.selection ?? null;
            const inForce = selection === null ? 0 : (state.classes[selection]?.step as number);
            const least = prepared.lamps[i]?.classes[inForce] as number;
            if (needed.has(id) && risen)
              assert.ok(given >= least, `${id} gives ${given} of ${least} after ${far} m at ${speed} m/s`);
            assert.ok(given >= (prepared.lamps[i]?.empty ?? (prepared.lamps[i]?.floor as number)), "under the floor");
          }
          const ways = onwards(walker, of);
          const next = ways[(turns[far % turns.length] as number) % Math.max(1, ways.length)];
          if (!next) break;
          walker = step(next);
          walked++;
        }
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(walked > 1000, `${walked} m`);
});

test.run();
