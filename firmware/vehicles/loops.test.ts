import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Approach, Detector } from "../../controllers/junction/model.ts";
import { instant, metres, minutes, seconds } from "../../controllers/units.ts";
import { loopFeed } from "./loops.ts";

const start = 1_800_000_000_000;
const detector = (id: string, use: Detector["use"], distance: number, group = "A1"): Detector => ({
  id,
  use,
  group,
  distance: metres(distance),
});
const APPROACH: Approach = {
  id: 1,
  name: "west",
  group: "A1",
  line: [],
  exit: metres(15),
  speed: 10,
  stops: [
    { distance: metres(60), dwell: seconds(20), spread: seconds(8) },
    { distance: metres(300), dwell: seconds(20), spread: seconds(8) },
  ],
};
const DETECTORS = [
  detector("d/in", "check-in", 150),
  detector("d/out", "check-out", -10),
  detector("d/call", "call", 5),
  detector("d/other", "check-in", 80, "A2"),
];

function setUp(approaches: readonly Approach[] = [APPROACH]) {
  const feed = loopFeed({ source: "loops", detectors: DETECTORS, approaches, forget: minutes(3) });
  const change = (id: string, occupied: boolean, s: number) => feed.take({ id, occupied }, instant(start + s * 1000));
  const pulse = (id: string, s: number) => [...change(id, true, s), ...change(id, false, s + 1)];
  return { feed, change, pulse };
}

test("a check-in asks, with the way and the stop between; its check-out ends it", () => {
  const { pulse } = setUp();
  const request = {
    kind: "request",
    source: "loops",
    id: "d/in/1",
    movement: { group: "A1" },
    eta: 35_000,
    facts: {},
    at: start,
  };
  assert.equal(pulse("d/in", 0), [request]);
  assert.equal(pulse("d/out", 40), [{ kind: "passed", source: "loops", id: "d/in/1", at: start + 40_000 }]);
});

test("who checks out is who checked in first; a check-out of nobody says nothing", () => {
  const { pulse, feed } = setUp();
  pulse("d/in", 0);
  pulse("d/in", 10);
  pulse("d/other", 12);
  const out = [20, 30, 40].flatMap((s) => pulse("d/out", s));
  assert.equal(
    out.map((word) => "id" in word && word.id),
    ["d/in/1", "d/in/2"],
  );
  assert.is(feed.tally()["unmatched"], 1);
});

test("one vehicle on a loop is one, however often it says so", () => {
  const { change, feed } = setUp();
  const words = [
    ...change("d/in", true, 0),
    ...change("d/in", true, 0.5),
    ...change("d/in", false, 3),
    ...change("d/in", true, 3.2), // a trailer
    ...change("d/in", false, 4),
  ];
  assert.is(words.length, 1);
  assert.is(feed.tally()["bounced"], 1);
  assert.is(change("d/in", true, 8).length, 1);
});

test("who never checks out is forgotten, and no more than sixteen are inside", () => {
  const { pulse, feed } = setUp();
  pulse("d/in", 0);
  assert.equal(pulse("d/out", 181), []);
  assert.is(feed.tally()["forgotten"], 1);
  let asked = 0;
  for (let i = 0; i < 20; i++) asked += pulse("d/in", 200 + i * 5).length;
  assert.is(asked, 16);
  assert.is(feed.tally()["too-many"], 4);
});

test("where nobody knows which way it comes, it does not say when", () => {
  assert.not("eta" in setUp([]).pulse("d/in", 0)[0]!);
  assert.not("eta" in setUp([APPROACH, { ...APPROACH, id: 2 }]).pulse("d/in", 0)[0]!);
});

test("other detectors are no vehicles", () => {
  const { pulse, feed } = setUp();
  assert.equal([...pulse("d/call", 0), ...pulse("d/unknown", 1)], []);
  assert.is(feed.tally()["not-a-vehicle"], 4);
});

test.run();
