/** A supervisor asks for what it missed, and gets it out of the journal. RSMP 4 draft, "Fetch" and "History". */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, milliseconds, minutes, seconds } from "../../../controllers/units.ts";
import { settled } from "../../../sim/clock.ts";
import { type LinkScene, linkScene, NODE, NOW } from "../../../sim/link-scene.ts";
import { type HistoryPayload, iso } from "../payload.ts";
import { encode } from "../wire/cbor.ts";
import type { Delivery } from "../wire/connection.ts";

const CODE = "access.contacts";
const HISTORY = `cockpit/history/${CODE}`;
const ALWAYS = { from: iso(NOW - hours(1)), to: iso(NOW + hours(24)) };
const bytes = (text: string) => new TextEncoder().encode(text);

function ask(made: LinkScene, payload: unknown = ALWAYS, change: Partial<Delivery> = {}, about = CODE): void {
  made.say(`fetch/${about}`, payload, {
    responseTopic: `cockpit/history/${about}`,
    correlation: bytes("c1"),
    ...change,
  });
}
const answers = ({ heard }: LinkScene, topic = HISTORY) => heard.filter((one) => one.topic === topic);
const payloads = (made: LinkScene, topic = HISTORY) => answers(made, topic).map(({ value }) => value as HistoryPayload);
const seqs = (messages: readonly HistoryPayload[]) => messages.flatMap(({ entries }) => entries.map(({ seq }) => seq));

/** Ten events, a second apart, told live. */
async function scene(): Promise<LinkScene> {
  const made = await linkScene();
  for (let n = 0; n < 10; n++) {
    made.event(n);
    await made.clock.advance(seconds(1));
  }
  await made.clock.advance(seconds(5));
  made.heard.length = 0;
  return made;
}

test("answers with every entry of the time asked for, in bounded messages, the last complete; correlation echoed", async () => {
  const made = await scene();
  ask(made);
  await made.clock.advance(seconds(10));
  const messages = payloads(made);
  assert.equal(seqs(messages), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.ok(messages.length > 2);
  assert.equal(
    messages.map(({ complete, beginning, end }) => [complete, beginning, end]),
    messages.map((_, n) => [n === messages.length - 1, n === 0 || undefined, n === messages.length - 1 || undefined]),
  );
  const entries = messages.flatMap((message) => message.entries);
  assert.equal(
    entries.map(({ next_ts }) => next_ts),
    [...entries.slice(1).map(({ ts }) => ts), null],
  );
  assert.equal(entries[3]?.values, { open: { "door/3": true } });
  for (const { correlation, retain } of answers(made)) {
    assert.equal(correlation && [...correlation], [...bytes("c1")]);
    assert.not(retain);
  }
  assert.is(made.link.counters().fetches, 1);
  await made.end();
});

test("from counts and to does not; beginning and end are told only where they are reached", async () => {
  const made = await scene();
  ask(made, { from: iso(NOW + 3000), to: iso(NOW + 6000) });
  await made.clock.advance(seconds(10));
  assert.equal(seqs(payloads(made)), [3, 4, 5]);
  assert.equal(
    payloads(made).map(({ beginning, end }) => [beginning, end]),
    [[undefined, undefined]],
  );
  await made.end();
});

test("where there is nothing, one message says so: empty times, a time upside down, a channel that is not kept", async () => {
  const made = await scene();
  const empty = { entries: [], complete: true };
  ask(made, { from: iso(NOW + hours(1)), to: iso(NOW + hours(2)) });
  await made.clock.advance(seconds(2));
  ask(made, { from: ALWAYS.to, to: ALWAYS.from });
  await made.clock.advance(seconds(2));
  assert.equal(payloads(made), [empty, empty]);
  ask(made, ALWAYS, {}, "lighting.lamps/live");
  await made.clock.advance(seconds(2));
  assert.equal(payloads(made, "cockpit/history/lighting.lamps/live"), [empty]);
  await made.end();
});

test("works on a stopped channel, tells its runs apart, and tells nothing that came after the fetch", async () => {
  const made = await scene();
  made.say(`throttle/${CODE}`, { action: "stop" });
  await made.clock.advance(seconds(1));
  // So slow that it is under way when there is more.
  made.broker.fate = (_, topic) => ({ kind: "taken", ...(topic === HISTORY && { ackAfter: milliseconds(500) }) });
  ask(made);
  await made.clock.advance(milliseconds(50));
  made.say(`throttle/${CODE}`, { action: "start" });
  await made.clock.advance(seconds(10));
  assert.equal(seqs(payloads(made)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  made.heard.length = 0;
  ask(made);
  await made.clock.advance(seconds(10));
  const last = answers(made).at(-1);
  assert.equal(seqs([last?.value as HistoryPayload]), [0]);
  assert.is(last?.user["run"], "1");
  await made.end();
});

test("alarms are answered too: hulotte's own extension", async () => {
  const made = await scene();
  made.link.alarm("access.door", "door/1", true, "open", NOW);
  await made.clock.advance(seconds(1));
  made.link.alarm("access.door", "door/1", false, "", made.clock.now());
  await made.clock.advance(seconds(1));
  ask(made, ALWAYS, {}, "access.door");
  await made.clock.advance(seconds(2));
  assert.equal(
    payloads(made, "cockpit/history/access.door").flatMap(({ entries }) =>
      entries.map(({ seq, values }) => [seq, values]),
    ),
    [
      [0, { component: "door/1", active: true, message: "open" }],
      [1, { component: "door/1", active: false, message: "" }],
    ],
  );
  await made.end();
});

const ignored: readonly [string, unknown, Partial<Delivery>, string][] = [
  ["no response topic", ALWAYS, { responseTopic: undefined as never }, CODE],
  ["a response topic of another code", ALWAYS, { responseTopic: "cockpit/history/footfall.counts" }, CODE],
  ["a response topic of another channel", ALWAYS, { responseTopic: `cockpit/history/${CODE}/x` }, CODE],
  ["a response topic that is no history", ALWAYS, { responseTopic: `cockpit/result/${CODE}` }, CODE],
  [
    "a response topic that is a command of another cabinet",
    ALWAYS,
    { responseTopic: "x/command/lighting.level.set" },
    CODE,
  ],
  ["no correlation", ALWAYS, { correlation: undefined as never }, CODE],
  ["a correlation longer than allowed", ALWAYS, { correlation: new Uint8Array(65) }, CODE],
  ["a retained message", ALWAYS, { retain: true }, CODE],
  ["a code that there is not", ALWAYS, {}, "x.y"],
  ["a channel that there is not", ALWAYS, {}, `${CODE}/x`],
  ["no end", { from: ALWAYS.from }, {}, CODE],
  ["a day that is not", { from: ALWAYS.from, to: "2026-02-31T25:00:00Z" }, {}, CODE],
  ["what is no CBOR", new Uint8Array([0xff]), {}, CODE],
];
for (const [name, payload, change, about] of ignored) {
  test(`ignores a fetch with ${name}`, async () => {
    const made = await scene();
    ask(made, payload, change, about);
    await made.clock.advance(seconds(2));
    assert.equal(
      made.heard.filter(({ topic }) => !topic.includes("/fetch/")).map(({ topic }) => topic),
      [],
    );
    assert.is(made.link.counters().ignored, 1);
    assert.is(made.link.counters().fetches, 0);
    await made.end();
  });
}

test("64 fetches are answered in turns; one more is not taken, and the same one twice is one", async () => {
  const made = await scene();
  for (const n of [...Array(65).keys(), 0]) {
    ask(made, ALWAYS, { correlation: bytes(`c${n}`) });
    await settled();
  }
  await made.clock.advance(minutes(2));
  const by = Map.groupBy(answers(made), ({ correlation }) => new TextDecoder().decode(correlation));
  assert.equal([...by.keys()].sort(), [...Array(64).keys()].map((n) => `c${n}`).sort());
  for (const heard of by.values()) assert.equal(seqs(heard.map(({ value }) => value as HistoryPayload)).length, 10);
  const order = answers(made).map(({ correlation }) => new TextDecoder().decode(correlation));
  // The first is answered while the others come.
  assert.is(new Set(order.slice(0, 66)).size, 64);
  assert.is(made.link.counters().ignored, 1);
  await made.end();
});

test("a fetch whose answer the broker refuses, or whose session ends, is given up; replay is not", async () => {
  const made = await scene();
  made.broker.fate = (client, topic) =>
    client === NODE && topic.startsWith("cockpit/") ? { kind: "refused", reason: 0x87 } : { kind: "taken" };
  const before = made.link.counters().published;
  ask(made);
  await made.clock.advance(seconds(5));
  assert.equal(answers(made), []);
  assert.is(made.link.counters().published - before, 1);
  assert.is(made.link.counters().quarantined, 0);
  made.broker.fate = () => ({ kind: "taken" });
  ask(made, ALWAYS, { correlation: bytes("c2") });
  await made.clock.advance(milliseconds(1));
  made.broker.drop(NODE);
  const told = answers(made).length;
  await made.clock.advance(seconds(30));
  assert.ok(told < 4 && answers(made).length === told);
  await made.end();
});

test("while a replay goes on, history is every fourth message", async () => {
  const made = await scene();
  made.broker.cut(NODE);
  for (let n = 10; n < 70; n++) {
    made.event(n);
    await made.clock.advance(seconds(1));
  }
  made.broker.restore(NODE);
  await made.clock.run(until(made), minutes(1));
  made.heard.length = 0;
  ask(made);
  await made.clock.advance(seconds(30));
  const order = made.heard
    .filter(({ topic }) => /replay\/access|cockpit/.test(topic))
    .map(({ topic }) => topic === HISTORY);
  const lastReplay = order.lastIndexOf(false);
  const shared = order.slice(order.indexOf(true), lastReplay);
  assert.ok(shared.length >= 12, `${shared.length}`);
  assert.equal(
    shared,
    shared.map((_, n) => n % 4 === 0),
  );
  await made.end();
});

/** Resolves when the node is back. */
async function until({ link, clock }: LinkScene): Promise<void> {
  while (!link.connected) await clock.sleep(milliseconds(10), "until it is back");
}

test("a fetch counts as one of a rate: a flood of them is not even read", async () => {
  const made = await scene();
  for (let n = 0; n < 45; n++) {
    for (let m = 0; m < 10; m++) ask(made, encode(7));
    await settled();
  }
  assert.is(made.link.counters().ignored, 450);
  ask(made);
  await made.clock.advance(milliseconds(100));
  assert.equal(answers(made), []);
  await made.clock.advance(minutes(4));
  ask(made);
  await made.clock.advance(seconds(10));
  assert.equal(seqs(payloads(made)).length, 10);
  await made.end();
});

test.run();
