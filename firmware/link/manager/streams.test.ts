import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, minutes, seconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { silent } from "../../hal/log.ts";
import { iso } from "../payload.ts";
import type { LostEntries, Position, Source } from "./entries.ts";
import { type Answered, fetchFailed, type Question } from "./fetcher.ts";
import type { Place } from "./sequence.ts";
import type { StreamId } from "./stream-id.ts";
import { Streams } from "./streams.ts";

const START = instant(Date.UTC(2026, 1, 24, 20, 0, 0));
const ID: StreamId = { type: "status", node: "n", code: "a.b" };
const KEY = "n status/a.b";
const YEARS = 10 * 365 * 24 * 3_600_000;

interface Recorded extends Place {
  readonly ts: string;
}

/** A node with one stream, the network to it, and a user. What the node recorded is in `journal`, what the user got in `given`. */
class Scene {
  readonly clock = new VirtualClock(START);
  readonly journal: Recorded[] = [];
  readonly given: Recorded[] = [];
  readonly sources: Source[] = [];
  readonly lost: LostEntries[] = [];
  readonly asked: Question[] = [];
  /** Recorded while nobody heard, to be replayed. */
  pending: Recorded[] = [];
  online = true;
  silences = 0;
  readonly streams: Streams;
  #place: Place = { run: 0, seq: -1 };
  #offset = 0;

  constructor(resume: ReadonlyMap<string, Position> = new Map()) {
    this.streams = new Streams({
      clock: this.clock,
      random: new SeededRandom(5),
      log: silent,
      fetcher: { ask: (question, take) => this.#answer(question, take), online: () => {} },
      since: START,
      resume,
      isOnline: () => this.online,
      give: (_, { run, seq, ts, source }) => {
        this.given.push({ run, seq, ts });
        this.sources.push(source);
      },
      lost: (lost) => this.lost.push(lost),
    });
    this.streams.begin();
  }

  record(): Recorded {
    this.#place = { run: this.#place.run, seq: this.#place.seq + 1 };
    const made = { ...this.#place, ts: iso(this.clock.now() + this.#offset) };
    this.journal.push(made);
    return made;
  }

  restart(): void {
    if (this.#place.seq >= 0) this.#place = { run: this.#place.run + 1, seq: -1 };
  }

  jump(ms: number): void {
    this.#offset += ms;
  }

  hear(entry: Recorded, source: Source = "live", bytes = 10): void {
    this.streams.offer(ID, { ...entry, source, bytes, values: {}, complete: false });
  }

  replay(): void {
    this.streams.replay(ID, false);
    for (const entry of this.pending) this.hear(entry, "replay");
    this.pending = [];
    this.streams.replay(ID, true);
  }

  back(): void {
    this.online = true;
    this.streams.online(ID.node, true);
  }

  async #answer(question: Question, take: (entries: never[], bytes: number) => void): Promise<Answered> {
    this.asked.push(question);
    await this.clock.sleep(seconds(1), "answer");
    if (!this.online) return fetchFailed("not-connected", "");
    if (this.silences > 0) {
      this.silences--;
      await this.clock.sleep(seconds(120), "silence");
      return fetchFailed("no-answer", "");
    }
    const answer = this.journal.filter(({ ts }) => ts >= question.from && ts < question.to);
    for (const entry of answer) {
      const next = this.journal[this.journal.indexOf(entry) + 1]?.ts ?? null;
      take([{ ...entry, next_ts: next, values: {} }] as never[], 10);
    }
    const end = answer.length > 0 && answer.at(-1) === this.journal.at(-1);
    return { ok: true, beginning: false, end };
  }
}

const FROM_START = new Map([[KEY, { run: 0, seq: -1, ts: iso(START) }]]);

type Op =
  | {
      readonly do: "live" | "lose" | "astray" | "miss" | "replay" | "restart" | "session" | "away" | "back" | "silence";
    }
  | { readonly do: "again"; readonly which: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "jump"; readonly ms: number };

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: "live" } as const) },
  { weight: 3, arbitrary: fc.constant({ do: "lose" } as const) },
  { weight: 3, arbitrary: fc.constant({ do: "miss" } as const) },
  { weight: 2, arbitrary: fc.constant({ do: "astray" } as const) },
  fc.constantFrom<Op>({ do: "replay" }, { do: "restart" }, { do: "session" }, { do: "away" }, { do: "back" }),
  fc.constant<Op>({ do: "silence" }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("again" as const), which: fc.nat(50) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.nat(90_000) }) },
  fc.record({ do: fc.constant("jump" as const), ms: fc.constantFrom(-YEARS, YEARS, -5000, 5000) }),
);

async function play(scene: Scene, ops: readonly Op[]): Promise<void> {
  let silences = 0;
  for (const one of ops) {
    switch (one.do) {
      case "live": {
        const entry = scene.record();
        if (scene.online) scene.hear(entry);
        else scene.pending.push(entry);
        break;
      }
      case "lose":
        scene.record();
        break;
      case "astray":
        scene.jump(YEARS);
        scene.record();
        scene.jump(-YEARS);
        break;
      case "miss":
        scene.pending.push(scene.record());
        break;
      case "replay":
        if (scene.online) scene.replay();
        break;
      case "restart":
        scene.restart();
        break;
      case "session":
        scene.streams.end();
        await scene.clock.advance(seconds(2));
        scene.streams.begin();
        break;
      case "away":
        scene.online = false;
        break;
      case "back":
        scene.back();
        break;
      case "silence":
        // A third one in a row is the end of patience.
        if (silences++ < 2) scene.silences++;
        break;
      case "again": {
        const entry = scene.journal[one.which % Math.max(1, scene.journal.length)];
        if (entry && scene.online && !scene.pending.includes(entry)) scene.hear(entry, "live");
        break;
      }
      case "pass":
        await scene.clock.advance(seconds(one.ms / 1000));
        break;
      case "jump":
        scene.jump(one.ms);
    }
  }
}

test("gives every recorded entry once and in order, whatever was lost, late or repeated, and however the clock jumped", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 40 }), async (ops) => {
      const scene = new Scene(FROM_START);
      await play(scene, [...ops, { do: "back" }, { do: "replay" }, { do: "live" }, { do: "pass", ms: 1_800_000 }]);
      assert.equal(scene.given, scene.journal);
      assert.equal(scene.lost, []);
    }),
    { numRuns: 300 },
  );
});

test("a gap waits for the replay that is under way, and asks nothing where the replay fills it", async () => {
  const scene = new Scene(FROM_START);
  await scene.clock.advance(seconds(10));
  const asked = scene.asked.length;
  scene.hear(scene.record());
  scene.online = false;
  scene.pending.push(scene.record(), scene.record());
  scene.back();
  scene.hear(scene.record());
  await scene.clock.advance(seconds(20));
  assert.is(scene.given.length, 1);
  scene.replay();
  await scene.clock.advance(seconds(60));
  assert.equal(scene.given, scene.journal);
  assert.equal(scene.sources, ["live", "replay", "replay", "live"]);
  assert.is(scene.asked.length, asked);
});

test("a replay that never ends is not waited for for ever", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  scene.record();
  scene.streams.online(ID.node, true);
  scene.hear(scene.record());
  await scene.clock.advance(seconds(29));
  assert.is(scene.given.length, 1);
  await scene.clock.advance(seconds(10));
  assert.equal(scene.given, scene.journal);
});

test("a new session asks for what came after the last that was had: a tail that nobody heard is found", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  await scene.clock.advance(minutes(1));
  scene.record();
  scene.record();
  await scene.clock.advance(minutes(1));
  assert.is(scene.given.length, 1);
  scene.streams.end();
  scene.streams.begin();
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal);
});

test("what the node has no more is told as lost, before what follows it", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  for (let i = 0; i < 3; i++) scene.record();
  scene.hear(scene.record());
  scene.journal.splice(1, 2);
  await scene.clock.advance(minutes(2));
  assert.equal(scene.lost, [{ ...ID, after: { run: 0, seq: 0 }, before: { run: 0, seq: 3 }, why: "gone" }]);
  assert.equal(
    scene.given.map(({ seq }) => seq),
    [0, 3, 4],
  );
});

test("a node that does not answer is asked three times; then what is missing is given up, and asked for when it is back", async () => {
  const scene = new Scene(FROM_START);
  await scene.clock.advance(seconds(10));
  scene.asked.length = 0;
  scene.silences = 3;
  scene.record();
  scene.hear(scene.record());
  await scene.clock.advance(minutes(5));
  assert.equal(scene.given, []);
  await scene.clock.advance(minutes(5));
  assert.is(scene.asked.length, 3);
  assert.equal(
    scene.lost.map(({ why }) => why),
    ["unanswered"],
  );
  assert.is(scene.given.length, 1);
  scene.record();
  scene.back();
  scene.replay();
  await scene.clock.advance(minutes(1));
  assert.is(scene.given.length, 2);
});

test("met for the first time, a stream begins with what happened since; at its very beginning at once", async () => {
  const scene = new Scene();
  scene.jump(-3_600_000);
  for (let i = 0; i < 5; i++) scene.record();
  scene.jump(3_600_000);
  scene.record();
  scene.hear(scene.record());
  await scene.clock.advance(seconds(10));
  assert.equal(scene.given, scene.journal.slice(5));
  assert.equal(scene.lost, []);
  const young = new Scene();
  young.hear(young.record());
  assert.equal(young.given, young.journal);
});

test("that a run has ended without a loss is sure at once where the node's answer shows it", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  await scene.clock.advance(minutes(1));
  scene.asked.length = 0;
  scene.restart();
  scene.hear(scene.record());
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal);
  assert.is(scene.asked.length, 1);
});

test("the last of a run is found even where the clock had jumped away when it happened", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  await scene.clock.advance(minutes(1));
  await play(scene, [{ do: "astray" }, { do: "restart" }, { do: "live" }, { do: "pass", ms: 60_000 }]);
  assert.equal(scene.given, scene.journal);
});

test("a revealed number asks for what has not come up to it", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  await scene.clock.advance(minutes(1));
  scene.asked.length = 0;
  scene.streams.reveal(ID, scene.journal[0] as Recorded);
  await scene.clock.advance(minutes(1));
  assert.is(scene.asked.length, 0);
  scene.streams.reveal(ID, scene.record());
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal);
});

test("another cabinet in its place counts anew: that is told, and its entries are given", async () => {
  const scene = new Scene(new Map([[KEY, { run: 3, seq: 700, ts: iso(START) }]]));
  await scene.clock.advance(minutes(1));
  scene.hear(scene.record());
  scene.record();
  await scene.clock.advance(minutes(1));
  assert.equal(
    scene.lost.map(({ why }) => why),
    ["anew"],
  );
  assert.equal(scene.given, scene.journal);
  assert.equal(scene.streams.positions().get(KEY), { run: 0, seq: 1, ts: scene.journal[1]?.ts });
});

test("what waits behind a gap is bounded: past it the gap is given up, and says so", async () => {
  const scene = new Scene(FROM_START);
  scene.online = false;
  scene.record();
  for (let i = 0; i < 1001; i++) scene.hear(scene.record());
  assert.is(scene.given.length, 1001);
  assert.equal(scene.lost, [{ ...ID, after: { run: 0, seq: -1 }, before: { run: 0, seq: 1 }, why: "flooded" }]);
  // every other is missing: as many gaps as entries
  for (let i = 0; i < 5000; i++) {
    scene.record();
    scene.hear(scene.record());
  }
  assert.is(scene.given.length, 1001 + 4000);
});

test("what waits is bounded in bytes too: a node takes its own room, and not that of others", () => {
  const scene = new Scene(FROM_START);
  const half = 1 << 19;
  scene.record();
  for (let i = 0; i < 7; i++) scene.hear(scene.record(), "live", half);
  assert.equal(scene.given, []);
  const other = { ...ID, node: "m" };
  for (const seq of [2, 3]) {
    scene.streams.offer(other, { run: 0, seq, ts: "", source: "live", bytes: 10, values: {}, complete: false });
  }
  scene.hear(scene.record(), "live", half);
  assert.is(scene.given.length, 8);
  assert.equal(
    scene.lost.map(({ node, why }) => `${node} ${why}`),
    ["n flooded"],
  );
  scene.record();
  for (let i = 0; i < 7; i++) scene.hear(scene.record(), "live", half);
  assert.is(scene.given.length, 8);
});

test("all nodes together are bounded too", () => {
  const scene = new Scene(FROM_START);
  for (let n = 0; n < 40; n++) {
    const id = { ...ID, node: `n${n}` };
    for (const seq of [1, 2, 3]) {
      const item = { run: 0, seq, ts: "", source: "live", bytes: 1 << 20, values: {}, complete: false } as const;
      scene.streams.offer(id, item);
    }
  }
  // 21 times three are as much as may wait; of the others nothing waits.
  assert.is(scene.given.length, 3 * 40 - 63);
});

test("the positions of one supervisor are where the next goes on", async () => {
  const scene = new Scene();
  for (let i = 0; i < 3; i++) scene.hear(scene.record());
  const positions = scene.streams.positions();
  assert.equal([...positions], [[KEY, { run: 0, seq: 2, ts: scene.given[2]?.ts }]]);
  const next = new Scene(positions);
  next.journal.push(...scene.journal);
  await next.clock.advance(minutes(1));
  assert.equal(next.given, []);
  assert.equal([...next.streams.positions()], [...positions]);
  assert.throws(() => new Scene(new Map([["n other/a.b", { run: 0, seq: 0, ts: "" }]])), /resume has "n other\/a.b"/);
});

test.run();
