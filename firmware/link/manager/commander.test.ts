import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, milliseconds, seconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { type LinkScene, linkScene, NODE, NOW } from "../../../sim/link-scene.ts";
import { memoryStore } from "../../../sim/ports.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { silent } from "../../hal/log.ts";
import { Authority } from "../commands/authority.ts";
import { parseSign1 } from "../commands/cose.ts";
import { pair } from "../commands/desk.bench.ts";
import { openKeyRing } from "../commands/key-ring.ts";
import { STATUSES } from "../modules.ts";
import { type CommandPayload, iso } from "../payload.ts";
import { connectSupervisor, type Supervisor, type SupervisorOptions } from "../supervisor.ts";
import { decode, encode } from "../wire/cbor.ts";
import { Commander, type Wanted } from "./commander.ts";
import { Readers } from "./readers.ts";

const until = iso(NOW + hours(1));
const WANTED = { component: "lamp", values: { level: 30, until } };
const SET = "lighting.level.set";

interface Scene {
  readonly scene: LinkScene;
  readonly supervisor: Supervisor;
  /** How often a level was set. */
  readonly done: () => number;
  readonly send: (wanted?: Wanted<typeof SET>) => Promise<string>;
  readonly end: () => Promise<void>;
}

/** A cabinet that believes the key `ops-1` of `cockpit`, and a supervisor. */
async function scened(more: (signer: Awaited<ReturnType<typeof pair>>["signer"]) => Partial<SupervisorOptions>) {
  const { key, signer } = await pair("ops-1");
  const ring = await openKeyRing({ configured: [key], store: memoryStore(), log: silent });
  const clock = { now: () => scene.clock.now(), isSet: () => true } as LinkScene["clock"];
  const scene: LinkScene = await linkScene({ authority: new Authority({ clock, ring }) });
  let count = 0;
  scene.link.setInventory(["lamp/1/0"]);
  scene.link.onCommand(SET, async ({ component, values }) => {
    count++;
    return { ok: true, values: { component: [...component], ...values } };
  });
  const supervisor = connectSupervisor({
    url: "mqtt://simulated",
    open: scene.broker.open,
    id: "cockpit/desk",
    clock: scene.clock,
    random: new SeededRandom(17),
    ...more(signer),
  });
  await scene.clock.advance(seconds(1));
  const result: Scene = {
    scene,
    supervisor,
    done: () => count,
    async send(wanted = WANTED) {
      const outcome = supervisor.command(NODE, SET, wanted);
      // Signing and checking are not of this clock.
      for (let i = 0; i < 40; i++) await new Promise((resolve) => setTimeout(resolve, 1));
      const came = await scene.clock.run(outcome, seconds(10));
      return came.ok ? "ok" : came.error.kind;
    },
    async end() {
      await scene.clock.run(supervisor.close(), seconds(5));
      await scene.end();
    },
  };
  return result;
}

test("a signed command is done; the same id again is the same command; without a key it is refused", async () => {
  const signed = await scened((signer) => ({ signer }));
  assert.is(await signed.send({ ...WANTED, id: "order-0001" }), "ok");
  assert.is(await signed.send({ ...WANTED, id: "order-0001" }), "ok");
  assert.is(signed.done(), 1);
  assert.is(await signed.send(), "ok");
  assert.is(signed.done(), 2);
  await signed.end();
  const unsigned = await scened(() => ({}));
  assert.is(await unsigned.send(), "unsigned");
  assert.is(unsigned.done(), 0);
  await unsigned.end();
});

test("a key that comes and goes is asked for at each command", async () => {
  let isLoaded = false;
  const { send, end } = await scened((signer) => ({ signer: () => (isLoaded ? signer : undefined) }));
  assert.is(await send(), "unsigned");
  isLoaded = true;
  assert.is(await send(), "ok");
  isLoaded = false;
  assert.is(await send(), "unsigned");
  await end();
});

test("a signed command may begin until a minute after nobody waits any more, and says whose it is", async () => {
  const { scene, send, end } = await scened((signer) => ({ signer }));
  await send();
  const sent = scene.heard.find(({ about }) => about === `command/${SET}`);
  const signed = sent && parseSign1(sent.payload);
  const decoded = signed && decode(signed.payload);
  assert.ok(decoded?.ok);
  if (!decoded?.ok) return;
  const { id, issuer, issued, expires } = decoded.value as Required<CommandPayload>;
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.is(issuer, "cockpit");
  assert.is(issued, iso(NOW + seconds(1)));
  assert.is(Date.parse(expires) - Date.parse(issued), 65_000);
  await end();
});

test("a close waits for no result, and leaves no timer", async () => {
  const { scene, supervisor, end } = await scened(() => ({}));
  scene.broker.fate = (client, topic) =>
    client === NODE && topic.includes("/result/") ? { kind: "refused", reason: 0x87 } : { kind: "taken" };
  const asked = supervisor.command(NODE, SET, WANTED, hours(1));
  await scene.clock.advance(seconds(5));
  assert.ok(scene.clock.waiting().includes("command result"));
  await scene.clock.run(supervisor.close(), seconds(5));
  const outcome = await scene.clock.run(asked, seconds(1));
  assert.is(outcome.ok ? "ok" : outcome.error.kind, "not-connected");
  for (const name of ["command result", "history", "replay", "stream settles", "stream asks again"])
    assert.not.ok(scene.clock.waiting().includes(name), name);
  await end();
});

test("what is no result of the command does not end the wait for it: any cabinet may write to a result topic", async () => {
  const clock = new VirtualClock(NOW);
  const sent: Uint8Array[] = [];
  const commander = new Commander({
    id: "cockpit",
    clock,
    random: new SeededRandom(1),
    readers: new Readers(STATUSES),
    signer: undefined,
    publish: (_topic, _payload, { correlation }) => sent.push(correlation as Uint8Array) > 0,
  });
  const outcome = commander.send(NODE, SET, WANTED, 1000);
  await clock.advance(milliseconds(10));
  const answer = (values: object) =>
    commander.receive({
      topic: `cockpit/result/${SET}`,
      payload: encode({ ok: true, values }),
      retain: false,
      responseTopic: undefined,
      correlation: sent[0],
      user: {},
    });
  assert.is(answer({ level: "dark" }), false);
  assert.is(answer({ component: ["lamp/1/0"], level: 30, until }), true);
  assert.equal(await clock.run(outcome, seconds(2)), {
    ok: true,
    values: { component: ["lamp/1/0"], level: 30, until },
  });
});

test.run();
