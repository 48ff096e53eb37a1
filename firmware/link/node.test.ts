import { spawn, spawnSync } from "node:child_process";
import { createServer, type Socket } from "node:net";
import fc from "fast-check";
import mqtt from "mqtt";
import { suite, test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Broker, startBroker } from "../../tools/broker.ts";
import { silent } from "../hal/log.ts";
import { systemClock } from "../linux/clock.ts";
import { decode, encode } from "./cbor.ts";
import type { CockpitLink } from "./link.ts";
import { startNode } from "./node.ts";
import type { CommandResult } from "./payload.ts";

const NODE = "21231/cab-0117";
const NOW = Date.UTC(2026, 1, 24, 20, 0, 0);
const IN_AN_HOUR = new Date(NOW + hours(1)).toISOString();
const LAMPS = ["lamp/1/0", "lamp/1/1", "lamp/2/0", "counter/1"];

interface Heard {
  readonly topic: string;
  readonly value: unknown;
  readonly retain: boolean;
  readonly packet: mqtt.IPublishPacket;
}

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

  /** Sends a command as a supervisor would; any part may be left out or replaced. */
  async command(code: string, payload: unknown, change: Partial<Command> = {}): Promise<void> {
    const bytes = payload instanceof Uint8Array ? payload : encode(payload);
    const properties: mqtt.IClientPublishOptions["properties"] = {};
    const responseTopic = "responseTopic" in change ? change.responseTopic : `cockpit/result/${code}`;
    const correlation = "correlation" in change ? change.correlation : `c${this.#commands++}`;
    if (responseTopic !== undefined) properties.responseTopic = responseTopic;
    if (correlation !== undefined) properties.correlationData = Buffer.from(correlation);
    const topic = change.topic ?? `${NODE}/command/${code}`;
    await this.client.publishAsync(topic, Buffer.from(bytes), { qos: 1, retain: change.retain ?? false, properties });
  }
  #commands = 0;

  async ask(code: string, payload: unknown, change: Partial<Command> = {}): Promise<CommandResult> {
    const from = this.heard.length;
    await this.command(code, payload, change);
    const answer = await this.until(`result of ${code}`, (one) => one.topic === `cockpit/result/${code}`, from);
    return answer.value as CommandResult;
  }

  close(): void {
    this.client.end(true);
  }
}

interface Command {
  readonly topic: string;
  readonly responseTopic: string | undefined;
  readonly correlation: string | undefined;
  readonly retain: boolean;
}

interface Scene {
  broker: Broker;
  clock: VirtualClock;
  link: CockpitLink;
  ear: Ear;
  /** What the handler was given, in order. */
  done: { component: readonly string[]; values: { level: number; until: string } }[];
  end: AbortController;
}

function start(url: string, clock: VirtualClock, end: AbortController): CockpitLink {
  const random = new SeededRandom(1);
  return startNode({
    url,
    node: NODE,
    version: "0.1.0",
    clock,
    wallClock: systemClock,
    random,
    log: silent,
    signal: end.signal,
  });
}

const node = suite<Scene>("a node at a broker");

node.before.each(async (scene) => {
  scene.broker = await startBroker(0);
  scene.clock = new VirtualClock(instant(NOW));
  scene.end = new AbortController();
  scene.done = [];
  scene.ear = await Ear.listen(scene.broker.url);
  scene.link = start(scene.broker.url, scene.clock, scene.end);
  scene.link.setInventory(LAMPS);
  scene.link.onCommand("lighting.level.set", async (command) => {
    scene.done.push(command);
    return { ok: true, values: { component: [...command.component], ...command.values } };
  });
  scene.link.update("lighting.lamps", { actualLightState: { "lamp/1/0": 40, "lamp/1/1": 40 } }, scene.clock.now());
  await scene.ear.status("lighting.lamps");
});
node.after.each(async (scene) => {
  await scene.link.close();
  scene.ear.close();
  await scene.broker.close();
});

node("says presence, channel states, all alarms, then complete statuses, in this order", async ({ ear }) => {
  const topics = ear.heard.map((one) => one.topic.slice(NODE.length + 1).split("/")[0]);
  assert.equal([...new Set(topics)], ["presence", "channel", "alarm", "status"]);
  assert.is(topics.filter((type) => type === "channel").length, 13);
  assert.is(topics.filter((type) => type === "alarm").length, 15);
  assert.is(topics.lastIndexOf("alarm") < topics.indexOf("status"), true);
  const presence = await ear.presence("online");
  assert.ok(presence.retain);
  assert.is(presence.packet.qos, 1);
  assert.equal({ ...presence.packet.properties?.userProperties }, { rsmp4: "2026-02-26", version: "0.1.0" });
  const alarm = await ear.until("alarm", (one) => one.topic === `${NODE}/alarm/lighting.bus`);
  assert.equal(alarm.value, { entries: [], full: true });
  assert.ok(alarm.retain);
});

node(
  "events count from the complete update on, are not retained, and hold what changed",
  async ({ ear, link, clock }) => {
    const first = await ear.status("lighting.lamps");
    assert.ok(first.retain);
    assert.equal((first.value as { entries: { seq: number }[] }).entries[0]?.seq, 0);
    for (const [index, level] of [50, 60, 70].entries()) {
      await clock.advance(seconds(1));
      const from = ear.heard.length;
      link.update("lighting.lamps", { actualLightState: { "lamp/1/0": level } }, clock.now());
      const event = await ear.status("lighting.lamps", from);
      assert.equal(event.value, {
        entries: [
          {
            ts: new Date(clock.now()).toISOString(),
            values: { actualLightState: { "lamp/1/0": level } },
            seq: index + 1,
          },
        ],
      });
      assert.not(event.retain);
    }
  },
);

node(
  "what comes in one pass is one event, and what follows at once waits for the interval",
  async ({ ear, link, clock }) => {
    await clock.advance(seconds(1));
    const from = ear.heard.length;
    link.update("lighting.lamps", { actualLightState: { "lamp/1/0": 1 } }, clock.now());
    link.update("lighting.lamps", { actualLightState: { "lamp/1/1": 2 } }, clock.now());
    const event = await ear.status("lighting.lamps", from);
    const values = (heard: Heard) =>
      (heard.value as { entries: { values: Record<string, unknown> }[] }).entries[0]?.values;
    assert.equal(values(event)?.["actualLightState"], { "lamp/1/0": 1, "lamp/1/1": 2 });
    const later = ear.heard.length;
    link.update("lighting.lamps", { actualLightState: { "lamp/1/0": 3 } }, clock.now());
    link.update("access.contacts", { open: { "door/1": true } }, clock.now());
    await ear.status("access.contacts", later);
    assert.not(ear.heard.slice(later).some((one) => one.topic.endsWith("lighting.lamps")));
    await clock.advance(seconds(0.2));
    assert.equal(values(await ear.status("lighting.lamps", later)), { actualLightState: { "lamp/1/0": 3 } });
  },
);

node("a late subscriber reads the complete state, retained", async ({ broker, clock }) => {
  await clock.advance(seconds(61));
  const late = await Ear.listen(broker.url);
  const status = await late.status("lighting.lamps");
  assert.ok(status.retain);
  const entry = (status.value as { entries: { values: Record<string, unknown> }[] }).entries[0];
  assert.equal(entry?.values["actualLightState"], { "lamp/1/0": 40, "lamp/1/1": 40 });
  await late.presence("online");
  await late.until("channel", (one) => one.topic === `${NODE}/channel/lighting.lamps`);
  late.close();
});

node("alarms are events, and a retained full update follows", async ({ ear, link, clock }) => {
  const from = ear.heard.length;
  link.alarm("lighting.lamp", "lamp/1/0", true, "x".repeat(500), clock.now());
  const mine = (one: Heard) => one.topic === `${NODE}/alarm/lighting.lamp`;
  const event = await ear.until("alarm", mine, from);
  assert.not(event.retain);
  const entry = {
    ts: new Date(NOW).toISOString(),
    component: "lamp/1/0",
    active: true,
    values: { message: "x".repeat(200) },
  };
  assert.equal(event.value, { entries: [entry] });
  await clock.advance(seconds(1));
  const full = await ear.until("full alarm", (one) => mine(one) && one.retain, from);
  assert.equal(full.value, { entries: [entry], full: true });
});

node("values that the table does not allow are the caller's mistake", ({ link, clock }) => {
  const bad = { actualLightState: { "lamp/1/0": 101 } };
  assert.throws(
    () => link.update("lighting.lamps", bad, clock.now()),
    /lighting.lamps: actualLightState.lamp\/1\/0 is 101/,
  );
  assert.throws(
    () => link.update("nothing" as "lighting.lamps", {}, clock.now()),
    /status nothing: allowed lighting.lamps/,
  );
  assert.throws(() => link.alarm("nothing" as "lighting.bus", "x", true, "", clock.now()), /alarm nothing/);
});

node("a command is done once and answered; the same again gets the first result", async ({ ear, done, link }) => {
  const command = { component: "lamp/1", values: { level: 30, until: IN_AN_HOUR } };
  const result = await ear.ask("lighting.level.set", command, { correlation: "same" });
  assert.equal(result, { ok: true, values: { component: ["lamp/1/0", "lamp/1/1"], level: 30, until: IN_AN_HOUR } });
  assert.equal(done, [{ component: ["lamp/1/0", "lamp/1/1"], values: { level: 30, until: IN_AN_HOUR } }]);
  assert.equal(await ear.ask("lighting.level.set", command, { correlation: "same" }), result);
  assert.is(done.length, 1);
  const answers = ear.heard.filter((one) => one.topic === "cockpit/result/lighting.level.set");
  assert.is(answers[0]?.packet.properties?.correlationData?.toString(), "same");
  assert.not(answers[0]?.retain);
  assert.is(link.counters().commands, 1);
  assert.is(link.counters().repeated, 1);
});

const good = { level: 30, until: IN_AN_HOUR };
const refusals: readonly [string, string, unknown, string, string, RegExp][] = [
  [
    "a level out of range",
    "lighting.level.set",
    { component: "lamp", values: { ...good, level: 140 } },
    "invalid",
    "values.level",
    /is 140: must be <= 100/,
  ],
  [
    "a level of the wrong type",
    "lighting.level.set",
    { component: "lamp", values: { ...good, level: "50" } },
    "invalid",
    "values.level",
    /is "50"/,
  ],
  [
    "a missing expiry",
    "lighting.level.set",
    { component: "lamp", values: { level: 3 } },
    "invalid",
    "values.until",
    /missing/,
  ],
  [
    "an expiry that is no time",
    "lighting.level.set",
    { component: "lamp", values: { ...good, until: "noon" } },
    "invalid",
    "values.until",
    /allowed is ISO 8601/,
  ],
  [
    "an expiry on a day that is not",
    "lighting.level.set",
    { component: "lamp", values: { ...good, until: "2026-02-31T24:00:00Z" } },
    "invalid",
    "values.until",
    /./,
  ],
  [
    "an expiry in the past",
    "lighting.level.set",
    { component: "lamp", values: { ...good, until: new Date(NOW).toISOString() } },
    "expired",
    "values.until",
    /allowed is after 2026-02-24T20:00/,
  ],
  [
    "an expiry too far ahead",
    "lighting.level.set",
    { component: "lamp", values: { ...good, until: new Date(NOW + 7 * 86_400_000 + 1).toISOString() } },
    "too-far",
    "values.until",
    /allowed is up to 2026-03-03T20:00/,
  ],
  [
    "an unknown value",
    "lighting.level.set",
    { component: "lamp", values: { ...good, fade: 2 } },
    "invalid",
    "values.fade",
    /not allowed/,
  ],
  [
    "an unknown field",
    "lighting.level.set",
    { component: "lamp", values: good, raw: [1] },
    "invalid",
    "raw",
    /not allowed/,
  ],
  ["no component", "lighting.level.set", { values: good }, "invalid", "component", /missing/],
  [
    "an unknown component",
    "lighting.level.set",
    { component: "lamp/1/0-9", values: good },
    "unknown-component",
    "component",
    /lamp\/1\/2/,
  ],
  [
    "a component of another kind",
    "lighting.level.set",
    { component: "counter/1", values: good },
    "unknown-component",
    "component",
    /allowed are lamp/,
  ],
  ["no values", "lighting.level.set", { component: "lamp" }, "invalid", "values", /missing/],
  ["a list", "lighting.level.set", [1, 2], "invalid", "payload", /./],
  [
    "a code of nobody",
    "lighting.level.burn",
    { component: "lamp", values: good },
    "unknown-code",
    "code",
    /allowed lighting.level.set/,
  ],
  [
    "a code without a handler",
    "lighting.level.release",
    { component: "lamp", values: {} },
    "unknown-code",
    "code",
    /lighting.level.release/,
  ],
  ["what is no CBOR", "lighting.level.set", new Uint8Array([0xff, 0x00]), "malformed", "payload", /indefinite/],
  ["an empty payload", "lighting.level.set", new Uint8Array(), "malformed", "payload", /truncated/],
  ["a bignum", "lighting.level.set", new Uint8Array([0xc2, 0x41, 1]), "malformed", "payload", /tag/],
];
for (const [name, code, payload, kind, field, message] of refusals) {
  node(`refuses ${name}: ${kind} at ${field}`, async ({ ear, done, link }) => {
    const result = await ear.ask(code, payload);
    assert.not(result.ok);
    if (result.ok) return;
    assert.is(result.error.kind, kind);
    assert.is(result.error.field, field);
    assert.match(result.error.message, message);
    assert.is(link.counters().refused[result.error.kind], 1);
    assert.is(done.length, 0);
  });
}

node("refuses what has an expiry while the cabinet does not know the time", async ({ ear, clock, done }) => {
  clock.trust = "unset";
  const result = await ear.ask("lighting.level.set", { component: "lamp", values: good });
  assert.is(!result.ok && result.error.kind, "clock-unset");
  assert.is(done.length, 0);
});

node(
  "a handler that fails, or answers what its table does not allow, is told as failed, and no more",
  async ({ ear, link }) => {
    link.onCommand("lighting.level.release", () => Promise.reject(new Error("secret of the cabinet")));
    const failed = await ear.ask("lighting.level.release", { component: "lamp", values: {} });
    assert.is(!failed.ok && failed.error.kind, "failed");
    assert.not(JSON.stringify(failed).includes("secret"));
    link.onCommand("lighting.level.release", async () => ({ ok: true, values: { lamps: 2 } as never }));
    const wrong = await ear.ask("lighting.level.release", { component: "lamp", values: {} });
    assert.is(!wrong.ok && wrong.error.kind, "failed");
  },
);

node(
  "more commands at a time than it can follow are told to come again, with the same correlation",
  async ({ ear, link, done }) => {
    const gate = Promise.withResolvers<void>();
    link.onCommand("lighting.level.set", async (command) => {
      await gate.promise;
      done.push(command);
      return { ok: true, values: { component: [...command.component], ...command.values } };
    });
    const command = { component: "lamp", values: good };
    for (let i = 0; i < 32; i++) await ear.command("lighting.level.set", command);
    const busy = await ear.ask("lighting.level.set", command, { correlation: "again" });
    assert.is(!busy.ok && busy.error.kind, "busy");
    gate.resolve();
    await ear.until("a result", (one) => (one.value as CommandResult | undefined)?.ok === true);
    const from = ear.heard.length;
    await ear.command("lighting.level.set", command, { correlation: "again" });
    await ear.until(
      "its result",
      (one) => one.packet.properties?.correlationData?.toString() === "again" && (one.value as CommandResult).ok,
      from,
    );
    assert.is(done.length, 33);
  },
);

const ignored: readonly [string, Partial<Command>][] = [
  ["no response topic", { responseTopic: undefined }],
  ["no correlation data", { correlation: undefined }],
  ["a correlation longer than allowed", { correlation: "x".repeat(65) }],
  ["a response topic of another code", { responseTopic: "cockpit/result/lighting.level.release" }],
  ["a response topic that is no result", { responseTopic: "other/command/lighting.level.set" }],
  ["a response topic that is its own status", { responseTopic: `${NODE}/status/lighting.level.set` }],
  ["a retained command", { retain: true }],
];
for (const [name, change] of ignored) {
  node(`neither does nor answers a command with ${name}`, async ({ ear, done, link }) => {
    const from = ear.heard.length;
    await ear.command("lighting.level.set", { component: "lamp", values: good }, change);
    // The next command is answered, so the one before has been through.
    await ear.ask("lighting.level.release", { component: "lamp", values: {} });
    assert.is(link.counters().ignored, 1);
    assert.is(done.length, 0);
    const spoken = ear.heard.slice(from).filter((one) => !one.topic.includes("/command/"));
    assert.equal(
      spoken.map((one) => one.topic),
      ["cockpit/result/lighting.level.release"],
    );
  });
}

node("a command kept by the broker from before it began is not done", async ({ ear, broker, clock, link }) => {
  await link.close();
  await ear.command("lighting.level.set", { component: "lamp", values: good }, { retain: true });
  const from = ear.heard.length;
  const again = start(broker.url, clock, new AbortController());
  let done = 0;
  again.setInventory(LAMPS);
  again.onCommand("lighting.level.set", async () => {
    done++;
    throw new Error("must not be called");
  });
  await ear.presence("online", from);
  await ear.ask("lighting.level.release", { component: "lamp", values: {} });
  assert.is(done, 0);
  assert.is(again.counters().ignored, 1);
  await again.close();
});

node("fuzzed commands and throttles apply nothing and leave it alive", async ({ ear, done, link }) => {
  const valid = encode({ component: "lamp/1/0", values: good });
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = valid.slice();
      bytes[at] = byte;
      // A flip that leaves it valid is no attack.
      const back = decode(bytes);
      return back.ok ? bytes.subarray(1) : bytes;
    }),
    fc.jsonValue().map((value) => encode(JSON.parse(JSON.stringify(value).replaceAll("__proto", "proto")))),
  );
  const topic = fc.constantFrom(
    `${NODE}/command/lighting.level.set`,
    `${NODE}/command/x`,
    `${NODE}/command/A B/c`,
    `${NODE}/throttle/lighting.lamps`,
    `${NODE}/throttle/x/y/z`,
  );
  const samples = fc.sample(fc.tuple(topic, payload), { numRuns: 1000, seed: 5 });
  for (const [to, bytes] of samples) await ear.command("lighting.level.set", bytes, { topic: to });
  const result = await ear.ask(
    "lighting.level.set",
    { component: "lamp/1/0", values: good },
    { correlation: "the end" },
  );
  assert.is(done.length, 1);
  assert.ok(result.ok || result.error.kind !== "failed");
  assert.is(link.counters().refused.failed, 0);
  assert.ok(link.counters().refused.malformed > 100);
});

node("throttle stops and starts a channel; its count begins anew", async ({ ear, link, clock }) => {
  const channel = (state: string, from: number) =>
    ear.until(
      state,
      (one) => one.topic === `${NODE}/channel/lighting.lamps` && (one.value as { state: string }).state === state,
      from,
    );
  let from = ear.heard.length;
  const throttle = (payload: unknown) =>
    ear.command("", payload, {
      topic: `${NODE}/throttle/lighting.lamps`,
      responseTopic: undefined,
      correlation: undefined,
    });
  await throttle({ action: "stop" });
  assert.ok((await channel("stopped", from)).retain);
  const cleared = await ear.until(
    "empty status",
    (one) => one.topic.endsWith("status/lighting.lamps") && one.packet.payload.length === 0,
    from,
  );
  assert.ok(cleared.retain);
  await clock.advance(seconds(1));
  link.update("lighting.lamps", { actualLightState: { "lamp/1/0": 77 } }, clock.now());
  from = ear.heard.length;
  await throttle({ action: "sing" });
  await throttle({ action: "start" });
  await channel("running", from);
  const entry = (
    (await ear.status("lighting.lamps", from)).value as { entries: { seq: number; values: Record<string, unknown> }[] }
  ).entries[0];
  assert.is(entry?.seq, 0);
  assert.equal(entry?.values["actualLightState"], { "lamp/1/0": 77, "lamp/1/1": 40 });
  assert.is(link.counters().ignored, 1);
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

node("a restart brings the state back, and seq begins anew", async ({ ear, link, broker, clock }) => {
  await link.close();
  const from = ear.heard.length;
  const again = start(broker.url, clock, new AbortController());
  again.update("lighting.lamps", { actualLightState: { "lamp/1/0": 90 } }, clock.now());
  await ear.presence("online", from);
  const entry = (
    (await ear.status("lighting.lamps", from)).value as { entries: { seq: number; values: Record<string, unknown> }[] }
  ).entries[0];
  assert.is(entry?.seq, 0);
  assert.equal(entry?.values["actualLightState"], { "lamp/1/0": 90 });
  await again.close();
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

test("a cut connection brings the last will, then online and complete statuses again", async () => {
  const broker = await startBroker(0);
  const way = await relay(() => broker.url);
  const ear = await Ear.listen(broker.url);
  const clock = new VirtualClock(instant(NOW));
  const link = start(way.url, clock, new AbortController());
  link.update("access.contacts", { open: { "door/1": false } }, clock.now());
  await ear.status("access.contacts");
  const cut = ear.heard.length;
  way.cut();
  const will = await ear.presence("offline", cut);
  assert.ok(will.retain);
  const back = ear.heard.length;
  link.update("access.contacts", { open: { "door/1": true } }, clock.now());
  await ear.presence("online", back);
  const status = await ear.status("access.contacts", back);
  assert.ok(status.retain);
  assert.equal((status.value as { entries: { values: unknown }[] }).entries[0]?.values, { open: { "door/1": true } });
  // 0 was the first state, 1 was lost with the connection: the gap tells.
  assert.is((status.value as { entries: { seq: number }[] }).entries[0]?.seq, 2);
  assert.is(link.counters().connections, 2);
  await link.close();
  ear.close();
  await way.close();
  await broker.close();
});

test("works without a broker, and tells the latest state to the one that comes, also after that one is restarted", async () => {
  const away = await startBroker(0);
  await away.close();
  const clock = new VirtualClock(instant(NOW));
  const link = start(away.url, clock, new AbortController());
  for (let level = 0; level < 100; level++) {
    await clock.advance(seconds(1));
    link.update("lighting.lamps", { actualLightState: { "lamp/1/0": level } }, clock.now());
  }
  link.alarm("lighting.bus", "bus/1", true, "no power", clock.now());
  assert.not(link.connected);
  for (let round = 1; round <= 2; round++) {
    const broker = await startBroker(Number(new URL(away.url).port));
    assert.is(broker.url, away.url);
    const ear = await Ear.listen(broker.url);
    await ear.presence("online");
    const entry = ((await ear.status("lighting.lamps")).value as { entries: { values: Record<string, unknown> }[] })
      .entries[0];
    assert.equal(entry?.values["actualLightState"], { "lamp/1/0": 99 });
    const alarm = await ear.until("alarm", (one) => one.topic === `${NODE}/alarm/lighting.bus`);
    assert.is((alarm.value as { entries: unknown[]; full: boolean }).entries.length, 1);
    assert.is(ear.heard.filter((one) => one.topic.endsWith("status/lighting.lamps")).length, 1);
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
  const clock = new VirtualClock(instant(NOW));
  const link = start(way.url, clock, new AbortController());
  link.update("lighting.lamps", { actualLightState: { "lamp/1/0": 0 } }, clock.now());
  await ear.status("lighting.lamps");
  way.still();
  const before = link.counters().published;
  for (let i = 0; i < 2000; i++) {
    await clock.advance(seconds(1));
    link.update("lighting.lamps", { actualLightState: { "lamp/1/0": i % 100 } }, clock.now());
    link.alarm("lighting.bus", `bus/${i}`, i % 2 === 0, "flapping", clock.now());
  }
  assert.ok(link.counters().published - before <= 20, `${link.counters().published - before} handed over`);
  const began = performance.now();
  await link.close();
  assert.ok(performance.now() - began < 1500, `${performance.now() - began} ms`);
  way.cut();
  await ear.presence("offline");
  ear.close();
  await way.close();
  await broker.close();
});

test("what cannot be right from the start is the caller's mistake", () => {
  const clock = new VirtualClock(instant(NOW));
  assert.throws(
    () => start("http://127.0.0.1", clock, new AbortController()),
    /url is "http:\/\/127.0.0.1": allowed is mqtt/,
  );
  assert.throws(() => start("broker", clock, new AbortController()), /url/);
  assert.throws(
    () =>
      startNode({
        url: "mqtt://127.0.0.1:1",
        node: "a b",
        version: "1",
        clock,
        wallClock: clock,
        random: new SeededRandom(1),
        log: silent,
        signal: new AbortController().signal,
      }),
    /node "a b"/,
  );
});

const installed = spawnSync("mosquitto_sub", ["--help"]).error === undefined;
(installed ? test : test.skip)("Debian's mosquitto_sub reads presence over MQTT 5, with the draft's date", async () => {
  const broker = await startBroker(0);
  const clock = new VirtualClock(instant(NOW));
  const link = start(broker.url, clock, new AbortController());
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
