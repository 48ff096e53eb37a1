import { fdatasync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { hours, instant, milliseconds, minutes, seconds } from "../../controllers/units.ts";
import type { Journal, NewRecord } from "../../firmware/hal/journal.ts";
import { keepJournal } from "../../firmware/hal/journal-keeper.ts";
import { openSqlite } from "../../firmware/linux/journal-sqlite.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import type { Figure } from "./line.ts";

/** What happens together: its records, and a note with each result. */
export interface JournalGroup {
  /** Since the day began, ms. */
  readonly at: number;
  readonly records: readonly Omit<NewRecord, "at">[];
}

const fromKernel = promisify(fdatasync);
const START = Date.UTC(2026, 10, 22);
const TARGET_MB = 30;
/** So small that records are dropped all day long, as they are when a journal has been at work for months. */
const LIMITS = { bytes: 6_000_000, age: hours(24 * 30) };
const TMPFS = 0x01021994;
/** Longer than a disk takes for a commit: what runs on the virtual clock waits for what does not. */
const DISK_MS = 3;

/**
 * What the journal writes to the disk on a day of a cabinet of 128 lamps: pages that this process made the kernel write, by its own count
 * (proc(5), write_bytes). What the file system writes for its own sake is not in it.
 */
export async function journalFigures(day: readonly JournalGroup[] = syntheticDay()): Promise<readonly Figure[]> {
  const fresh = await written(day, false);
  const full = await written(day, true);
  const records = day.flatMap((group) => group.records);
  const bodies = records.reduce((sum, { body }) => sum + body.length, 0);
  return [
    {
      name: "journal_written_a_day",
      value: full.bytes / 1e6,
      unit: "MB",
      target: TARGET_MB,
      holds: full.dropped > 0 && fresh.dropped === 0,
      parts: {
        records: records.length,
        bodies_mb: Number((bodies / 1e6).toFixed(2)),
        syncs: full.syncs,
        new_journal_mb: Number((fresh.bytes / 1e6).toFixed(2)),
        slowest_turn_ms: Number(full.slowest.toFixed(1)),
      },
    },
  ];
}

async function written(day: readonly JournalGroup[], isFull: boolean) {
  const folder = mkdtempSync(join(diskFolder(), "hulotte-bench-"));
  const clock = new VirtualClock(instant(START));
  const random = new SeededRandom(4);
  let slowest = 0;
  let syncs = 0;
  const sync = (file: number) => {
    syncs++;
    return fromKernel(file);
  };
  const journal = await keepJournal(
    async (suspect) => {
      const disk = await openSqlite(join(folder, "journal.db"), suspect, clock, random, sync);
      const { write } = disk;
      disk.write = (batch) => {
        const began = performance.now();
        write(batch);
        slowest = Math.max(slowest, performance.now() - began);
      };
      return disk;
    },
    LIMITS,
    clock,
    random,
  );
  try {
    if (isFull) await fill(journal, clock);
    slowest = 0;
    syncs = 0;
    const before = { bytes: ioCount("write_bytes"), records: journal.health.records };
    const began = clock.now();
    for (const group of day) {
      await clock.until(instant(began + group.at));
      await pause(DISK_MS);
      await add(journal, clock, group.records);
      // Its PUBACK comes at once.
      await clock.advance(seconds(1));
    }
    await clock.until(instant(began + hours(24)));
    await pause(10 * DISK_MS);
    const appended = day.reduce((sum, group) => sum + group.records.length, 0);
    return {
      bytes: ioCount("write_bytes") - before.bytes,
      syncs,
      dropped: before.records + appended - journal.health.records,
      slowest,
    };
  } finally {
    await journal.close();
    rmSync(folder, { recursive: true });
  }
}

async function add(journal: Journal, clock: VirtualClock, records: readonly Omit<NewRecord, "at">[]) {
  const at = clock.now();
  const noted = records
    .filter((record) => record.class === "result")
    .map((_, i) => journal.note(`command/city/${at}-${i}`, new Uint8Array(150), instant(at + hours(1))));
  const appended = Promise.all(records.map((record) => journal.append({ ...record, at })));
  let isDone = false;
  const done = Promise.all([appended, ...noted]).then(() => {
    isDone = true;
  });
  while (!isDone) {
    await clock.advance(milliseconds(500));
    await pause(1);
  }
  await done;
  journal.delivered((await appended).map(({ id }) => id));
}

async function fill(journal: Journal, clock: VirtualClock) {
  const records = Array.from(
    { length: 40 },
    () => ({ stream: "status/fill", class: "event", body: new Uint8Array(1500) }) as const,
  );
  for (let added = 0; journal.health.records === added; added += records.length) await add(journal, clock, records);
}

/** Some 400 records of 100 to 5000 bytes in groups of 15 minutes and hours, 30 alarms and 60 commands. */
export function syntheticDay(): readonly JournalGroup[] {
  const random = new SeededRandom(11);
  const body = (least: number, most: number) =>
    Uint8Array.from({ length: Math.round(least * (most / least) ** random.next()) }, () => random.next() * 256);
  const groups: JournalGroup[] = [];
  for (let at = 0; at < hours(24); at += minutes(15)) {
    const streams = ["status/a", "status/b", "status/c", ...(at % hours(1) ? [] : ["d", "e", "f", "g", "h"])];
    groups.push({ at, records: streams.map((stream) => ({ stream, class: "periodic", body: body(100, 5000) })) });
  }
  for (let i = 0; i < 30; i++)
    groups.push({
      at: random.next() * hours(23),
      records: [{ stream: `alarm/${i % 5}`, class: "alarm", body: body(80, 160) }],
    });
  for (let i = 0; i < 60; i++)
    groups.push({
      at: random.next() * hours(23),
      records: [{ stream: "result", class: "result", body: body(100, 300) }],
    });
  return groups.sort((a, b) => a.at - b.at);
}

/** A folder that is on a disk. */
function diskFolder(): string {
  const found = [tmpdir(), process.cwd()].find((folder) => statfsSync(folder).type !== TMPFS);
  if (!found) throw new Error("neither the folder for temporary files nor this one is on a disk");
  return found;
}

function ioCount(name: string): number {
  return Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}
