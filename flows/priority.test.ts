import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemFinder } from "../firmware/link/check.ts";
import { COMMANDS } from "../firmware/link/modules.ts";
import { type PriorityConfig, priorityOf } from "./priority.ts";
import type { Msg } from "./red.ts";

const set: PriorityConfig = { node: "21231/cab-0201", junction: "tlc/1", group: "A" };
const open: PriorityConfig = { node: "", junction: "", group: "" };
const problem = problemFinder(COMMANDS["tlc.priority.request"].values);

const taken: [string, PriorityConfig, Msg, object][] = [
  [
    "what the editor set counts",
    set,
    { payload: "new", requestId: "r1", node: "x/y", junction: "tlc/2", group: "B" },
    { type: "new", requestId: "r1", junction: "tlc/1", signalGroupId: "A" },
  ],
  [
    "what it left open comes from the message",
    open,
    { payload: "new", requestId: " r1 ", node: "21231/cab-0201", junction: "tlc/2", group: "B" },
    { type: "new", requestId: "r1", junction: "tlc/2", signalGroupId: "B" },
  ],
  [
    "all that can be said",
    set,
    { payload: "new", requestId: "r1", eta: 12.5, level: 14, vehicleType: "tram" },
    { type: "new", requestId: "r1", junction: "tlc/1", signalGroupId: "A", eta: 13, level: 14, vehicleType: "tram" },
  ],
  [
    "an update says no way",
    { ...set, junction: "" },
    { payload: "update", requestId: "r1", eta: 0, vehicleType: "tram" },
    { type: "update", requestId: "r1", eta: 0 },
  ],
  [
    "a cancel says whose, no more",
    set,
    { payload: "cancel", requestId: "r1", eta: 999 },
    { type: "cancel", requestId: "r1", junction: "tlc/1" },
  ],
];
for (const [name, config, msg, values] of taken) {
  test(`${name}, and the cabinet's own table takes it`, () => {
    assert.equal(priorityOf(config, msg), { node: "21231/cab-0201", values });
    assert.is(problem(values), null);
  });
}

const fine: Msg = { payload: "new", requestId: "r1" };
const refused: [PriorityConfig, Msg, RegExp][] = [
  ...[undefined, null, "request", "New", 1, {}].map((payload): [PriorityConfig, Msg, RegExp] => [
    set,
    { ...fine, payload },
    /^msg\.payload is .*: allowed is "new", "update", "cancel"$/,
  ]),
  [open, fine, /^msg\.node is missing/],
  [{ ...set, group: " " }, fine, /^msg\.group is missing/],
  [set, { payload: "cancel" }, /^msg\.requestId is missing/],
  [set, { ...fine, requestId: 7 }, /^msg\.requestId is 7/],
  [set, { ...fine, requestId: "r".repeat(65) }, /^msg\.requestId is .*: allowed are 64 characters/],
  [{ ...set, group: "g".repeat(65) }, fine, /^msg\.group is .*: allowed are 64 characters/],
  [{ ...set, junction: "" }, { ...fine, junction: 1 }, /^msg\.junction is 1/],
  ...[-1, 256, "12", Number.NaN, true].map((eta): [PriorityConfig, Msg, RegExp] => [
    set,
    { ...fine, eta },
    /^msg\.eta is .*: allowed is a number from 0 to 255/,
  ]),
  [set, { ...fine, payload: "update", level: 15 }, /^msg\.level is 15: allowed is a number from 0 to 14/],
  [set, { ...fine, vehicleType: "Bus" }, /^msg\.vehicleType is "Bus": allowed is pedestrian, /],
];
for (const [config, msg, message] of refused) {
  test(`refused: ${JSON.stringify(msg).slice(0, 80)}, ${message.source.slice(0, 30)}`, () => {
    assert.throws(
      () => priorityOf(config, msg),
      (error: Error) => error instanceof TypeError && message.test(error.message),
    );
  });
}

test.run();
