import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, seconds } from "../units.ts";
import { decideJunction, prepareJunction, startJunction } from "./junction.ts";
import { foretold, startWatched, type Watched, watchedAfter } from "./junction-shown.ts";
import { INDIANA, type JunctionEvent, type Signal } from "./model.ts";
import type { VehicleWord } from "./request-model.ts";
import { at } from "./test-drive.ts";
import { twoStage } from "./test-junctions.ts";

/** Another controller, of 60 s: A is green to 25, B from 30 to 55. Its cycle is not ours. */
const usual = (second: number): string => {
  const t = second % 60;
  return t < 25 ? "A" : t >= 30 && t < 55 ? "B" : "";
};

/** Like S0001: all groups are told when one has changed, and of the instant that they are told of. */
function shownAt(green: (second: number) => string, second: number, groups = ["A", "B"]): readonly Signal[] {
  let told = second;
  while (told > 0 && green(told - 1) === green(second)) told--;
  return groups.map((group) => ({ group, aspect: green(second) === group ? "green" : "red", since: at(told) }));
}

interface Asked {
  readonly from: number;
  readonly arrives: number;
  /** When it crosses. */
  readonly passes: number;
}

/** Buses of group A at it, until `to`. */
function drive(
  green: (second: number) => string,
  buses: readonly Asked[],
  to: number,
  groups?: readonly string[],
): JunctionEvent[] {
  const junction = twoStage();
  const prepared = prepareJunction(junction, { isOurs: false });
  let state = startJunction(prepared, at(0));
  const events: JunctionEvent[] = [];
  for (let second = 0; second < to; second++) {
    const words = buses.flatMap(({ from, arrives, passes }, i): VehicleWord[] => {
      const word = {
        source: "radio",
        id: `${i}`,
        at: at(second),
        eta: seconds(Math.max(0, arrives - second)),
      };
      if (second === from) return [{ kind: "request", movement: { group: "A" }, facts: {}, ...word }];
      if (second === passes) return [{ kind: "passed", ...word }];
      return second > from && second < passes ? [{ kind: "update", ...word }] : [];
    });
    const shown = shownAt(green, second, groups ? [...groups] : undefined);
    const decision = decideJunction(prepared, state, { words, detectors: [], clockSet: true, shown }, at(second));
    state = decision.state;
    events.push(...decision.events);
  }
  return events;
}

const of = <K extends JunctionEvent["kind"]>(events: readonly JunctionEvent[], kind: K) =>
  events.filter((event): event is Extract<JunctionEvent, { kind: K }> => event.kind === kind);
const codes = (events: readonly JunctionEvent[]) => of(events, "indiana").map(({ code }) => code);
const completed = (events: readonly JunctionEvent[]) =>
  of(events, "request").find(({ request }) => request.state === "completed");

test("green that came earlier than this controller's own cycle is told as such, and what was spared", () => {
  // It is asked from 310 on, and gives A its green at 345 instead of 360.
  const green = (second: number) => (second >= 340 && second < 380 ? (second >= 345 ? "A" : "") : usual(second));
  const events = drive(green, [{ from: 310, arrives: 345, passes: 346 }], 400);
  const [passage] = of(events, "passage");
  assert.equal([passage?.waited, passage?.wouldHaveWaited, passage?.late], [1000, 15_000, false]);
  assert.ok(codes(events).includes(INDIANA.adjustedEarlyGreen));
  assert.not(codes(events).includes(INDIANA.adjustedExtension));
  assert.equal([completed(events)?.reduction, completed(events)?.extension], [15, 0]);
});

test("green that is held is an extension", () => {
  const green = (second: number) => (second >= 300 && second < 335 ? "A" : usual(second));
  const events = drive(green, [{ from: 290, arrives: 332, passes: 332 }], 400);
  const [passage] = of(events, "passage");
  assert.equal([passage?.waited, passage?.wouldHaveWaited], [0, 28_000]);
  assert.ok(codes(events).includes(INDIANA.adjustedExtension));
  assert.not(codes(events).includes(INDIANA.adjustedEarlyGreen));
  assert.equal([completed(events)?.reduction, completed(events)?.extension], [0, 7]);
});

test("whatever the engine beside it thinks, a bus in the usual green was given nothing", () => {
  for (let offset = 0; offset < 60; offset += 10) {
    const arrives = 300 + offset + (usual(offset) === "A" ? 0 : 60 - offset);
    const events = drive(usual, [{ from: arrives - 30, arrives, passes: arrives }], 460);
    const [passage] = of(events, "passage");
    assert.equal([passage?.waited, passage?.wouldHaveWaited, passage?.late], [0, 0, false]);
    assert.equal([completed(events)?.reduction, completed(events)?.extension], [0, 0]);
    for (const code of [INDIANA.adjustedEarlyGreen, INDIANA.adjustedExtension, INDIANA.earlyForceOff])
      assert.not(codes(events).includes(code));
    assert.equal(of(events, "unused"), []);
  }
});

test("a bus that stood at red came too late", () => {
  const events = drive(usual, [{ from: 300, arrives: 330, passes: 361 }], 400);
  const [passage] = of(events, "passage");
  assert.equal([passage?.waited, passage?.wouldHaveWaited, passage?.late], [31_000, 30_000, true]);
});

test("where too little was seen, or nothing is read back, nothing is said to be gained", () => {
  const early = drive(usual, [{ from: 60, arrives: 100, passes: 121 }], 200);
  assert.equal(
    of(early, "passage").map(({ waited, wouldHaveWaited }) => [waited, wouldHaveWaited]),
    [[21_000, 21_000]],
  );
  const blind = drive(usual, [{ from: 300, arrives: 340, passes: 361 }], 400, []);
  const [passage] = of(blind, "passage");
  assert.equal([passage?.waited, passage?.wouldHaveWaited, passage?.late], [21_000, 21_000, false]);
  for (const events of [early, blind])
    for (const code of [INDIANA.adjustedEarlyGreen, INDIANA.adjustedExtension])
      assert.not(codes(events).includes(code));
});

test("signals and waits are those that are shown, never those of the engine beside it", () => {
  const events = drive(usual, [], 300);
  const groups = of(events, "signal").map(
    ({ group, aspect, at: when }) => `${group} ${aspect} ${(when - at(0)) / 1000}`,
  );
  assert.equal(groups.slice(0, 4), ["A red 25", "B green 30", "B red 55", "A green 60"]);
  assert.equal(of(events, "stage"), []);
  assert.equal([...new Set(of(events, "wait").map(({ group, waited }) => `${group} ${waited}`))].sort(), [
    "A 35000",
    "B 35000",
  ]);
  assert.equal(of(drive(usual, [], 300, []), "wait"), []);
});

test("no priority is asked for while another group has been red for its guard", () => {
  const stuck = (second: number) => (second < 240 ? usual(second) : "A");
  const { guard } = twoStage().groups.find(({ id }) => id === "B") as { guard: number };
  const from = 235 + guard / 1000;
  const states = (second: number) =>
    of(drive(stuck, [{ from: second, arrives: second + 20, passes: second + 25 }], second + 30), "request").map(
      ({ request }) => request.state,
    );
  assert.ok(states(from - 10).includes("activated"));
  assert.not(states(from + 1).includes("activated"));
});

test("of cycles in which a call stood nothing is learnt", () => {
  const junction = twoStage();
  let watched: Watched = startWatched(junction);
  for (let second = 0; second < 300; second++)
    ({ watched } = watchedAfter(junction, watched, shownAt(usual, second), second % 120 === 70, at(second)));
  assert.is(foretold(watched, 0, at(300), at(500)), null);
  for (let second = 300; second < 560; second++)
    ({ watched } = watchedAfter(junction, watched, shownAt(usual, second), false, at(second)));
  assert.equal(
    foretold(watched, 0, at(559), at(640))?.map(({ from, to }) => [from - at(0), to - at(0)]),
    [
      [540_000, 565_000],
      [600_000, 625_000],
    ],
  );
  ({ watched } = watchedAfter(junction, watched, undefined, false, at(560) as Instant));
  assert.is(foretold(watched, 0, at(560), at(640)), null, "its cycle may be another when it is seen again");
});

test.run();
