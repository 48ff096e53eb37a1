import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../hal/clock.ts";
import { DiskError, freshRun, type Kept, type Position } from "../hal/journal-disk.ts";
import type { Random } from "../hal/random.ts";
import { diskError } from "./journal-errors.ts";

/** "hulo": whose file it is (sqlite.org/pragma.html#pragma_application_id), and the form of its tables. */
const APPLICATION = 0x68756c6f;
const FORM = 1;
/** Damaged files that are kept for whoever wants to know. */
const ASIDE = 2;

const TABLES = `
  CREATE TABLE state (first_run INTEGER NOT NULL, rebuilt INTEGER NOT NULL, totals TEXT NOT NULL);
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL, run INTEGER NOT NULL, seq INTEGER NOT NULL,
    last INTEGER NOT NULL);
  CREATE TABLE records (id INTEGER PRIMARY KEY, rank INTEGER NOT NULL, stream INTEGER NOT NULL, class INTEGER NOT NULL,
    run INTEGER NOT NULL, seq INTEGER NOT NULL, at NUMERIC NOT NULL, dated INTEGER NOT NULL, boot INTEGER, mono NUMERIC,
    refused INTEGER, body BLOB NOT NULL);
  CREATE INDEX by_stream ON records (stream, id, at);
  CREATE INDEX by_rank ON records (rank, id);
  CREATE INDEX by_pending ON records (stream, id) WHERE rank > 2;
  CREATE INDEX undated ON records (id) WHERE boot IS NOT NULL;
  CREATE TABLE notes (key TEXT PRIMARY KEY, until NUMERIC NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
`;

/** The number of a stream in the file, and of its last record. */
export interface StreamRow extends Position {
  readonly id: number;
  readonly last: number;
}

export interface JournalFile {
  readonly db: DatabaseSync;
  readonly kept: Kept;
  readonly streams: Map<string, StreamRow>;
}

/**
 * Opens the file for this process alone, or makes it. One that cannot be read is set aside as `journal.damaged-1`, and a new one goes on with
 * what is left of its numbers. Rejects with `DiskError`, Fault `port-busy`.
 */
export function openFile(path: string, suspect: boolean, clock: Clock, random: Random): JournalFile {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // The log is left under this name where a process ended while it closed.
    if (existsSync(spare(path))) {
      if (existsSync(logOf(path))) rmSync(spare(path));
      else renameSync(spare(path), logOf(path));
    }
    if (suspect) return begunAnew(path, clock, random);
    try {
      return read(opened(path));
    } catch (error) {
      const why = diskError(error, path);
      if (!(why instanceof DiskError && why.corrupt)) throw why;
      return begunAnew(path, clock, random);
    }
  } catch (error) {
    throw diskError(error, path);
  }
}

export const logOf = (path: string): string => `${path}-wal`;
/** A second name of the log while the database is closed. */
export const spare = (path: string): string => `${path}-wal.kept`;

function opened(path: string): DatabaseSync {
  closeSync(openSync(path, "a", 0o600)); // SQLite would let others read it
  const db = new DatabaseSync(path);
  try {
    // In this order: EXCLUSIVE before the first use of the log keeps its index in memory instead of a third file.
    db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA page_size=4096; PRAGMA cache_size=-512; PRAGMA temp_store=MEMORY");
    const number = (pragma: string) => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
    if (number("application_id") === 0) {
      db.exec(`PRAGMA journal_mode=WAL; BEGIN EXCLUSIVE; ${TABLES}
        INSERT INTO state VALUES (0, 0, '{}');
        PRAGMA application_id=${APPLICATION}; PRAGMA user_version=${FORM}; COMMIT`);
    }
    if (number("application_id") !== APPLICATION || number("user_version") !== FORM)
      throw new DiskError("damaged", true);
    db.exec(`PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=${4 << 20};
      BEGIN EXCLUSIVE; COMMIT`);
    syncFolder(dirname(path)); // the names of new files
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function read(db: DatabaseSync): JournalFile {
  try {
    const streams = new Map<string, StreamRow>();
    for (const { name, ...row } of db.prepare("SELECT id, name, run, seq, last FROM streams").all())
      streams.set(String(name), row as unknown as StreamRow);
    const state = db.prepare("SELECT first_run, rebuilt, totals FROM state").get();
    if (!state) throw new DiskError("damaged", true);
    const { dropped, quarantined = 0 } = JSON.parse(String(state["totals"]));
    const kept: Kept = {
      lastId: Math.max(0, ...[...streams.values()].map(({ last }) => last)),
      positions: new Map([...streams].map(([name, { run, seq }]) => [name, { run, seq }])),
      firstRun: Number(state["first_run"]),
      totals: { dropped: { periodic: 0, event: 0, result: 0, alarm: 0, ...dropped }, quarantined },
      rebuilt: Number(state["rebuilt"]),
    };
    return { db, kept, streams };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What the damaged file still tells. */
function salvaged(path: string): Kept | null {
  try {
    const { db, kept } = read(opened(path));
    db.close();
    return kept;
  } catch (error) {
    const why = diskError(error, path);
    if (why instanceof DiskError) return null;
    throw why;
  }
}

function begunAnew(path: string, clock: Clock, random: Random): JournalFile {
  const left = salvaged(path);
  const aside = (n: number) => join(dirname(path), `journal.damaged-${n}`);
  for (const end of ["", "-wal"]) {
    for (let n = ASIDE; n > 0; n--) {
      const from = n === 1 ? path + end : aside(n - 1) + end;
      if (existsSync(from)) renameSync(from, aside(n) + end);
      else rmSync(aside(n) + end, { force: true });
    }
  }
  const made = read(opened(path));
  // What it had given out last may be lost: every stream goes on in a run that nobody has used.
  const runs = [...(left?.positions ?? [])].map(([name, { run }]) => [name, freshRun(run, clock, random)] as const);
  const firstRun = freshRun(left?.firstRun ?? 0, clock, random);
  const rebuilt = (left?.rebuilt ?? 0) + 1;
  made.db.exec("BEGIN");
  made.db
    .prepare("UPDATE state SET first_run = ?, rebuilt = ?, totals = ?")
    .run(firstRun, rebuilt, JSON.stringify(left?.totals ?? {}));
  const insert = made.db.prepare("INSERT INTO streams VALUES (?, ?, ?, 0, ?)");
  for (const [i, [name, run]] of runs.entries()) insert.run(i + 1, name, run, left?.lastId ?? 0);
  made.db.exec("COMMIT");
  return read(made.db);
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
