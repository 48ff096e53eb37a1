/**
 * The journal's disk in SQLite, whose every wait for the medium is ours, not SQLite's: the main thread drives lamps and must not stand still
 * while an SD card makes up its mind.
 *
 * SQLite runs in WAL mode with `synchronous=OFF`: it only ever writes to the page cache, and we call fdatasync in the thread pool. What
 * SQLite's own syncs would give is kept by the order of ours:
 * 1. A commit is frames at the end of the log, each with a checksum over all before it: a cut leaves a prefix of whole commits. It counts once
 *    fdatasync of the log has returned.
 * 2. Pages are copied from the log into the database only when all of the log is synced. A cut among these copies does no harm: the log is
 *    whole, and is read again.
 * 3. The log is written over from its beginning only when all of it has been copied and fdatasync of the database has returned.
 * 4. The log is never deleted by SQLite at a close before that (see `close`).
 */
import { closeSync, fdatasync, fstatSync, linkSync, openSync, renameSync } from "node:fs";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { promisify } from "node:util";
import { instant } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { RECORD_CLASSES, type RecordClass } from "../hal/journal.ts";
import type { Batch, JournalDisk, StoredRecord, Victim } from "../hal/journal-disk.ts";
import type { Random } from "../hal/random.ts";
import { diskError, guarded } from "./journal-errors.ts";
import { type JournalFile, logOf, openFile, spare } from "./journal-file.ts";

/** Resolves once what was written to the open file is on the medium. */
export type Sync = (file: number) => Promise<void>;

const fromKernel: Sync = promisify(fdatasync);

/** The log is copied into the database when it has grown so far, or the last time is so long ago. */
const LOG = 1 << 20;
const LONG = 3_600_000;
/** Ranks on the disk begin here: 0 and 1 would take no byte in a row, and only a row that keeps its length is changed in place. */
const RANK = 2;
const PAGE = 4096;

interface Files {
  readonly data: number;
  readonly log: number;
}

/** Opens or makes the file, and waits until what it holds is on the medium. Rejects with `DiskError`, Fault `port-busy`. */
export async function openSqlite(
  path: string,
  suspect: boolean,
  clock: Clock,
  random: Random,
  synced = fromKernel,
): Promise<JournalDisk> {
  const file = openFile(path, suspect, clock, random);
  return guarded(path, async () => {
    // Held open as long as the database: to close any descriptor of a file gives up all of this process's locks on it (fcntl(2)).
    const files = { data: openSync(path, "r"), log: openSync(logOf(path), "r") };
    const disk = sqliteDisk(path, file, files, clock, synced);
    try {
      await synced(files.log);
      await synced(files.data);
    } catch (error) {
      disk.close();
      throw error;
    }
    return disk;
  });
}

function sqliteDisk(
  path: string,
  { db, kept, streams }: JournalFile,
  files: Files,
  clock: Clock,
  synced: Sync,
): JournalDisk {
  const sql = statements(db);
  const names = new Map([...streams].map(([name, { id }]) => [id, name]));
  const counts = { records: 0, pending: 0, notes: Number(sql.countNotes.get()?.["n"]) };
  for (const { rank, n } of sql.countRanks.all()) {
    counts.records += Number(n);
    if (Number(rank) > RANK) counts.pending += Number(n);
  }
  let totals = JSON.stringify(kept.totals);
  let tidied = clock.monotonic();
  let last = kept.lastId;
  let isOpen = true;

  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw diskError(error, path);
    }
  };

  const idOf = (name: string): number => streams.get(name)?.id ?? 0;
  const record = (row: Row): StoredRecord => ({
    id: Number(row["id"]),
    stream: names.get(Number(row["stream"])) ?? "",
    class: RECORD_CLASSES[Number(row["class"])] as RecordClass,
    at: instant(Number(row["at"])),
    body: row["body"] as Uint8Array,
    run: Number(row["run"]),
    seq: Number(row["seq"]),
    dated: row["dated"] === 1,
    rank: Number(row["rank"]) - RANK,
    since: row["boot"] === null ? null : { boot: Number(row["boot"]), mono: Number(row["mono"]) },
  });
  const records = (rows: readonly Row[]) => rows.map(record);
  const victim = (row: Row): Victim => ({
    id: Number(row["id"]),
    class: RECORD_CLASSES[Number(row["class"])] as RecordClass,
    rank: Number(row["rank"]) - RANK,
    at: instant(Number(row["at"])),
    isUndated: row["boot"] !== null,
    size: Number(row["size"]),
  });

  const putStream = (name: string, run: number, seq: number, newest: number) => {
    const row = { id: streams.get(name)?.id ?? streams.size + 1, run, seq, last: newest };
    streams.set(name, row);
    names.set(row.id, name);
    sql.putStream.run(row.id, name, run, seq, newest);
  };

  const remove = (id: number) => {
    const rank = sql.rankOf.get(id)?.["rank"];
    if (rank === undefined) return;
    sql.remove.run(id);
    counts.records--;
    if (Number(rank) > RANK) counts.pending--;
  };

  const apply = (batch: Batch) => {
    const newest = new Map<string, number>();
    for (const { stream, id } of batch.records) newest.set(stream, id);
    for (const [name, { run, seq }] of batch.positions)
      putStream(name, run, seq, newest.get(name) ?? streams.get(name)?.last ?? last);
    for (const one of batch.records) {
      if (one.id <= last) remove(one.id); // written before, but not known to be on the medium
      sql.put.run(
        one.id,
        one.rank + RANK,
        idOf(one.stream),
        RECORD_CLASSES.indexOf(one.class),
        one.run,
        one.seq,
        one.at,
        one.dated ? 1 : 0,
        one.since?.boot ?? null,
        one.since?.mono ?? null,
        one.body,
      );
      counts.records++;
      if (one.rank > 0) counts.pending++;
      last = Math.max(last, one.id);
    }
    for (const id of batch.delivered) counts.pending -= Number(sql.deliver.run(id).changes);
    for (const [id, reason] of batch.refused) {
      counts.pending -= Number(sql.deliver.run(id).changes);
      sql.refuse.run(reason, id);
    }
    for (const { id, at, dated } of batch.dates) sql.date.run(at, dated ? 1 : 0, id);
    for (const id of batch.drop) remove(id);
    for (const [key, { value, until }] of batch.notes) sql.putNote.run(key, until, value);
    if (batch.forget !== null) sql.forget.run(batch.forget);
    if (batch.notes.size > 0 || batch.forget !== null) counts.notes = Number(sql.countNotes.get()?.["n"]);
    const now = JSON.stringify(batch.totals);
    if (now !== totals) sql.putTotals.run(now);
    return now;
  };

  const pages = (pragma: string) => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]) * PAGE;
  const logSize = () => fstatSync(files.log).size;

  return {
    kept,
    get bytes() {
      return guard(() => fstatSync(files.data).size + logSize());
    },
    get used() {
      return guard(() => pages("page_count") - pages("freelist_count") + Math.max(logSize(), 2 * LOG));
    },
    get records() {
      return counts.records;
    },
    get pendingRecords() {
      return counts.pending;
    },
    get notes() {
      return counts.notes;
    },
    write(batch) {
      const before = { ...counts };
      const lastBefore = last;
      const rows = new Map(streams);
      guard(() => {
        db.exec("BEGIN");
        try {
          const told = apply(batch);
          db.exec("COMMIT");
          totals = told;
        } catch (error) {
          if (db.isTransaction) db.exec("ROLLBACK");
          Object.assign(counts, before);
          last = lastBefore;
          streams.clear();
          for (const [name, row] of rows) streams.set(name, row);
          throw error;
        }
      });
    },
    sync: () => guarded(path, () => synced(files.log)),
    async tidy() {
      const { log, checkpointed } = guard(() => sql.logged.get()) as Readonly<Record<"log" | "checkpointed", number>>;
      const waits = (log - checkpointed) * PAGE;
      if (waits < LOG && (waits === 0 || clock.monotonic() - tidied < LONG)) return;
      guard(() => db.exec("PRAGMA wal_checkpoint(PASSIVE)"));
      await guarded(path, () => synced(files.data));
      tidied = clock.monotonic();
    },
    pending: (stream, after, upTo, limit) => guard(() => records(sql.pending.all(idOf(stream), after, upTo, limit))),
    range: (stream, from, to, after, upTo, limit) =>
      guard(() => records(sql.range.all(idOf(stream), after, upTo, from, to, limit))),
    ends: (stream, upTo) =>
      guard(() => {
        const ends = sql.ends.get(idOf(stream), upTo, idOf(stream), upTo);
        return ends?.["oldest"] == null ? null : { oldest: Number(ends["oldest"]), newest: Number(ends["newest"]) };
      }),
    note: (key) =>
      guard(() => {
        const row = sql.note.get(key);
        return row ? { value: row["value"] as Uint8Array, until: Number(row["until"]) } : null;
      }),
    firstToGo: (limit) => guard(() => sql.firstToGo.all(limit).map(victim)),
    oldest: (limit) => guard(() => sql.oldest.all(limit).map(victim)),
    undated: () => guard(() => records(sql.undated.all())),
    lastDate: (before) =>
      guard(() => {
        const row = sql.lastDate.get(before);
        return row ? instant(Number(row["at"])) : null;
      }),
    close() {
      if (!isOpen) return;
      isOpen = false;
      // SQLite copies the log at a close, without a sync, and deletes it: it keeps a second name, and gets its own back.
      const isNamed = twice(path);
      try {
        if (!isNamed) db.exec("PRAGMA synchronous=FULL"); // SQLite syncs, and we wait for it
      } finally {
        db.close();
        if (isNamed) renameSync(spare(path), logOf(path));
        closeSync(files.data);
        closeSync(files.log);
      }
    },
  };
}

/** Gives the log a second name; false where there is no room even for that. */
function twice(path: string): boolean {
  try {
    linkSync(logOf(path), spare(path));
    return true;
  } catch {
    return false;
  }
}

type Row = Readonly<Record<string, unknown>>;

function statements(db: DatabaseSync) {
  const columns = "id, rank, stream, class, run, seq, at, dated, boot, mono, body";
  const few = "id, rank, class, at, boot, length(body) AS size";
  const all = <P extends SQLInputValue[]>(text: string) => {
    const statement = db.prepare(text);
    return {
      all: (...values: P): Row[] => statement.all(...values),
      get: (...values: P): Row | undefined => statement.get(...values),
      run: (...values: P) => statement.run(...values),
    };
  };
  return {
    countRanks: all<[]>("SELECT rank, count(*) AS n FROM records GROUP BY rank"),
    countNotes: all<[]>("SELECT count(*) AS n FROM notes"),
    logged: all<[]>("PRAGMA wal_checkpoint(NOOP)"),
    rankOf: all<[number]>("SELECT rank FROM records WHERE id = ?"),
    remove: all<[number]>("DELETE FROM records WHERE id = ?"),
    put: all<SQLInputValue[]>(
      "INSERT INTO records (id, rank, stream, class, run, seq, at, dated, boot, mono, body) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
    ),
    putStream: all<[number, string, number, number, number]>("REPLACE INTO streams VALUES (?, ?, ?, ?, ?)"),
    deliver: all<[number]>(`UPDATE records SET rank = ${RANK} WHERE id = ? AND rank > ${RANK}`),
    refuse: all<[number, number]>("UPDATE records SET refused = ? WHERE id = ?"),
    date: all<[number, number, number]>("UPDATE records SET at = ?, dated = ?, boot = NULL, mono = NULL WHERE id = ?"),
    putNote: all<[string, number, Uint8Array]>("REPLACE INTO notes (key, until, value) VALUES (?, ?, ?)"),
    forget: all<[number]>("DELETE FROM notes WHERE until < ?"),
    putTotals: all<[string]>("UPDATE state SET totals = ?"),
    pending: all<[number, number, number, number]>(
      `SELECT ${columns} FROM records INDEXED BY by_pending WHERE stream = ? AND rank > 2 AND id > ? AND id <= ? ORDER BY id LIMIT ?`,
    ),
    range: all<[number, number, number, number, number, number]>(
      `SELECT ${columns} FROM records INDEXED BY by_stream WHERE stream = ? AND id > ? AND id <= ? AND at >= ? AND at < ? ORDER BY id LIMIT ?`,
    ),
    ends: all<[number, number, number, number]>(
      `SELECT (SELECT id FROM records WHERE stream = ? AND id <= ? ORDER BY id LIMIT 1) AS oldest,
        (SELECT id FROM records WHERE stream = ? AND id <= ? ORDER BY id DESC LIMIT 1) AS newest`,
    ),
    note: all<[string]>("SELECT value, until FROM notes WHERE key = ?"),
    firstToGo: all<[number]>(`SELECT ${few} FROM records INDEXED BY by_rank ORDER BY rank, id LIMIT ?`),
    oldest: all<[number]>(`SELECT ${few} FROM records ORDER BY id LIMIT ?`),
    undated: all<[]>(`SELECT ${columns} FROM records INDEXED BY undated WHERE boot IS NOT NULL ORDER BY id`),
    lastDate: all<[number]>("SELECT at FROM records WHERE id < ? AND dated = 1 ORDER BY id DESC LIMIT 1"),
  };
}
