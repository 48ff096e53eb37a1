import { build } from "esbuild";
import mqtt from "mqtt";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { memoryDisk } from "../../sim/journal.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Broker, openWebSocketDoor, startBroker } from "../../tools/broker.ts";
import { keepJournal } from "../hal/journal-keeper.ts";
import { silent } from "../hal/log.ts";
import { systemClock } from "../linux/clock.ts";
import { Authority } from "./commands/authority.ts";
import type { CockpitLink } from "./link.ts";
import { RemoteCache } from "./manager/remote.ts";
import { STATUSES } from "./modules.ts";
import { startNode } from "./node.ts";
import { iso } from "./payload.ts";
import { connectSupervisor, type Supervisor, type SupervisorMessage } from "./supervisor.ts";
import type { Status } from "./table.ts";
import { encode } from "./wire/cbor.ts";

const NODE = "21231/cab-0117";
const NOW = instant(Date.UTC(2026, 1, 24, 20, 0, 0));
const until = iso(NOW + hours(1));
/** Tables of these tests: channels that no cabinet's defaults change. */
const TABLES: Readonly<Record<string, Status>> = {
  "lighting.lamps": {
    ...STATUSES["lighting.lamps"],
    channels: [{ qos: 1, periodic: 60_000, minInterval: 200, start: "running" }],
  },
  "access.contacts": {
    ...STATUSES["access.contacts"],
    channels: [{ qos: 1, periodic: 900_000, minInterval: 200, start: "running" }],
  },
};

interface Scene {
  readonly broker: Broker;
  readonly clock: VirtualClock;
  readonly link: CockpitLink;
  readonly supervisor: Supervisor;
  readonly told: SupervisorMessage[];
  /** Resolves with the first message, told already or to come, that matches. */
  readonly told1: (matches: (message: SupervisorMessage) => boolean) => Promise<SupervisorMessage>;
  readonly close: () => Promise<void>;
}

async function scene(nodes?: readonly string[]): Promise<Scene> {
  const broker = await startBroker(0);
  const clock = new VirtualClock(NOW);
  const random = new SeededRandom(3);
  const limits = { bytes: 4 << 20, age: hours(720) };
  const journal = await keepJournal(memoryDisk().open, limits, systemClock, random.fork("journal"));
  const link = startNode({
    url: broker.url,
    node: NODE,
    version: "0.1.0",
    clock,
    wallClock: systemClock,
    random,
    log: silent,
    journal,
    authority: new Authority({ clock, unsigned: "cockpit" }),
    statuses: TABLES,
    signal: new AbortController().signal,
  });
  const told: SupervisorMessage[] = [];
  const looks = new Set<() => void>();
  const supervisor = connectSupervisor({
    url: broker.url,
    id: "cockpit",
    clock: systemClock,
    random,
    statuses: TABLES,
    ...(nodes && { nodes }),
    onMessage: (message) => {
      told.push(message);
      for (const look of looks) look();
    },
  });
  await supervisor.ready;
  const told1 = (matches: (message: SupervisorMessage) => boolean) =>
    new Promise<SupervisorMessage>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not told; told: ${JSON.stringify(told)}`)), 5000);
      const look = () => {
        const found = told.find(matches);
        if (!found) return;
        clearTimeout(timer);
        looks.delete(look);
        resolve(found);
      };
      looks.add(look);
      look();
    });
  await told1((message) => message.type === "presence" && message.payload === "online");
  const close = async () => {
    await link.close();
    await supervisor.close();
    await broker.close();
    await journal.close();
  };
  return { broker, clock, link, supervisor, told, told1, close };
}

const statusOf = (supervisor: Supervisor, code: string) => supervisor.nodes.get(NODE)?.statuses.get(code);

test("keeps what a node says: presence, draft, channels, statuses put together, alarms", async () => {
  const { clock, link, supervisor, told1, close } = await scene();
  link.update(
    "lighting.lamps",
    { actualLightState: { "lamp/1/0": 10, "lamp/1/1": 20 }, lampFailure: { "lamp/1/0": false } },
    NOW,
  );
  await told1((message) => message.type === "status" && message.complete);
  await clock.advance(seconds(1));
  link.update("lighting.lamps", { actualLightState: { "lamp/1/1": 55 } }, clock.now());
  await told1((message) => message.type === "status" && !message.complete);
  link.alarm("access.door", "door/1", true, "open", clock.now());
  await told1((message) => message.type === "alarm" && message.payload.entries.length === 1);
  const remote = supervisor.nodes.get(NODE)!;
  assert.is(remote.presence, "online");
  assert.is(remote.draft, "2026-02-26");
  assert.is(remote.version, "0.1.0");
  assert.is(remote.channels.get("lighting.lamps"), "running");
  assert.equal(statusOf(supervisor, "lighting.lamps")?.values["actualLightState"], { "lamp/1/0": 10, "lamp/1/1": 55 });
  assert.equal(statusOf(supervisor, "lighting.lamps")?.values["lampFailure"], { "lamp/1/0": false });
  assert.is(statusOf(supervisor, "lighting.lamps")?.seq, 1);
  assert.is(statusOf(supervisor, "lighting.lamps")?.missed, 0);
  assert.is(remote.alarms.get("access.door")?.get("door/1")?.values.message, "open");
  await clock.advance(seconds(1));
  link.alarm("access.door", "door/1", false, "", clock.now());
  await told1((message) => message.type === "alarm" && message.payload.entries[0]?.active === false);
  assert.is(supervisor.nodes.get(NODE)?.alarms.get("access.door")?.size, 0);
  assert.is(supervisor.malformed, 0);
  await close();
});

test("sends a command and returns its result, or the refusal as the node words it", async () => {
  const { link, supervisor, close } = await scene();
  link.setInventory(["lamp/1/0"]);
  link.onCommand("lighting.level.set", async ({ component, values }) => ({
    ok: true,
    values: { component: [...component], ...values },
  }));
  const done = await supervisor.command(NODE, "lighting.level.set", {
    component: "lamp",
    values: { level: 30, until },
  });
  assert.equal(done, { ok: true, values: { component: ["lamp/1/0"], level: 30, until } });
  const refused = await supervisor.command(NODE, "lighting.level.set", {
    component: "lamp/9",
    values: { level: 30, until },
  });
  assert.equal(refused, {
    ok: false,
    error: { kind: "unknown-component", field: "component", message: "names lamp/9: no such component or group" },
  });
  const many = await Promise.all(
    Array.from({ length: 15 }, (_, level) =>
      supervisor.command(NODE, "lighting.level.set", { component: "lamp", values: { level, until } }),
    ),
  );
  assert.equal(
    many.map((one) => one.ok && one.values.level),
    Array.from({ length: 15 }, (_, level) => level),
  );
  await close();
});

test("a command that nobody answers, or that cannot be sent, is a result too", async () => {
  const { link, supervisor, close } = await scene();
  const command = { component: "lamp", values: { level: 30, until } };
  const silence = await supervisor.command("21231/cab-0000", "lighting.level.set", command, 50);
  assert.is(!silence.ok && silence.error.kind, "no-answer");
  await supervisor.close();
  const away = await supervisor.command(NODE, "lighting.level.set", command);
  assert.is(!away.ok && away.error.kind, "not-connected");
  assert.is(link.connected, true);
  await close();
});

test("a stopped channel's status is forgotten, and back when it is started", async () => {
  const { clock, link, supervisor, told, told1, close } = await scene();
  link.update("access.contacts", { open: { "door/1": false } }, clock.now());
  await told1((message) => message.type === "status");
  assert.ok(supervisor.throttle(NODE, "access.contacts", "stop"));
  await told1((message) => message.type === "status" && message.payload === null);
  assert.is(statusOf(supervisor, "access.contacts"), undefined);
  assert.is(supervisor.nodes.get(NODE)?.channels.get("access.contacts"), "stopped");
  told.length = 0;
  assert.ok(supervisor.throttle(NODE, "access.contacts", "start"));
  await told1((message) => message.type === "status");
  assert.equal(statusOf(supervisor, "access.contacts")?.values, { open: { "door/1": false } });
  await close();
});

test("what is no valid RSMP 4 of a known module is counted, and changes nothing", async () => {
  const { broker, supervisor, told, told1, close } = await scene();
  const other = mqtt.connect(broker.url, { protocolVersion: 5, reconnectPeriod: 0 });
  const say = (topic: string, payload: Uint8Array) => other.publishAsync(topic, Buffer.from(payload), { qos: 1 });
  const entry = { ts: iso(NOW), values: { open: { "door/1": "wide" } }, seq: 0 };
  await say("x/presence", encode("asleep"));
  await say("x/status/access.contacts", encode({ entries: [entry] }));
  await say("x/status/unknown.code", encode({ entries: [{ ...entry, values: {} }] }));
  await say("x/channel/access.contacts", new Uint8Array([0xff]));
  await say("x/alarm/access.door", encode({ entries: [{ ts: "now", active: true, values: { message: "" } }] }));
  await say("some/other/topic", encode(1));
  await say("x/status/access.contacts", encode({ entries: [{ ...entry, values: { open: { "door/1": true } } }] }));
  await told1((message) => message.node === "x");
  assert.is(supervisor.malformed, 5);
  assert.is(told.filter(({ node }) => node === "x").length, 1);
  other.end(true);
  await close();
});

test("follows only the nodes it is told to", async () => {
  const { broker, supervisor, told1, close } = await scene(["21231/+"]);
  const other = mqtt.connect(broker.url, { protocolVersion: 5, reconnectPeriod: 0 });
  for (const node of ["99999/cab-1", "21231/cab-2"]) {
    await other.publishAsync(`${node}/presence`, Buffer.from(encode("online")), { qos: 1 });
  }
  await told1((message) => message.node === "21231/cab-2");
  assert.equal([...supervisor.nodes.keys()].sort(), [NODE, "21231/cab-2"].sort());
  other.end(true);
  await close();
});

test("reaches the broker over WebSocket, as a browser does", async () => {
  const { broker, link, close } = await scene();
  const door = await openWebSocketDoor(broker.url, 0);
  const supervisor = connectSupervisor({
    url: door.url,
    id: "cockpit/page",
    clock: systemClock,
    random: new SeededRandom(9),
  });
  await supervisor.ready;
  link.setInventory(["lamp/1/0"]);
  const refused = await supervisor.command(NODE, "lighting.level.release", { component: "lamp", values: {} });
  assert.is(!refused.ok && refused.error.kind, "unknown-code");
  await supervisor.close();
  await door.close();
  await close();
});

test("the cache counts what was missed, and knows a restarted channel from a gap", () => {
  const remote = new RemoteCache("n");
  const take = (seq: number, complete = false) =>
    remote.takeStatus(
      "access.contacts",
      STATUSES["access.contacts"],
      { ts: iso(NOW), seq, values: { open: { [`door/${seq}`]: true } } },
      complete,
    );
  const missed = () => remote.statuses.get("access.contacts")?.missed;
  take(5, true);
  assert.is(missed(), 0);
  take(6);
  assert.is(missed(), 0);
  take(9);
  assert.is(missed(), 2);
  assert.equal(remote.statuses.get("access.contacts")?.values["open"], {
    "door/5": true,
    "door/6": true,
    "door/9": true,
  });
  take(0, true);
  assert.is(missed(), 2);
  assert.equal(remote.statuses.get("access.contacts")?.values["open"], { "door/0": true });
});

test("what is complete replaces what was known, attributes and alarms alike", () => {
  const remote = new RemoteCache("n");
  const power = STATUSES["energy.power"];
  const take = (seq: number, values: Record<string, unknown>) =>
    remote.takeStatus("energy.power", power, { ts: iso(NOW), seq, values }, true);
  take(0, { activePower: { "meter/1": 3 }, lampPower: 2, fullPower: 9 });
  take(1, { activePower: {}, lampPower: 1 });
  assert.equal(remote.statuses.get("energy.power")?.values, { activePower: {}, lampPower: 1 });
  const alarm = (component: string) => ({ ts: iso(NOW), component, active: true, values: { message: "" } });
  remote.takeAlarms("lighting.lamp", { entries: [alarm("lamp/1/0"), alarm("lamp/1/1")] });
  remote.takeAlarms("lighting.lamp", { entries: [alarm("lamp/1/2")], full: true });
  assert.equal([...remote.alarms.get("lighting.lamp")!.keys()], ["lamp/1/2"]);
});

test("an id that is no node id is the caller's mistake", () => {
  const options = { url: "mqtt://127.0.0.1:1", clock: systemClock, random: new SeededRandom(1) };
  assert.throws(() => connectSupervisor({ ...options, id: "a b" }), /node "a b"/);
});

test("bundles for browsers: no module of Node, and no text evaluated as code", async () => {
  const bundle = await build({
    entryPoints: ["firmware/link/supervisor.ts"],
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    metafile: true,
    logLevel: "silent",
  });
  const text = bundle.outputFiles[0]!.text;
  assert.ok(text.includes("connectSupervisor"));
  assert.not(/\bnew Function\b|globalThis\.Function|(?<![.\w])eval\(/.test(text));
  assert.equal(
    Object.keys(bundle.metafile.inputs).filter((file) => file.startsWith("node:")),
    [],
  );
});

test.run();
