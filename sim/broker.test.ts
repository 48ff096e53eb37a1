import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../controllers/units.ts";
import { silent } from "../firmware/hal/log.ts";
import {
  type Connection,
  type ConnectionOptions,
  keepConnected,
  type Message,
} from "../firmware/link/wire/connection.ts";
import { type Fate, MemoryBroker } from "./broker.ts";
import { settled, VirtualClock } from "./clock.ts";
import { SeededRandom } from "./random.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = ({ payload }: Message) => new TextDecoder().decode(payload);
const KEPT = { qos: 1, retain: true } as const;
const PASSING = { qos: 1, retain: false } as const;

function setUp() {
  const clock = new VirtualClock(instant(0));
  const broker = new MemoryBroker(clock);
  const client = (clientId: string, more: Partial<ConnectionOptions> = {}) => {
    const heard: Message[] = [];
    const connection: Connection = keepConnected({
      url: "mqtt://simulated",
      open: broker.open,
      clientId,
      subscriptions: [],
      clock,
      random: new SeededRandom(1),
      log: silent,
      onConnect() {},
      onMessage: (message) => heard.push(message),
      onRoom() {},
      ...more,
    });
    return { connection, heard, topics: () => heard.map(({ topic }) => topic) };
  };
  return { clock, broker, client };
}

test("a message reaches those whose filter fits, and as it was published", async () => {
  const { client } = setUp();
  const one = client("one", { subscriptions: ["a/+/c", "x/#"] });
  const other = client("other", { subscriptions: ["a/b", "a/+/c/d", "y/#"] });
  const from = client("from");
  await settled();
  assert.ok(from.connection.publish("a/b/c", bytes("hi"), { ...PASSING, responseTopic: "back", user: { k: "v" } }));
  for (const topic of ["x", "x/y/z", "a/b", "a/b/c/d", "b"]) from.connection.publish(topic, bytes(""), PASSING);
  await settled();
  assert.equal(one.topics(), ["a/b/c", "x", "x/y/z"]);
  assert.equal(other.topics(), ["a/b", "a/b/c/d"]);
  const [first] = one.heard;
  assert.is(first && textOf(first), "hi");
  assert.is(first?.retain, false);
  assert.is(first?.responseTopic, "back");
  assert.equal(first?.user, { k: "v" });
});

test("what is retained comes to who comes later, until it is cleared", async () => {
  const { client } = setUp();
  const from = client("from");
  await settled();
  from.connection.publish("kept", bytes("1"), KEPT);
  from.connection.publish("kept", bytes("2"), KEPT);
  from.connection.publish("cleared", bytes("1"), KEPT);
  from.connection.publish("cleared", bytes(""), KEPT);
  from.connection.publish("passing", bytes("1"), PASSING);
  const late = client("late", { subscriptions: ["#"] });
  await settled();
  assert.equal(late.topics(), ["kept"]);
  assert.is(late.heard[0] && textOf(late.heard[0]), "2");
  assert.is(late.heard[0]?.retain, true);
});

test("a client that is cut leaves its will, cannot come back before it is restored, and then does by itself", async () => {
  const { clock, broker, client } = setUp();
  const watcher = client("watcher", { subscriptions: ["will"] });
  const cabinet = client("cabinet", { will: { topic: "will", payload: bytes("offline") } });
  await settled();
  broker.cut("cabinet");
  assert.not(cabinet.connection.connected);
  assert.not(cabinet.connection.publish("x", bytes(""), PASSING));
  await clock.advance(seconds(10));
  assert.equal(watcher.topics(), ["will"]);
  assert.is(cabinet.connection.sessions, 1);
  broker.restore("cabinet");
  await clock.advance(seconds(15));
  assert.ok(cabinet.connection.connected);
  assert.is(cabinet.connection.sessions, 2);
});

test("an ordered end says its last word and leaves no will", async () => {
  const { clock, client } = setUp();
  const watcher = client("watcher", { subscriptions: ["#"] });
  const cabinet = client("cabinet", { will: { topic: "will", payload: bytes("offline") } });
  await settled();
  await clock.run(
    cabinet.connection.close({ topic: "last", payload: bytes("shutdown"), delivery: KEPT }),
    milliseconds(1),
  );
  assert.equal(watcher.topics(), ["last"]);
});

test("a client that comes again takes its old session's place", async () => {
  const { client } = setUp();
  const first = client("same");
  await settled();
  const second = client("same");
  await settled();
  assert.not(first.connection.connected);
  assert.ok(second.connection.connected);
});

test("tells what became of each message: taken, late, refused, or lost with the session", async () => {
  const { clock, broker, client } = setUp();
  const watcher = client("watcher", { subscriptions: ["#"] });
  let rooms = 0;
  const from = client("from", { onRoom: () => rooms++ });
  await settled();
  const fates: Record<string, Fate> = {
    late: { kind: "taken", ackAfter: seconds(3) },
    refused: { kind: "refused", reason: 0x87 },
    arrives: { kind: "cut", reached: true },
    vanishes: { kind: "cut", reached: false },
  };
  broker.fate = (_, topic) => fates[topic] ?? { kind: "taken" };
  const told: string[] = [];
  const say = (topic: string) =>
    from.connection.publish(topic, bytes(""), PASSING, (ack) => told.push(`${topic} ${ack.kind}`));
  say("late");
  say("soon");
  say("refused");
  await settled();
  assert.equal(told.splice(0), ["soon acknowledged", "refused refused"]);
  assert.is(from.connection.inFlight, 1);
  await clock.advance(seconds(3));
  assert.equal(told.splice(0), ["late acknowledged"]);
  for (let i = 0; i < 20; i++) assert.ok(say("late"));
  assert.not(from.connection.hasRoom());
  assert.not(say("soon"));
  await clock.advance(seconds(3));
  assert.is(told.splice(0).length, 20);
  assert.is(rooms, 1);
  say("arrives");
  await clock.advance(seconds(20));
  say("late");
  say("vanishes");
  await clock.advance(seconds(20));
  assert.equal(told, ["arrives lost", "late lost", "vanishes lost"]);
  assert.not(watcher.topics().includes("vanishes"));
  assert.not(watcher.topics().includes("refused"));
  assert.ok(watcher.topics().includes("arrives"));
  assert.is(from.connection.sessions, 3);
});

test.run();
