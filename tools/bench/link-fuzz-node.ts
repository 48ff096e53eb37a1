import { generateKeyPairSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hours, type Instant, instant, milliseconds, seconds } from "../../controllers/units.ts";
import { silent } from "../../firmware/hal/log.ts";
import { Authority } from "../../firmware/link/commands/authority.ts";
import { openKeyRing } from "../../firmware/link/commands/key-ring.ts";
import { type SigningKey, seal, signerOf } from "../../firmware/link/commands/signer.ts";
import { exampleOf } from "../../firmware/link/describe/example.ts";
import { type MessageSpec, messagesOf } from "../../firmware/link/describe/messages.ts";
import { type AlarmPayload, iso } from "../../firmware/link/payload.ts";
import { topicOf } from "../../firmware/link/topic.ts";
import { decode, encode } from "../../firmware/link/wire/cbor.ts";
import { settled } from "../../sim/clock.ts";
import { type LinkScene, linkScene, NODE, NOW } from "../../sim/link-scene.ts";
import { memoryStore } from "../../sim/ports.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Hostile } from "./hostile.ts";
import { aboutOf, deliveryOf, type Fuzzed, fuzz, isRight, PAUSE, SUPERVISOR } from "./link-fuzz-run.ts";

/** Alarms that stand: one is acknowledged, one suspended, one neither. */
const ALARM = "access.door";
const [SEEN, QUIET, NEW] = ["door/1", "door/2", "door/3"] as const;
const MARKS = { acknowledged: [SEEN], suspended: [{ component: QUIET, until: NOW + hours(24 * 90) }] };

/** A cabinet's node, whose lamps and keys an intruder at the broker wants; it knows a key's name, and has seen commands. */
export async function fuzzNode(count: number, seed: number): Promise<Fuzzed> {
  const random = new SeededRandom(seed);
  const hostile = new Hostile(random);
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as unknown as SigningKey;
  const signer = await signerOf({ ...jwk, kid: "ops-1", issuer: SUPERVISOR });
  const keys = [{ id: "ops-1", issuer: SUPERVISOR, publicKey: jwk.x }];
  const store = memoryStore();
  const ring = await openKeyRing({ configured: keys, store, log: silent });
  const scene = await linkScene();
  await scene.journal.note(`alarm-marks/${ALARM}`, encode(MARKS), instant(NOW + hours(24 * 90)));
  // Again, with its keys: who judges times needs the scene's clock.
  scene.kill();
  await scene.start({ authority: new Authority({ clock: scene.clock, ring }) });
  const done: string[] = [];
  scene.link.setInventory(["lamp/1/0", "lamp/1/1"]);
  scene.link.onCommand("lighting.level.set", async ({ component, values }) => {
    done.push(`set ${component.join(",")}`);
    return { ok: true, values: { component: [...component], ...values } } as never;
  });
  scene.link.onCommand("lighting.level.release", async ({ component }) => {
    done.push(`release ${component.join(",")}`);
    return { ok: true, values: { component: [...component] } } as never;
  });
  for (const door of [SEEN, QUIET, NEW]) scene.link.alarm(ALARM, door, true, "open", scene.clock.now());
  await scene.clock.advance(seconds(5));
  scene.heard.length = 0;
  const marked = marksOf(scene);
  const states = () =>
    scene.heard
      .filter(({ about }) => about.startsWith("channel/"))
      .map(({ about, value }) => `${about} ${JSON.stringify(value)}`);
  const specs = messagesOf().filter(({ from }) => from === "supervisor");
  const byType = [...Map.groupBy(specs, ({ type }) => type).values()];
  const topic = topicOf(NODE, "command", "lighting.level.set");
  const good = (id: string) =>
    seal(
      topic,
      { component: "lamp/1/0", values: { level: 30, until: iso(scene.clock.now() + 60_000) } as never },
      { id, issued: scene.clock.now(), expires: (scene.clock.now() + 30_000) as never },
      signer,
    );
  // One that was seen on the wire, for another topic.
  const seen = await good("seen-on-the-wire");
  const changes: string[] = [];
  let tries = 0;

  const fuzzed = await fuzz(count, async (most) => {
    let sent = 0;
    for (; sent < most; sent++) {
      const spec = hostile.pick(hostile.pick(byType));
      const right = freshly(spec, scene.clock.now(), `intruder-${++tries}`);
      const plain = hostile.payload(right);
      const isCommand = spec.type === "command";
      const payload = isCommand ? await disguised(hostile, spec, { right, plain, seen }) : plain;
      // An unsigned command that is right in itself is an attack too, where it must be signed.
      if (spec.signed !== "must" && isRight(spec, payload)) continue;
      scene.say(aboutOf(hostile, spec), payload, deliveryOf(hostile, spec));
      if (sent % 10 === 9) await settled();
    }
    await scene.clock.advance(milliseconds(PAUSE));
    for (const state of states()) changes.push(`node: ${state}`);
    if (marksOf(scene) !== marked) changes.push(`node: alarm marks ${marksOf(scene)}`);
    scene.heard.length = 0;
    return Math.max(1, sent);
  });
  for (const what of done) changes.push(`node: ${what}`);
  if (ring.ids().join() !== "ops-1") changes.push(`node: keys ${ring.ids().join()}`);

  scene.heard.length = 0;
  scene.say("command/lighting.level.set", await good("honest-and-late"), {
    correlation: Uint8Array.of(1),
    responseTopic: topicOf(SUPERVISOR, "result", "lighting.level.set"),
  });
  // A signature takes real time.
  for (let i = 0; i < 1000 && done.length === 0; i++) {
    await sleep(2);
    await scene.clock.advance(milliseconds(1));
  }
  const alive = done.join() === "set lamp/1/0" && scene.link.connected;
  const { ignored, refused } = scene.link.counters();
  await scene.end();
  return { ...fuzzed, changes, alive, refused: ignored + Object.values(refused).reduce((sum, one) => sum + one, 0) };
}

/** An example with its instants moved: the earlier one to now, the later one a minute on; a command's as the cockpit would say it. */
function freshly(spec: MessageSpec, now: Instant, id: string): unknown {
  const fresh = JSON.stringify(exampleOf(spec.payload, "lamp/1/0"))
    .replaceAll("2026-02-24T10:00:00.000Z", iso(now))
    .replaceAll("2026-02-24T10:15:00.000Z", iso(now + 60_000));
  const example = JSON.parse(fresh);
  if (spec.type !== "command") return example;
  const about = spec.code?.startsWith("cabinet.alarm.") ? { code: ALARM, component: NEW } : {};
  return { ...example, values: { ...example.values, ...about }, id, issuer: SUPERVISOR };
}

/** What the cockpit said about alarms, as the node keeps it, and as it tells it. */
function marksOf({ journal, heard }: LinkScene): string {
  const codes = messagesOf().flatMap(({ type, code }) => (type === "alarm" && code !== undefined ? [code] : []));
  const kept = [...new Set(codes)].map((code) => {
    const decoded = decode(journal.noted(`alarm-marks/${code}`) ?? new Uint8Array());
    return decoded.ok ? [[code, decoded.value]] : [];
  });
  const isMarked = (values: object) => "acknowledged" in values || "suspended" in values;
  const told = heard
    .filter(({ about }) => about.startsWith("alarm/"))
    .flatMap(({ about, value }) =>
      (value as AlarmPayload).full ? [] : (value as AlarmPayload).entries.map((entry) => ({ about, ...entry })),
    )
    .filter(({ values }) => isMarked(values));
  return JSON.stringify([kept.flat(), told]);
}

interface Attempt {
  /** A command that is right but for who sends it. */
  readonly right: unknown;
  readonly plain: Uint8Array;
  /** A good one that was sent to another topic. */
  readonly seen: Uint8Array;
}

/** A command as an intruder may send it: unsigned, in a false envelope, or one that it has seen, bent. */
async function disguised(hostile: Hostile, spec: MessageSpec, { right, plain, seen }: Attempt): Promise<Uint8Array> {
  switch (hostile.below(6)) {
    case 0:
      return hostile.signed(plain, hostile.pick(["ops-1", "ops-2", "x"]));
    case 1:
      return hostile.signed(encode(right), "ops-1");
    case 2: {
      const bent = seen.slice();
      const at = hostile.below(bent.length);
      bent[at] = (bent[at] ?? 0) ^ (1 << hostile.below(8));
      return bent;
    }
    case 3:
      return spec.code === "lighting.level.set" ? plain : seen;
    case 4:
      return encode(right);
    default:
      return plain;
  }
}
