import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import type { JournalDisk, StoredRecord } from "../hal/journal-disk.ts";
import { NOTHING } from "../hal/journal-disk.ts";
import { keepJournal } from "../hal/journal-keeper.ts";
import { openSqlite } from "./journal-sqlite.ts";

const TOTALS = { dropped: { periodic: 0, event: 0, result: 0, alarm: 0 }, quarantined: 0 };
const PAGE = 4096;
const FRAME = PAGE + 24;
const LIMITS = { bytes: 20_000_000, age: 30 * 86_400_000 };

/** A disk on tmpfs, where a sync costs nothing: what a power cut leaves is made by hand. */
function cuttable() {
  const folder = mkdtempSync("/dev/shm/hulotte-cut-");
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 22)));
  const random = new SeededRandom(1);
  const open = (name: string) => openSqlite(join(folder, name), false, clock, random);
  const log = (name: string) => readFileSync(join(folder, `${name}-wal`));
  const data = (name: string) => readFileSync(join(folder, name));
  let id = 0;
  let cuts = 0;
  /** Commit `n` holds n + 1 records of the stream, one of them over several pages, and marks one of before as delivered. */
  const commit = (disk: JournalDisk, n: number) => {
    const made: StoredRecord[] = Array.from({ length: n % 4 ? 2 : 6 }, (_, i) => ({
      id: ++id,
      stream: "a",
      class: "event",
      at: clock.now(),
      body: new Uint8Array(i === 1 ? 9000 : 200).fill(n),
      run: 0,
      seq: id - 1,
      dated: true,
      rank: 2,
      since: null,
    }));
    disk.write({
      ...NOTHING,
      records: made,
      positions: new Map([["a", { run: 0, seq: id }]]),
      delivered: [id >> 1],
      totals: TOTALS,
    });
    return id;
  };
  /** What is found where database and log are these: the number of records, which are whole and without a gap. */
  const found = async (database: Uint8Array, wal: Uint8Array, what: string): Promise<number> => {
    const name = `cut-${cuts++}.db`;
    writeFileSync(join(folder, name), database);
    writeFileSync(join(folder, `${name}-wal`), wal);
    const disk = await open(name);
    const records = disk.range("a", 0, 8.64e15, 0, 1e9, 1e6);
    assert.is(disk.kept.rebuilt, 0, what);
    assert.is(disk.kept.positions.get("a")?.seq ?? 0, records.length, what);
    for (const [i, { id: its, seq, body }] of records.entries())
      assert.ok(its === i + 1 && seq === i && body.every((byte) => byte === body[0]), `${what}: record ${i}`);
    assert.is(disk.records, records.length, what);
    disk.close();
    for (const end of ["", "-wal"]) rmSync(join(folder, name + end));
    return records.length;
  };
  return { folder, clock, open, log, data, commit, found, end: () => rmSync(folder, { recursive: true }) };
}

test("a power cut at any byte of the log leaves a prefix of commits, with all that had been synced", async () => {
  const { open, log, data, commit, found, end } = cuttable();
  const disk = await open("journal.db");
  const commits: { readonly until: number; readonly records: number }[] = [
    { until: log("journal.db").length, records: 0 },
  ];
  for (let n = 0; n < 12; n++) {
    const records = commit(disk, n);
    await disk.sync();
    commits.push({ until: log("journal.db").length, records });
  }
  const whole = log("journal.db");
  const database = data("journal.db");
  const most = (at: number) => Math.max(0, ...commits.filter(({ until }) => until <= at).map(({ records }) => records));
  const cuts = new Set<number>();
  for (let at = commits[0]?.until ?? 0; at <= whole.length; at += Math.ceil(whole.length / 350)) cuts.add(at);
  for (let frame = 32; frame < whole.length; frame += FRAME)
    for (const near of [frame - 1, frame, frame + 1, frame + 24]) if (near >= (commits[0]?.until ?? 0)) cuts.add(near);
  for (const at of cuts) assert.is(await found(database, whole.subarray(0, at), `cut at ${at}`), most(at));
  // The same length, but what had not been synced is something else.
  const random = new SeededRandom(3);
  for (let i = 0; i < 150; i++) {
    const torn = Uint8Array.from(whole);
    const at = (commits[6]?.until ?? 0) + Math.floor(random.next() * (whole.length - (commits[6]?.until ?? 0)));
    torn[at] = (torn[at] as number) ^ (1 << Math.floor(random.next() * 8));
    const frame = at - ((at - 32) % FRAME);
    const count = await found(database, torn, `flipped at ${at}`);
    assert.ok(count >= most(frame) && commits.some(({ records }) => records === count), `flipped at ${at}: ${count}`);
  }
  disk.close();
  end();
});

test("a power cut while the log goes into the database, or is begun anew, loses nothing", async () => {
  const { clock, open, log, data, commit, found, end } = cuttable();
  const disk = await open("journal.db");
  let records = 0;
  for (let n = 0; n < 20; n++) records = commit(disk, n);
  await disk.sync();
  const before = { data: data("journal.db"), log: log("journal.db") };
  await clock.advance(hours(2));
  await disk.tidy();
  const after = data("journal.db");
  assert.ok(after.length > before.data.length, "the log went into the database");
  const random = new SeededRandom(5);
  for (let i = 0; i < 60; i++) {
    // Of the pages some were written, one of them half.
    const mixed = Uint8Array.from(after.subarray(0, PAGE * Math.floor(1 + random.next() * (after.length / PAGE))));
    for (let page = 0; page < mixed.length; page += PAGE)
      if (random.next() < 0.5) {
        mixed.fill(0, page, page + PAGE);
        mixed.set(before.data.subarray(page, Math.min(page + PAGE, mixed.length)), page);
      }
    mixed.set(before.data.subarray(0, Math.floor(random.next() * 100)), 0);
    assert.is(await found(mixed, before.log, `mixed ${i}`), records);
  }
  const counts = new Set([records]);
  for (let n = 0; n < 4; n++) counts.add(commit(disk, n));
  const anew = log("journal.db");
  assert.not.equal(anew.subarray(0, 32), before.log.subarray(0, 32), "the log began anew");
  const grown = data("journal.db");
  for (let i = 0; i < 120; i++) {
    // Nothing of the new log is synced: any of its bytes may be there.
    const torn = Uint8Array.from(anew);
    torn.set(before.log.subarray(0, anew.length));
    const from = i % 2 ? Math.floor(random.next() * 200) : 0;
    const to = Math.floor(random.next() * 20 * FRAME);
    torn.set(anew.subarray(from, Math.max(from, to)), from);
    const count = await found(grown, torn, `new log ${from} to ${to}`);
    assert.ok(counts.has(count), `${count} records`);
  }
  disk.close();
  end();
});

test("whatever the kernel has written at a power cut, all that was resolved is there", async () => {
  const { folder, clock, data, log, found, end } = cuttable();
  /** What surely is on the medium: each file as it was when its last sync began. */
  const safe = { data: new Uint8Array(), log: new Uint8Array() };
  let resolved = 0;
  let tried = 0;
  const cut = async (when: string) => {
    const now = { data: data("journal.db"), log: log("journal.db") };
    for (const [database, wal] of [
      [safe.data, safe.log],
      [now.data, safe.log],
      [safe.data, now.log],
    ] as const) {
      const count = await found(database, wal, `${when}, ${resolved} resolved`);
      assert.ok(count >= resolved, `${when}: ${count} of ${resolved}`);
      tried++;
    }
  };
  const synced = async (file: number) => {
    const name = readlinkSync(`/proc/self/fd/${file}`);
    const which = name.endsWith("-wal") ? "log" : "data";
    const then = readFileSync(name);
    if (resolved > 0) await cut(`${which} not synced yet`);
    safe[which] = then;
  };
  const random = new SeededRandom(2);
  const open = (suspect: boolean) => openSqlite(join(folder, "journal.db"), suspect, clock, random, synced);
  let journal = await keepJournal(open, LIMITS, clock, random);
  const add = async (n: number) => {
    const body = new Uint8Array(n % 4 ? 300 : 60_000).fill(n);
    const { id } = await journal.append({ stream: "a", class: "alarm", at: clock.now(), body });
    resolved++;
    if (n % 3) journal.delivered([id]);
    if (n % 6 === 0) await cut("resolved");
  };
  for (let n = 0; n < 100; n++) {
    await add(n);
    if (n % 30 === 29) {
      await journal.close();
      await cut("closed");
      journal = await keepJournal(open, LIMITS, clock, random);
    }
  }
  assert.ok(safe.data.length > 1_000_000 && tried > 200, "the log went into the database more than once");
  await journal.close();
  end();
});

test("a database whose copy is not synced yet keeps its log at a close", async () => {
  const { open, log, commit, found, data, end } = cuttable();
  const disk = await open("journal.db");
  const before = data("journal.db");
  const records = commit(disk, 1);
  disk.close();
  // The machine goes down before the kernel wrote the pages.
  assert.is(await found(before, log("journal.db"), "after the close"), records);
  end();
});

test.run();
