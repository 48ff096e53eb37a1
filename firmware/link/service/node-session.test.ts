/** What a session of a node begins with: all where the broker may know nothing, and what it cannot know where it kept the last one. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, minutes, seconds } from "../../../controllers/units.ts";
import { type LinkScene, linkScene, NODE } from "../../../sim/link-scene.ts";
import type { StatusPayload } from "../payload.ts";

const ALL = [
  "status/access.contacts",
  "status/footfall.counts",
  "status/lighting.buses",
  "status/lighting.lamps/hourly",
];

/** Every channel that runs has told a complete status. */
async function scene(keepsSessions = true): Promise<LinkScene> {
  const made = await linkScene();
  const { link, clock, broker } = made;
  broker.keepsSessions = keepsSessions;
  made.event(1);
  link.update("footfall.counts", { people: { "counter/1": 1 } }, clock.now());
  link.update("lighting.buses", { utilisation: { "bus/1": 5 } }, clock.now());
  link.update("lighting.lamps", { actualLightState: { "lamp/1/1": 50 } }, clock.now());
  await clock.advance(minutes(16));
  made.heard.length = 0;
  return made;
}

const statuses = ({ heard }: LinkScene) =>
  heard.filter(({ about, retain }) => about.startsWith("status/") && retain).map(({ about }) => about);

async function comeBack(made: LinkScene, meanwhile: () => void = () => {}): Promise<void> {
  made.broker.cut(NODE);
  await made.clock.advance(seconds(1));
  meanwhile();
  await made.clock.advance(seconds(1));
  made.heard.length = 0;
  made.broker.restore(NODE);
  await made.clock.advance(seconds(60));
}

test("what the broker kept is not told again; presence, channels, alarms and the end of each replay are", async () => {
  const made = await scene();
  await comeBack(made);
  assert.equal(statuses(made), []);
  const types = new Set(made.heard.map(({ about }) => about.split("/")[0]));
  assert.equal([...types].sort(), ["alarm", "channel", "presence", "replay"]);
  assert.is(made.heard.filter(({ about }) => about.startsWith("alarm/")).length, 20);
  await made.end();
});

test("a broker that kept nothing, or another one, is told all", async () => {
  const made = await scene(false);
  await comeBack(made);
  assert.equal(statuses(made).sort(), ALL);
  await made.end();
});

test("a process that begins anew tells all, though the broker kept its session", async () => {
  const made = await scene();
  made.kill();
  await made.start();
  made.heard.length = 0;
  made.event(1);
  await made.clock.advance(seconds(10));
  assert.ok(statuses(made).includes("status/access.contacts"));
  await made.end();
});

test("a channel that said something meanwhile, replayed or dropped, tells all it knows; the others nothing", async () => {
  const made = await scene();
  await comeBack(made, () => {
    made.event(2);
    made.link.update("lighting.buses", { utilisation: { "bus/1": 70 } }, made.clock.now());
  });
  assert.equal(statuses(made).sort(), ["status/access.contacts", "status/lighting.buses"]);
  const [contacts] = made.heard.filter(({ about, retain }) => about === "status/access.contacts" && retain);
  assert.ok(contacts);
  assert.equal((contacts.value as StatusPayload).entries[0]?.values, { open: { "door/1": true, "door/2": true } });
  // Once that came through it is kept again.
  await comeBack(made);
  assert.equal(statuses(made), []);
  await made.end();
});

test("what was on its way when the session ended is told again, and what the broker refused is not believed to be kept", async () => {
  const made = await scene();
  made.broker.fate = (client, topic) =>
    client === NODE && topic.endsWith("lighting.buses") ? { kind: "cut", reached: false } : { kind: "taken" };
  made.link.update("lighting.buses", { utilisation: { "bus/1": 70 } }, made.clock.now());
  await made.clock.advance(milliseconds(300));
  made.broker.fate = () => ({ kind: "taken" });
  await made.clock.advance(seconds(60));
  assert.equal(statuses(made), ["status/lighting.buses"]);
  made.broker.fate = (client, topic) =>
    client === NODE && topic.endsWith("access.contacts") ? { kind: "refused", reason: 0x97 } : { kind: "taken" };
  made.event(3);
  await made.clock.advance(seconds(1));
  made.broker.fate = () => ({ kind: "taken" });
  await comeBack(made);
  assert.equal(statuses(made), ["status/access.contacts"]);
  await made.end();
});

test.run();
