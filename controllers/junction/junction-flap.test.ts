import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../units.ts";
import type { GroupId, Junction, StageSpan } from "./model.ts";
import type { VehicleWord } from "./request-model.ts";
import { at, Drive } from "./test-drive.ts";
import { fourStage, threeStage, twoStage } from "./test-junctions.ts";

/** 5 s too early or too late, by no pattern that a filter may follow. */
const jumps = (second: number): number => (((second * 2_654_435_761) >>> 7) % 2 === 0 ? -5 : 5);

/** A bus that is heard for a minute; how often the end of the stage that is on was moved by more than 2 s, of how many passes. */
function flaps(junction: Junction, group: GroupId, arrives: number, errorAt: (second: number) => number) {
  const run = new Drive(junction);
  let before: StageSpan | undefined;
  const count = { moved: 0, passes: 0, stages: 0, crossed: Number.POSITIVE_INFINITY };
  for (let second = 0; second < arrives + 60; second++) {
    const word = {
      source: "radio",
      id: "1",
      at: at(second),
      eta: seconds(Math.max(0, arrives - second + errorAt(second))),
    };
    const words: VehicleWord[] = [];
    if (second === arrives - 60) words.push({ kind: "request", movement: { group }, facts: {}, ...word });
    else if (second > arrives - 60 && second < count.crossed) {
      if (second >= arrives && run.isGreen(group)) count.crossed = second;
      words.push({ kind: count.crossed === second ? "passed" : "update", ...word });
    }
    const { plan, events } = run.pass(second, { words });
    const [first] = plan;
    if (second >= arrives - 60 && second < count.crossed && first) {
      count.stages += events.filter(({ kind }) => kind === "stage").length;
      if (before && before.stage === first.stage && before.from === first.from) {
        count.passes++;
        if (Math.abs(before.to - first.to) > 2000) count.moved++;
      }
    }
    before = first;
  }
  return count;
}

test("an estimate that jumps by 10 s from second to second does not make the plan jump: one pass in six at most moves its next change", () => {
  for (const [junction, groups] of [
    [twoStage(), ["A", "B"]],
    [threeStage(), ["A", "C"]],
    [fourStage(), ["B", "D"]],
  ] as const) {
    let [moved, passes] = [0, 0];
    for (const group of groups)
      for (const arrives of [200, 223]) {
        const [wild, exact] = [flaps(junction, group, arrives, jumps), flaps(junction, group, arrives, () => 0)];
        moved += wild.moved;
        passes += wild.passes;
        assert.ok(wild.stages <= exact.stages + 2, `${group}: ${wild.stages} stages instead of ${exact.stages}`);
        assert.ok(
          exact.moved <= exact.passes / 8,
          `${group}: ${exact.moved} of ${exact.passes} with an exact estimate`,
        );
      }
    assert.ok(moved <= passes / 6, `${moved} of ${passes}`);
  }
});

test("people on foot who have nearly waited for their guard are served, however many buses come", () => {
  const usual = twoStage();
  // Shorter than what buses would make of it.
  const junction = {
    ...usual,
    groups: usual.groups.map((group) => (group.kind === "pedestrian" ? { ...group, guard: seconds(50) } : group)),
  };
  const guard = Math.max(...junction.groups.filter(({ kind }) => kind === "pedestrian").map((group) => group.guard));
  const run = new Drive(junction);
  const buses = Array.from({ length: 24 }, (_, i) => ({
    id: `${i}`,
    group: "A",
    from: 20 + 15 * i,
    arrives: 60 + 15 * i,
  }));
  const button = junction.detectors.find(({ group, use }) => group === "P" && use === "call");
  assert.ok(button);
  run.drive(0, 440, buses, (second) => ({
    detectors: button ? [{ id: button.id, occupied: second % 60 === 30, at: at(second) }] : [],
  }));
  const waits = run.events.flatMap((event) =>
    event.kind === "wait" && (event.group === "P" || event.group === "Q") ? [event.waited] : [],
  );
  assert.ok(waits.length > 8, `${waits.length}`);
  assert.ok(Math.max(...waits) <= guard, `${Math.max(...waits)} of ${guard}`);
});

test.run();
