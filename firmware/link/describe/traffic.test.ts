import { test } from "uvu";
import * as assert from "uvu/assert";
import { sign1 } from "../commands/cose.ts";
import { CABINET_MODULES, MODULES } from "../modules.ts";
import { MESSAGE_TYPES, topicOf } from "../topic.ts";
import { decode, encode } from "../wire/cbor.ts";
import type { Delivery } from "../wire/connection.ts";
import { exampleOf } from "./example.ts";
import { type MessageSpec, messagesOf } from "./messages.ts";
import { trafficJudge } from "./traffic.ts";

const NODE = "21231/cab-0117";
const SUPERVISOR = "cockpit";
const TS = "2026-02-24T10:00:00.000Z";
const judge = trafficJudge();
const specs = messagesOf();

const topic = ({ to, type, code, channel }: MessageSpec) =>
  topicOf(to === "node" ? NODE : SUPERVISOR, type, code, channel);
const delivery = ({ qos, retain, asks, answers, code, channel }: MessageSpec): Delivery => ({
  qos,
  retain: retain === "always",
  ...(asks ? { responseTopic: topicOf(SUPERVISOR, asks, code, channel) } : {}),
  ...(asks || answers ? { correlation: Uint8Array.of(1, 2, 3) } : {}),
});
const find = (type: string, code?: string) => {
  const spec = specs.find((one) => one.type === type && (code === undefined || one.code === code));
  if (!spec) throw new Error(`no ${type} ${code}`);
  return spec;
};
/** What is wrong with the example of a message, changed so. */
const changed = (spec: MessageSpec, value: unknown, more: Partial<Delivery> = {}) =>
  judge(topic(spec), encode(value), { ...delivery(spec), ...more })?.field;
const entry = { ts: TS, values: { open: { "door/1": true } }, seq: 5 };
const past = { ...entry, next_ts: TS };

test("the example of every message of every module passes, as bytes, and all ten types are among them", () => {
  for (const spec of specs) {
    const bytes = encode(exampleOf(spec.payload));
    assert.is(judge(topic(spec), bytes, delivery(spec)), null, topic(spec));
  }
  assert.equal([...new Set(specs.map(({ type }) => type))].toSorted(), MESSAGE_TYPES.toSorted());
  assert.ok(specs.length > 100);
});

test("no two messages share a topic: a status and an alarm of one code would be fetched alike", () => {
  const topics = specs.map(topic);
  assert.equal(
    topics.filter((one, i) => topics.indexOf(one) !== i),
    [],
  );
});

test("no message passes with another quality of service, nor asked or answered without its properties", () => {
  for (const spec of specs) {
    const value = exampleOf(spec.payload);
    assert.is(changed(spec, value, { qos: spec.qos === 1 ? 0 : 1 }), "qos", topic(spec));
    if (spec.retain === "always") assert.is(changed(spec, value, { retain: false }), "retain", topic(spec));
    if (spec.retain === "never") assert.is(changed(spec, value, { retain: true }), "retain", topic(spec));
    if (spec.asks || spec.answers) {
      const { correlation: _, ...without } = delivery(spec);
      assert.is(judge(topic(spec), encode(value), without)?.field, "correlation data", topic(spec));
    } else assert.is(changed(spec, value, { correlation: Uint8Array.of(1) }), "correlation data", topic(spec));
    assert.is(changed(spec, value, { responseTopic: "cockpit/result/x.y" }), "response topic", topic(spec));
    assert.is(changed(spec, value, { user: { colour: "red" } }), "user property colour", topic(spec));
  }
});

test("no message passes with one field too many, of another type, or missing", () => {
  for (const spec of specs) {
    const value = exampleOf(spec.payload);
    if (typeof value !== "object" || value === null) continue;
    assert.is.not(changed(spec, { ...value, colour: 1 }), undefined, topic(spec));
    for (const name of Object.keys(value)) assert.is.not(changed(spec, { ...value, [name]: [7.5] }), undefined, name);
    assert.is.not(changed(spec, {}), undefined, topic(spec));
  }
});

test("codes and channels that no offered module has are no topics", () => {
  const bytes = encode({ state: "running" });
  for (const rest of ["channel/lighting.colour", "channel/access.contacts/live", "nonsense", "channel"])
    assert.is(judge(`${NODE}/${rest}`, bytes, { qos: 1, retain: true })?.field, "topic", rest);
  const cabinets = trafficJudge(MODULES.filter(({ name }) => CABINET_MODULES.includes(name)));
  const junction = find("channel", "tlc.plan");
  assert.is(cabinets(topic(junction), bytes, { qos: 1, retain: true })?.field, "topic");
  assert.is(judge(topic(junction), bytes, { qos: 1, retain: true }), null);
});

test("a status is retained only as a complete data set, told by its last entry", () => {
  const spec = find("status", "tlc.plan");
  const part = { ts: TS, values: { source: "forced" }, seq: 1 };
  const all = { ts: TS, values: { status: 3 }, seq: 2 };
  assert.is(changed(spec, { entries: [part, all] }, { retain: true }), undefined);
  assert.is(changed(spec, { entries: [part] }, { retain: true }), "retain");
  assert.is(changed(spec, { entries: [part] }), undefined);
});

test("an empty payload clears what a status left, and is nothing else", () => {
  const empty = new Uint8Array();
  const spec = find("status", "access.contacts");
  assert.is(judge(topic(spec), empty, { qos: 1, retain: true }), null);
  assert.is(judge(topic(spec), empty, { qos: 1, retain: false })?.field, "payload");
  for (const type of ["presence", "alarm", "channel", "throttle"])
    assert.is(judge(topic(find(type)), empty, delivery(find(type)))?.field, "payload", type);
});

test("entries are in order, and none only where that says something", () => {
  const status = find("status", "access.contacts");
  assert.is(changed(status, { entries: [entry, { ...entry, seq: 6 }] }), undefined);
  assert.is(changed(status, { entries: [entry, entry] }), "entries.1.seq");
  assert.is(changed(status, { entries: [] }), "entries");
  const history = find("history", "access.contacts");
  assert.is(changed(history, { entries: [], complete: true }), undefined);
  assert.is(changed(history, { entries: [], complete: false }), "entries");
  assert.is(
    changed(history, {
      entries: [
        { ...past, next_ts: null },
        { ...past, seq: 6 },
      ],
      complete: true,
    }),
    "entries.0.next_ts",
  );
  const replay = find("replay", "tlc.plan");
  assert.is(changed(replay, { entries: [], done: true }), undefined);
  assert.is(changed(replay, { entries: [] }), "entries");
});

test("an alarm is retained if and only if it is a full update, which holds what stands", () => {
  const alarm = find("alarm", "access.door");
  const event = { ts: TS, component: "door/1", active: false, values: { message: "closed" }, seq: 3 };
  const stands = { ...event, active: true };
  assert.is(changed(alarm, { entries: [event] }), undefined);
  assert.is(changed(alarm, { entries: [event] }, { retain: true }), "retain");
  assert.is(changed(alarm, { entries: [stands], full: true }, { retain: true }), undefined);
  assert.is(changed(alarm, { entries: [], full: true }, { retain: true }), undefined);
  assert.is(changed(alarm, { entries: [stands], full: true }), "retain");
  assert.is(changed(alarm, { entries: [event], full: true }, { retain: true }), "entries.0.active");
  assert.is(changed(alarm, { entries: [] }), "entries");
});

test("runs are decimal numbers from 1, of what is journaled; presence names the draft", () => {
  const alarm = find("alarm");
  const value = exampleOf(alarm.payload);
  assert.is(changed(alarm, value, { user: { run: "12", clock: "unset" } }), undefined);
  for (const run of ["0", "01", "-1", "1.5", "x"])
    assert.is(changed(alarm, value, { user: { run } }), "user property run");
  const live = find("status", "lighting.buses");
  assert.is(changed(live, exampleOf(live.payload), { user: { run: "1" } }), "user property run");
  assert.is(changed(alarm, value, { user: { next: "0" } }), undefined);
  assert.is(changed(alarm, value, { user: { next: "-1" } }), "user property next");
  assert.is(changed(live, exampleOf(live.payload), { user: { next: "0" } }), "user property next");
  assert.is(changed(find("presence"), "online", { user: { rsmp4: "2026-02-26", version: "1" } }), undefined);
  assert.is(changed(find("presence"), "online", { user: { rsmp4: "2025-01-01" } }), "user property rsmp4");
});

test("a signed command is judged by what is signed; nothing else may be signed", async () => {
  const command = find("command", "lighting.level.set");
  const sign = (value: unknown) =>
    sign1(Uint8Array.of(1), encode(value), new Uint8Array(), async () => new Uint8Array(64));
  const good = exampleOf(command.payload) as object;
  assert.is(judge(topic(command), await sign(good), delivery(command)), null);
  assert.is(
    judge(topic(command), await sign({ ...good, values: { level: 101 } }), delivery(command))?.field.slice(0, 6),
    "values",
  );
  const cut = (await sign(good)).subarray(0, -1);
  assert.is(judge(topic(command), cut, delivery(command))?.field, "payload");
  const status = find("status", "access.contacts");
  assert.is(judge(topic(status), await sign({ entries: [entry] }), delivery(status))?.field, "payload");
});

test("what is no CBOR of JSON data is named as such", () => {
  const problem = judge(topic(find("presence")), Uint8Array.of(0xc1, 0), { qos: 1, retain: true });
  assert.equal(problem, { field: "payload", message: "is tag: allowed is one CBOR item of JSON data" });
  assert.ok(decode(encode("online")).ok);
});

test("what cabinets tell each other is judged by its own table", () => {
  const judge = trafficJudge();
  const once = { qos: 0, retain: false } as const;
  const topic = "21231/a/neighbour/21231/b/lac";
  const coming = { coming: { earliest: 3, latest: 20 } };
  assert.is(judge(topic, encode(coming), once), null);
  assert.is(judge(topic, encode({}), once), null);
  assert.is(judge(topic, encode({ coming: { ...coming.coming, people: 3 } }), once)?.field, "coming.people");
  assert.is(judge(topic, encode(coming), { qos: 1, retain: false })?.field, "qos");
  assert.is(judge(topic, encode(coming), { qos: 0, retain: true })?.field, "retain");
  assert.is(judge(topic, new Uint8Array([0xff]), once)?.field, "payload");
  assert.is(judge("21231/a/neighbour/lac", encode(coming), once)?.field, "topic");
});

test.run();
