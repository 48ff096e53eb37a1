import type { Instant } from "../../controllers/units.ts";

/** What goes first where room is short: the first of these. */
export const RECORD_CLASSES = ["periodic", "event", "result", "alarm"] as const;
export type RecordClass = (typeof RECORD_CLASSES)[number];

export interface NewRecord {
  /** Whose record it is: words of `a-z 0-9 . _ -` joined by `/`, such as `status/footfall.counts` or `alarm/lighting.lamp`. */
  readonly stream: string;
  readonly class: RecordClass;
  /** When it happened, by wall time as it was believed then. */
  readonly at: Instant;
  /** At most 64 KiB. */
  readonly body: Uint8Array;
}

export interface JournalRecord extends NewRecord {
  /** Its place among all records: only grows, for the life of the journal. The order of events, whatever the clock said. */
  readonly id: number;
  /**
   * Which start of its stream it belongs to, and its number since then: `seq` from 0 without gaps. `run` begins at 0 and only grows, by one or
   * more: when the disk fails or its files were lost, a stream goes on in a run that nobody can have used, for numbers known to memory alone
   * may be lost with the process.
   */
  readonly run: number;
  readonly seq: number;
  /**
   * Whether `at` can be believed: false while wall time is unset. Once time is known, records of this boot get their exact date; those of boots
   * that never knew it get a bound, no earlier than what was dated before them, and stay false.
   */
  readonly dated: boolean;
}

/** `ok`: what is appended is on the disk. Else it is kept in memory, within limits, and the disk is tried again for ever. */
export type JournalState = "ok" | "full" | "read-only" | "damaged";

export interface JournalHealth {
  readonly state: JournalState;
  /** Kept, and of these not yet delivered. */
  readonly records: number;
  readonly pending: number;
  /** Of the files. */
  readonly bytes: number;
  /** Dropped for want of room or for their age before they were delivered, since the journal was made. */
  readonly dropped: Readonly<Record<RecordClass, number>>;
  readonly quarantined: number;
  /** Begun anew because the file could not be read. */
  readonly rebuilt: number;
}

export interface JournalLimits {
  /** Of the files together. */
  readonly bytes: number;
  /** ms. */
  readonly age: number;
}

/** The stream itself, if it is one. */
export function streamName(stream: string): string {
  if (stream.length > 200 || !/^[a-z0-9._-]+(\/[a-z0-9._-]+)*$/.test(stream))
    throw new TypeError(`stream "${stream}": allowed words of a-z 0-9 . _ - joined by /, at most 200 characters`);
  return stream;
}

/**
 * What must not be lost until the cockpit has it: records of streams, in the order in which they happened, bounded by size and
 * age. Reads never wait; nothing here throws because of the disk. `open` it once; a second opener of the same files is a Fault
 * `port-busy`.
 */
export interface Journal {
  /**
   * Takes the record's numbers at once, in the order of the calls. Resolves when it is on the disk (results and alarms as soon
   * as may be, others within a second), or in memory while `health.state` is not `ok`. A bad stream or body is a TypeError.
   */
  append(record: NewRecord): Promise<JournalRecord>;
  /** The next record of the stream begins a new run, with `seq` 0. */
  restart(stream: string): void;
  /** The numbers that the next record of the stream gets. */
  position(stream: string): { readonly run: number; readonly seq: number };
  /** These have reached the broker. Written with a later commit: after a power cut some may be pending again. */
  delivered(ids: readonly number[]): void;
  /** The broker refuses it for good, with this MQTT reason: it is kept for `range`, but no longer pending. */
  quarantine(id: number, reason: number): void;
  /** Streams that have pending records on the disk, or in memory while the disk fails. */
  waiting(): readonly string[];
  /** Pending records of a stream whose id is greater than `after` (0: from the first), oldest first, at most `limit`. */
  pending(stream: string, after: number, limit: number): readonly JournalRecord[];
  /** Kept records of a stream, delivered or not, with `from` <= at < `to` and an id greater than `after`; in the order of ids. */
  range(stream: string, from: Instant, to: Instant, after: number, limit: number): readonly JournalRecord[];
  /** Ids of the oldest and newest kept record of a stream; null where it has none. */
  ends(stream: string): { readonly oldest: number; readonly newest: number } | null;
  /** Keeps a small fact until an instant: which commands were done, and what came of them. Resolves when it is on the disk. */
  note(key: string, value: Uint8Array, until: Instant): Promise<void>;
  /** null where there is none, or its time is over. */
  noted(key: string): Uint8Array | null;
  /** How many facts are kept: who notes bounds them. */
  readonly notes: number;
  readonly health: JournalHealth;
  /** Told when `health.state` changes and when records were dropped; one listener, the last wins. */
  onHealth(listener: () => void): void;
  /** Commits what waits and lets the files go. May be called twice. */
  close(): Promise<void>;
}
