/** Alarms of a node: no event is lost, full updates follow, and what hinders delivery is an alarm itself. RSMP 4 draft, "Alarm". */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, minutes, seconds } from "../../../controllers/units.ts";
import { type LinkScene, linkScene, NODE, NOW } from "../../../sim/link-scene.ts";
import { type AlarmPayload, iso } from "../payload.ts";

const DOOR = "alarm/access.door";

async function scene(): Promise<LinkScene> {
  const made = await linkScene();
  await made.clock.advance(seconds(2));
  made.heard.length = 0;
  return made;
}
const alarms = ({ heard }: LinkScene, about = DOOR) => heard.filter((one) => one.about === about);
const payloads = (made: LinkScene, about = DOOR) => alarms(made, about).map(({ value }) => value as AlarmPayload);
const events = (made: LinkScene, about = DOOR) =>
  payloads(made, about)
    .filter(({ full }) => !full)
    .flatMap(({ entries }) => entries);

test("an alarm is an event with a number, and a retained full update that repeats it follows", async () => {
  const made = await scene();
  made.link.alarm("access.door", "door/1", true, "x".repeat(500), made.clock.now());
  await made.clock.advance(seconds(5));
  const entry = {
    ts: iso(NOW + 2000),
    component: "door/1",
    active: true,
    values: { message: "x".repeat(200) },
    seq: 0,
  };
  assert.equal(
    alarms(made).map(({ value, retain }) => [value, retain]),
    [
      [{ entries: [entry] }, false],
      [{ entries: [entry], full: true }, true],
    ],
  );
  made.heard.length = 0;
  made.link.alarm("access.door", "door/1", false, "", made.clock.now());
  await made.clock.advance(seconds(5));
  assert.equal(
    payloads(made).map(({ entries, full }) => [entries.map(({ active, seq }) => [active, seq]), full]),
    [
      [[[false, 1]], undefined],
      [[], true],
    ],
  );
  await made.end();
});

test("events that were missed come oldest first, before the full update and what happens then", async () => {
  const made = await scene();
  made.broker.cut(NODE);
  for (let n = 0; n < 30; n++) {
    made.link.alarm("access.door", `door/${n % 3}`, n % 2 === 0, `event ${n}`, made.clock.now());
    await made.clock.advance(seconds(1));
  }
  const { broker, clock, heard } = made;
  heard.length = 0;
  // At the first missed event something new happens.
  broker.fate = (client, topic) => {
    if (client === NODE && topic.endsWith(DOOR) && alarms(made).length === 0)
      queueMicrotask(() => made.link.alarm("access.door", "door/9", true, "new", clock.now()));
    return { kind: "taken" };
  };
  broker.restore(NODE);
  await clock.advance(seconds(20));
  const numbers = events(made).map(({ seq }) => seq);
  assert.equal(
    numbers,
    numbers.map((_, n) => n),
  );
  assert.is(events(made).at(-1)?.values.message, "new");
  const firstFull = payloads(made).findIndex(({ full }) => full);
  const lastEvent = payloads(made).findLastIndex(({ full }) => !full);
  assert.is(firstFull, lastEvent + 1);
  const messages = payloads(made).filter(({ full }) => !full);
  assert.ok(messages.length > 3 && messages.length < numbers.length, "several in a message, of bounded size");
  for (const { payload, value } of alarms(made)) if (!(value as AlarmPayload).full) assert.ok(payload.length < 600);
  const firstStatus = heard.findIndex(({ about }) => about.startsWith("status/"));
  assert.ok(firstStatus < 0 || firstStatus > heard.indexOf(alarms(made)[0] as (typeof heard)[number]));
  await made.end();
});

test("events survive the death of the process; their numbers go on", async () => {
  const made = await scene();
  made.broker.cut(NODE);
  made.link.alarm("access.door", "door/1", true, "before", made.clock.now());
  await made.clock.advance(seconds(1));
  made.kill();
  await made.clock.advance(seconds(1));
  made.heard.length = 0;
  made.broker.restore(NODE);
  await made.start();
  await made.clock.advance(seconds(5));
  made.link.alarm("access.door", "door/1", true, "after", made.clock.now());
  await made.clock.advance(seconds(5));
  assert.equal(
    events(made).map(({ seq, values }) => [seq, values.message]),
    [
      [0, "before"],
      [1, "after"],
    ],
  );
  await made.end();
});

test("an alarm that the broker refuses is quarantined and raises cabinet.link, until an hour passes without", async () => {
  const made = await scene();
  made.broker.fate = (client, topic) =>
    client === NODE && topic.endsWith(DOOR) ? { kind: "refused", reason: 0x87 } : { kind: "taken" };
  made.link.alarm("access.door", "door/1", true, "open", made.clock.now());
  await made.clock.advance(minutes(30));
  made.link.alarm("access.door", "door/2", true, "open", made.clock.now());
  await made.clock.advance(minutes(45));
  const told = () =>
    events(made, "alarm/cabinet.link").map(({ active, values, component }) => [component, active, values.message]);
  assert.equal(told(), [["cabinet/1", true, "the broker refuses messages: reason 0x87, not authorized"]]);
  assert.is(made.link.counters().quarantined, 2);
  assert.is(made.link.counters().pending, 0);
  await made.clock.advance(minutes(20));
  assert.equal(told().at(-1)?.[1], false);
  await made.end();
});

test("a broker that refuses everything is no storm", async () => {
  const made = await scene();
  made.broker.fate = (client) => (client === NODE ? { kind: "refused", reason: 0x97 } : { kind: "taken" });
  for (let n = 0; n < 10; n++) {
    made.event(n);
    await made.clock.advance(minutes(1));
  }
  assert.ok(made.link.counters().published < 120, `${made.link.counters().published} published`);
  assert.is(made.link.counters().quarantined, 11, "10 entries, and the alarm about them");
  await made.end();
});

test("a journal that cannot write is an alarm, and its end another", async () => {
  const made = await scene();
  made.disk.state = "read-only";
  made.event(1);
  await made.clock.advance(seconds(10));
  const told = () => events(made, "alarm/cabinet.journal").map(({ active, values }) => [active, values.message]);
  assert.equal(told(), [[true, "the disk is read-only: what happens is kept in memory only"]]);
  assert.ok(
    made.heard.some(({ about }) => about === "status/access.contacts"),
    "it is told all the same",
  );
  made.disk.state = "ok";
  await made.clock.advance(minutes(5));
  assert.equal(
    told().map(([active]) => active),
    [true, false],
  );
  await made.end();
});

test("what had to be dropped is an alarm for an hour, which says how much", async () => {
  const made = await scene();
  made.broker.cut(NODE);
  made.disk.state = "full";
  for (let n = 0; n < 3000; n++) {
    made.event(n % 20);
    made.link.update("access.contacts", { open: { [`door/${n % 20}`]: n % 40 < 20 } }, made.clock.now());
    await made.clock.advance(seconds(1));
  }
  made.disk.state = "ok";
  made.broker.restore(NODE);
  await made.clock.advance(minutes(5));
  const last = () => events(made, "alarm/cabinet.journal").at(-1);
  assert.is(last()?.active, true);
  assert.match(last()?.values.message ?? "", /^dropped before they were delivered: \d+ records \(ever: .*\d+ event/);
  await made.clock.advance(hours(1));
  assert.is(last()?.active, false);
  await made.end();
});

test("a code that there is not is the caller's mistake", async () => {
  const made = await scene();
  assert.throws(() => made.link.alarm("x" as "access.door", "x", true, "", NOW), /alarm x: allowed .*access.door/);
  await made.end();
});

test.run();
