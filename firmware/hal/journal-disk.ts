import type { Instant } from "../../controllers/units.ts";
import type { Clock } from "./clock.ts";
import type { JournalRecord, JournalState, RecordClass } from "./journal.ts";
import type { Random } from "./random.ts";

/** A record with what only its keeper needs. */
export interface StoredRecord extends JournalRecord {
  /** When room is short, what has the lowest goes first: 0 once nobody waits for it, else its class's place + 1. */
  readonly rank: number;
  /** While it waits for its date: when it happened by the monotonic clock of the boot it names. */
  readonly since: { readonly boot: number; readonly mono: number } | null;
}

/** The numbers of a stream's next record. */
export interface Position {
  readonly run: number;
  readonly seq: number;
}

export interface Note {
  readonly value: Uint8Array;
  readonly until: number;
}

/** Counts that outlive the process. */
export interface Totals {
  readonly dropped: Readonly<Record<RecordClass, number>>;
  readonly quarantined: number;
}

/** What may have to go. */
export interface Victim extends Pick<StoredRecord, "id" | "class" | "rank" | "at"> {
  /** It waits for its date. */
  readonly isUndated: boolean;
  /** Of its body, bytes. */
  readonly size: number;
}

/** What is written together: all of it or nothing. Doing it twice changes nothing more. */
export interface Batch {
  readonly records: readonly StoredRecord[];
  readonly positions: ReadonlyMap<string, Position>;
  readonly delivered: readonly number[];
  /** By id, with the broker's reason. */
  readonly refused: readonly (readonly [number, number])[];
  readonly dates: readonly { readonly id: number; readonly at: Instant; readonly dated: boolean }[];
  readonly drop: readonly number[];
  readonly notes: ReadonlyMap<string, Note>;
  /** Notes whose time was over before then are forgotten; null: none are. */
  readonly forget: number | null;
  readonly totals: Totals;
}

export const NOTHING: Omit<Batch, "totals"> = {
  records: [],
  positions: new Map(),
  delivered: [],
  refused: [],
  dates: [],
  drop: [],
  notes: new Map(),
  forget: null,
};

/** What the disk holds when it is opened. */
export interface Kept {
  readonly lastId: number;
  readonly positions: ReadonlyMap<string, Position>;
  /** The run in which streams begin that it does not know. */
  readonly firstRun: number;
  readonly totals: Totals;
  readonly rebuilt: number;
}

/**
 * The medium under a journal: it keeps, finds and forgets, and decides nothing. Calls never wait but for `sync` and `tidy`; every one may
 * throw a `DiskError`.
 */
export interface JournalDisk {
  readonly kept: Kept;
  /** Of the files; and of these in use, as far as dropping records makes it less. */
  readonly bytes: number;
  readonly used: number;
  readonly records: number;
  readonly pendingRecords: number;
  readonly notes: number;
  /** Survives the death of the process; a power cut only once a later `sync` resolved. Not to be called while `tidy` runs. */
  write(batch: Batch): void;
  sync(): Promise<void>;
  /** Keeps its own house in order, if it is time to. */
  tidy(): Promise<void>;
  /** Pending ones with `after` < id <= `last`. */
  pending(stream: string, after: number, last: number, limit: number): readonly StoredRecord[];
  range(stream: string, from: number, to: number, after: number, last: number, limit: number): readonly StoredRecord[];
  ends(stream: string, last: number): { readonly oldest: number; readonly newest: number } | null;
  note(key: string): Note | null;
  /** In the order in which they are to be dropped. */
  firstToGo(limit: number): readonly Victim[];
  /** By id. */
  oldest(limit: number): readonly Victim[];
  /** Those that wait for their date, by id. */
  undated(): readonly StoredRecord[];
  /** When the last record before this one happened that is dated; null where there is none. */
  lastDate(before: number): Instant | null;
  /** Lets the files go: what was written is as safe as at a death of the process. */
  close(): void;
}

/** Opens it. `suspect`: what was there could not be read, and is to be set aside. Rejects with `DiskError`, Fault `port-busy`. */
export type OpenDisk = (suspect: boolean) => Promise<JournalDisk>;

/** What a disk says when it does not do what it is for. */
export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly state: Exclude<JournalState, "ok">;
  /** What is on it cannot be read: it is of no use to open it again as it is. */
  readonly corrupt: boolean;
  constructor(state: Exclude<JournalState, "ok">, corrupt = false, cause?: unknown) {
    super(`journal: ${state}`, { cause });
    this.state = state;
    this.corrupt = corrupt;
  }
}

const EPOCH = Date.UTC(2020, 0, 1);

/**
 * A run that nobody can have used, greater than `after`: for where the numbers that were given out may be lost. Milliseconds since 2020 where
 * time is known, else chance.
 */
export const freshRun = (after: number, clock: Clock, random: Random): number =>
  Math.max(
    after + 1,
    clock.isSet() ? Math.floor(clock.now()) - EPOCH : after + 1 + Math.floor(random.next() * 2 ** 38),
  );
