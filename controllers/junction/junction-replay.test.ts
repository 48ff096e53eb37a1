import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { metres, seconds } from "../units.ts";
import type { Junction } from "./model.ts";
import type { VehicleWord } from "./request-model.ts";
import { at, Drive } from "./test-drive.ts";
import { threeStage, twoStage } from "./test-junctions.ts";

/** Second of the last word that is new, and of the end. */
const LAST = 90;
const END = 130;

/** What is said in some second, and after how many seconds it is said again, word for word. */
const word = ({ groups, approaches }: Junction) =>
  fc.record({
    kind: fc.constantFrom("request", "request", "update", "cancel", "passed", "position", "position"),
    second: fc.integer({ min: 20, max: LAST }),
    late: fc.integer({ min: -3, max: 3 }),
    source: fc.constantFrom("radio", "web"),
    id: fc.integer({ min: 0, max: 3 }),
    vehicle: fc.constantFrom(undefined, "one", "two"),
    group: fc.constantFrom(...groups.map(({ id }) => id), "nowhere"),
    eta: fc.integer({ min: 0, max: 60 }),
    type: fc.constantFrom("bus" as const, "bus" as const, "emergency" as const),
    approach: fc.constantFrom(...approaches.map(({ id }) => id), 16),
    distance: fc.integer({ min: -30, max: 300 }),
    again: fc.array(fc.integer({ min: 0, max: 35 }), { maxLength: 3 }),
  });
type Said = ReturnType<typeof word> extends fc.Arbitrary<infer Value> ? Value : never;

function wordOf(said: Said): VehicleWord {
  const { kind, source, vehicle, type } = said;
  const name = { source, id: `${said.id}`, at: at(said.second - said.late) };
  const facts = { type };
  const eta = seconds(said.eta);
  switch (kind) {
    case "position": {
      const place = { approach: said.approach, distance: metres(said.distance) };
      return { kind, source, vehicle: vehicle ?? "three", place, speed: 10, facts, at: name.at };
    }
    case "request":
      return { kind, ...name, movement: { group: said.group }, eta, facts, ...(vehicle ? { vehicle } : {}) };
    case "update":
      return { kind, ...name, eta };
    default:
      return { kind: kind as "cancel", ...name };
  }
}

/** The same words, once and with their replays, side by side to the end. */
function compare(junction: Junction, said: readonly Said[]): { readonly heard: number; readonly again: number } {
  const [once, twice] = [new Drive(junction), new Drive(junction)];
  const tally = { heard: 0, again: 0 };
  for (let second = 0; second < END; second++) {
    const words = said.filter((one) => one.second === second).map(wordOf);
    const replays = said.flatMap((one) => one.again.filter((by) => one.second + by === second).map(() => wordOf(one)));
    const [first, other] = [once.pass(second, { words }), twice.pass(second, { words: [...words, ...replays] })];
    for (const seen of ["signals", "plan", "requests", "calls", "events", "wakeAt"] as const)
      assert.equal(other[seen], first[seen], `${seen} of second ${second}`);
    tally.heard += first.events.filter(({ kind }) => kind === "request").length;
    tally.again += replays.length;
  }
  return tally;
}

for (const [name, junction] of [
  ["two stages", twoStage()],
  ["three stages", threeStage()],
] as const)
  test(`${name}: a replay of any stream changes nothing: each word again, at once or at any time after`, () => {
    let [heard, again] = [0, 0];
    void fc.assert(
      fc.property(fc.array(word(junction), { minLength: 10, maxLength: 40 }), (said) => {
        const tally = compare(junction, said);
        heard += tally.heard;
        again += tally.again;
      }),
      { numRuns: 8, endOnFailure: true },
    );
    assert.ok(heard > 20 && again > 40, `${again} replays, ${heard} states of requests`);
  });

test("one that was not heard because it came too soon after its end is not heard when it is said again later", () => {
  const run = new Drive(twoStage());
  const name = { source: "radio", id: "1" };
  const asks = (second: number): VehicleWord => {
    return { kind: "request", ...name, movement: { group: "A" }, eta: seconds(10), facts: {}, at: at(second) };
  };
  const said = new Map<number, VehicleWord[]>([
    [20, [asks(20)]],
    [30, [{ kind: "passed", ...name, at: at(30) }]],
    [45, [asks(45)]],
    [65, [asks(45)]],
  ]);
  for (let second = 0; second < 70; second++) run.pass(second, { words: said.get(second) ?? [] });
  assert.equal(run.statesOf("1"), ["received", "activated", "completed"]);
});

test.run();
