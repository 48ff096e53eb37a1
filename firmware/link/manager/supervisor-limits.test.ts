/** Nothing that nodes say makes a supervisor grow without bound, stop or throw; and what it asks of the broker. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../../controllers/units.ts";
import { settled, VirtualClock } from "../../../sim/clock.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { STATUSES } from "../modules.ts";
import { iso } from "../payload.ts";
import { connectSupervisor, type Supervisor, type SupervisorOptions } from "../supervisor.ts";
import type { Status } from "../table.ts";
import { decode, encode } from "../wire/cbor.ts";
import type { ConnectionOptions, Delivery, Message } from "../wire/connection.ts";
import type { ChannelEntry } from "./entries.ts";

const NOW = instant(Date.UTC(2026, 1, 24, 20, 0, 0));
const TABLES: Readonly<Record<string, Status>> = {
  "access.contacts": {
    ...STATUSES["access.contacts"],
    channels: [
      { name: "live", qos: 1, periodic: 900_000, minInterval: 200, start: "running" },
      { name: "kept", qos: 1, periodic: 900_000, minInterval: 200, start: "running", replay: true },
    ],
  },
};
const NO_LIMIT = { perSecond: 1e9, burst: 1e9 };

interface Scene {
  readonly clock: VirtualClock;
  readonly supervisor: Supervisor;
  readonly subscriptions: readonly string[];
  readonly sent: { topic: string; value: unknown; delivery: Delivery }[];
  readonly say: (topic: string, payload: unknown, more?: Partial<Message>) => void;
}

/** A supervisor whose broker is this test. */
async function scene(more: Partial<SupervisorOptions> = {}): Promise<Scene> {
  const clock = new VirtualClock(NOW);
  let options: ConnectionOptions | undefined;
  const sent: Scene["sent"] = [];
  const supervisor = connectSupervisor({
    url: "mqtt://none",
    id: "cockpit",
    clock,
    random: new SeededRandom(3),
    statuses: TABLES,
    rate: NO_LIMIT,
    open: (asked, onReady) => {
      options = asked;
      queueMicrotask(() => onReady(false));
      const { promise: over, resolve } = Promise.withResolvers<number | null>();
      return {
        connected: true,
        over,
        reason: "",
        inFlight: 0,
        hasRoom: () => true,
        publish: (topic, payload, delivery) => {
          const decoded = decode(payload);
          sent.push({ topic, value: decoded.ok ? decoded.value : null, delivery });
          return true;
        },
        farewell: async () => {},
        end: async () => resolve(0),
      };
    },
    ...more,
  });
  await settled();
  const say: Scene["say"] = (topic, payload, rest = {}) =>
    options?.onMessage({
      topic,
      payload: payload instanceof Uint8Array ? payload : encode(payload),
      retain: false,
      responseTopic: undefined,
      correlation: undefined,
      user: {},
      ...rest,
    });
  return { clock, supervisor, subscriptions: options?.subscriptions ?? [], sent, say };
}

const entry = (seq: number, values: unknown = { open: { "door/1": true } }) => ({ ts: iso(NOW + seq), seq, values });

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;
const heap = () => {
  gc();
  return process.memoryUsage().heapUsed / 1e6;
};

test("100,000 codes, channels and components of a hostile node leave no more than the tables allow", async () => {
  const { supervisor, say } = await scene({ onEntry: () => {}, onAlarm: () => {} });
  say("x/presence", "online");
  const before = heap();
  for (let n = 0; n < 20_000; n++) {
    const values = { open: { [`door/${n}`]: true } };
    say(`x/status/a.b${n}`, { entries: [entry(n)] });
    say(`x/status/access.contacts/c${n}`, { entries: [entry(n)] });
    say("x/status/access.contacts/live", { entries: [entry(n, values)] });
    say(`x/channel/access.contacts/c${n}`, { state: "running" });
    say(`x/channel/a.b${n}`, { state: "running" });
    say(`x/alarm/a.b${n}`, { entries: [] });
    say(`x/replay/access.contacts/c${n}`, { entries: [] });
    say("x/alarm/access.door", {
      entries: [{ ts: iso(NOW), component: `door/${n}`, active: true, values: { message: "m" }, seq: 2 * n }],
    });
    // Each behind a gap of its own.
    say("x/status/access.contacts/kept", { entries: [entry(2 * n + 1)] }, { user: { run: String(n) } });
    say(`cockpit/result/r${n}`, { ok: true, values: {} }, { correlation: new Uint8Array([n]) });
    say(`cockpit/history/access.contacts/kept`, { entries: [], complete: true }, { correlation: new Uint8Array([n]) });
  }
  const remote = supervisor.nodes.get("x");
  assert.is(remote?.statuses.size, 2);
  assert.is(remote?.channels.size, 0);
  assert.is(Object.keys(remote?.statuses.get("access.contacts/live")?.values["open"] ?? {}).length, 1024);
  assert.is(remote?.alarms.get("access.door")?.size, 1024);
  assert.is(remote?.alarms.size, 1);
  assert.is(supervisor.malformed, 120_000);
  assert.ok(heap() - before < 20, `${heap() - before} MB`);
  await supervisor.close();
});

test("keeps 10,000 nodes; of a stranger after them it takes nothing", async () => {
  const { supervisor, say } = await scene({ onEntry: () => {} });
  for (let n = 0; n < 12_000; n++) {
    say(`n${n}/presence`, "online");
    say(`n${n}/status/access.contacts/kept`, { entries: [entry(0)] });
  }
  assert.is(supervisor.nodes.size, 10_000);
  assert.is(supervisor.malformed, 4000);
  await supervisor.close();
});

test("a node that floods is cut down to its rate, and others are heard", async () => {
  const heard = new Map<string, number>();
  const { clock, supervisor, say } = await scene({
    rate: { perSecond: 10, burst: 100 },
    onMessage: ({ node }) => heard.set(node, (heard.get(node) ?? 0) + 1),
  });
  for (let n = 0; n < 1000; n++) say("loud/status/access.contacts/live", { entries: [entry(n)] });
  say("quiet/status/access.contacts/live", { entries: [entry(0)] });
  assert.equal(
    [...heard],
    [
      ["loud", 100],
      ["quiet", 1],
    ],
  );
  assert.is(supervisor.flooded, 900);
  await clock.advance(seconds(1));
  for (let n = 0; n < 20; n++) say("loud/status/access.contacts/live", { entries: [entry(n)] });
  assert.is(heard.get("loud"), 110);
  await supervisor.close();
});

test("a member of a group shares what nodes say, gets its own answers, and hands entries on as they come", async () => {
  const given: ChannelEntry[] = [];
  const { clock, supervisor, say, sent, subscriptions } = await scene({
    share: "city",
    nodes: ["21231/+"],
    onEntry: (one) => given.push(one),
  });
  assert.equal(subscriptions, [
    "cockpit/result/#",
    "cockpit/history/#",
    ...["presence", "status/#", "channel/#", "alarm/#", "replay/#"].map((rest) => `$share/city/21231/+/${rest}`),
  ]);
  say("21231/a/presence", "online");
  for (const seq of [5, 9, 7, 9]) say("21231/a/status/access.contacts/kept", { entries: [entry(seq)] });
  await clock.advance(seconds(60));
  assert.equal(
    given.map(({ seq }) => seq),
    [5, 9, 7, 9],
  );
  assert.equal(sent, []);
  await supervisor.close();
  assert.throws(
    () => connectSupervisor({ url: "mqtt://x", id: "a", clock, random: new SeededRandom(1), share: "a/b" }),
    /share/,
  );
});

test("a throttle carries its time-out, a fetch its span, and the answer is what came for it", async () => {
  const { clock, supervisor, say, sent } = await scene();
  assert.ok(supervisor.throttle("n", "access.contacts", "start", "live", 120));
  assert.equal(sent.pop(), {
    topic: "n/throttle/access.contacts/live",
    value: { action: "start", timeout: 120 },
    delivery: { qos: 1, retain: false },
  });
  const span = { from: NOW, to: instant(NOW + 1000) };
  const answer = supervisor.fetch("n", "access.contacts", span, "kept");
  await settled();
  const { topic, value, delivery } = sent.pop() ?? {};
  assert.is(topic, "n/fetch/access.contacts/kept");
  assert.equal(value, { from: iso(NOW), to: iso(NOW + 1000) });
  assert.is(delivery?.responseTopic, "cockpit/history/access.contacts/kept");
  const history = (entries: readonly unknown[], complete: boolean, correlation = delivery?.correlation) =>
    say("cockpit/history/access.contacts/kept", { entries, complete }, { correlation, user: { run: "3" } });
  const past = (seq: number) => ({ ...entry(seq), next_ts: null });
  history([past(1), past(2)], false);
  history([past(1), past(2)], false);
  history([past(7)], true, new Uint8Array([1, 2, 3]));
  await clock.advance(milliseconds(100_000));
  history([past(3)], true);
  assert.equal(await answer, {
    ok: true,
    entries: [1, 2, 3].map((seq) => ({ ...past(seq), run: 3 })),
    beginning: false,
    end: false,
  });
  await supervisor.close();
});

test("a node that begins a session is not waited for with what it was asked before: it may never have seen it", async () => {
  const { supervisor, say, sent } = await scene({ onEntry: () => {} });
  const answer = supervisor.fetch("n", "access.contacts", { from: NOW, to: NOW }, "kept");
  const other = supervisor.fetch("other", "access.contacts", { from: NOW, to: NOW }, "kept");
  await settled();
  say("n/presence", "online");
  const came = await answer;
  assert.is(!came.ok && came.error.kind, "not-connected");
  const { correlation } = sent.find(({ topic }) => topic.startsWith("other/"))?.delivery ?? {};
  say("cockpit/history/access.contacts/kept", { entries: [], complete: true }, { correlation });
  assert.ok((await other).ok);
  await supervisor.close();
});

test("asks one node four things at a time, and all nodes 64; who waited is asked in turn", async () => {
  const { supervisor, say, sent } = await scene();
  const span = { from: NOW, to: NOW };
  const answers = Array.from({ length: 30 }, (_, n) =>
    Array.from({ length: 6 }, () => supervisor.fetch(`n${n}`, "access.contacts", span, "kept")),
  ).flat();
  await settled();
  const asked = () => sent.length;
  assert.is(asked(), 64);
  const at = (node: string) => sent.filter(({ topic }) => topic.startsWith(`${node}/`)).length;
  assert.is(at("n0"), 4);
  assert.is(at("n15"), 4);
  assert.is(at("n16"), 0);
  let answered = 0;
  while (answered < sent.length) {
    const one = sent[answered++];
    const correlation = one?.delivery.correlation;
    say("cockpit/history/access.contacts/kept", { entries: [], complete: true }, { correlation });
    await settled();
    assert.ok(sent.length - answered <= 64);
  }
  assert.is(sent.length, 180);
  assert.ok((await Promise.all(answers)).every(({ ok }) => ok));
  await supervisor.close();
});

test.run();
