import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Strategy } from "./junction.ts";
import type { Junction } from "./model.ts";
import { type Bus, Drive } from "./test-drive.ts";
import { twoStage } from "./test-junctions.ts";

/** What a bus of a group waits under each strategy, if it comes at every fifth second of some cycles. */
function waits(junction: Junction, group: string, strategy: Strategy, cycle: number): number[] {
  const all: number[] = [];
  for (let arrives = 200; arrives < 200 + cycle; arrives += 5) {
    const run = new Drive(junction, strategy).drive(0, arrives + 150, [
      { id: "1", group, from: arrives - 40, arrives },
    ]);
    all.push((run.crossed.get("1") ?? arrives + 150) - arrives);
  }
  return all;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

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
  const run = new Drive(twoStage()).drive(0, 480, buses);
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
      const run = new Drive(twoStage(), strategy).drive(0, 520, buses);
      for (const { id, arrives } of buses) delay += (run.crossed.get(id) ?? 600) - arrives;
    }
    return delay;
  };
  const [none, hulotte] = [sum("none"), sum("hulotte")];
  assert.ok(hulotte < 0.6 * none, `${hulotte} of ${none}`);
});

test.run();
