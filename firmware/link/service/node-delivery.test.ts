/** Whatever breaks between a node and its broker: what was recorded arrives, in order, and nothing else does. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, minutes } from "../../../controllers/units.ts";
import type { Fate } from "../../../sim/broker.ts";
import { settled } from "../../../sim/clock.ts";
import { type Heard, type LinkScene, linkScene, NODE } from "../../../sim/link-scene.ts";
import type { KeptJournal } from "../../hal/journal-keeper.ts";
import type { AlarmPayload, PastEntry } from "../payload.ts";
import { bodyOf } from "./records.ts";

type Action =
  | { readonly do: "event" | "alarm" | "cut" | "restore" | "kill" }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "fates"; readonly fates: readonly Fate[] }
  | { readonly do: "disk"; readonly state: "ok" | "full" | "read-only" };

const fate = fc.oneof(
  fc.constant<Fate>({ kind: "taken" }),
  fc.integer({ min: 1, max: 3000 }).map((ms): Fate => ({ kind: "taken", ackAfter: milliseconds(ms) })),
  fc.boolean().map((reached): Fate => ({ kind: "cut", reached })),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Action>({ do: "event" }) },
  { weight: 2, arbitrary: fc.constant<Action>({ do: "alarm" }) },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 1500 }).map((ms): Action => ({ do: "pass", ms })) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40_000 }).map((ms): Action => ({ do: "pass", ms })) },
  { weight: 2, arbitrary: fc.constantFrom<Action>({ do: "cut" }, { do: "restore" }, { do: "kill" }) },
  { weight: 2, arbitrary: fc.array(fate, { maxLength: 12 }).map((fates): Action => ({ do: "fates", fates })) },
);

interface Told {
  readonly stream: string;
  readonly topic: string;
  readonly run: number;
  readonly seq: number;
  readonly content: string;
}

/** Every entry that was heard of the streams that are recorded. */
function toldIn({ about, user, value, payload }: Heard): Told[] {
  const [type = "", ...rest] = about.split("/");
  const code = rest.join("/");
  if (payload.length === 0 || !["status", "replay", "alarm"].includes(type) || code.endsWith("/live")) return [];
  if (code === "lighting.buses" || (value as AlarmPayload).full) return [];
  const run = Number(user["run"] ?? 0);
  return (value as { entries: (PastEntry & { active?: boolean; component?: string })[] }).entries.map((entry) => {
    const { seq, values, active, component } = entry;
    const content = type === "alarm" ? { component, active, values } : { values };
    const stream = `${type === "replay" ? "status" : type}/${code}`;
    return { stream, topic: about, run, seq, content: JSON.stringify(content) };
  });
}

/** Notes what the journal took, and what it said was recorded. */
function watched(journal: KeptJournal, taken: Map<string, string>, recorded: Set<string>): KeptJournal {
  return new Proxy(journal, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (name === "append")
        return async (record: Parameters<KeptJournal["append"]>[0]) => {
          const done = await target.append(record);
          const key = `${done.stream} ${done.run} ${done.seq}`;
          recorded.add(key);
          taken.set(key, JSON.stringify(bodyOf(done)));
          return done;
        };
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

async function play(actions: readonly Action[]): Promise<{ scene: LinkScene; told: Told[]; recorded: Set<string> }> {
  const taken = new Map<string, string>();
  const recorded = new Set<string>();
  const scene = await linkScene({}, (journal) => watched(journal, taken, recorded));
  const { clock, broker, heard } = scene;
  let fates: Fate[] = [];
  broker.fate = (client) => (client === NODE ? (fates.shift() ?? { kind: "taken" }) : { kind: "taken" });
  let n = 0;
  for (const one of actions) {
    switch (one.do) {
      case "event":
        scene.event(n++);
        await settled();
        break;
      case "alarm":
        scene.link.alarm("access.door", "door/1", n % 2 === 0, `alarm ${n++}`, clock.now());
        await settled();
        break;
      case "pass":
        await clock.advance(milliseconds(one.ms));
        break;
      case "cut":
        broker.cut(NODE);
        break;
      case "restore":
        broker.restore(NODE);
        break;
      case "disk":
        scene.disk.state = one.state;
        break;
      case "kill":
        scene.kill();
        await settled();
        await scene.start();
        break;
      case "fates":
        fates = [...one.fates];
        break;
    }
  }
  fates = [];
  scene.disk.state = "ok";
  broker.restore(NODE);
  await clock.advance(minutes(3));
  const told = heard.flatMap(toldIn);
  for (const one of told)
    assert.is(
      taken.get(`${one.stream} ${one.run} ${one.seq}`),
      one.content,
      `${one.topic} ${one.run} ${one.seq} was invented`,
    );
  assert.is(scene.journal.health.pending, 0);
  return { scene, told, recorded };
}

/** Holds what was told against what was recorded: each at least once, and first told in order. */
async function judge(actions: readonly Action[]): Promise<void> {
  const { scene, told, recorded } = await play(actions);
  const seen = new Set<string>();
  const last = new Map<string, readonly [number, number]>();
  for (const { stream, topic, run, seq } of told) {
    const key = `${stream} ${run} ${seq}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const [lastRun, lastSeq] = last.get(topic) ?? [-1, -1];
    const follows = run > lastRun || (run === lastRun && seq > lastSeq);
    assert.ok(follows, `${topic}: ${run} ${seq} after ${lastRun} ${lastSeq}`);
    last.set(topic, [run, seq]);
  }
  assert.equal(
    [...recorded].filter((key) => !seen.has(key)),
    [],
  );
  await scene.end();
}

test("what was recorded arrives at least once, in order, whatever breaks; nothing else arrives", async () => {
  await fc.assert(fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 60 }), judge), {
    numRuns: 250,
    seed: 11,
  });
});

test("with a disk that comes and goes too, as long as the process lives", async () => {
  const disk = fc.constantFrom("ok", "full", "read-only").map((state): Action => ({ do: "disk", state }));
  const living = action.filter((one) => one.do !== "kill");
  const some = fc.oneof({ weight: 6, arbitrary: living }, { weight: 1, arbitrary: disk });
  await fc.assert(fc.asyncProperty(fc.array(some, { minLength: 5, maxLength: 60 }), judge), { numRuns: 150, seed: 12 });
});

test.run();
