/** A captured broker against a whole cabinet on simulated hardware: whatever it delivers, no lamp moves but by the cockpit's word. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, minutes, seconds } from "../../../controllers/units.ts";
import { MemoryBroker } from "../../../sim/broker.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { type Rig, startRig } from "../../../sim/rig.ts";
import { readConfig } from "../../config/read.ts";
import { silent } from "../../hal/log.ts";
import { startNode } from "../node.ts";
import type { AlarmPayload, CommandResult } from "../payload.ts";
import { topicOf } from "../topic.ts";
import { decode, encode } from "../wire/cbor.ts";
import { type Connection, keepConnected } from "../wire/connection.ts";
import { type Pair, pair } from "./desk.bench.ts";
import { seal } from "./signer.ts";

const read = readConfig(readFileSync(new URL("../../../sim/scenarios/suite/street.yaml", import.meta.url), "utf8"));
if (!read.ok) throw new Error("the street of the scenarios is not valid");
const { config } = read;
const EVENING = instant(Date.UTC(2026, 10, 18, 19));
const CODE = "lighting.level.set";
const TOPIC = topicOf(config.node, "command", CODE);

/** A street whose cabinet believes these keys, and who holds its broker. */
async function capture(keys: readonly Pair[]) {
  let broker: MemoryBroker | undefined;
  const rig: Rig = startRig({
    config: { ...config, commands: { keys: keys.map(({ key }) => key) } },
    start: EVENING,
    between(cabinet) {
      broker = new MemoryBroker(cabinet.clock);
      return cabinet;
    },
    connect: (node, process) => startNode({ ...node, open: process.session((broker as MemoryBroker).open) }),
  });
  const answers: CommandResult[] = [];
  const alarms: string[] = [];
  const attacker: Connection = keepConnected({
    url: "mqtt://simulated",
    open: (broker as unknown as MemoryBroker).open,
    clientId: "attacker",
    subscriptions: ["#"],
    clock: rig.clock,
    random: new SeededRandom(7),
    log: silent,
    onConnect: () => {},
    onRoom: () => {},
    onMessage({ topic, payload }) {
      const decoded = decode(payload);
      if (!decoded.ok) return;
      if (topic.startsWith("cockpit/result/")) answers.push(decoded.value as CommandResult);
      if (topic !== topicOf(config.node, "alarm", "cabinet.command")) return;
      for (const { active } of (decoded.value as AlarmPayload).entries) alarms.push(active ? "on" : "off");
    },
  });
  await rig.clock.advance(seconds(10));
  const lamps = config.lamps.map(({ id }) => id);
  let sent = 0;
  return {
    rig,
    alarms,
    light: () => lamps.map((lamp) => Math.round(rig.cabinet.light(lamp))),
    /** Delivers a message and gives time for an answer, and to the lamps. */
    async deliver(payload: Uint8Array, topic = TOPIC): Promise<string> {
      const before = answers.length;
      const correlation = new TextEncoder().encode(`c${sent++}`);
      const code = topic.split("/").at(-1) as string;
      attacker.publish(topic, payload, { qos: 1, retain: false, correlation, responseTopic: `cockpit/result/${code}` });
      for (let i = 0; i < 20; i++) {
        // A signature is checked in real time.
        await new Promise((resolve) => setTimeout(resolve, 1));
        await rig.clock.advance(milliseconds(100));
      }
      const result = answers[before];
      return result === undefined ? "no answer" : result.ok ? "ok" : result.error.kind;
    },
    /** The runtime dies and comes back. */
    async restart() {
      rig.kill();
      broker?.drop(config.node);
      rig.restart();
      await rig.clock.advance(seconds(8));
    },
  };
}

const command = (
  rig: Rig,
  by: Pair,
  level: number,
  change: { topic?: string; at?: number; id?: string; code?: string } = {},
) => {
  const now = rig.clock.now() + (change.at ?? 0);
  const until = new Date(rig.clock.now() + 3_600_000).toISOString();
  const times = { id: change.id ?? `id-${level}-${now}`, issued: instant(now), expires: instant(now + 600_000) };
  return seal(change.topic ?? TOPIC, { component: "lamp", values: { level, until } }, times, by.signer);
};

test("altered, expired, early, strange, misdirected, unsigned or revoked: refused, an alarm, nothing moves; restarts change nothing", async () => {
  const [ops, root, stranger, doors] = await Promise.all([
    pair("ops-1"),
    pair("root", { codes: ["cabinet.keys"] }),
    pair("ops-1"),
    pair("doors", { codes: ["access"] }),
  ]);
  const { rig, light, deliver, restart, alarms } = await capture([ops, root, doors]);
  const before = light();
  const good = await command(rig, ops, 33);
  const elsewhere = topicOf("21231/cab-other", "command", CODE);
  const other = topicOf(config.node, "command", "lighting.level.release");
  const until = new Date(rig.clock.now() + 3_600_000).toISOString();
  const altered = [0, 5, 20, good.length - 70, good.length - 1].map((at) =>
    good.map((byte, i) => (i === at ? byte ^ 1 : byte)),
  );
  const attacks: [string, Uint8Array, RegExp, string?][] = [
    ...altered.map((bytes, i): [string, Uint8Array, RegExp] => [`altered ${i}`, bytes, /^(signature|malformed)$/]),
    ["cut", good.slice(0, -1), /^signature$/],
    ["of a wrong key", await command(rig, stranger, 34), /^signature$/],
    ["for another node", await command(rig, ops, 35, { topic: elsewhere }), /^signature$/],
    ["for another code", await command(rig, ops, 36, { topic: other }), /^signature$/],
    ["on another code's topic", good, /^signature$/, other],
    ["beyond the key's codes", await command(rig, doors, 37), /^forbidden$/],
    ["of a key that may only manage keys", await command(rig, root, 38), /^forbidden$/],
    ["expired", await command(rig, ops, 39, { at: -700_000 }), /^expired$/],
    ["from the future", await command(rig, ops, 40, { at: 3_000_000 }), /^too-far$/],
    ["unsigned", encode({ component: "lamp", values: { level: 41, until } }), /^unsigned$/],
  ];
  for (const [what, bytes, kind, topic] of attacks) {
    assert.match(await deliver(bytes, topic), kind, what);
    assert.equal(light(), before, what);
    if (what.startsWith("of") || what.startsWith("un")) await restart();
    assert.equal(light(), before, what);
  }
  assert.ok(alarms.includes("on"));

  // The cockpit's own word moves them, once; who replays it moves nothing.
  assert.is(await deliver(good), "ok");
  await rig.clock.advance(seconds(5));
  assert.ok(
    light().every((level) => Math.abs(level - 33) <= 2),
    light().join(" "),
  );
  assert.is(await deliver(await command(rig, ops, 60)), "ok");
  await rig.clock.advance(seconds(5));
  const now = light();
  for (let i = 0; i < 3; i++) {
    assert.is(await deliver(good), "ok", "the first result again");
    await rig.clock.advance(seconds(5));
    assert.equal(light(), now, "replayed");
    await restart();
    assert.equal(light(), now, "replayed, then restarted");
  }

  // A stolen key is revoked, and another takes its place.
  const fresh = await pair("ops-2");
  const keys = async (code: string, values: object) => {
    const topic = topicOf(config.node, "command", code);
    const at = rig.clock.now();
    const times = { id: `${code}-${at}`, issued: at, expires: instant(at + 60_000) };
    return deliver(await seal(topic, { values: values as Record<string, unknown> }, times, root.signer), topic);
  };
  const stolen = await command(rig, ops, 50);
  assert.is(await keys("cabinet.keys.revoke", { id: "ops-1" }), "ok");
  assert.is(await keys("cabinet.keys.add", fresh.key), "ok");
  for (const again of [false, true]) {
    if (again) await restart();
    assert.is(await deliver(stolen), "signature");
    assert.is(await deliver(await command(rig, ops, 51)), "signature");
    assert.equal(light(), now);
  }
  assert.is(await deliver(await command(rig, fresh, 70)), "ok");
  await rig.clock.advance(seconds(5));
  assert.ok(
    light().every((level) => Math.abs(level - 70) <= 2),
    light().join(" "),
  );
  await rig.clock.advance(minutes(12));
  assert.is(alarms.at(-1), "off", "the alarm ends when nothing is refused any more");
});

test.run();
