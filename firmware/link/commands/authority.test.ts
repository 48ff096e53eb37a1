import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, minutes } from "../../../controllers/units.ts";
import { topicOf } from "../topic.ts";
import { encode } from "../wire/cbor.ts";
import { sign1 } from "./cose.ts";
import { DeskBench, IN_AN_HOUR, NODE, NOW, type Pair, pair, short } from "./desk.bench.ts";

const SET = topicOf(NODE, "command", "lighting.level.set");
const utc = (ms: number) => new Date(ms).toISOString();

test("a signed command is done once, however often it comes, over restarts too, and answered the same", async () => {
  const cockpit = await pair("ops-1");
  const bench = await DeskBench.start([cockpit.key]);
  const command = await bench.signed(cockpit);
  const first = await bench.deliver(command);
  assert.equal(first, { ok: true, values: { component: ["lamp/1/0", "lamp/1/1"], level: 30, until: IN_AN_HOUR } });
  assert.equal(await bench.deliver(command), first);
  await bench.restart();
  const again = await bench.deliver(command, { correlation: "another", responder: "cockpit/two" });
  assert.equal(Buffer.from(encode(again)).toString("hex"), Buffer.from(encode(first)).toString("hex"));
  assert.equal(bench.done, ["cockpit lamp/1/0,lamp/1/1 30"]);
  assert.equal(bench.refused, []);
});

test("altered in any one byte it is refused, and an alarm, and nothing moves", async () => {
  const cockpit = await pair("ops-1");
  const bench = await DeskBench.start([cockpit.key]);
  const command = await bench.signed(cockpit, { expires: IN_AN_HOUR });
  for (let at = 0; at < command.length; at++) {
    for (const bit of [0x01, 0x80]) {
      const altered = command.slice();
      altered[at] = (altered[at] as number) ^ bit;
      const told = short(await bench.deliver(altered));
      assert.match(told, at === 0 ? /^(malformed|signature)/ : /^signature/, `byte ${at}`);
    }
  }
  assert.is(bench.refused.length, command.length * 2);
  assert.equal(bench.done, []);
  assert.is(short(await bench.deliver(command)), "ok");
});

test("a signature counts for its node and its code only", async () => {
  const cockpit = await pair("ops-1");
  const bench = await DeskBench.start([cockpit.key]);
  for (const topic of [
    topicOf("21231/cab-0118", "command", "lighting.level.set"),
    topicOf(NODE, "command", "lighting.level.release"),
    topicOf(NODE, "status", "lighting.level.set"),
  ])
    assert.is(short(await bench.deliver(await bench.signed(cockpit, {}, topic))), "signature payload", topic);
  // One that is good, delivered on the topic of another code.
  const release = await bench.deliver(await bench.signed(cockpit), { code: "cabinet.keys.revoke" });
  assert.is(short(release), "signature payload");
  assert.equal(bench.done, []);
  assert.is(bench.refused.length, 4);
});

test("a key that is unknown, of somebody else, not yet or no longer in its time is refused", async () => {
  const [good, stranger, early, late] = await Promise.all([
    pair("ops-1"),
    pair("ops-2"),
    pair("early", { from: utc(NOW + hours(1)) }),
    pair("late", { until: utc(NOW) }),
  ]);
  const bench = await DeskBench.start([good.key, early.key, late.key]);
  const under = (kid: string) => ({ ...stranger, signer: { ...stranger.signer, kid } });
  assert.is(short(await bench.deliver(await bench.signed(stranger))), "signature kid");
  assert.is(short(await bench.deliver(await bench.signed(under("ops-1")))), "signature payload");
  assert.is(short(await bench.deliver(await bench.signed(early))), "signature kid");
  assert.is(short(await bench.deliver(await bench.signed(late))), "signature kid");
  assert.equal(bench.refused, Array(4).fill("signature cockpit"));
  assert.equal(bench.done, []);
  await bench.clock.advance(hours(1));
  const in2h = { values: { level: 1, until: utc(NOW + hours(2)) } };
  assert.is(short(await bench.deliver(await bench.signed(early, in2h))), "ok");
});

test("a key counts for its issuer and its codes only; keys and certificates must be among them", async () => {
  const [lamps, doors, all] = await Promise.all([
    pair("lamps", { codes: ["lighting"] }),
    pair("doors", { codes: ["lighting.level.s", "access"] }),
    pair("all"),
  ]);
  const bench = await DeskBench.start([lamps.key, doors.key, all.key]);
  assert.is(short(await bench.deliver(await bench.signed(lamps))), "ok");
  assert.is(short(await bench.deliver(await bench.signed(doors))), "forbidden code");
  const posing = { ...lamps, signer: { ...lamps.signer, issuer: "mayor" } };
  assert.is(short(await bench.deliver(await bench.signed(posing))), "forbidden issuer");
  const code = "cabinet.keys.revoke";
  for (const one of [lamps, all]) {
    const revoke = await signBare(one, full(bench, { id: "doors" }), topicOf(NODE, "command", code));
    assert.is(short(await bench.deliver(revoke, { code })), "forbidden code");
  }
  assert.is(bench.done.length, 1);
});

test("a signed command names who, what and when; what it lacks is named", async () => {
  const cockpit = await pair("ops-1");
  const bench = await DeskBench.start([cockpit.key]);
  const whole = {
    id: "id-0001-bbbb",
    issuer: "cockpit",
    issued: utc(NOW),
    expires: utc(NOW + 60_000),
    component: "lamp/1",
    values: { level: 30, until: IN_AN_HOUR },
  };
  for (const field of ["id", "issuer", "issued", "expires"] as const) {
    const { [field]: _, ...rest } = whole;
    assert.is(short(await bench.deliver(await signBare(cockpit, rest, SET))), `invalid ${field}`);
  }
  const wrong = { ...whole, expires: utc(NOW + hours(24) + 1) };
  assert.is(short(await bench.deliver(await signBare(cockpit, wrong, SET))), "invalid expires");
  const noDay = { ...whole, issued: "2026-02-31T24:00:00Z" };
  assert.match(short(await bench.deliver(await signBare(cockpit, noDay, SET))), /^invalid/);
  assert.equal(bench.done, []);
  assert.is(short(await bench.deliver(await signBare(cockpit, whole, SET))), "ok");
});

test("an expired command is refused, one from the future too, and none while the clock is not set", async () => {
  const cockpit = await pair("ops-1");
  const bench = await DeskBench.start([cockpit.key]);
  const command = await bench.signed(cockpit);
  const future = await bench.signed(cockpit, { issued: utc(NOW + 62_000), expires: utc(NOW + 120_000) });
  assert.is(short(await bench.deliver(future)), "too-far issued");
  bench.clock.trust = "unset";
  assert.is(short(await bench.deliver(command)), "clock-unset payload");
  bench.clock.trust = "synchronised";
  await bench.clock.advance(minutes(1));
  assert.is(short(await bench.deliver(command)), "expired expires");
  assert.equal(bench.done, []);
  assert.equal(bench.refused, ["too-far cockpit", "expired cockpit"]);
  // What was ahead has become present meanwhile: a refusal for its time is not for ever.
  assert.is(short(await bench.deliver(future)), "ok");
});

test("set back, the clock brings no old command back: nobody is asked again what was forgotten", async () => {
  const cockpit = await pair("ops-1");
  const bench = await DeskBench.start([cockpit.key]);
  const old = await bench.signed(cockpit);
  assert.is(short(await bench.deliver(old)), "ok");
  await bench.clock.advance(hours(50));
  const later = { values: { level: 40, until: utc(NOW + hours(51)) } };
  assert.is(short(await bench.deliver(await bench.signed(cockpit, later))), "ok");
  assert.ok(bench.journal.notes < 4, "the old one is forgotten");
  for (const restart of [false, true]) {
    if (restart) await bench.restart();
    bench.clock.jump(-hours(50) - 1000);
    assert.match(short(await bench.deliver(old)), /^expired/);
    bench.clock.jump(hours(50) + 1000);
  }
  assert.is(bench.done.length, 2);
});

test("without a signature only the one named supervisor moves lamps, and nobody his keys", async () => {
  const manager = await pair("root", { codes: ["cabinet.keys"] });
  const closed = await DeskBench.start([manager.key]);
  assert.is(short(await closed.deliver(closed.plain())), "unsigned payload");
  const bench = await DeskBench.start([manager.key], "cockpit");
  assert.is(short(await bench.deliver(bench.plain())), "ok");
  assert.is(short(await bench.deliver(bench.plain(), { responder: "cockpit/two" })), "ok");
  assert.is(short(await bench.deliver(bench.plain(), { responder: "cockpits" })), "unsigned payload");
  assert.is(short(await bench.deliver(bench.plain({ issuer: "mayor" }))), "forbidden issuer");
  const revoke = encode({ values: { id: "root" } });
  assert.is(short(await bench.deliver(revoke, { code: "cabinet.keys.revoke" })), "unsigned payload");
  assert.equal([closed.done.length, bench.done.length], [0, 2]);
  assert.equal(bench.refused, ["unsigned cockpits", "forbidden cockpit", "unsigned cockpit"]);
});

test("keys are added and revoked by signed commands, and stay so over restarts, whatever the configuration says", async () => {
  const manager = await pair("root", { codes: ["cabinet.keys"] });
  const [old, fresh] = await Promise.all([pair("ops-1"), pair("ops-2")]);
  const bench = await DeskBench.start([manager.key, old.key]);
  const ask = async (code: string, values: object) =>
    bench.deliver(await signBare(manager, full(bench, values), topicOf(NODE, "command", code)), { code });
  assert.is(short(await bench.deliver(await bench.signed(fresh))), "signature kid");
  assert.equal(await ask("cabinet.keys.add", fresh.key), { ok: true, values: { keys: ["ops-2", "root", "ops-1"] } });
  assert.is(short(await bench.deliver(await bench.signed(fresh))), "ok");
  const before = await bench.signed(old);
  assert.equal(await ask("cabinet.keys.revoke", { id: "ops-1" }), { ok: true, values: { keys: ["ops-2", "root"] } });
  for (const restart of [false, true]) {
    if (restart) await bench.restart();
    assert.is(short(await bench.deliver(before)), "signature kid", "signed before it was revoked");
    assert.is(short(await bench.deliver(await bench.signed(old))), "signature kid");
    assert.is(short(await bench.deliver(await bench.signed(fresh))), "ok");
  }
  assert.is(short(await ask("cabinet.keys.add", old.key)), "invalid values.id");
  assert.is(short(await ask("cabinet.keys.add", { ...old.key, id: "ops-3" })), "invalid values.publicKey");
  assert.is(short(await ask("cabinet.keys.revoke", { id: "root" })), "invalid values.id");
  assert.is(bench.done.length, 3);
});

test("the log says who was refused and why, and nothing of what was sent", async () => {
  const cockpit = await pair("ops-1");
  const bench = await DeskBench.start([cockpit.key], "open");
  await bench.deliver(await bench.signed({ ...cockpit, signer: { ...cockpit.signer, kid: "secret-kid" } }));
  await bench.deliver(await bench.signed(cockpit, { issued: "2026-02-24T22:00:00Z", expires: "2026-02-24T22:11:11Z" }));
  const values = { level: 12345, until: IN_AN_HOUR };
  await bench.deliver(bench.plain({ values, component: "lamp/777" }), { responder: "open" });
  await bench.deliver(bench.plain({ component: "lamp/777" }), { responder: "open" });
  await bench.deliver(Uint8Array.of(0xc2, 0x43, 0x65, 0x65, 0x65));
  assert.is(bench.logged.length, 5);
  assert.match(bench.logged[0] ?? "", /signature/);
  assert.not.match(bench.logged.join("\n"), /secret|12345|777|22:11|eee|ZWVl/);
});

const full = (bench: DeskBench, values: object) => ({
  id: `id-${bench.answers.length}-cccc`,
  issuer: "cockpit",
  issued: utc(bench.clock.now()),
  expires: utc(bench.clock.now() + 60_000),
  values,
});

/** A command signed as it is, whatever it lacks. */
const signBare = ({ signer }: Pair, command: object, topic: string) =>
  sign1(bytesOf(signer.kid), encode(command), bytesOf(topic), signer.sign);

const bytesOf = (text: string) => new TextEncoder().encode(text);

test.run();
