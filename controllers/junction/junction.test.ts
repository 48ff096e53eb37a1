import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, instant, seconds } from "../units.ts";
import {
  decideJunction,
  type JunctionDecision,
  type JunctionState,
  type PreparedJunction,
  prepareJunction,
  type Strategy,
  startJunction,
} from "./junction.ts";
import type { Junction, JunctionEvent, JunctionInputs, RequestState, VehicleWord } from "./model.ts";
import { FOLLOWS, isEnd } from "./request.ts";
import { fourStage, tenGroup, threeStage, twoStage } from "./test-junctions.ts";

const START = 1_750_000_000_000;
const at = (second: number): Instant => instant(START + second * 1000);

/** A vehicle that says each second when it comes, exactly, and that passes when it has green. */
interface Bus {
  readonly id: string;
  readonly group: string;
  /** It is heard from here on, and would be at the stop line there; s. */
  readonly from: number;
  readonly arrives: number;
  readonly type?: "bus" | "emergency";
  /** It says that it comes, and never again. */
  readonly isLost?: boolean;
  readonly cancels?: number;
}

class Run {
  readonly prepared: PreparedJunction;
  state: JunctionState;
  last: JunctionDecision | null = null;
  readonly events: JunctionEvent[] = [];
  readonly crossed = new Map<string, number>();
  readonly shown: string[] = [];

  constructor(junction: Junction, strategy: Strategy = "hulotte") {
    this.prepared = prepareJunction(junction, { strategy });
    this.state = startJunction(this.prepared, at(0));
  }

  pass(second: number, inputs: Partial<JunctionInputs> = {}): JunctionDecision {
    const decision = decideJunction(
      this.prepared,
      this.state,
      { words: [], detectors: [], clockSet: true, ...inputs },
      at(second),
    );
    this.state = decision.state;
    this.events.push(...decision.events);
    this.shown.push(decision.signals.map(({ aspect }) => aspect[0]).join(""));
    this.last = decision;
    return decision;
  }

  isGreen(group: string): boolean {
    return this.last?.signals.some((signal) => signal.group === group && signal.aspect === "green") ?? false;
  }

  /** Seconds `from` to `to` with these vehicles; each second what they say. */
  drive(from: number, to: number, buses: readonly Bus[], each?: (second: number) => Partial<JunctionInputs>): this {
    for (let second = from; second < to; second++) {
      const words: VehicleWord[] = [];
      for (const bus of buses) {
        const { id, group, arrives, type = "bus" } = bus;
        const word = { source: "radio", id, at: at(second), eta: seconds(Math.max(0, arrives - second)) };
        if (second === bus.from) words.push({ kind: "request", movement: { group }, facts: { type }, ...word });
        if (second <= bus.from || this.crossed.has(id) || bus.isLost) continue;
        if (second === bus.cancels) words.push({ kind: "cancel", ...word });
        if (bus.cancels !== undefined && second >= bus.cancels) continue;
        if (second >= arrives && this.isGreen(group)) {
          this.crossed.set(id, second);
          words.push({ kind: "passed", ...word });
        } else words.push({ kind: "update", ...word });
      }
      const given = each?.(second) ?? {};
      this.pass(second, { ...given, words: [...words, ...(given.words ?? [])] });
    }
    return this;
  }

  statesOf(id: string): RequestState[] {
    return this.events.flatMap((event) =>
      event.kind === "request" && event.request.id === id ? [event.request.state] : [],
    );
  }

  longestWait(): number {
    return Math.max(0, ...this.events.map((event) => (event.kind === "wait" ? event.waited : 0)));
  }
}

/** What a bus of a group waits under each strategy, if it comes at every fifth second of some cycles. */
function waits(junction: Junction, group: string, strategy: Strategy, cycle: number): number[] {
  const all: number[] = [];
  for (let arrives = 200; arrives < 200 + cycle; arrives += 5) {
    const run = new Run(junction, strategy).drive(0, arrives + 150, [{ id: "1", group, from: arrives - 40, arrives }]);
    all.push((run.crossed.get("1") ?? arrives + 150) - arrives);
  }
  return all;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("with nobody who asks the plan is the base plan itself, and the signals are those of no priority", () => {
  for (const junction of [twoStage(), threeStage(), fourStage(), tenGroup()]) {
    const [none, hulotte] = [new Run(junction, "none"), new Run(junction)];
    for (let second = 0; second < 250; second++) {
      none.pass(second);
      const decision = hulotte.pass(second);
      assert.is(decision.plan, decision.base);
    }
    assert.equal(hulotte.shown, none.shown);
  }
});

test("one bus, whenever in the cycle it comes, waits a third of what it would at most", () => {
  const none = mean(waits(twoStage(), "A", "none", 70));
  const hulotte = mean(waits(twoStage(), "A", "hulotte", 70));
  assert.ok(hulotte <= none / 3, `${hulotte} of ${none}`);
});

test("an emergency vehicle waits no more than a bus, whoever else asks", () => {
  const buses: Bus[] = [
    { id: "1", group: "A", from: 300, arrives: 340 },
    { id: "2", group: "A", from: 302, arrives: 345 },
    { id: "e", group: "B", from: 305, arrives: 340, type: "emergency" },
  ];
  const run = new Run(twoStage()).drive(0, 480, buses);
  assert.is(run.crossed.get("e"), 340);
  assert.equal(run.statesOf("e"), ["received", "activated", "completed"]);
  assert.ok((run.crossed.get("1") ?? 999) < 400);
});

test("two buses that conflict both pass, together with less delay than without priority", () => {
  const sum = (strategy: Strategy) => {
    let delay = 0;
    for (let offset = 0; offset < 70; offset += 14) {
      const buses: Bus[] = [
        { id: "1", group: "A", from: 300 + offset, arrives: 335 + offset },
        { id: "2", group: "B", from: 300 + offset, arrives: 338 + offset },
      ];
      const run = new Run(twoStage(), strategy).drive(0, 520, buses);
      for (const { id, arrives } of buses) delay += (run.crossed.get(id) ?? 600) - arrives;
    }
    return delay;
  };
  const [none, hulotte] = [sum("none"), sum("hulotte")];
  assert.ok(hulotte < 0.6 * none, `${hulotte} of ${none}`);
});

test("one that cancels and one that is lost give their green back", () => {
  const buses: Bus[] = [
    { id: "1", group: "A", from: 300, arrives: 340, cancels: 330 },
    { id: "2", group: "B", from: 420, arrives: 450, isLost: true },
  ];
  const run = new Run(twoStage()).drive(0, 700, buses);
  assert.equal(run.statesOf("1"), ["received", "activated", "cancelled"]);
  assert.equal(run.statesOf("2"), ["received", "activated", "stale"]);
  assert.equal(run.last?.requests, []);
  assert.is(run.last?.plan, run.last?.base);
});

test("coordination: after a bus the plan is in step with the clock again within four cycles", () => {
  const coordinated = { ...twoStage(), plans: twoStage().plans.filter(({ id }) => id === 2) };
  for (let arrives = 305; arrives < 375; arrives += 23) {
    const bus: Bus = { id: "1", group: "B", from: arrives - 40, arrives };
    const [none, run] = [new Run(coordinated, "none"), new Run(coordinated)];
    none.drive(0, 800, []);
    run.drive(0, 800, [bus]);
    const from = arrives + 4 * 70 + 20;
    assert.equal(run.shown.slice(from), none.shown.slice(from), `${arrives}`);
  }
});

test("a request is told to a controller that is not ours: begin once, then its end", () => {
  const calls: string[] = [];
  const run = new Run(twoStage());
  const buses: Bus[] = [{ id: "1", group: "A", from: 300, arrives: 330 }];
  for (let second = 0; second < 420; second++) {
    run.drive(second, second + 1, buses);
    for (const { phase, group } of run.last?.calls ?? []) calls.push(`${phase} ${group}`);
  }
  assert.equal(calls, ["begin A", "end A"]);
});

const word = (groups: readonly string[]) =>
  fc.record({
    second: fc.integer({ min: 20, max: 400 }),
    id: fc.integer({ min: 0, max: 9 }),
    source: fc.constantFrom("radio", "web"),
    kind: fc.constantFrom("request", "request", "update", "cancel", "passed"),
    group: fc.constantFrom(...groups, "nowhere"),
    eta: fc.integer({ min: 0, max: 120 }),
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

/** What must hold of a run, whatever was said. */
function holds(junction: Junction, said: readonly Said[], calls: ReadonlySet<number>): void {
  const run = new Run(junction);
  const again = new Run(junction);
  const asked = new Set(said.filter(({ kind }) => kind === "request").map(({ source, id }) => `${source} ${id}`));
  const states = new Map<string, RequestState>();
  const pressed = junction.detectors.filter(({ use }) => use === "call");
  const longest = Math.max(...junction.groups.map(({ maxWait }) => maxWait));
  for (let second = 0; second < 640; second++) {
    const words = said.filter((one) => one.second === second).map(wordOf);
    const detectors = pressed.map(({ id }) => ({ id, occupied: calls.has(second % 97), at: at(second) }));
    const { owed } = run.state;
    const decision = run.pass(second, { words, detectors });
    again.pass(second, { words: [...words, ...words], detectors });
    for (const event of decision.events) {
      if (event.kind === "wait") assert.ok(event.waited <= longest, `${event.group} waited ${event.waited}`);
      if (event.kind !== "request") continue;
      const key = `${event.request.source} ${event.request.id}`;
      assert.ok(asked.has(key), `nobody asked for ${key}`);
      const { state } = event.request;
      const before = states.get(key);
      if (before === undefined || isEnd(before)) assert.is(state, "received");
      else assert.ok(FOLLOWS[before].includes(state), `${before} to ${state}`);
      states.set(key, state);
    }
    if (decision.requests.length === 0 && owed === null) assert.is(decision.plan, decision.base);
    for (const [i, span] of decision.plan.entries()) {
      assert.ok(span.from <= span.to);
      const next = decision.plan[i + 1];
      if (next) assert.is(next.from, span.to);
    }
    assert.ok(decision.wakeAt > at(second));
  }
  assert.equal(again.shown, run.shown, "a word twice is a word");
  assert.equal(again.events.length, run.events.length);
  for (const [key, state] of states) assert.ok(isEnd(state), `${key} is ${state} still`);
}

for (const [name, junction, runs] of [
  ["two stages", twoStage(), 4],
  ["three stages", threeStage(), 3],
  ["ten groups", tenGroup(), 1],
] as const)
  test(`${name}: any stream of words: states as S0033 has them, all end, none invented, replays and repeats change nothing`, () => {
    const groups = junction.groups.map(({ id }) => id);
    void fc.assert(
      fc.property(
        fc.array(word(groups), { minLength: 10, maxLength: 40 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 4 }),
        (said, calls) => holds(junction, said, new Set(calls)),
      ),
      { numRuns: runs, seed: 7, endOnFailure: true },
    );
  });

test.run();
