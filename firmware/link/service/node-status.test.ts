/** What a node tells of its statuses, live. RSMP 4 draft, "Status", "Channel" and "Throttle". */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, minutes, seconds } from "../../../controllers/units.ts";
import { type LinkScene, linkScene, NODE, NOW } from "../../../sim/link-scene.ts";
import { iso, type StatusPayload } from "../payload.ts";

const LIVE = "status/lighting.lamps/live";
const BUSES = "status/lighting.buses";
const CONTACTS = "status/access.contacts";

const heardOf = ({ heard }: LinkScene, about: string) => heard.filter((one) => one.about === about);
const entries = (made: LinkScene, about: string) =>
  heardOf(made, about).flatMap(({ value, payload }) => (payload.length > 0 ? (value as StatusPayload).entries : []));
const use = (made: LinkScene, utilisation: number, bus = "bus/1") =>
  made.link.update("lighting.buses", { utilisation: { [bus]: utilisation } }, made.clock.now());

async function scene(): Promise<LinkScene> {
  const made = await linkScene();
  use(made, 1);
  await made.clock.advance(seconds(2));
  return made;
}

test("counts from the complete, retained update on; events hold what changed and are not retained", async () => {
  const made = await linkScene();
  use(made, 1);
  use(made, 1, "bus/2");
  await made.clock.advance(seconds(1));
  for (const level of [50, 60]) {
    use(made, level);
    await made.clock.advance(seconds(1));
  }
  assert.equal(
    heardOf(made, BUSES).map(({ value, retain }) => [value, retain]),
    [
      [{ entries: [{ ts: iso(NOW), values: { utilisation: { "bus/1": 1, "bus/2": 1 } }, seq: 0 }] }, true],
      [{ entries: [{ ts: iso(NOW + 1000), values: { utilisation: { "bus/1": 50 } }, seq: 1 }] }, false],
      [{ entries: [{ ts: iso(NOW + 2000), values: { utilisation: { "bus/1": 60 } }, seq: 2 }] }, false],
    ],
  );
  await made.end();
});

test("what comes in one pass is one event, and what follows at once waits for the interval", async () => {
  const made = await scene();
  made.heard.length = 0;
  use(made, 1, "bus/2");
  use(made, 1, "bus/3");
  await made.clock.advance(milliseconds(1));
  use(made, 2, "bus/3");
  await made.clock.advance(milliseconds(198));
  assert.is(entries(made, BUSES).length, 1);
  await made.clock.advance(milliseconds(2));
  assert.equal(
    entries(made, BUSES).map(({ values }) => values["utilisation"]),
    [{ "bus/2": 1, "bus/3": 1 }, { "bus/3": 2 }],
  );
  await made.end();
});

test("an entry that is kept is told once it is recorded, and not before", async () => {
  const made = await scene();
  made.event(1);
  await made.clock.advance(milliseconds(400));
  assert.equal(entries(made, CONTACTS), []);
  await made.clock.advance(milliseconds(200));
  assert.equal(
    entries(made, CONTACTS).map(({ seq, ts }) => [seq, ts]),
    [[0, iso(NOW + 2000)]],
  );
  await made.end();
});

test("an entry that is kept in parts is as many messages, in order", async () => {
  const made = await scene();
  const levels = (level: number) => Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`lamp/1/${n}`, level]));
  made.link.update("lighting.lamps", { actualLightState: levels(1) }, made.clock.now());
  await made.clock.advance(seconds(2));
  made.link.update("lighting.lamps", { actualLightState: levels(2) }, made.clock.now());
  await made.clock.advance(seconds(2));
  const told = entries(made, "status/lighting.lamps/hourly");
  assert.equal(
    told.map(({ seq, values }) => [seq, Object.keys(values["actualLightState"] as object).length]),
    [
      [0, 10],
      [1, 4],
      [2, 4],
      [3, 2],
    ],
  );
  await made.end();
});

test("without a session what is not kept is dropped, and its count shows the gap; what is kept waits", async () => {
  const made = await scene();
  made.broker.cut(NODE);
  made.heard.length = 0;
  for (let n = 0; n < 3; n++) {
    use(made, 10 + n);
    made.event(n);
    made.link.alarm("access.door", "door/1", n % 2 === 0, `${n}`, made.clock.now());
    await made.clock.advance(seconds(1));
  }
  assert.is(made.link.counters().dropped, 3);
  made.broker.restore(NODE);
  await made.clock.advance(seconds(10));
  assert.equal(
    entries(made, BUSES).map(({ seq, values }) => [seq, values]),
    [[4, { utilisation: { "bus/1": 12 } }]],
  );
  assert.ok(heardOf(made, BUSES)[0]?.retain);
  await made.end();
});

test("before the first session, too, what is kept is recorded at its time", async () => {
  const made = await linkScene();
  made.broker.cut(NODE);
  made.kill();
  await made.start();
  const count = (people: number) =>
    made.link.update("footfall.counts", { people: { "counter/1": people } }, made.clock.now());
  const { seq } = made.journal.position("status/footfall.counts");
  count(1);
  await made.clock.advance(milliseconds(100));
  count(2);
  await made.clock.advance(milliseconds(100));
  count(3);
  await made.clock.advance(seconds(2));
  assert.is(made.journal.position("status/footfall.counts").seq - seq, 3);
  await made.end();
});

test("with a session that takes nothing, changes gather; what is kept is recorded all the same", async () => {
  const made = await scene();
  let held = true;
  made.broker.fate = (client) =>
    held && client === NODE ? { kind: "taken", ackAfter: minutes(20) } : { kind: "taken" };
  for (let n = 0; n < 40; n++) {
    use(made, n);
    made.event(n);
    await made.clock.advance(seconds(1));
  }
  const { published, inFlight } = made.link.counters();
  assert.is(inFlight, 20);
  assert.is(made.journal.position("status/access.contacts").seq, 40);
  held = false;
  await made.clock.advance(seconds(1200));
  assert.ok(made.link.counters().published > published);
  assert.equal(entries(made, BUSES).at(-1)?.values, { utilisation: { "bus/1": 39 } });
  assert.is(made.link.counters().pending, 0);
  await made.end();
});

test("a throttle starts a channel, says so, and its time-out stops it: state, and an empty retained status", async () => {
  const made = await scene();
  made.heard.length = 0;
  made.link.update("lighting.lamps", { actualLightState: { "lamp/1/0": 1 } }, made.clock.now());
  await made.clock.advance(seconds(1));
  assert.equal(heardOf(made, LIVE), []);
  made.say("throttle/lighting.lamps/live", { action: "start", timeout: 30 });
  await made.clock.advance(seconds(1));
  assert.equal(
    heardOf(made, "channel/lighting.lamps/live").map(({ value, retain }) => [value, retain]),
    [[{ state: "running" }, true]],
  );
  assert.equal(
    entries(made, LIVE).map(({ seq }) => seq),
    [0],
  );
  made.heard.length = 0;
  await made.clock.advance(seconds(30));
  assert.equal(
    made.heard.map(({ about, value, retain }) => [about, value, retain]),
    [
      ["channel/lighting.lamps/live", { state: "stopped" }, true],
      [LIVE, undefined, true],
    ],
  );
  await made.end();
});

test("started again, a channel counts anew; one that is kept begins a new run, which its messages tell", async () => {
  const made = await scene();
  const stopAndStart = async (channel: string) => {
    made.say(`throttle/${channel}`, { action: "stop" });
    await made.clock.advance(seconds(1));
    made.say(`throttle/${channel}`, { action: "start" });
    await made.clock.advance(seconds(1));
  };
  made.event(1);
  await made.clock.advance(seconds(1));
  made.heard.length = 0;
  await stopAndStart("access.contacts");
  await stopAndStart("lighting.buses");
  assert.equal(
    heardOf(made, CONTACTS).map(({ value, user, payload }) => [
      payload.length && (value as StatusPayload).entries[0]?.seq,
      { ...user },
    ]),
    [
      [0, {}],
      [0, { run: "1" }],
    ],
  );
  assert.equal(heardOf(made, CONTACTS)[0]?.payload.length, 0);
  assert.equal(
    entries(made, BUSES).map(({ seq }) => seq),
    [0],
  );
  made.heard.length = 0;
  made.say("throttle/access.contacts", { action: "start" });
  await made.clock.advance(seconds(1));
  assert.is(heardOf(made, CONTACTS)[0]?.user["run"], "1", "one that runs is renewed, not begun anew");
  await made.end();
});

test("a channel that ran when the process died is stopped after it, and the broker keeps nothing of it", async () => {
  const made = await scene();
  made.link.update("lighting.lamps", { actualLightState: { "lamp/1/0": 1 } }, made.clock.now());
  made.say("throttle/lighting.lamps/live", { action: "start" });
  await made.clock.advance(seconds(1));
  made.kill();
  made.heard.length = 0;
  await made.start();
  await made.clock.advance(seconds(1));
  assert.equal(
    made.heard.filter(({ about }) => about.endsWith("lighting.lamps/live")).map(({ about, value }) => [about, value]),
    [
      ["channel/lighting.lamps/live", { state: "stopped" }],
      [LIVE, undefined],
    ],
  );
  made.broker.drop(NODE);
  made.heard.length = 0;
  await made.clock.advance(seconds(20));
  assert.is(heardOf(made, LIVE).length, 0, "once is enough");
  await made.end();
});

test("a time-out that is over while there is no session is told in the next", async () => {
  const made = await scene();
  made.link.update("lighting.lamps", { actualLightState: { "lamp/1/0": 1 } }, made.clock.now());
  made.say("throttle/lighting.lamps/live", { action: "start", timeout: 30 });
  await made.clock.advance(seconds(1));
  made.broker.cut(NODE);
  await made.clock.advance(minutes(3));
  made.heard.length = 0;
  made.broker.restore(NODE);
  await made.clock.advance(seconds(20));
  assert.equal(heardOf(made, "channel/lighting.lamps/live").at(-1)?.value, { state: "stopped" });
  assert.equal(
    heardOf(made, LIVE).map(({ payload, retain }) => [payload.length, retain]),
    [[0, true]],
  );
  await made.end();
});

const bad: readonly [string, string, unknown, boolean][] = [
  ["that is retained", "lighting.buses", { action: "stop" }, true],
  ["of a channel that there is not", "lighting.buses/x", { action: "stop" }, false],
  ["with another action", "lighting.buses", { action: "sing" }, false],
  ["with a time-out of nothing", "lighting.buses", { action: "start", timeout: 0 }, false],
  ["that is no CBOR", "lighting.buses", new Uint8Array([0xff]), false],
];
for (const [name, about, payload, retain] of bad) {
  test(`ignores a throttle ${name}`, async () => {
    const made = await scene();
    made.heard.length = 0;
    made.say(`throttle/${about}`, payload, { retain });
    await made.clock.advance(seconds(1));
    assert.is(made.link.counters().ignored, 1);
    assert.equal(heardOf(made, "channel/lighting.buses"), []);
    await made.end();
  });
}

test("values that the table does not allow are the caller's mistake", async () => {
  const made = await scene();
  assert.throws(() => use(made, 101), /lighting.buses: utilisation.bus\/1 is 101/);
  assert.throws(() => made.link.update("x" as "lighting.buses", {}, NOW), /status x: allowed access.contacts/);
  await made.end();
});

test.run();
