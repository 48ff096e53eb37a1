import { suite, test } from "uvu";
import * as assert from "uvu/assert";
import { hours, seconds } from "../../../controllers/units.ts";
import { encode } from "../wire/cbor.ts";
import { DeskBench, IN_AN_HOUR, NODE, NOW, short } from "./desk.bench.ts";

const good = { level: 30, until: IN_AN_HOUR };
const SET = "lighting.level.set";
const utc = (ms: number) => new Date(NOW + ms).toISOString();

/** What is wrong, its code, its payload, the refusal's kind, field and message; `alarm`: nobody is known to have been entitled. */
const refusals: readonly [string, string, unknown, string, RegExp, "alarm"?][] = [
  [
    "a level out of range",
    SET,
    { component: "lamp", values: { ...good, level: 140 } },
    "invalid values.level",
    /is 140: must be <= 100/,
  ],
  [
    "a level of the wrong type",
    SET,
    { component: "lamp", values: { ...good, level: "5" } },
    "invalid values.level",
    /is "5"/,
  ],
  ["a missing expiry", SET, { component: "lamp", values: { level: 3 } }, "invalid values.until", /missing/],
  [
    "an expiry that is no time",
    SET,
    { component: "lamp", values: { ...good, until: "noon" } },
    "invalid values.until",
    /ISO 8601/,
  ],
  [
    "no such day",
    SET,
    { component: "lamp", values: { ...good, until: "2026-02-31T24:00:00Z" } },
    "invalid values.until",
    /./,
  ],
  [
    "the past",
    SET,
    { component: "lamp", values: { ...good, until: utc(0) } },
    "expired values.until",
    /allowed is after 2026-02-24T20:00/,
  ],
  [
    "too far ahead",
    SET,
    { component: "lamp", values: { ...good, until: utc(hours(168) + 1000) } },
    "too-far values.until",
    /allowed is up to 2026-03-03T20:00/,
  ],
  [
    "a begin that is no day",
    SET,
    { component: "lamp", values: { ...good, from: "2026-02-31T24:00:00Z" } },
    "invalid values.from",
    /./,
  ],
  [
    "a begin at the end",
    SET,
    { component: "lamp", values: { ...good, from: IN_AN_HOUR } },
    "invalid values.from",
    /allowed is before .* \(until\)/,
  ],
  ["a group that is none", SET, { component: "group/1", values: good }, "unknown-component component", /group\/1/],
  ["an unknown value", SET, { component: "lamp", values: { ...good, fade: 2 } }, "invalid values.fade", /not allowed/],
  ["an unknown field", SET, { component: "lamp", values: good, raw: [1] }, "invalid raw", /not allowed/, "alarm"],
  ["no component", SET, { values: good }, "invalid component", /missing/],
  ["an unknown component", SET, { component: "lamp/1/0-9", values: good }, "unknown-component component", /lamp\/1\/2/],
  [
    "one of another kind",
    SET,
    { component: "counter/1", values: good },
    "unknown-component component",
    /allowed are lamp/,
  ],
  ["no values", SET, { component: "lamp" }, "invalid values", /missing/, "alarm"],
  ["a list", SET, [1, 2], "invalid payload", /./, "alarm"],
  [
    "a code of nobody",
    "lighting.level.burn",
    { values: good },
    "unknown-code code",
    /allowed .*lighting.level.set/,
    "alarm",
  ],
  [
    "a code without a handler",
    "lighting.level.release",
    { component: "lamp", values: {} },
    "unknown-code code",
    /release/,
    "alarm",
  ],
  ["what is no CBOR", SET, new Uint8Array([0xff, 0x00]), "malformed payload", /indefinite/, "alarm"],
  ["an empty payload", SET, new Uint8Array(), "malformed payload", /truncated/, "alarm"],
  ["a bignum", SET, new Uint8Array([0xc2, 0x41, 1]), "malformed payload", /tag/, "alarm"],
  ["an id too short", SET, { id: "1234567", component: "lamp", values: good }, "invalid id", /./, "alarm"],
  [
    "an expiry of its own in the past",
    SET,
    { expires: utc(-1), component: "lamp", values: good },
    "expired expires",
    /./,
    "alarm",
  ],
  [
    "an expiry of its own after two days",
    SET,
    { expires: utc(hours(48)), component: "lamp", values: good },
    "too-far expires",
    /./,
    "alarm",
  ],
  [
    "what was issued tomorrow",
    SET,
    { issued: utc(hours(24)), component: "lamp", values: good },
    "too-far issued",
    /./,
    "alarm",
  ],
];

const table = suite("a command desk");
for (const [name, code, payload, refusal, message, alarm] of refusals) {
  table(`refuses ${name}: ${refusal}`, async () => {
    const bench = await DeskBench.start([], "cockpit");
    const bytes = payload instanceof Uint8Array ? payload : encode(payload);
    const result = await bench.deliver(bytes, { code });
    assert.is(short(result), refusal);
    if (!result || result.ok) return;
    assert.match(result.error.message, message);
    assert.is(bench.desk.counters.refused[result.error.kind], 1);
    assert.equal(bench.done, []);
    assert.equal(bench.refused, alarm ? [`${result.error.kind} cockpit`] : []);
  });
}
table("takes a begin that is to come, and a group of the configuration", async () => {
  const bench = await DeskBench.start([], "cockpit");
  bench.desk.setKnown(
    ["lamp/1/0", "lamp/1/1", "door/1"],
    new Map([
      ["group/1", ["lamp/1/1"]],
      ["group/2", ["door/1"]],
    ]),
  );
  const values = { ...good, from: utc(60_000) };
  const result = await bench.deliver(encode({ component: "group/1", values }));
  assert.equal(result, { ok: true, values: { component: ["lamp/1/1"], ...values } });
  const foreign = await bench.deliver(encode({ component: "group/2", values }));
  assert.is(short(foreign), "unknown-component component");
});
table.run();

test("what has an expiry is refused while the cabinet does not know the time", async () => {
  const bench = await DeskBench.start([], "cockpit");
  bench.clock.trust = "unset";
  assert.is(short(await bench.deliver(bench.plain())), "clock-unset values.until");
  assert.equal(bench.done, []);
});

test("a handler that fails, or answers what its table does not allow, is told as failed, and no more", async () => {
  const bench = await DeskBench.start([], "cockpit");
  const release = encode({ component: "lamp", values: {} });
  const code = "lighting.level.release";
  bench.desk.handle(code, () => Promise.reject(new Error("secret of the cabinet")));
  const failed = await bench.deliver(release, { code });
  assert.is(short(failed), "failed");
  assert.not(JSON.stringify(failed).includes("secret"));
  bench.desk.handle(code, async () => ({ ok: true, values: { lamps: 2 } as never }));
  assert.is(short(await bench.deliver(release, { code })), "failed");
  assert.is(bench.desk.counters.refused.failed, 2);
});

test("neither done nor answered: what has no way back, and what the broker kept", async () => {
  const bench = await DeskBench.start([], "cockpit");
  const whole = bench.message(bench.plain());
  const ignored = [
    { ...whole, responseTopic: undefined },
    { ...whole, correlation: undefined },
    { ...whole, correlation: new Uint8Array(65) },
    { ...whole, responseTopic: "cockpit/result/lighting.level.release" },
    { ...whole, responseTopic: `other/command/${SET}` },
    { ...whole, responseTopic: `${NODE}/status/${SET}` },
    { ...whole, retain: true },
  ];
  for (const message of ignored) await bench.desk.receive(SET, message);
  assert.is(bench.desk.counters.ignored, ignored.length);
  assert.equal([bench.done, bench.answers], [[], []]);
  assert.equal(
    bench.refused,
    ignored.map(() => "unanswerable null"),
  );
});

test("32 commands at a time: one more is told to come again, and with the same correlation it is done", async () => {
  const bench = await DeskBench.start([], "cockpit");
  const gate = Promise.withResolvers<void>();
  bench.gate = gate.promise;
  const work: Promise<void>[] = [];
  for (let i = 0; i < 32; i++) {
    await bench.clock.advance(seconds(1));
    work.push(bench.desk.receive(SET, bench.message(bench.plain())));
  }
  assert.is(short(await bench.deliver(bench.plain(), { correlation: "again" })), "busy");
  gate.resolve();
  await bench.through(Promise.all(work));
  assert.is(bench.done.length, 32);
  assert.is(short(await bench.deliver(bench.plain(), { correlation: "again" })), "ok");
  assert.is(bench.done.length, 33);
});

test("20 at once and 5 a second of one code; what is more is not looked at, and answered once a second", async () => {
  const bench = await DeskBench.start([], "cockpit");
  const receive = (code = SET, payload = bench.plain()) => bench.desk.receive(code, bench.message(payload, { code }));
  const burst = async (count: number) => {
    const [done, answers] = [bench.done.length, bench.answers.length];
    await bench.through(Promise.all(Array.from({ length: count }, () => receive())));
    return [bench.done.length - done, bench.answers.length - answers];
  };
  await bench.clock.advance(seconds(60));
  assert.equal(await burst(100), [20, 21]);
  assert.equal(bench.refused, Array(79).fill("busy null"));
  await bench.clock.advance(seconds(2));
  assert.equal(await burst(100), [10, 11]);
  // Codes that nobody does share one allowance, and take nothing from those that somebody does.
  await bench.clock.advance(seconds(10));
  const before = bench.desk.counters.refused["unknown-code"];
  await bench.through(Promise.all(Array.from({ length: 100 }, (_, i) => receive(`no.such.code${i}`))));
  assert.is(bench.desk.counters.refused["unknown-code"] - before, 20);
  assert.equal(await burst(1), [1, 1]);
});

test("a command for the node as a whole takes no component", async () => {
  const bench = await DeskBench.start([], "cockpit");
  const asked: unknown[] = [];
  bench.desk.handle("tlc.plan.set", async ({ component, values }) => {
    asked.push(component);
    return { ok: true, values };
  });
  const code = "tlc.plan.set";
  const plan = { values: { plan: 1 } };
  assert.is(short(await bench.deliver(encode({ ...plan, component: "lamp" }), { code })), "invalid component");
  assert.is(short(await bench.deliver(encode(plan), { code })), "ok");
  assert.equal(asked, [[]]);
});

test.run();
