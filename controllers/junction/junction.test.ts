import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../units.ts";
import type { Strategy } from "./junction.ts";
import type { VehicleWord } from "./request-model.ts";
import { at, type Bus, Drive } from "./test-drive.ts";
import { fourStage, tenGroup, threeStage, twoStage } from "./test-junctions.ts";

test("with nobody who asks the plan is the base plan itself, and the signals are those of no priority", () => {
  for (const junction of [twoStage(), threeStage(), fourStage(), tenGroup()]) {
    const [none, hulotte] = [new Drive(junction, "none"), new Drive(junction)];
    for (let second = 0; second < 250; second++) {
      none.pass(second);
      const decision = hulotte.pass(second);
      assert.is(decision.plan, decision.base);
    }
    assert.equal(hulotte.shown, none.shown);
  }
});

test("one that cancels and one that is lost give their green back", () => {
  const buses: Bus[] = [
    { id: "1", group: "A", from: 300, arrives: 340, cancels: 330 },
    { id: "2", group: "B", from: 420, arrives: 450, isLost: true },
  ];
  const run = new Drive(twoStage()).drive(0, 700, buses);
  assert.equal(run.statesOf("1"), ["received", "activated", "cancelled"]);
  assert.equal(run.statesOf("2"), ["received", "activated", "stale"]);
  assert.equal(run.last?.requests, []);
  assert.is(run.last?.plan, run.last?.base);
});

test("the lockout begins when a service ends, whether it changed anything or not; those who share it are let in", () => {
  const junction = { ...twoStage(), priority: { ...twoStage().priority, lockout: seconds(60) } };
  // A is green from 370 to 400 and from 440 to 470 anyway.
  const buses: Bus[] = [
    { id: "1", group: "A", from: 365, arrives: 378 },
    { id: "2", group: "A", from: 372, arrives: 384 },
    { id: "3", group: "A", from: 386, arrives: 393 },
    { id: "4", group: "A", from: 440, arrives: 450 },
  ];
  const run = new Drive(junction).drive(0, 520, buses);
  assert.equal(run.crossed.get("1"), 378);
  const [first] = run.events.flatMap((event) =>
    event.kind === "request" && event.extension !== undefined ? [event] : [],
  );
  assert.equal([first?.extension, first?.reduction], [0, 0]);
  assert.equal(run.statesOf("2"), ["received", "activated", "completed"]);
  assert.equal(run.statesOf("3"), ["received", "cooldown"]);
  assert.equal(run.statesOf("4"), ["received", "queued", "activated", "completed"]);
});

test("late: green that was given came after it stood, or ended without it; without priority nothing is given and none is late", () => {
  const late = (strategy: Strategy, junction = twoStage(), arrives = 410) => {
    const run = new Drive(junction, strategy).drive(0, 520, [{ id: "1", group: "A", from: arrives - 1, arrives }]);
    const [passage] = run.events.flatMap((event) => (event.kind === "passage" ? [event] : []));
    return [passage?.late, (passage?.waited ?? 0) > 2000];
  };
  assert.equal(late("none"), [false, true]);
  assert.equal(late("hulotte"), [true, true]);
  assert.equal(late("hulotte", twoStage(), 380), [false, false]);

  // It is due in a green that ends before it is there, and crosses in the next.
  const run = new Drive(twoStage(), "simple");
  let given = -1;
  for (let second = 0; second < 620 && given < 0; second++) {
    const word = { source: "radio", id: "1", at: at(second), eta: seconds(0) };
    const words: VehicleWord[] =
      second === 395 ? [{ kind: "request", movement: { group: "A" }, facts: {}, ...word }] : [];
    if (second > 395) words.push({ kind: "update", ...word });
    const before = run.isGreen("A");
    run.pass(second, { words });
    if (second > 425 && !before && run.isGreen("A")) given = second;
  }
  run.pass(given + 1, { words: [{ kind: "passed", source: "radio", id: "1", at: at(given + 1) }] });
  assert.equal(
    run.events.flatMap((event) => (event.kind === "passage" ? [event.late] : [])),
    [true],
  );
});

test("coordination: after a bus the plan is in step with the clock again within four cycles", () => {
  const coordinated = { ...twoStage(), plans: twoStage().plans.filter(({ id }) => id === 2) };
  for (let arrives = 305; arrives < 375; arrives += 23) {
    const bus: Bus = { id: "1", group: "B", from: arrives - 40, arrives };
    const [none, run] = [new Drive(coordinated, "none"), new Drive(coordinated)];
    none.drive(0, 800, []);
    run.drive(0, 800, [bus]);
    const from = arrives + 4 * 70 + 20;
    assert.equal(run.shown.slice(from), none.shown.slice(from), `${arrives}`);
  }
});

test("a request is told to a controller that is not ours: begin once, then its end", () => {
  const calls: string[] = [];
  const run = new Drive(twoStage());
  const buses: Bus[] = [{ id: "1", group: "A", from: 300, arrives: 330 }];
  for (let second = 0; second < 420; second++) {
    run.drive(second, second + 1, buses);
    for (const { phase, group } of run.last?.calls ?? []) calls.push(`${phase} ${group}`);
  }
  assert.equal(calls, ["begin A", "end A"]);
});

test.run();
