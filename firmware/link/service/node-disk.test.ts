/** A disk that fails and works again: nothing is lost, nothing comes twice, and nobody is told that what cannot be read is gone. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, minutes, seconds } from "../../../controllers/units.ts";
import { type LinkScene, linkScene, NODE, NOW, SUPERVISOR } from "../../../sim/link-scene.ts";
import { SeededRandom } from "../../../sim/random.ts";
import type { AlarmEvent, LostEntries } from "../manager/entries.ts";
import { type AlarmPayload, type HistoryPayload, iso, type ReplayPayload } from "../payload.ts";
import { connectSupervisor } from "../supervisor.ts";
import { encode } from "../wire/cbor.ts";
import { alarmStream, RESULTS, statusStream } from "./records.ts";

const DOOR = "alarm/access.door";
const CONTACTS = "access.contacts";

async function scene(): Promise<LinkScene> {
  const made = await linkScene();
  await made.clock.advance(seconds(2));
  made.heard.length = 0;
  return made;
}
const raise = ({ link, clock }: LinkScene, component: string, message = "open") =>
  link.alarm("access.door", component as "door/1", true, message, clock.now());
const of = ({ heard }: LinkScene, about: string) => heard.filter((one) => one.about === about);
const events = (made: LinkScene) =>
  of(made, DOOR)
    .map(({ value }) => value as AlarmPayload)
    .filter(({ full }) => !full)
    .flatMap(({ entries }) => entries.map(({ component }) => component));
const doors = (count: number) => Array.from({ length: count }, (_, n) => `door/${n}`);
/** Acknowledgements take so long that a failure can come between. */
const slowly = ({ broker }: LinkScene) => {
  broker.fate = (client) => (client === NODE ? { kind: "taken", ackAfter: seconds(1) } : { kind: "taken" });
};

test("an alarm whose disk fails before it is written is told under its last number, once, and so is the full update", async () => {
  const made = await scene();
  const { clock, broker, disk } = made;
  const given: AlarmEvent[] = [];
  const lost: LostEntries[] = [];
  const supervisor = connectSupervisor({
    url: "mqtt://simulated",
    open: broker.open,
    id: "watcher",
    clock,
    random: new SeededRandom(3),
    onAlarm: (event) => void (event.code === "access.door" && given.push(event)),
    onLost: (one) => lost.push(one),
  });
  await clock.run(supervisor.ready, seconds(5));
  await clock.advance(minutes(1));
  raise(made, "door/1");
  await clock.advance(minutes(1));
  made.heard.length = 0;
  raise(made, "door/2");
  disk.state = "full";
  await clock.advance(minutes(1));
  const [event, full] = of(made, DOOR);
  const entries = (heard?: { readonly value: unknown }) => (heard?.value as AlarmPayload | undefined)?.entries ?? [];
  const run = event?.user["run"];
  assert.is(entries(event)[0]?.seq, 0);
  assert.ok(Number(run) > 0, "a run that nobody can have used");
  assert.is(full?.user["run"], run);
  assert.equal(
    entries(full).map((one) => [one.component, one.seq]),
    [
      ["door/1", undefined],
      ["door/2", 0],
    ],
  );
  const asked = () => of(made, "fetch/access.door").length;
  assert.is(asked(), 1, "whether one run follows the other is asked once");
  disk.state = "ok";
  await clock.advance(minutes(2));
  raise(made, "door/3");
  await clock.advance(minutes(1));
  made.link.alarm("access.door", "door/2", false, "", clock.now());
  await clock.advance(minutes(1));
  assert.is(asked(), 1, "full updates do not make it doubt");
  assert.equal(
    given.map(({ component, active, seq: number }) => [component, active, number]),
    [
      ["door/1", true, 0],
      ["door/2", true, 0],
      ["door/3", true, 1],
      ["door/2", false, 2],
    ],
  );
  assert.equal(lost, []);
  await clock.run(supervisor.close(), seconds(2));
  await made.end();
});

test("what a disk held when it failed goes on once it works, in the same session", async () => {
  const made = await scene();
  const { clock, broker, disk, link } = made;
  broker.cut(NODE);
  for (const door of doors(40)) raise(made, door);
  await clock.advance(seconds(2));
  slowly(made);
  broker.restore(NODE);
  while (events(made).length < 8) await clock.advance(seconds(1));
  const { connections } = link.counters();
  disk.state = "damaged";
  await clock.advance(seconds(20));
  assert.ok(events(made).length < 30, `${events(made).length} could not be read`);
  disk.state = "ok";
  await clock.advance(minutes(2));
  assert.is(link.counters().connections, connections);
  assert.equal([...new Set(events(made))].sort(), doors(40).sort());
  assert.is(link.counters().pending, 0);
  await made.end();
});

test("a disk that comes after the session has begun still tells what it holds", async () => {
  const made = await scene();
  const { clock, broker, disk } = made;
  broker.cut(NODE);
  for (const door of doors(3)) raise(made, door);
  made.event(1);
  await clock.advance(seconds(2));
  made.kill();
  disk.state = "damaged";
  broker.restore(NODE);
  await made.start();
  await clock.advance(seconds(10));
  raise(made, "door/9");
  await clock.advance(seconds(10));
  assert.equal(events(made), ["door/9"]);
  const full = of(made, DOOR).findLast(({ retain }) => retain);
  assert.ok(full);
  assert.is(full?.user["next"], undefined, "a node that cannot read its numbers does not say that nothing is missing");
  broker.cut(NODE);
  made.event(2);
  await clock.advance(seconds(1));
  broker.restore(NODE);
  await clock.advance(minutes(1));
  disk.state = "ok";
  await clock.advance(minutes(2));
  assert.equal([...new Set(events(made))].sort(), ["door/0", "door/1", "door/2", "door/9"]);
  assert.is(made.link.counters().pending, 0);
  await made.end();
});

test("a replay whose disk fails is not done before it can be read again", async () => {
  const made = await scene();
  const { clock, broker, disk } = made;
  broker.cut(NODE);
  for (let n = 0; n < 40; n++) {
    made.event(n);
    await clock.advance(seconds(1));
  }
  made.heard.length = 0;
  slowly(made);
  broker.restore(NODE);
  const replays = () => of(made, `replay/${CONTACTS}`).map(({ value }) => value as ReplayPayload);
  while (replays().length < 2) await clock.advance(seconds(1));
  disk.state = "damaged";
  await clock.advance(seconds(30));
  assert.ok(replays().every(({ done }) => !done));
  disk.state = "ok";
  await clock.advance(minutes(3));
  const seqs = replays().flatMap(({ entries }) => entries.map(({ seq }) => seq));
  assert.equal(
    [...new Set(seqs)].sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, n) => n),
  );
  assert.equal(replays().filter(({ done }) => done).length, 1);
  await made.end();
});

for (const isBack of [true, false])
  test(`a fetch waits ${isBack ? "for a disk that cannot be read" : "no longer than five minutes for a disk that does not come back"}`, async () => {
    const made = await scene();
    const { clock, disk } = made;
    for (let n = 0; n < 3; n++) {
      made.event(n);
      await clock.advance(seconds(2));
    }
    disk.state = "damaged";
    await clock.advance(seconds(1));
    made.say(
      `fetch/${CONTACTS}`,
      { from: iso(NOW), to: iso(NOW + 3_600_000) },
      { responseTopic: `${SUPERVISOR}/history/${CONTACTS}`, correlation: Uint8Array.of(1) },
    );
    const answers = () => of(made, `${SUPERVISOR}/history/${CONTACTS}`).map(({ value }) => value as HistoryPayload);
    await clock.advance(minutes(4));
    assert.equal(answers(), []);
    if (isBack) disk.state = "ok";
    await clock.advance(minutes(3));
    assert.equal(
      answers().flatMap(({ entries }) => entries.map(({ seq }) => seq)),
      isBack ? [0, 1, 2] : [],
    );
    assert.is(answers().at(-1)?.complete, true);
    await made.end();
  });

test("a journal that is closed takes no alarms and no marks, and that is no crash", async () => {
  const made = await scene();
  const { clock } = made;
  const marks = encode({ acknowledged: ["door/7"], suspended: [] });
  await made.journal.note("alarm-marks/access.door", marks, instant(NOW + 86_400_000));
  made.kill();
  await made.start();
  await clock.advance(seconds(2));
  const crashes: unknown[] = [];
  const note = (error: unknown) => void crashes.push(error);
  process.on("unhandledRejection", note);
  await clock.run(made.link.close(), seconds(2));
  await clock.run(made.journal.close(), seconds(2));
  raise(made, "door/2");
  made.link.alarm("access.door", "door/7", false, "", clock.now());
  await clock.advance(minutes(1));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  assert.equal(crashes, []);
  await made.end();
});

test("bodies that cannot be read are set aside, however many there are", async () => {
  const made = await scene();
  const { clock, broker, journal, link } = made;
  broker.cut(NODE);
  const streams = [alarmStream("access.door"), statusStream(CONTACTS)];
  const append = (stream: string, body: unknown) =>
    journal.append({ stream, class: "alarm", at: clock.now(), body: encode(body) });
  const appended = Promise.all([
    ...streams.flatMap((stream) => [null, 7, [], "x"].map((body) => append(stream, body))),
    ...Array.from({ length: 12_000 }, () => append(RESULTS, null)),
  ]);
  await clock.run(appended, minutes(1));
  broker.restore(NODE);
  await clock.advance(minutes(2));
  assert.ok(link.connected);
  assert.ok(link.counters().quarantined >= 12_004);
  assert.is(link.counters().pending, 0);
  raise(made, "door/1");
  await clock.advance(seconds(5));
  assert.equal(events(made), ["door/1"]);
  await made.end();
});

/** What happens to a cabinet: an alarm, and perhaps before it is written the disk; a cut link; time. */
const op = fc.oneof(
  { weight: 6, arbitrary: fc.record({ disk: fc.constantFrom("ok", "ok", "full", "read-only", "damaged", null) }) },
  { weight: 2, arbitrary: fc.constantFrom("cut" as const, "restore" as const) },
  { weight: 4, arbitrary: fc.record({ pass: fc.constantFrom(1, 20, 600, 2000, 30_000, 100_000) }) },
);

test("whatever a disk and a link do, a supervisor is given every alarm once and in order, under the numbers that are kept", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(op, { minLength: 5, maxLength: 40 }), async (ops) => {
      const made = await linkScene();
      const { clock, broker, disk } = made;
      const given: string[] = [];
      const lost: LostEntries[] = [];
      const supervisor = connectSupervisor({
        url: "mqtt://simulated",
        open: broker.open,
        id: "watcher",
        clock,
        random: new SeededRandom(3),
        onAlarm: ({ code, run, seq }) => void (code === "access.door" && given.push(`${run}.${seq}`)),
        onLost: (one) => lost.push(one),
      });
      await clock.run(supervisor.ready, seconds(5));
      await clock.advance(seconds(5));
      let count = 0;
      let unreadable = 0;
      for (const one of ops) {
        if (one === "cut") broker.cut(NODE);
        else if (one === "restore") broker.restore(NODE);
        else if ("pass" in one) {
          // No fetch waits for longer.
          unreadable = disk.state === "damaged" ? unreadable + one.pass : 0;
          if (unreadable > 200_000) disk.state = "ok";
          await clock.advance(milliseconds(one.pass));
        } else {
          raise(made, `door/${count % 5}`, `event ${count++}`);
          if (one.disk) disk.state = one.disk as "ok";
        }
      }
      disk.state = "ok";
      broker.restore(NODE);
      await clock.advance(minutes(30));
      const kept = made.journal.range(alarmStream("access.door"), instant(0), instant(8.64e15), 0, 10_000);
      assert.is(kept.length, count);
      assert.equal(
        given,
        kept.map(({ run, seq }) => `${run}.${seq}`),
      );
      assert.equal(lost, []);
      await clock.run(supervisor.close(), seconds(2));
      await made.end();
    }),
    { numRuns: 60 },
  );
});

test.run();
