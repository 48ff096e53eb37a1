import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, milliseconds, minutes, seconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import type { Certificates, NotTaken } from "../../hal/credentials.ts";
import { silent } from "../../hal/log.ts";
import type { CockpitLink, CommandHandler } from "../link.ts";
import { careForCertificate } from "./certificate-care.ts";

const START = Date.parse("2027-01-01T00:00:00Z");
const days = (n: number) => hours(24 * n);
const LIFE = 30 * 86_400_000;

/** A cabinet whose certificate was made at START for 30 days. */
function scene(life = LIFE) {
  const clock = new VirtualClock(instant(START));
  let notAfter = START + life;
  let notBefore = START;
  let request = "";
  let told: (kept: boolean) => void = () => {};
  const scene = {
    clock,
    statuses: [] as string[],
    alarm: null as string | null,
    renewals: [] as number[],
    fault: null as Error | null,
    answer: { ok: true, notAfter: START + 60 * 86_400_000 } as { ok: true; notAfter: number } | NotTaken,
    /** What came of it in the next session. */
    prove(kept: boolean) {
      if (kept) {
        notBefore = clock.now();
        notAfter = notBefore + LIFE;
        request = "";
      }
      told(kept);
    },
    handler: undefined as unknown as CommandHandler<"cabinet.certificate.set">,
    stop: new AbortController(),
    working: undefined as unknown as Promise<void>,
  };
  const certificates: Certificates = {
    credentials: async () => ({}),
    async state() {
      if (scene.fault) throw scene.fault;
      return { notBefore, notAfter, request };
    },
    async prepare() {
      request = "REQUEST";
    },
    async take() {
      if (scene.answer.ok) request = "";
      return scene.answer;
    },
    onOutcome: (listener) => {
      told = listener;
    },
  };
  const link = {
    update: (_: string, values: { notAfter: string; request: string }) => {
      const line = `${values.notAfter.slice(0, 10)} ${values.request}`.trim();
      if (scene.statuses.at(-1) !== line) scene.statuses.push(line);
    },
    alarm: (code: string, _: string, active: boolean, message: string) => {
      assert.is(code, "cabinet.certificate");
      scene.alarm = active ? message : null;
    },
    onCommand: (_: string, handler: CommandHandler<"cabinet.certificate.set">) => {
      scene.handler = handler;
    },
  } as unknown as Pick<CockpitLink, "update" | "alarm" | "onCommand">;
  scene.working = careForCertificate({
    certificates,
    link,
    renew: () => scene.renewals.push(clock.now() - START),
    clock,
    log: silent,
    signal: scene.stop.signal,
  });
  return scene;
}

const set = (one: ReturnType<typeof scene>) =>
  one.clock.run(one.handler({ component: [], values: { certificate: "CHAIN" } }), seconds(1));

test("asks in the last third of its life, raises the alarm three days before the end, and is quiet once it is renewed", async () => {
  const one = scene();
  await one.clock.advance(days(19));
  assert.equal(one.statuses, ["2027-01-31"]);
  await one.clock.advance(days(2));
  assert.equal(one.statuses, ["2027-01-31", "2027-01-31 REQUEST"]);
  assert.is(one.alarm, null);
  await one.clock.advance(days(5));
  assert.is(one.alarm, null);
  await one.clock.advance(hours(26));
  assert.is(one.alarm, "the certificate ends 2027-01-31T00:00:00.000Z");
  const at = one.clock.now() - START;
  const result = await set(one);
  assert.equal(result, { ok: true, values: { notAfter: "2027-03-02T00:00:00.000Z" } });
  assert.equal(one.renewals, [], "the result goes out first");
  await one.clock.advance(seconds(3));
  assert.equal(one.renewals, [at + 2000]);
  one.prove(true);
  await one.clock.advance(minutes(1));
  assert.is(one.alarm, null);
  assert.is(one.statuses.at(-1), "2027-02-27");
  one.stop.abort();
  await one.working;
  assert.equal(one.clock.waiting(), []);
});

test("a certificate of a day is not in alarm from its first hour on", async () => {
  const one = scene(86_400_000);
  await one.clock.advance(hours(15));
  assert.is(one.statuses.at(-1), "2027-01-02");
  await one.clock.advance(hours(3));
  assert.is(one.statuses.at(-1), "2027-01-02 REQUEST");
  assert.is(one.alarm, null);
  await one.clock.advance(hours(4));
  assert.match(one.alarm as string, "ends 2027-01-02");
  one.stop.abort();
  await one.working;
});

test("what is no answer is refused with the reason, and no session ends for it", async () => {
  const one = scene();
  await one.clock.advance(days(21));
  one.answer = { ok: false, message: "is signed by no authority that is believed" };
  const result = await set(one);
  assert.equal(result, {
    ok: false,
    error: { kind: "invalid", field: "values.certificate", message: "is signed by no authority that is believed" },
  });
  await one.clock.advance(minutes(1));
  assert.equal(one.renewals, []);
  assert.is(one.statuses.at(-1), "2027-01-31 REQUEST");
  one.stop.abort();
  await one.working;
});

test("a renewed one that the broker does not take is an alarm until another one is brought", async () => {
  const one = scene();
  await one.clock.advance(days(21));
  await set(one);
  await one.clock.advance(seconds(3));
  one.prove(false);
  await one.clock.advance(milliseconds(1));
  assert.match(one.alarm as string, /did not take the renewed certificate/);
  await set(one);
  await one.clock.advance(milliseconds(1));
  assert.is(one.alarm, null);
  one.stop.abort();
  await one.working;
});

test("files that cannot be read are an alarm, which ends with its cause; a clock that is not set decides nothing", async () => {
  const one = scene();
  one.fault = new Error("key.pem: mode is 0644");
  await one.clock.advance(hours(2));
  assert.is(one.alarm, "key.pem: mode is 0644");
  one.fault = null;
  await one.clock.advance(hours(1));
  assert.is(one.alarm, null);
  one.clock.trust = "unset";
  await one.clock.advance(days(29));
  assert.is(one.alarm, null);
  assert.equal(one.statuses, ["2027-01-31"]);
  one.clock.trust = "held";
  await one.clock.advance(hours(1));
  assert.ok(one.alarm);
  assert.is(one.statuses.at(-1), "2027-01-31 REQUEST");
  one.stop.abort();
  await one.working;
});

test.run();
