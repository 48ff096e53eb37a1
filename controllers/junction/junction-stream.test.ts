import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { between, type Instant, seconds } from "../units.ts";
import type { GroupId, Junction } from "./model.ts";
import { FOLLOWS, isEnd } from "./request.ts";
import type { RequestState, VehicleWord } from "./request-model.ts";
import { at, Drive } from "./test-drive.ts";
import { tenGroup, threeStage, twoStage } from "./test-junctions.ts";

/** Second of the last word; and of the end, when all that was said is over: its eta, its time to live, its green. */
const LAST = 150;
const END = 300;

const word = (groups: readonly string[]) =>
  fc.record({
    second: fc.integer({ min: 20, max: LAST }),
    id: fc.integer({ min: 0, max: 9 }),
    source: fc.constantFrom("radio", "web"),
    kind: fc.constantFrom("request", "request", "update", "cancel", "passed"),
    group: fc.constantFrom(...groups, "nowhere"),
    eta: fc.integer({ min: 0, max: 80 }),
    type: fc.constantFrom("bus", "bus", "tram", "emergency"),
    vehicle: fc.constantFrom(undefined, "one", "two"),
    late: fc.integer({ min: -3, max: 3 }),
  });
type Said = ReturnType<typeof word> extends fc.Arbitrary<infer Value> ? Value : never;

function wordOf({ kind, source, id, group, eta, type, vehicle, second, late }: Said): VehicleWord {
  const base = { source, id: `${id}`, at: at(second - late) };
  if (kind === "request") {
    const facts = { type: type as "bus" };
    return {
      kind,
      ...base,
      movement: { group },
      eta: seconds(eta),
      facts,
      ...(vehicle === undefined ? {} : { vehicle }),
    };
  }
  if (kind === "update") return { kind, ...base, eta: seconds(eta) };
  return { kind: kind as "cancel", ...base };
}

type Kept = ReturnType<typeof holds>;

/** What must hold of a run, whatever was said; and how often plans were followed, refused and withheld. */
function holds(junction: Junction, said: readonly Said[], calls: ReadonlySet<number>) {
  const run = new Drive(junction);
  const asked = new Set(said.filter(({ kind }) => kind === "request").map(({ source, id }) => `${source} ${id}`));
  const states = new Map<string, RequestState>();
  const longest = Math.max(...junction.groups.map(({ maxWait }) => maxWait));
  const tally = { followed: 0, refused: 0, withheld: 0 };
  for (let second = 0; second < END; second++) {
    const words = said.filter((one) => one.second === second).map(wordOf);
    const { owed, engine } = run.state;
    const over = overGuard(junction, engine.waiting, at(second));
    const active = new Set(run.last?.requests.flatMap(({ group, state }) => (state === "activated" ? [group] : [])));
    const decision = run.pass(second, { words, detectors: pressedAt(junction, calls, second) });
    for (const event of decision.events) {
      if (event.kind === "wait") assert.ok(event.waited <= longest, `${event.group} waited ${event.waited}`);
      if (event.kind !== "request") continue;
      const { state, source, id, group } = event.request;
      const key = `${source} ${id}`;
      assert.ok(asked.has(key), `nobody asked for ${key}`);
      const before = states.get(key);
      if (before === undefined || isEnd(before)) assert.is(state, "received");
      else assert.ok(FOLLOWS[before].includes(state), `${before} to ${state}`);
      states.set(key, state);
      // Vehicles of one movement share their priority: the first begins it.
      const against = over.filter((other) => junction.intergreens[other]?.[group] !== undefined);
      if (state === "activated" && !active.has(group)) assert.equal(against, [], `begun for ${group}`);
      if (state === "queued" && against.length > 0) tally.withheld++;
    }
    if (decision.requests.length === 0 && owed === null) assert.is(decision.plan, decision.base);
    for (const [i, span] of decision.plan.entries()) {
      assert.ok(span.from <= span.to);
      const next = decision.plan[i + 1];
      if (next) assert.is(next.from, span.to);
    }
    if (decision.plan !== decision.base) {
      tally.followed++;
      const span = decision.plan.find(({ from, to }) => from <= at(second) && at(second) < to);
      if (span && span.stage !== decision.stage) tally.refused++;
    }
    assert.ok(decision.wakeAt > at(second));
  }
  for (const [key, state] of states) assert.ok(isEnd(state), `${key} is ${state} still`);
  return tally;
}

const pressedAt = ({ detectors }: Junction, calls: ReadonlySet<number>, second: number) =>
  detectors
    .filter(({ use }) => use === "call")
    .map(({ id }) => ({ id, occupied: calls.has(second % 97), at: at(second) }));

/** Groups that have waited for their guard. */
const overGuard = ({ groups }: Junction, waiting: readonly (Instant | null)[], now: Instant): readonly GroupId[] =>
  groups.flatMap(({ id, guard }, g) => {
    const since = waiting[g];
    return since != null && between(since, now) >= guard ? [id] : [];
  });

const streamOf = ({ groups }: Junction, most: number) =>
  fc.tuple(
    fc.array(word(groups.map(({ id }) => id)), { minLength: 6, maxLength: most }),
    fc.uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 4 }),
  );

const guarded = (junction: Junction, guard: number): Junction => ({
  ...junction,
  groups: junction.groups.map((group) => ({ ...group, guard: seconds(guard) })),
});

for (const [name, junction, runs] of [
  // Guards so short that they are reached in every cycle.
  ["two stages", guarded(twoStage(), 20), 6],
  ["three stages", threeStage(), 3],
  ["ten groups", guarded(tenGroup(), 60), 2],
] as const)
  test(`${name}: any stream of words: states as S0033 has them, all end, none invented, none begun against a guard, plans are lawful`, () => {
    const all: Kept[] = [];
    void fc.assert(
      fc.property(streamOf(junction, 24), ([said, calls]) => void all.push(holds(junction, said, new Set(calls)))),
      { numRuns: runs, seed: 7, endOnFailure: true },
    );
    const sum = (of: (kept: Kept) => number) => all.reduce((total, kept) => total + of(kept), 0);
    const [followed, refused] = [sum((kept) => kept.followed), sum((kept) => kept.refused)];
    assert.ok(followed > 40 * runs, `${followed} passes followed a plan`);
    assert.ok(refused < 0.02 * followed, `the engine did otherwise in ${refused} of ${followed}`);
    if (name === "two stages") assert.ok(sum(({ withheld }) => withheld) > runs, "guards were not reached");
  });

test.run();
