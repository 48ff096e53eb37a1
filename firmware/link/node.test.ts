/** A node at a real broker, over real TCP: how its sessions begin, break and end. What it says in them: see node-*.test.ts. */
import { spawn, spawnSync } from "node:child_process";
import { createServer, type Socket } from "node:net";
import fc from "fast-check";
import mqtt from "mqtt";
import { suite, test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { memoryDisk } from "../../sim/journal.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Broker, startBroker } from "../../tools/broker.ts";
import { keepJournal } from "../hal/journal-keeper.ts";
import { silent } from "../hal/log.ts";
import { systemClock } from "../linux/clock.ts";
import { Authority } from "./commands/authority.ts";
import { trafficJudge } from "./describe/traffic.ts";
import type { CockpitLink } from "./link.ts";
import { MODULES, offered, STATUSES } from "./modules.ts";
import { type NodeOptions, startNode } from "./node.ts";
import { type AlarmPayload, type CommandResult, iso, type StatusPayload } from "./payload.ts";
import type { Status } from "./table.ts";
import { decode, encode } from "./wire/cbor.ts";
import type { Delivery } from "./wire/connection.ts";

const NODE = "21231/cab-0117";
const NOW = instant(Date.UTC(2026, 1, 24, 20, 0, 0));
const CONTACTS = `${NODE}/status/access.contacts`;

/** What the node of these tests tells. */
const CHANNELS: Readonly<Record<string, Status>> = {
  "access.contacts": {
    ...STATUSES["access.contacts"],
    channels: [{ qos: 1, periodic: 900_000, minInterval: 0, start: "running" }],
  },
  "energy.power": {
    ...STATUSES["energy.power"],
    channels: [{ qos: 1, periodic: 900_000, minInterval: 0, start: "running", replay: true }],
  },
};

interface Heard {
  readonly topic: string;
  readonly value: unknown;
  readonly retain: boolean;
  readonly packet: mqtt.IPublishPacket;
}

const judge = trafficJudge(MODULES.map((module, i) => ({ ...module, statuses: i === 0 ? CHANNELS : {} })));
const FROM_NODE = new RegExp(`^${NODE}/(presence|status|channel|alarm|replay)`);
const deliveryOf = ({ qos, retain, properties }: mqtt.IPublishPacket): Delivery => ({
  qos: qos as 0 | 1,
  retain,
  ...(properties?.userProperties && { user: properties.userProperties as Record<string, string> }),
});

/** An MQTT client of its own that hears everything, decoded. */
class Ear {
  readonly heard: Heard[] = [];
  readonly client: mqtt.MqttClient;
  #waiting = new Set<() => void>();

  static async listen(url: string, filter = "#"): Promise<Ear> {
    const ear = new Ear(mqtt.connect(url, { protocolVersion: 5, reconnectPeriod: 0 }));
    await ear.client.subscribeAsync(filter, { qos: 1, rap: true } as mqtt.IClientSubscribeOptions);
    return ear;
  }

  constructor(client: mqtt.MqttClient) {
    this.client = client;
    client.on("error", () => {});
    client.on("message", (topic, payload, packet) => {
      const decoded = decode(payload);
      if (FROM_NODE.test(topic)) {
        const problem = judge(topic, payload, deliveryOf(packet));
        // Thrown here it ends the process: whatever test this is, a node may publish nothing that the tables do not have.
        if (problem) throw new Error(`${topic}: ${problem.field} ${problem.message}`);
      }
      this.heard.push({ topic, value: decoded.ok ? decoded.value : undefined, retain: packet.retain, packet });
      for (const look of this.#waiting) look();
    });
  }

  /** The first message, heard already or to come, that matches; and its index. */
  until(what: string, matches: (heard: Heard) => boolean, from = 0): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const topics = () => this.heard.map((one) => `${one.topic} ${JSON.stringify(one.value)}`).join("\n");
      const timer = setTimeout(() => reject(new Error(`no ${what}; heard:\n${topics()}`)), 8000);
      const look = () => {
        const found = this.heard.slice(from).find(matches);
        if (!found) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  presence(word: string, from = 0): Promise<Heard> {
    return this.until(`presence ${word}`, (one) => one.topic === `${NODE}/presence` && one.value === word, from);
  }

  status(code: string, from = 0): Promise<Heard> {
    return this.until(`status ${code}`, (one) => one.topic === `${NODE}/status/${code}`, from);
  }

  /** Sends something as a supervisor would. */
  say(topic: string, payload: unknown, correlation = "c"): Promise<unknown> {
    const bytes = payload instanceof Uint8Array ? payload : encode(payload);
    const responseTopic = topic.replace(NODE, "cockpit").replace("command", "result").replace("fetch", "history");
    const properties = { responseTopic, correlationData: Buffer.from(correlation) };
    return this.client.publishAsync(topic, Buffer.from(bytes), { qos: 1, properties });
  }

  close(): void {
    this.client.end(true);
  }
}

/** Its close ends the journal too. */
async function start(url: string, clock: VirtualClock, more: Partial<NodeOptions> = {}): Promise<CockpitLink> {
  const random = new SeededRandom(1);
  const limits = { bytes: 4 << 20, age: hours(24) };
  const journal = await keepJournal(memoryDisk().open, limits, systemClock, random);
  const link = startNode({
    url,
    node: NODE,
    version: "0.1.0",
    clock,
    wallClock: systemClock,
    random,
    log: silent,
    journal,
    authority: new Authority({ clock, unsigned: "cockpit" }),
    statuses: CHANNELS,
    signal: new AbortController().signal,
    ...more,
  });
  const { close } = link;
  return Object.assign(link, {
    close: async () => {
      await close();
      await journal.close();
    },
  });
}

const open = (link: CockpitLink, clock: VirtualClock, isOpen: boolean) =>
  link.update("access.contacts", { open: { "door/1": isOpen } }, clock.now());
const entryOf = ({ value }: Heard) => (value as StatusPayload).entries[0];

interface Scene {
  broker: Broker;
  clock: VirtualClock;
  link: CockpitLink;
  ear: Ear;
  end: AbortController;
}

const node = suite<Scene>("a node at a broker");

node.before.each(async (scene) => {
  scene.broker = await startBroker(0);
  scene.clock = new VirtualClock(NOW);
  scene.end = new AbortController();
  scene.ear = await Ear.listen(scene.broker.url);
  scene.link = await start(scene.broker.url, scene.clock, { signal: scene.end.signal });
  open(scene.link, scene.clock, false);
  scene.link.update("energy.power", { lampPower: 400, fullPower: 800 }, scene.clock.now());
  await scene.ear.status("energy.power");
});
node.after.each(async (scene) => {
  await scene.link.close();
  scene.ear.close();
  await scene.broker.close();
});

node("says presence, channel states, all alarms, then complete statuses, in this order", async ({ ear }) => {
  const topics = ear.heard.map((one) => one.topic.slice(NODE.length + 1).split("/")[0]);
  assert.equal([...new Set(topics)].slice(0, 4), ["presence", "channel", "alarm", "status"]);
  assert.is(topics.filter((type) => type === "channel").length, 2);
  assert.is(topics.filter((type) => type === "alarm").length, Object.keys(offered().alarms).length);
  assert.is(topics.lastIndexOf("alarm") < topics.indexOf("status"), true);
  const presence = await ear.presence("online");
  assert.ok(presence.retain);
  assert.is(presence.packet.qos, 1);
  assert.equal({ ...presence.packet.properties?.userProperties }, { rsmp4: "2026-02-26", version: "0.1.0" });
  const alarm = await ear.until("alarm", (one) => one.topic === `${NODE}/alarm/lighting.bus`);
  assert.equal(alarm.value, { entries: [], full: true });
  assert.ok(alarm.retain);
  const replayed = await ear.until("replay", (one) => one.topic === `${NODE}/replay/energy.power`);
  assert.equal(replayed.value, { entries: [], done: true });
});

node("a late subscriber reads the complete state, retained", async ({ broker }) => {
  const late = await Ear.listen(broker.url);
  const status = await late.status("access.contacts");
  assert.ok(status.retain);
  assert.equal(entryOf(status)?.values, { open: { "door/1": false } });
  await late.presence("online");
  await late.until("channel", (one) => one.topic === `${NODE}/channel/access.contacts`);
  late.close();
});

node("a command is done and answered over the wire, a fetch is answered out of the journal", async ({ ear, link }) => {
  link.setInventory(["lamp/1/0"]);
  link.onCommand("lighting.level.release", async ({ component }) => ({
    ok: true,
    values: { component: [...component] },
  }));
  await ear.say(`${NODE}/command/lighting.level.release`, { component: "lamp", values: {} }, "mine");
  const answer = await ear.until("result", (one) => one.topic === "cockpit/result/lighting.level.release");
  assert.equal(answer.value, { ok: true, values: { component: ["lamp/1/0"] } } satisfies CommandResult);
  assert.is(answer.packet.properties?.correlationData?.toString(), "mine");
  await ear.say(`${NODE}/fetch/energy.power`, { from: iso(NOW), to: iso(NOW + 1) }, "mine too");
  const history = await ear.until("history", (one) => one.topic === "cockpit/history/energy.power");
  assert.is(entryOf(history)?.values["lampPower"], 400);
  assert.is(history.packet.properties?.correlationData?.toString(), "mine too");
});

node("fuzzed commands, throttles and fetches apply nothing and leave it alive", async ({ ear, link }) => {
  let done = 0;
  link.setInventory(["lamp/1/0"]);
  link.onCommand("lighting.level.release", async ({ component }) => {
    done++;
    return { ok: true, values: { component: [...component] } };
  });
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.jsonValue().map((value) => encode(JSON.parse(JSON.stringify(value).replaceAll("__proto", "proto")))),
  );
  const topic = fc.constantFrom(
    `${NODE}/command/lighting.level.release`,
    `${NODE}/command/x`,
    `${NODE}/command/A B/c`,
    `${NODE}/throttle/access.contacts`,
    `${NODE}/throttle/x/y/z`,
    `${NODE}/fetch/energy.power`,
    `${NODE}/fetch/lighting.bus`,
  );
  const samples = fc.sample(fc.tuple(topic, payload), { numRuns: 1000, seed: 5 });
  for (const [to, bytes] of samples) await ear.say(to, bytes);
  await link.close();
  assert.is(done, 0);
  const { refused, ignored, fetches } = link.counters();
  assert.is(refused.failed, 0);
  assert.is(fetches, 0);
  assert.ok(ignored + refused.malformed + refused.busy > 500);
  assert.equal(ear.heard.findLast((one) => one.topic === `${NODE}/channel/access.contacts`)?.value, {
    state: "running",
  });
});

node("an ordered end says shutdown, and no last will follows", async ({ ear, link }) => {
  const began = performance.now();
  await link.close();
  assert.ok(performance.now() - began < 1500);
  const from = ear.heard.findIndex((one) => one.value === "shutdown");
  const last = await ear.presence("shutdown");
  assert.ok(last.retain);
  await ear.client.publishAsync("end", Buffer.from(encode("end")));
  await ear.until("end", (one) => one.topic === "end");
  assert.equal(ear.heard.slice(from).filter((one) => one.topic === `${NODE}/presence`).length, 1);
  assert.not(link.connected);
  await link.close();
});

node("aborting its signal ends it in order too", async ({ ear, end }) => {
  end.abort();
  await ear.presence("shutdown");
});

node.run();

/** A TCP relay before a broker: its connections can be cut, or held still. */
async function relay(target: () => string) {
  const pairs = new Set<[Socket, Socket]>();
  const { connect } = await import("node:net");
  const server = createServer((near) => {
    const far = connect(Number(new URL(target()).port), "127.0.0.1");
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      a.on("error", () => {});
      a.on("close", () => {
        b.destroy();
        pairs.delete(pair);
      });
      a.pipe(b);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut: () => {
      for (const [near] of pairs) near.destroy();
    },
    still: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.pause();
      }
    },
    close: () => {
      for (const [near] of pairs) near.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

test("a cut connection comes back by itself, with presence and complete statuses", async () => {
  const broker = await startBroker(0);
  const way = await relay(() => broker.url);
  const ear = await Ear.listen(broker.url);
  const clock = new VirtualClock(NOW);
  const link = await start(way.url, clock);
  open(link, clock, false);
  await ear.status("access.contacts");
  const cut = ear.heard.length;
  way.cut();
  open(link, clock, true);
  await ear.presence("online", cut);
  const status = await ear.until("status", (one) => one.topic === CONTACTS && one.retain, cut);
  assert.equal(entryOf(status)?.values, { open: { "door/1": true } });
  assert.is(link.counters().connections, 2);
  await link.close();
  ear.close();
  await way.close();
  await broker.close();
});

test("works without a broker, and tells the latest state to the one that comes, also after that one is restarted", async () => {
  const away = await startBroker(0);
  await away.close();
  const clock = new VirtualClock(NOW);
  const link = await start(away.url, clock);
  for (let n = 0; n < 100; n++) {
    await clock.advance(seconds(1));
    open(link, clock, n % 2 === 1);
  }
  link.alarm("lighting.bus", "bus/1", true, "no power", clock.now());
  assert.not(link.connected);
  for (let round = 1; round <= 2; round++) {
    const broker = await startBroker(Number(new URL(away.url).port));
    assert.is(broker.url, away.url);
    const ear = await Ear.listen(broker.url);
    await ear.presence("online");
    assert.equal(entryOf(await ear.status("access.contacts"))?.values, { open: { "door/1": true } });
    const alarm = await ear.until("full alarm", (one) => one.topic === `${NODE}/alarm/lighting.bus` && one.retain);
    assert.is((alarm.value as AlarmPayload).entries.length, 1);
    assert.is(ear.heard.filter((one) => one.topic === CONTACTS).length, 1);
    assert.is(link.counters().connections, round);
    ear.close();
    await broker.close();
  }
  const began = performance.now();
  await link.close();
  assert.ok(performance.now() - began < 1500);
});

test("a broker that stands still takes no memory, and the end comes within a second all the same", async () => {
  const broker = await startBroker(0);
  const way = await relay(() => broker.url);
  const ear = await Ear.listen(broker.url);
  const clock = new VirtualClock(NOW);
  const link = await start(way.url, clock);
  open(link, clock, false);
  await ear.status("access.contacts");
  way.still();
  const before = link.counters().published;
  for (let n = 0; n < 2000; n++) {
    await clock.advance(seconds(1));
    open(link, clock, n % 2 === 1);
    link.alarm("lighting.bus", `bus/${n}`, n % 2 === 0, "flapping", clock.now());
  }
  assert.ok(link.counters().published - before <= 20, `${link.counters().published - before} handed over`);
  const began = performance.now();
  await link.close();
  assert.ok(performance.now() - began < 1500, `${performance.now() - began} ms`);
  way.cut();
  ear.close();
  await way.close();
  await broker.close();
});

test("what cannot be right from the start is the caller's mistake", async () => {
  const clock = new VirtualClock(NOW);
  const problem = (url: string, more: Partial<NodeOptions> = {}): Promise<string> =>
    start(url, clock, more).then(
      () => "none",
      (error: unknown) => (error instanceof TypeError ? error.message : "another"),
    );
  assert.match(await problem("http://127.0.0.1"), /url is "http:\/\/127.0.0.1": allowed is mqtt/);
  assert.match(await problem("broker"), /url/);
  assert.match(await problem("mqtt://127.0.0.1:1", { node: "a b" }), /node "a b"/);
});

const installed = spawnSync("mosquitto_sub", ["--help"]).error === undefined;
(installed ? test : test.skip)("Debian's mosquitto_sub reads presence over MQTT 5, with the draft's date", async () => {
  const broker = await startBroker(0);
  const clock = new VirtualClock(NOW);
  const link = await start(broker.url, clock);
  const port = new URL(broker.url).port;
  const child = spawn("mosquitto_sub", [
    "-V",
    "5",
    "-p",
    port,
    "-t",
    "+/+/presence",
    "-C",
    "1",
    "-W",
    "5",
    "-F",
    "%t %x %P",
  ]);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  await new Promise((resolve) => child.on("close", resolve));
  const hex = Buffer.from(encode("online")).toString("hex");
  assert.ok(output.startsWith(`${NODE}/presence ${hex} `), output);
  assert.ok(output.includes("2026-02-26"), output);
  await link.close();
  await broker.close();
});

test.run();
