import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MESSAGE_TYPES, nodeProblem, parseTopic, topicOf } from "./topic.ts";

test("builds and parses topics of nodes with one or more levels", () => {
  assert.is(topicOf("45fe", "presence"), "45fe/presence");
  assert.is(topicOf("21231/cab-0117", "status", "lighting.lamps"), "21231/cab-0117/status/lighting.lamps");
  assert.is(topicOf("dk/cph/tlc-001", "status", "tlc.groups", "live"), "dk/cph/tlc-001/status/tlc.groups/live");
  assert.equal(parseTopic("dk/cph/tlc-001/channel/tlc.groups/5s"), {
    node: "dk/cph/tlc-001",
    type: "channel",
    code: "tlc.groups",
    channel: "5s",
  });
  assert.equal(parseTopic("45fe/status/alarm"), { node: "45fe", type: "status", code: "alarm" });
  assert.equal(parseTopic("45fe/presence"), { node: "45fe", type: "presence" });
});

const level = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}$/).filter((word) => !MESSAGE_TYPES.includes(word as never));
const code = fc.stringMatching(/^[a-z0-9]{1,6}(\.[a-z0-9]{1,6}){0,2}$/);

test("what was built is parsed back", () => {
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 4 }), code, fc.option(code), (levels, word, channel) => {
      const node = levels.join("/");
      const topic = { node, type: "status" as const, code: word, ...(channel === null ? {} : { channel }) };
      assert.equal(parseTopic(topicOf(node, "status", word, channel ?? undefined)), topic);
    }),
  );
});

for (const bad of [
  "",
  "/a",
  "a/",
  "a b",
  "a/+/b",
  "a/#",
  "$SYS",
  "a/status",
  "presence",
  "a\u0000b",
  "x".repeat(129),
]) {
  test(`refuses the node ${JSON.stringify(bad).slice(0, 20)}`, () => {
    assert.type(nodeProblem(bad), "string");
    assert.throws(() => topicOf(bad, "presence"), /node/);
  });
}

test("refuses bad codes and channels, naming them", () => {
  assert.throws(() => topicOf("a", "status", "Bad Code"), /code is "Bad Code"/);
  assert.throws(() => topicOf("a", "status", "a..b"), /code/);
  assert.throws(() => topicOf("a", "status"), /code is undefined for status/);
  assert.throws(() => topicOf("a", "presence", "x"), /code is x for presence/);
  assert.throws(() => topicOf("a", "command", "x.y", "live"), /channel is "live" for command/);
  assert.throws(() => topicOf("a", "status", "x.y", "a/b"), /channel/);
});

for (const foreign of [
  "",
  "presence",
  "/presence",
  "a/presence/x",
  "a/status",
  "a/status/x/y/z",
  "a/command/x/y",
  "a/alarm/",
  "a//status/x",
  "a/nothing/x",
  "$SYS/broker/status/x",
]) {
  test(`takes ${JSON.stringify(foreign)} for no topic of RSMP 4`, () => assert.is(parseTopic(foreign), null));
}

test.run();
