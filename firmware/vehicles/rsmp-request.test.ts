import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, seconds } from "../../controllers/units.ts";
import { type RequestArguments, requestFeed, wordOf } from "./rsmp-request.ts";

const at = instant(1_800_000_000_000);
const read = (said: RequestArguments) => wordOf(said, "cockpit", at);
const NEW = { type: "new", requestId: "867d", signalGroupId: "A1" };
const REQUEST = { kind: "request", source: "cockpit", id: "867d", movement: { group: "A1" }, facts: {}, at };

test("the transcript of RSMP's validator, with texts of digits, and the link's numbers", () => {
  const word = { ...REQUEST, level: 7, eta: seconds(10), facts: { type: "car" } };
  assert.equal(read({ ...NEW, level: "7", eta: "10", vehicleType: "car" }), word);
  assert.equal(read({ ...NEW, level: 7, eta: 10, vehicleType: "car" }), word);
});

test("each of the six ways", () => {
  const { signalGroupId: _, ...bare } = NEW;
  for (const [said, movement] of [
    [{ inputId: 255 }, { inputId: 255 }],
    [{ connectionId: "0" }, { connectionId: 0 }],
    [{ approachId: 16 }, { approach: 16 }],
    [{ laneInId: 3 }, { laneInId: 3 }],
    [
      { laneInId: 3, laneOutId: 9 },
      { laneInId: 3, laneOutId: 9 },
    ],
    [{ priorityId: 9 }, { priorityId: 9 }],
  ] as const)
    assert.equal(read({ ...bare, ...said }), { ...REQUEST, movement });
});

test("update and cancel", () => {
  const said = { requestId: "867d" };
  const word = { source: "cockpit", id: "867d", at };
  assert.equal(read({ ...said, type: "update", eta: 5 }), { ...word, kind: "update", eta: seconds(5) });
  assert.equal(read({ ...said, type: "update" }), { ...word, kind: "update" });
  assert.equal(read({ ...said, type: "cancel" }), { ...word, kind: "cancel" });
});

test("what is wrong is named, and asks for nothing", () => {
  const { signalGroupId: _, ...bare } = NEW;
  for (const [said, argument] of [
    [{ ...NEW, requestId: "" }, "requestId"],
    [{ ...NEW, requestId: 5 }, "requestId"],
    [{ ...NEW, requestId: "x".repeat(65) }, "requestId"],
    [{ ...NEW, type: "NEW" }, "type"],
    [{ ...NEW, level: 15 }, "level"],
    [{ ...NEW, level: null }, "level"],
    [{ ...NEW, level: 1.5 }, "level"],
    [{ ...NEW, level: "-1" }, "level"],
    [{ ...NEW, eta: 256 }, "eta"],
    [{ ...NEW, eta: "" }, "eta"],
    [{ ...NEW, vehicleType: "ship" }, "vehicleType"],
    [{ ...NEW, inputId: 3 }, "inputId"],
    [{ ...NEW, laneOutId: 3 }, "laneOutId"],
    [{ ...NEW, securityCode: "1" }, "securityCode"],
    [{ ...NEW, signalGroupId: null }, "signalGroupId"],
    [bare, "signalGroupId"],
    [{ ...bare, approachId: 17 }, "approachId"],
    [{ ...bare, inputId: 256 }, "inputId"],
    [{ ...bare, inputId: null }, "inputId"],
    [{ ...bare, laneInId: 1, laneOutId: 300 }, "laneOutId"],
    [{ ...NEW, type: "update" }, "signalGroupId"],
    [{ ...NEW, type: "cancel" }, "signalGroupId"],
    [{ requestId: "867d", type: "update", laneOutId: 1 }, "laneOutId"],
  ] as const) {
    const found = read(said);
    assert.ok("argument" in found, JSON.stringify(said));
    assert.is("argument" in found && found.argument, argument, JSON.stringify(said));
  }
});

test("as a feed: what is none is counted", () => {
  const feed = requestFeed({ source: "cockpit" });
  assert.is(feed.take(NEW, at).length, 1);
  assert.equal(feed.take({}, at), []);
  assert.equal(feed.tally(), { requests: 1, refused: 1 });
});

test.run();
