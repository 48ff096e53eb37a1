/** What was missed is told beside live data, in the order in which it happened, once. RSMP 4 draft, "Replay". */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../../controllers/units.ts";
import { settled } from "../../../sim/clock.ts";
import { type LinkScene, linkScene, NODE } from "../../../sim/link-scene.ts";
import { iso, type ReplayPayload } from "../payload.ts";
import { REPLAY_BYTES } from "./replay.ts";

const REPLAY = "replay/access.contacts";

/** Cuts the node off, lets `count` events happen a second apart, and brings it back. */
async function missed(scene: LinkScene, count: number, first = 100): Promise<void> {
  scene.broker.cut(NODE);
  for (let n = first; n < first + count; n++) {
    scene.event(n);
    await scene.clock.advance(seconds(1));
  }
  scene.heard.length = 0;
  scene.broker.restore(NODE);
}

const replays = ({ heard }: LinkScene, about = REPLAY) =>
  heard.filter((one) => one.about === about).map(({ value }) => value as ReplayPayload);
const seqs = (messages: readonly ReplayPayload[]) => messages.flatMap(({ entries }) => entries.map(({ seq }) => seq));

async function scene(): Promise<LinkScene> {
  const made = await linkScene();
  made.event(0);
  await made.clock.advance(seconds(1));
  return made;
}

test("a session with nothing to replay says so once for each channel, and of no other", async () => {
  const { clock, heard, end } = await scene();
  await clock.advance(seconds(60));
  const said = heard.filter(({ about }) => about.startsWith("replay/"));
  assert.equal(
    said.map(({ about, value, retain }) => [about, value, retain]),
    [
      [REPLAY, { entries: [], done: true }, false],
      ["replay/footfall.counts", { entries: [], done: true }, false],
      ["replay/lighting.lamps/hourly", { entries: [], done: true }, false],
    ],
  );
  await end();
});

test("what was missed comes oldest first, linked by next_ts, in bounded messages, the last of them done", async () => {
  const made = await scene();
  const { clock } = made;
  const began = clock.now();
  await missed(made, 10);
  await clock.advance(seconds(20));
  const messages = replays(made);
  const entries = messages.flatMap((message) => message.entries);
  assert.equal(seqs(messages), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(
    entries.map(({ ts }) => ts),
    Array.from({ length: 10 }, (_, n) => iso(began + n * 1000)),
  );
  assert.equal(
    entries.slice(0, -1).map(({ next_ts }) => next_ts),
    entries.slice(1).map(({ ts }) => ts),
  );
  assert.equal(entries.at(-1)?.values, { open: { "door/109": true } });
  assert.equal(
    messages.map(({ done }) => done),
    [...messages.slice(1).map(() => undefined), true],
  );
  assert.ok(messages.length > 2);
  for (const { payload, about } of made.heard) if (about === REPLAY) assert.ok(payload.length <= REPLAY_BYTES + 40);
  assert.is(made.link.counters().replayed, 10);
  await made.end();
});

test("the last entry's next_ts is null until there is a later one; beginning tells that nothing older is kept", async () => {
  const made = await linkScene();
  made.broker.cut(NODE);
  made.event(0);
  await made.clock.advance(seconds(1));
  made.broker.restore(NODE);
  await made.clock.advance(seconds(20));
  const [first] = replays(made).filter(({ entries }) => entries.length > 0);
  assert.is(first?.beginning, true);
  assert.is(first?.entries[0]?.next_ts, null);
  await missed(made, 1);
  await made.clock.advance(seconds(20));
  const [second] = replays(made);
  assert.is(second?.beginning, undefined);
  assert.is(second?.done, true);
  await made.end();
});

test("next_ts names the next entry that is kept, also where that one was told live", async () => {
  const made = await scene();
  const { clock, broker } = made;
  // The acknowledgements of 1 and 3 do not come before the session breaks; that of 2 does.
  let n = 0;
  broker.fate = (client, topic) =>
    client === NODE && topic.endsWith("status/access.contacts") && ++n % 2 === 1
      ? { kind: "taken", ackAfter: seconds(10) }
      : { kind: "taken" };
  const at: string[] = [];
  for (const door of [1, 2, 3]) {
    at.push(iso(clock.now()));
    made.event(door);
    await clock.advance(seconds(1));
  }
  made.heard.length = 0;
  broker.drop(NODE);
  await clock.advance(seconds(20));
  assert.equal(
    replays(made)[0]?.entries.map(({ seq, next_ts }) => [seq, next_ts]),
    [
      [1, at[1]],
      [3, null],
    ],
  );
  await made.end();
});

test("an interrupted replay goes on where it stopped, and repeats nothing that was acknowledged", async () => {
  const made = await scene();
  const { clock, broker } = made;
  await missed(made, 20);
  let passed = 0;
  broker.fate = (client, topic) =>
    client === NODE && topic.includes("/replay/access") && passed++ === 2
      ? { kind: "cut", reached: false }
      : { kind: "taken" };
  await clock.advance(seconds(60));
  // The last is the complete entry with which the session that broke began.
  assert.equal(
    seqs(replays(made)),
    Array.from({ length: 21 }, (_, n) => n + 1),
  );
  assert.is(replays(made).filter(({ done }) => done).length, 1);
  await made.end();
});

test("a replay that arrived though its acknowledgement was lost comes again, and nothing else does", async () => {
  const made = await scene();
  const { clock, broker } = made;
  await missed(made, 7);
  let passed = 0;
  broker.fate = (client, topic) =>
    client === NODE && topic.includes("/replay/access") && passed++ === 1
      ? { kind: "cut", reached: true }
      : { kind: "taken" };
  await clock.advance(seconds(60));
  const all = seqs(replays(made));
  assert.equal([...new Set(all)], [1, 2, 3, 4, 5, 6, 7, 8]);
  const twice = all.filter((seq, index) => all.indexOf(seq) !== index);
  assert.equal(
    twice,
    replays(made)[1]?.entries.map(({ seq }) => seq),
  );
  await made.end();
});

test("entries of two runs are never in one message; the run is told where it is not the first", async () => {
  const made = await scene();
  const { clock, broker, journal } = made;
  broker.cut(NODE);
  for (let n = 1; n < 5; n++) {
    made.event(n);
    await clock.advance(seconds(1));
    if (n === 2) journal.restart("status/access.contacts");
  }
  made.heard.length = 0;
  broker.restore(NODE);
  await clock.advance(seconds(20));
  const heard = made.heard.filter(({ about }) => about === REPLAY);
  assert.equal(
    heard.map(({ value, user }) => [user["run"], ...seqs([value as ReplayPayload])]),
    [
      [undefined, 1, 2],
      ["1", 0, 1],
    ],
  );
  await made.end();
});

test("what happened while the time was unknown is marked, until it is dated", async () => {
  const made = await scene();
  const { clock, broker } = made;
  clock.trust = "unset";
  made.event(1);
  await clock.advance(seconds(1));
  assert.equal({ ...made.heard.findLast(({ about }) => about === "status/access.contacts")?.user }, { clock: "unset" });
  broker.cut(NODE);
  made.event(2);
  await clock.advance(seconds(1));
  made.heard.length = 0;
  broker.restore(NODE);
  await clock.advance(seconds(20));
  const said = () =>
    made.heard.filter(({ about, value }) => about === REPLAY && seqs([value as ReplayPayload]).length > 0);
  assert.equal(
    said().map(({ user }) => user["clock"]),
    ["unset"],
  );
  await made.end();
});

test("live data does not wait for the replay, of which one message at most is on its way", async () => {
  const made = await scene();
  const { clock, broker } = made;
  await missed(made, 40);
  let [onWay, most] = [0, 0];
  broker.fate = (client, topic) => {
    if (client !== NODE || !topic.includes("/replay/")) return { kind: "taken", ackAfter: milliseconds(100) };
    most = Math.max(most, ++onWay);
    void clock.sleep(milliseconds(900), "on its way").then(() => onWay--);
    return { kind: "taken", ackAfter: milliseconds(900) };
  };
  await clock.advance(seconds(18));
  assert.ok(replays(made).length > 1 && !replays(made).some(({ done }) => done), "in the midst of the replay");
  for (let n = 0; n < 5; n++) {
    made.event(200 + n);
    await clock.advance(milliseconds(600));
    const live = made.heard.findLast(({ about }) => about === "status/access.contacts");
    assert.equal((live?.value as ReplayPayload | undefined)?.entries[0]?.values, {
      open: { [`door/${200 + n}`]: true },
    });
  }
  assert.is(most, 1);
  await made.end();
});

test("what is on its way live is not replayed too", async () => {
  const made = await scene();
  await missed(made, 60);
  made.broker.fate = (client, topic) =>
    client === NODE && topic.includes("/status/") ? { kind: "taken", ackAfter: seconds(30) } : { kind: "taken" };
  while (!made.link.connected) await made.clock.advance(milliseconds(100));
  for (let n = 0; n < 10; n++) {
    made.event(300 + n);
    await made.clock.advance(seconds(1));
  }
  await made.clock.advance(seconds(60));
  const live = made.heard
    .filter(({ about }) => about === "status/access.contacts")
    .flatMap(({ value }) => seqs([value as ReplayPayload]));
  assert.ok(live.length >= 5);
  assert.equal(
    seqs(replays(made)).filter((seq) => live.includes(seq)),
    [],
  );
  assert.is(made.link.counters().pending, 0);
  await made.end();
});

test("after each message of the past comes a pause half as long as its round trip", async () => {
  const made = await scene();
  const { clock, broker } = made;
  await missed(made, 20);
  const at: number[] = [];
  broker.fate = (client, topic) => {
    if (client !== NODE || !topic.includes("/replay/")) return { kind: "taken" };
    at.push(clock.monotonic());
    return { kind: "taken", ackAfter: milliseconds(400) };
  };
  await clock.advance(seconds(30));
  const gaps = at.slice(1).map((time, index) => time - (at[index] as number));
  assert.ok(gaps.length > 5);
  for (const gap of gaps) assert.ok(Math.abs(gap - 600) < 1, `${gap} ms`);
  await made.end();
});

test("a link that has no room carries no past", async () => {
  const made = await scene();
  const { clock, broker } = made;
  await missed(made, 5);
  // Acknowledgements of live data stay away: 20 messages fill the window.
  broker.fate = (client, topic) =>
    client === NODE && !topic.includes("/replay/") ? { kind: "taken", ackAfter: seconds(100) } : { kind: "taken" };
  await clock.advance(seconds(60));
  assert.ok(made.heard.some(({ about }) => about === "presence"));
  assert.equal(replays(made), []);
  await clock.advance(seconds(300));
  assert.equal(seqs(replays(made)), [1, 2, 3, 4, 5]);
  await made.end();
});

test("more live entries than may wait for room are left to the replay of the same session", async () => {
  const made = await scene();
  const { clock, broker } = made;
  let held = true;
  broker.fate = (client, topic) =>
    held && client === NODE && topic.includes("/status/")
      ? { kind: "taken", ackAfter: seconds(30) }
      : { kind: "taken" };
  made.heard.length = 0;
  for (let n = 1; n <= 100; n++) {
    made.event(n);
    await settled();
  }
  held = false;
  await clock.advance(seconds(120));
  const live = made.heard
    .filter(({ about }) => about === "status/access.contacts")
    .flatMap(({ value }) => seqs([value as ReplayPayload]));
  const past = seqs(replays(made));
  assert.ok(past.length > 20 && live.length >= 32, `${live.length} live, ${past.length} replayed`);
  assert.equal(
    [...live, ...past].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
  assert.equal(
    past,
    past.toSorted((a, b) => a - b),
  );
  assert.equal(
    live,
    live.toSorted((a, b) => a - b),
  );
  assert.is(made.journal.health.pending, 0);
  await made.end();
});

test("a refused entry is quarantined, and the rest goes on", async () => {
  const made = await scene();
  const { clock, broker } = made;
  await missed(made, 6);
  let passed = 0;
  broker.fate = (client, topic) =>
    client === NODE && topic.includes("/replay/access") && passed++ === 0
      ? { kind: "refused", reason: 0x97 }
      : { kind: "taken" };
  await clock.advance(seconds(20));
  assert.equal(seqs(replays(made)), [4, 5, 6]);
  assert.is(made.link.counters().quarantined, 3);
  assert.is(made.link.counters().pending, 0);
  await made.end();
});

test.run();
