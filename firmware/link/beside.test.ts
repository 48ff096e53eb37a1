import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../../controllers/units.ts";
import { linkScene, NODE } from "../../sim/link-scene.ts";
import { covers, sideTopics } from "./beside.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (of: string) => new TextEncoder().encode(of);
const ONCE = { qos: 1, retain: false } as const;

test("a topic of others comes over the node's session, and again after a broken one; nothing that was retained", async () => {
  const topics = sideTopics();
  const feed = topics.feed("city/people/7");
  const heard: string[] = [];
  const stop = new AbortController();
  feed.listen((payload) => heard.push(text(payload)), stop.signal);
  const scene = await linkScene({ sideTopics: topics });
  const publish = async (topic: string, what: string, retain = false) => {
    scene.cockpit.publish(topic, bytes(what), { ...ONCE, retain });
    await scene.clock.advance(seconds(1));
  };
  await publish("city/people/7", "a", true);
  await publish("city/people/8", "another's");
  scene.broker.drop(NODE);
  await scene.clock.advance(seconds(10));
  await publish("city/people/7", "b");
  assert.equal(heard, ["a", "b"]);
  assert.is(scene.link.counters().ignored, 0, "not one of them was taken for a command");
  stop.abort();
  await publish("city/people/7", "c");
  assert.equal(heard, ["a", "b"]);
  await scene.end();
});

test("without a session nothing is sent, and nothing is kept for one", () => {
  const topics = sideTopics();
  assert.is(topics.send("a/neighbour/b/c", bytes("x"), seconds(60)), false);
  const sent: string[] = [];
  topics.sender((topic, payload, expiry) => {
    sent.push(`${topic} ${text(payload)} ${expiry}`);
    return true;
  });
  assert.is(topics.send("a/neighbour/b/c", bytes("y"), seconds(60)), true);
  assert.equal(sent, ["a/neighbour/b/c y 60000"]);
});

test("a topic has one feed, and only what has one is taken", () => {
  const topics = sideTopics();
  topics.feed("a");
  assert.throws(
    () => topics.feed("a"),
    (error: unknown) => error instanceof TypeError && /allowed is one/.test(error.message),
  );
  assert.equal(topics.topics, ["a"]);
  assert.is(topics.receive({ topic: "a", payload: bytes("before anybody listens") }), true);
  assert.is(topics.receive({ topic: "a/b", payload: bytes("") }), false);
});

test("a filter hears every topic that it covers, with the topic's name", () => {
  const topics = sideTopics();
  const heard: string[] = [];
  topics.feed("/hfp/v2/journey/+/vp/bus/#").listen((_, topic) => heard.push(topic ?? ""), new AbortController().signal);
  const payload = new Uint8Array();
  const covered = ["/hfp/v2/journey/ongoing/vp/bus", "/hfp/v2/journey/upcoming/vp/bus/0018/00423/1/x"];
  for (const topic of covered) assert.ok(topics.receive({ topic, payload }), topic);
  const others = [
    "/hfp/v2/journey/vp/bus/1",
    "/hfp/v2/journey/ongoing/vp/tram/1",
    "hfp/v2/journey/ongoing/vp/bus/1",
    "$SYS/x",
  ];
  for (const topic of others) assert.not(topics.receive({ topic, payload }), topic);
  assert.equal(heard, covered);
  assert.equal(topics.topics, ["/hfp/v2/journey/+/vp/bus/#"]);
  assert.ok(covers("#", "a/b") && !covers("#", "$SYS/a") && covers("a/#", "a") && !covers("a/+", "a"));
});

test.run();
