import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, instant, minutes, seconds } from "../../../controllers/units.ts";
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

  constructor(resume: ReadonlyMap<string, Position> = new Map(), since: Instant | null = START) {
    this.streams = new Streams({
      clock: this.clock,
      random: new SeededRandom(5),
      log: silent,
      fetcher: { ask: (question, take) => this.#answer(question, take), online: () => {} },
      since,
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

  hear(entry: Recorded, source: Source = "live", bytes = 10, complete = false): void {
    this.streams.offer(ID, { ...entry, source, bytes, values: {}, complete });
  }

  /** The node says which number comes next; `late`: said before the last so many. */
  tell(late = 0): void {
    const { run, seq } = this.#place;
    if (late <= seq + 1) this.streams.shown(ID, { run, seq: seq + 1 - late });
  }

  /** Asks for nothing but what comes from here on, a minute later. */
  async quiet(): Promise<void> {
    await this.clock.advance(minutes(1));
    this.asked.length = 0;
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
  | { readonly do: "tell"; readonly late: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "jump"; readonly ms: number };

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: "live" } as const) },
  { weight: 3, arbitrary: fc.constant({ do: "lose" } as const) },
  { weight: 3, arbitrary: fc.constant({ do: "miss" } as const) },
  { weight: 2, arbitrary: fc.constant({ do: "astray" } as const) },
  fc.constantFrom<Op>({ do: "replay" }, { do: "restart" }, { do: "session" }, { do: "away" }, { do: "back" }),
  fc.constant<Op>({ do: "silence" }),
  fc.record({ do: fc.constant("tell" as const), late: fc.constantFrom(0, 0, 0, 1, 3) }),
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
      case "tell":
        if (scene.online) scene.tell(one.late);
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

test("a new session asks nothing where the node shows that nothing is missing", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  await scene.quiet();
  scene.streams.end();
  scene.streams.begin();
  scene.tell();
  await scene.clock.advance(minutes(1));
  assert.is(scene.asked.length, 0);
  scene.streams.end();
  scene.record();
  scene.streams.begin();
  scene.tell();
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal);
  assert.is(scene.asked.length, 1);
});

test("what the node showed before the last that was had says nothing of the end", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  scene.hear(scene.record());
  await scene.quiet();
  scene.streams.end();
  scene.record();
  scene.streams.begin();
  scene.tell(2);
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal);
});

test("where nothing ever happened nothing is asked", async () => {
  const scene = new Scene(new Map(), instant(0));
  scene.tell();
  await scene.clock.advance(minutes(1));
  assert.is(scene.asked.length, 0);
  scene.hear(scene.record());
  assert.equal(scene.given, scene.journal);
  // Who was told so too early is told of more.
  const early = new Scene(new Map(), instant(0));
  early.tell();
  early.record();
  early.tell();
  await early.clock.advance(minutes(1));
  assert.equal(early.given, early.journal);
  // A run without an entry is no stream without one.
  const restarted = new Scene(new Map(), instant(0));
  restarted.record();
  restarted.restart();
  restarted.tell();
  await restarted.clock.advance(minutes(1));
  assert.is(restarted.asked.length, 1);
});

test("who wants nothing from before the first session begins where the node shows it, and misses nothing from then on", async () => {
  const scene = new Scene(new Map(), null);
  for (let i = 0; i < 3; i++) scene.record();
  scene.tell();
  await scene.clock.advance(minutes(1));
  assert.is(scene.asked.length, 0);
  assert.equal([scene.streams.positions().get(KEY)?.run, scene.streams.positions().get(KEY)?.seq], [0, 2]);
  scene.streams.end();
  scene.record();
  scene.streams.begin();
  scene.tell();
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal.slice(3));
  // In a later session it may have happened since the first: then it is asked for. So it is by whom wants all.
  const later = new Scene(new Map(), null);
  await later.clock.advance(minutes(1));
  later.streams.end();
  later.record();
  later.streams.begin();
  later.tell();
  await later.clock.advance(minutes(1));
  assert.equal(later.given, later.journal);
  const all = new Scene(new Map(), instant(0));
  all.record();
  all.tell();
  await all.clock.advance(minutes(1));
  assert.equal(all.given, all.journal);
});

test("what came before the user's time is begun with where it is complete, and is not asked for again", async () => {
  const scene = new Scene(new Map(), null);
  scene.jump(-60_000);
  for (let i = 0; i < 3; i++) scene.record();
  scene.jump(60_000);
  scene.hear(scene.journal[2] as Recorded, "live", 10, true);
  assert.equal(scene.given, scene.journal.slice(2));
  scene.record();
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal.slice(2));
  assert.is(scene.asked.length, 1);
  assert.is(scene.asked[0]?.from, iso(Date.parse(scene.journal[2]?.ts ?? "") + 1));
  // What is newer may be no begin: the replay of what was before it may follow.
  const young = new Scene(new Map(), null);
  young.record();
  young.hear(young.record(), "live", 10, true);
  assert.equal(young.given, []);
  await young.clock.advance(minutes(1));
  assert.equal(young.given, young.journal);
});

test("a position whose entry comes again complete is not asked for again", async () => {
  const scene = new Scene(FROM_START);
  const entry = scene.record();
  scene.hear(entry);
  await scene.quiet();
  scene.streams.end();
  scene.streams.begin();
  scene.hear(entry, "live", 10, true);
  await scene.clock.advance(minutes(1));
  assert.equal(
    scene.asked.map(({ from }) => from),
    [iso(Date.parse(entry.ts) + 1)],
  );
});

test("parts of one moment are found though only the first was had, and a complete entry does not hide the end of its run", async () => {
  const scene = new Scene(FROM_START);
  scene.hear(scene.record());
  scene.record();
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal);
  const restarted = new Scene(FROM_START);
  restarted.hear(restarted.record(), "live", 10, true);
  await restarted.quiet();
  restarted.restart();
  restarted.hear(restarted.record());
  await restarted.clock.advance(minutes(1));
  assert.equal(restarted.given, restarted.journal);
  assert.is(restarted.asked.length, 1);
});

test("what the node shows ends neither the search for what is missing before what is at hand, nor a suspicion", async () => {
  const scene = new Scene(new Map(), null);
  scene.record();
  scene.hear(scene.record());
  scene.tell();
  await scene.clock.advance(minutes(1));
  assert.equal(scene.given, scene.journal);
  const again = new Scene(FROM_START);
  const first = again.record();
  again.hear(first);
  await again.quiet();
  again.hear({ ...first, ts: iso(again.clock.now()) });
  again.tell();
  await again.clock.advance(minutes(1));
  assert.is(again.asked.length, 1);
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

test("what comes in the very moment in which a stream is no longer looked after is looked for all the same", async () => {
  for (let turns = 0; turns < 16; turns++) {
    const clock = new VirtualClock(START);
    const got: number[] = [];
    let asked = 0;
    const item = (seq: number) => ({ run: 0, seq, ts: iso(START), bytes: 9, values: {}, complete: false });
    const streams = new Streams({
      clock,
      random: new SeededRandom(5),
      log: silent,
      fetcher: {
        async ask(_, take) {
          const last = asked++ === 0 ? 0 : 2;
          take(Array.from({ length: last + 1 }, (_, seq) => ({ ...item(seq), next_ts: null })) as never, 9);
          // Turn by turn of what follows, an entry comes that another is missing before.
          if (asked === 1) void later(turns).then(() => streams.offer(ID, { ...item(2), source: "live" }));
          return { ok: true, beginning: true, end: true };
        },
        online: () => {},
      },
      since: START,
      resume: FROM_START,
      isOnline: () => true,
      give: (_, { seq }) => void got.push(seq),
      lost: () => {},
    });
    streams.begin();
    await clock.advance(minutes(5));
    assert.equal(got, [0, 1, 2], `after ${turns} turns`);
    streams.end();
  }
});

async function later(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await null;
}

test("a user that throws gets the entries after it too, and the error is not hidden", async () => {
  const clock = new VirtualClock(START);
  const got: number[] = [];
  const streams = new Streams({
    clock,
    random: new SeededRandom(5),
    log: silent,
    fetcher: { ask: async () => ({ ok: true, beginning: true, end: true }), online: () => {} },
    since: START,
    resume: FROM_START,
    isOnline: () => true,
    give(_, { seq }) {
      got.push(seq);
      if (seq === 0) throw new Error("the user's own");
    },
    lost: () => {},
  });
  const thrown: string[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => void thrown.push(error.message));
  streams.begin();
  for (const seq of [1, 2, 0])
    streams.offer(ID, { run: 0, seq, ts: iso(START), source: "live", bytes: 9, values: {}, complete: false });
  await new Promise((resolve) => setImmediate(resolve));
  process.removeAllListeners("uncaughtException");
  for (const other of others) process.on("uncaughtException", other);
  assert.equal([got, thrown], [[0, 1, 2], ["the user's own"]]);
  streams.end();
});

test.run();
