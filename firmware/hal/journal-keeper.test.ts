import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, milliseconds, minutes, seconds } from "../../controllers/units.ts";
import { settled, VirtualClock } from "../../sim/clock.ts";
import { type MemoryDisk, memoryDisk } from "../../sim/journal.ts";
import { SeededRandom } from "../../sim/random.ts";
import type { Journal, JournalRecord, RecordClass } from "./journal.ts";
import { DiskError, freshRun, type JournalDisk } from "./journal-disk.ts";
import { type KeptJournal, keepJournal } from "./journal-keeper.ts";

const YEAR = 365.25 * 86_400_000;
const LIMITS = { bytes: 1e6, age: 30 * 86_400_000 };

function setUp(limits = LIMITS) {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 22)));
  const disk = memoryDisk();
  const random = new SeededRandom(1);
  const writes: number[] = [];
  const open = async (suspect: boolean): Promise<JournalDisk> => {
    const opened = await disk.open(suspect);
    const write = opened.write;
    opened.write = (batch) => {
      writes.push(batch.records.length);
      write(batch);
    };
    return opened;
  };
  const begin = (change: (opened: JournalDisk) => Promise<void> = async () => {}) =>
    keepJournal(
      async (suspect) => {
        const opened = await open(suspect);
        await change(opened);
        return opened;
      },
      limits,
      clock,
      random,
    );
  return { clock, disk, writes, begin };
}

const append = (journal: Journal, clock: VirtualClock, stream: string, kind: RecordClass = "event", size = 1) =>
  journal.append({ stream, class: kind, at: clock.now(), body: new Uint8Array(size) });
const all = (journal: Journal, stream: string) => journal.range(stream, instant(0), instant(8.64e15), 0, 1e6);
const numbers = (records: readonly JournalRecord[]) => records.map(({ run, seq }) => `${run}.${seq}`);

test("records go to the disk together: alarms and results at once, the others after half a second, deliveries when it suits", async () => {
  const { clock, writes, begin } = setUp();
  const journal = await begin();
  const done: string[] = [];
  for (const n of ["1", "2", "3"]) void append(journal, clock, `status/${n}`).then(() => done.push(n));
  await clock.advance(milliseconds(499));
  assert.equal([writes, done], [[], []]);
  await clock.advance(milliseconds(1));
  assert.equal([writes, done], [[3], ["1", "2", "3"]]);
  void append(journal, clock, "status/1");
  const [alarm] = await Promise.all([
    append(journal, clock, "alarm/a", "alarm"),
    append(journal, clock, "result", "result"),
  ]);
  assert.equal(writes, [3, 3]);
  journal.delivered([alarm.id]);
  await clock.advance(seconds(29));
  assert.equal(writes, [3, 3]);
  await clock.advance(seconds(1));
  assert.equal(writes, [3, 3, 0]);
  assert.equal(clock.waiting(), [], "an idle journal has no timer");
});

for (const state of ["full", "read-only", "damaged"] as const)
  test(`while the disk is ${state}, records are kept in memory, under numbers that nobody gets again`, async () => {
    const { clock, disk, begin } = setUp();
    const journal = await begin();
    let told = 0;
    journal.onHealth(() => told++);
    const [first] = await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]);
    assert.equal(numbers([first]), ["0.0"]);
    disk.state = state;
    const [second] = await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]);
    assert.equal([journal.health.state, told, second.seq], [state, 1, 0]);
    assert.ok(second.run > 0);
    const third = await append(journal, clock, "a");
    assert.equal([third.run, third.seq], [second.run, 1], "at once, without a wait");
    assert.equal(journal.pending("a", first.id, 9), [second, third]);
    assert.equal(journal.waiting(), ["a"]);
    await journal.note("k", Uint8Array.of(1), instant(clock.now() + 3e9));
    assert.equal([...(journal.noted("k") ?? [])], [1]);
    journal.delivered([second.id]);
    assert.equal(journal.pending("a", first.id, 9), [third]);
    assert.equal(journal.ends("a")?.newest, third.id);

    await clock.advance(hours(24 * 20));
    assert.equal(journal.health.state, state);
    disk.state = "ok";
    await clock.advance(seconds(61));
    assert.equal([journal.health.state, told], ["ok", 2]);
    assert.equal(all(journal, "a"), [first, second, third]);
    assert.equal([journal.health.records, journal.health.pending], [3, 2]);
    await journal.close();
    const again = await begin();
    assert.equal(again.pending("a", 0, 9), [first, third]);
    assert.equal(again.position("a"), { run: third.run, seq: 2 });
    assert.equal([...(again.noted("k") ?? [])], [1]);
  });

test("what was told in memory only and died with the process: its numbers are not given to anything else", async () => {
  const { clock, disk, begin } = setUp();
  const seen = new Map<string, number>();
  const note = (one: JournalRecord) => {
    const key = `${one.run}.${one.seq}`;
    assert.ok(!seen.has(key), `${key} twice`);
    seen.set(key, one.id);
  };
  for (let life = 0; life < 6; life++) {
    disk.state = life % 2 ? "full" : "ok";
    clock.trust = life > 3 ? "unset" : "held";
    const journal = await begin();
    for (let i = 0; i < 3; i++) {
      const [one] = await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]);
      note(one);
    }
    disk.state = "read-only";
    for (let i = 0; i < 3; i++) note((await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]))[0]);
    (journal as KeptJournal).abandon();
  }
  assert.is(seen.size, 36);
});

test("a disk that works again is believed only when all that was told is on it", async () => {
  const { clock, disk, begin } = setUp();
  const journal = await begin();
  disk.state = "full";
  await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]);
  // More than goes to the disk at once.
  for (let i = 0; i < 8; i++) await append(journal, clock, "a", "event", 60_000);
  const told: string[] = [];
  let records = 0;
  journal.onHealth(() => {
    told.push(journal.health.state);
    records = all(journal, "a").length;
  });
  disk.state = "ok";
  await clock.advance(minutes(2));
  assert.equal([told, records], [["ok"], 9]);
});

test("the disk is tried again ever more seldom, at least once a minute, for ever", async () => {
  const { clock, disk, begin } = setUp();
  const journal = await begin();
  disk.state = "full";
  void append(journal, clock, "a");
  await clock.advance(seconds(1));
  const tried: number[] = [];
  Object.defineProperty(disk, "state", {
    get() {
      if (tried.at(-1) !== clock.monotonic()) tried.push(clock.monotonic());
      return "full";
    },
  });
  await clock.advance(hours(1));
  const pauses = tried.slice(1).map((at, i) => (at - (tried[i] ?? 0)) / 1000);
  assert.equal(pauses.slice(0, 7), [2, 4, 8, 16, 32, 60, 60]);
  assert.ok(tried.length > 55);
});

test("memory is bounded while the disk fails: by class, the oldest first, and what goes is counted", async () => {
  const { clock, disk, begin } = setUp();
  const journal = await begin();
  disk.state = "full";
  await Promise.all([append(journal, clock, "alarm/a", "alarm", 5000), clock.advance(seconds(1))]);
  for (let i = 0; i < 60; i++) await append(journal, clock, "p", "periodic", 5000);
  for (let i = 0; i < 400; i++) await append(journal, clock, "r", "result", 5000);
  const kept = (stream: string) => all(journal, stream);
  assert.equal([kept("alarm/a").length, kept("p").length], [1, 0]);
  const results = kept("r");
  assert.equal([results.at(-1)?.seq, results.at(0)?.seq], [399, 400 - results.length]);
  assert.ok(results.length > 90 && results.length * 5000 < 600_000);
  assert.equal(journal.health.dropped, { periodic: 60, event: 0, result: 400 - results.length, alarm: 0 });
  disk.state = "ok";
  await clock.advance(minutes(2));
  await journal.close();
  assert.equal((await begin()).health.dropped, { periodic: 60, event: 0, result: 400 - results.length, alarm: 0 });
});

test("what became of records is forgotten with them while the disk is away for long", async () => {
  const { clock, disk, begin } = setUp();
  const limits: number[] = [];
  const journal = await begin(async (opened) => {
    const { pending } = opened;
    opened.pending = (stream, after, last, limit) => {
      limits.push(limit);
      return pending(stream, after, last, limit);
    };
  });
  disk.state = "full";
  await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]);
  for (let n = 0; n < 6000; n++) {
    const { id } = await append(journal, clock, "a");
    if (n % 3 === 0) journal.quarantine(id, 0x97);
    else journal.delivered([id]);
  }
  journal.pending("a", 0, 1);
  assert.ok((limits.at(-1) ?? 0) <= 2100, `of ${limits.at(-1)} records something is remembered`);
  const { id } = await append(journal, clock, "late");
  for (let n = 0; n < 2500; n++) await append(journal, clock, "a", "alarm");
  journal.delivered([id]);
  journal.pending("a", 0, 1);
  assert.is(limits.at(-1), 1, "nor of one that went before it was delivered");
  disk.state = "ok";
  await clock.advance(minutes(2));
  assert.equal([journal.health.state, journal.health.pending], ["ok", 2000]);
  await journal.close();
});

test("facts whose time is over are forgotten while the disk is away too, by a clock that ran for hours without a jump", async () => {
  const { clock, disk, begin } = setUp();
  const journal = await begin();
  disk.state = "full";
  const note = (key: string, ms: number) => journal.note(key, Uint8Array.of(1), instant(clock.now() + ms));
  const day = Number(hours(24));
  await Promise.all([note("short", 60_000), note("long", 9 * day), clock.advance(seconds(1))]);
  clock.jump(day);
  await note("jumped", 9 * day);
  assert.is(journal.notes, 3);
  for (let n = 0; n < 24; n++) await Promise.all([note("hourly", 60_000), clock.advance(hours(1))]);
  await note("now", 60_000);
  assert.is(journal.notes, 3, "long, jumped, now");
  await journal.close();
});

test("a read that fails while records become safe: they are kept under the numbers that were told", async () => {
  const { clock, begin } = setUp();
  let fails = false;
  const journal = await begin(async (opened) => {
    const { pending, sync } = opened;
    opened.sync = async () => {
      await clock.sleep(milliseconds(20), "the medium");
      await sync();
    };
    opened.pending = (...asked) => {
      if (fails) throw new DiskError("read-only");
      return pending(...asked);
    };
  });
  const told = append(journal, clock, "a", "alarm");
  await clock.advance(milliseconds(10));
  fails = true;
  journal.pending("a", 0, 1);
  fails = false;
  const { run, seq } = await told;
  assert.ok(run > 0 && seq === 0, "nobody knows yet whether it was written");
  await clock.advance(minutes(1));
  assert.is(journal.health.state, "ok");
  assert.equal(numbers(all(journal, "a")), [`${run}.0`]);
  assert.equal(numbers([(await Promise.all([append(journal, clock, "a", "alarm"), clock.advance(seconds(1))]))[0]]), [
    `${run}.1`,
  ]);
  await clock.run(journal.close(), seconds(1));
});

test("a close writes all that waits, however much it is", async () => {
  const { clock, disk, begin } = setUp({ bytes: 4e6, age: LIMITS.age });
  const first = await begin();
  const appended = Array.from({ length: 12 }, () => append(first, clock, "a", "event", 60_000));
  await first.close();
  assert.equal(numbers(await Promise.all(appended)).at(-1), "0.11");
  const second = await begin();
  assert.is(all(second, "a").length, 12);
  await second.close();

  const third = await begin();
  const more = Array.from({ length: 12 }, () => append(third, clock, "a", "event", 60_000));
  disk.state = "full";
  await third.close();
  assert.is((await Promise.all(more)).length, 12, "a disk that takes nothing holds up no close");
});

test("a disk that is not there at the start: the journal begins in memory, and ids only grow when it comes", async () => {
  const { clock, disk, begin } = setUp();
  const before = await begin();
  const old = await Promise.all([append(before, clock, "a"), append(before, clock, "b"), clock.advance(seconds(1))]);
  await before.close();

  disk.state = "damaged";
  const journal = await begin();
  assert.is(journal.health.state, "damaged");
  const blind = [await append(journal, clock, "a"), await append(journal, clock, "c")];
  assert.ok(blind.every(({ id, run, seq }, i) => id > (blind[i - 1] ?? old[1]).id && run > 0 && seq === 0));
  disk.state = "ok";
  await clock.advance(minutes(2));
  assert.is(journal.health.state, "ok");
  assert.equal(journal.pending("a", 0, 9), [old[0], blind[0]]);
  journal.delivered([old[0].id, (blind[0] as JournalRecord).id]);
  const [later] = await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]);
  assert.ok(later.id > (blind[1] as JournalRecord).id);
  assert.equal([later.run, later.seq], [blind[0]?.run, 1]);
  assert.equal(all(journal, "a"), [old[0], blind[0], later]);
  assert.equal(journal.pending("a", 0, 9), [later]);
  assert.equal(journal.pending("c", 0, 9), [blind[1]]);
  await journal.close();
  const last = await begin();
  assert.equal(numbers(last.pending("a", 0, 9)), numbers([later]));
  assert.ok((last.ends("a")?.newest ?? 0) < 100, "the disk never saw the great ids");
});

for (const live of [true, false])
  test(`files that cannot be read any more (${live ? "noticed at work" : "at the start"}): a new journal goes on in new runs`, async () => {
    const { clock, disk, begin } = setUp();
    let journal = await begin();
    const [before] = await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]);
    if (!live) await journal.close();
    disk.damage();
    if (!live) journal = await begin();
    const [after] = await Promise.all([append(journal, clock, "a"), clock.advance(seconds(3))]);
    assert.ok(after.run > before.run && after.seq === 0);
    assert.equal(all(journal, "a"), [after]);
    assert.equal([journal.health.state, journal.health.rebuilt], ["ok", 1]);
    if (live) assert.ok(after.id > before.id);
    await journal.close();
    assert.equal((await begin()).position("a"), { run: after.run, seq: 1 });
  });

test("a read that fails is an empty answer and a named state", async () => {
  const { clock, disk, begin } = setUp();
  const journal = await begin();
  await Promise.all([append(journal, clock, "a"), clock.advance(seconds(1))]);
  disk.state = "damaged";
  assert.equal(journal.pending("a", 0, 9), []);
  assert.is(journal.health.state, "damaged");
  disk.state = "ok";
  await clock.advance(seconds(2));
  assert.is(journal.pending("a", 0, 9).length, 1);
});

test("age is judged by a clock that has run a day without a jump, and by nothing else", async () => {
  const { clock, begin } = setUp();
  const journal = await begin();
  let beats = 0;
  const day = async (long = 24) => {
    for (let hour = 0; hour < long; hour++) {
      await Promise.all([append(journal, clock, "beat"), clock.advance(hours(1))]);
      beats++;
    }
  };
  const [one] = await Promise.all([append(journal, clock, "alarm/a", "alarm"), clock.advance(seconds(1))]);
  for (let i = 0; i < 30; i++) {
    await day();
    clock.jump(i % 2 ? -10 * YEAR : 10 * YEAR);
  }
  clock.trust = "unset";
  await day();
  await day();
  clock.trust = "held";
  assert.equal([all(journal, "alarm/a"), all(journal, "beat").length], [[one], beats]);
  await day(23);
  assert.equal(all(journal, "alarm/a"), [one]);
  await day(2);
  assert.equal([all(journal, "alarm/a"), journal.health.dropped.alarm], [[], 1]);
});

test("much at once goes to the disk in parts, and only the numbers of what is there", async () => {
  const { clock, begin } = setUp();
  const journal = await begin();
  const many = Array.from({ length: 12 }, () => append(journal, clock, "r", "result", 60_000));
  await many[3];
  (journal as KeptJournal).abandon();
  let again = await begin();
  const kept = all(again, "r");
  assert.ok(kept.length >= 4 && kept.length < 12, `${kept.length}`);
  assert.equal(again.position("r"), { run: 0, seq: kept.length });
  await Promise.all(Array.from({ length: 12 }, () => append(again, clock, "s", "result", 60_000)));
  await again.close();
  again = await begin();
  assert.equal(again.position("s"), { run: 0, seq: 12 });
});

test("whatever fails when, each number is told once and everything told is there or counted", async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant("append"), fc.constantFrom("a", "b", "c")) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom("wait", "long", "kill", "restart", "deliver"), fc.constant("a")) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom<MemoryDisk["state"]>("ok", "full", "read-only", "damaged"),
        fc.constant("state"),
      ),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, disk, begin } = setUp();
      let journal = await begin();
      const told = new Map<string, JournalRecord>();
      /** Told while the disk worked: it must be there for good. */
      const safe = new Map<number, string>();
      const twice: string[] = [];
      let lives = 0;
      const tell = (life: number) => (one: JournalRecord) => {
        if (life !== lives) return;
        const key = `${one.stream} ${one.run} ${one.seq}`;
        if (told.has(key)) twice.push(key);
        told.set(key, one);
        if (journal.health.state === "ok") safe.set(safe.size, key);
      };
      for (const [what, which] of steps) {
        if (which === "state") disk.state = what as MemoryDisk["state"];
        else if (what === "append") void append(journal, clock, which).then(tell(lives));
        else if (what === "restart") journal.restart("a");
        else if (what === "deliver") journal.delivered(journal.pending("a", 0, 2).map(({ id }) => id));
        else if (what === "kill") {
          (journal as KeptJournal).abandon();
          lives++;
          // No process starts in no time, and the numbers of one that could not ask its disk go by time.
          await clock.advance(milliseconds(300));
          journal = await begin();
        } else await clock.advance(what === "wait" ? milliseconds(600) : minutes(3));
        await settled();
      }
      disk.state = "ok";
      await clock.advance(minutes(3));
      assert.is(journal.health.state, "ok");
      const kept = ["a", "b", "c"].flatMap((stream) => all(journal, stream));
      const keys = new Set(kept.map(({ stream, run, seq }) => `${stream} ${run} ${seq}`));
      assert.is(keys.size, kept.length);
      assert.equal(twice, []);
      for (const key of safe.values()) assert.ok(keys.has(key), `${key} is lost`);
      for (const [i, { stream, run, seq, id }] of kept.entries()) {
        const last = kept[i - 1];
        if (last?.stream !== stream) continue;
        assert.ok(id > last.id);
        if (run === last.run) assert.is(seq, last.seq + 1);
      }
      await journal.close();
    }),
    { numRuns: 400 },
  );
});

test("a fresh run is greater than all before, with or without the time", () => {
  const clock = new VirtualClock(instant(Date.UTC(2026, 0, 1)));
  const random = new SeededRandom(3);
  const one = freshRun(0, clock, random);
  clock.jump(-10 * YEAR);
  assert.is(freshRun(one, clock, random), one + 1);
  clock.trust = "unset";
  const two = freshRun(one, clock, random);
  assert.ok(two > one + 1 && Number.isSafeInteger(two));
});

test.run();
