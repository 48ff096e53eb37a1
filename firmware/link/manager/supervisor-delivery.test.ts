/** Whatever breaks between a node, its broker and a supervisor: what was recorded is given once, in order, and nothing else. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, milliseconds, minutes, seconds } from "../../../controllers/units.ts";
import type { Fate } from "../../../sim/broker.ts";
import { CHANNELS, type LinkScene, linkScene, NODE, NOW } from "../../../sim/link-scene.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { alarmStream, statusStream } from "../service/records.ts";
import { connectSupervisor, type Supervisor, type SupervisorOptions } from "../supervisor.ts";
import type { LostEntries } from "./entries.ts";

const ID = "watcher";
const EVER = instant(8.64e15);

interface Given {
  readonly stream: string;
  readonly run: number;
  readonly seq: number;
  readonly ts: string;
}

interface Watch {
  readonly supervisor: Supervisor;
  readonly given: Given[];
  readonly sources: string[];
  readonly lost: LostEntries[];
}

function watch({ broker, clock }: LinkScene, more: Partial<SupervisorOptions> = {}): Watch {
  const given: Given[] = [];
  const sources: string[] = [];
  const lost: LostEntries[] = [];
  const supervisor = connectSupervisor({
    url: "mqtt://simulated",
    open: broker.open,
    id: ID,
    clock,
    random: new SeededRandom(11),
    statuses: CHANNELS,
    onEntry: ({ code, channel, run, seq, ts, source }) => {
      const stream = statusStream(code, channel);
      if (RECORDED.includes(stream)) given.push({ stream, run, seq, ts });
      sources.push(source);
    },
    onAlarm: ({ code, run, seq, ts }) => given.push({ stream: alarmStream(code), run, seq, ts }),
    onLost: (one) => lost.push(one),
    ...more,
  });
  return { supervisor, given, sources, lost };
}

const ALARMS = ["alarm/access.door"];
const RECORDED = ["status/access.contacts", "status/footfall.counts", "status/lighting.lamps/hourly"];
const STREAMS = [...RECORDED, ...ALARMS];

const recorded = ({ journal }: LinkScene, stream: string): Given[] =>
  journal
    .range(stream, instant(0), EVER, 0, 100_000)
    .map(({ run, seq, at }) => ({ stream, run, seq, ts: new Date(at).toISOString() }));

type Action =
  | { readonly do: "event" | "alarm" | "counts" | "cut" | "restore" | "kill" | "deaf" | "hear" | "blink" | "throttle" }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "fates"; readonly fates: readonly Fate[] };

const fate = fc.oneof(
  fc.constant<Fate>({ kind: "taken" }),
  fc.integer({ min: 1, max: 3000 }).map((ms): Fate => ({ kind: "taken", ackAfter: milliseconds(ms) })),
  fc.boolean().map((reached): Fate => ({ kind: "cut", reached })),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Action>({ do: "event" }) },
  { weight: 3, arbitrary: fc.constantFrom<Action>({ do: "alarm" }, { do: "counts" }) },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 1500 }).map((ms): Action => ({ do: "pass", ms })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 60_000 }).map((ms): Action => ({ do: "pass", ms })) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Action>(
      ...(["cut", "restore", "kill", "deaf", "hear", "blink", "throttle"] as const).map((one) => ({ do: one })),
    ),
  },
  { weight: 2, arbitrary: fc.array(fate, { maxLength: 12 }).map((fates): Action => ({ do: "fates", fates })) },
);

async function play(scene: LinkScene, actions: readonly Action[]): Promise<void> {
  const { broker, clock } = scene;
  let n = 0;
  for (const one of actions) {
    switch (one.do) {
      case "event":
        scene.event(n++);
        await clock.advance(milliseconds(50));
        break;
      case "alarm":
        scene.link.alarm("access.door", `door/${n % 3}`, n % 2 === 0, "open", clock.now());
        n++;
        break;
      case "counts":
        scene.link.update("footfall.counts", { people: { "counter/1": n++ } }, clock.now());
        break;
      case "cut":
        broker.cut(NODE);
        break;
      case "restore":
        broker.restore(NODE);
        break;
      case "kill":
        scene.kill();
        await scene.start();
        break;
      case "deaf":
        broker.cut(ID);
        break;
      case "hear":
        broker.restore(ID);
        break;
      case "blink":
        broker.drop(ID);
        break;
      case "throttle":
        scene.say("throttle/access.contacts", { action: "stop" });
        scene.say("throttle/access.contacts", { action: "start" });
        break;
      case "pass":
        await clock.advance(milliseconds(one.ms));
        break;
      case "fates": {
        const fates = [...one.fates];
        broker.fate = (client) => (client === NODE ? fates.shift() : undefined) ?? { kind: "taken" };
      }
    }
  }
  broker.fate = () => ({ kind: "taken" });
  broker.restore(NODE);
  broker.restore(ID);
}

test("gives each recorded entry and alarm event once and in order, whatever breaks, and invents none", async () => {
  let most = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 80 }), async (actions) => {
      const scene = await linkScene();
      const { supervisor, given, lost } = watch(scene, { since: NOW });
      await play(scene, actions);
      await scene.clock.advance(minutes(10));
      for (const stream of STREAMS) {
        const wanted = recorded(scene, stream);
        assert.equal(
          given.filter((one) => one.stream === stream),
          wanted,
          stream,
        );
        most = Math.max(most, wanted.length);
      }
      assert.equal(lost, []);
      assert.is(supervisor.malformed, 0);
      await scene.clock.run(supervisor.close(), seconds(5));
      await scene.end();
    }),
    { numRuns: 40 },
  );
  assert.ok(most > 5, `most entries of a stream: ${most}`);
});

test("a supervisor that was away for a day goes on where it was, and has nothing twice", async () => {
  const scene = await linkScene();
  const first = watch(scene);
  await scene.clock.advance(seconds(10));
  for (let n = 0; n < 5; n++) {
    scene.event(n);
    await scene.clock.advance(seconds(2));
  }
  const positions = first.supervisor.positions();
  await scene.clock.run(first.supervisor.close(), seconds(5));
  for (let n = 5; n < 30; n++) {
    scene.event(n);
    await scene.clock.advance(minutes(48));
  }
  const next = watch(scene, { resume: positions });
  await scene.clock.advance(minutes(5));
  const [stream = ""] = RECORDED;
  const all = [...first.given, ...next.given].filter((one) => one.stream === stream);
  assert.equal(all, recorded(scene, stream));
  assert.ok(next.sources.includes("history"));
  assert.equal(next.lost, []);
  await scene.clock.run(next.supervisor.close(), seconds(5));
  await scene.end();
});

test("fetches what a node has kept: of a channel, of an alarm code, of a span; and knows beginning and end", async () => {
  const scene = await linkScene();
  const { supervisor } = watch(scene);
  await scene.clock.advance(seconds(1));
  for (let n = 0; n < 40; n++) {
    scene.event(n);
    scene.link.alarm("access.door", "door/1", n % 2 === 0, `${n}`, scene.clock.now());
    await scene.clock.advance(seconds(10));
  }
  const ask = (code: string, from: number, to: number, channel?: string) =>
    scene.clock.run(supervisor.fetch(NODE, code, { from: instant(from), to: instant(to) }, channel), minutes(10));
  const all = await ask("access.contacts", 0, EVER);
  assert.ok(all.ok);
  if (!all.ok) return;
  assert.is(all.entries.length, recorded(scene, "status/access.contacts").length);
  assert.equal(all.entries.at(-1)?.values, { open: { "door/39": true } });
  assert.equal([all.beginning, all.end], [true, true]);
  const few = await ask("access.contacts", NOW + 101_000, NOW + 201_000);
  assert.ok(few.ok && few.entries.length === 10 && !few.beginning && !few.end);
  const alarms = await ask("access.door", NOW, NOW + hours(1));
  assert.ok(alarms.ok);
  if (alarms.ok) assert.equal(alarms.entries[1]?.values, { component: "door/1", active: false, message: "1" });
  const none = await ask("lighting.lamps", 0, 1000, "hourly");
  assert.equal(none, { ok: true, entries: [], beginning: false, end: false });
  const nobody = await scene.clock.run(
    supervisor.fetch("21231/cab-0000", "access.contacts", { from: NOW, to: EVER }),
    minutes(10),
  );
  assert.is(!nobody.ok && nobody.error.kind, "no-answer");
  await scene.clock.run(supervisor.close(), seconds(5));
  const away = await supervisor.fetch(NODE, "access.contacts", { from: NOW, to: EVER });
  assert.is(!away.ok && away.error.kind, "not-connected");
  await scene.end();
});

test.run();
