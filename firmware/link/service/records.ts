/** How entries of streams lie in the journal, and how messages are made of them again. */
import { instant } from "../../../controllers/units.ts";
import type { Journal, JournalRecord } from "../../hal/journal.ts";
import { type AlarmEntry, iso, type PastEntry } from "../payload.ts";
import { decode } from "../wire/cbor.ts";

/** What ts, next_ts, seq and their names take beside an entry's values. */
const ENTRY_OVERHEAD = 72;
const LAST = instant(8.64e15);

/** Streams of the journal: one of each channel that is replayed, one of each alarm code, one of all results. */
export const statusStream = (code: string, channel?: string): string =>
  channel === undefined ? `status/${code}` : `status/${code}/${channel}`;
export const alarmStream = (code: string): string => `alarm/${code}`;
export const RESULTS = "result";

/** Body of a channel's entry. */
export interface StatusBody {
  readonly values: Readonly<Record<string, unknown>>;
}
/** Body of an alarm's event. */
export type AlarmBody = Pick<AlarmEntry, "component" | "active" | "values">;

/** A record's body, as it was written; a body that cannot be read any more is an empty one. */
export function bodyOf<Body>(record: JournalRecord): Partial<Body> {
  const decoded = decode(record.body);
  const isBody = decoded.ok && typeof decoded.value === "object" && decoded.value !== null;
  return (isBody ? decoded.value : {}) as Partial<Body>;
}

/** Where a record is in its stream. */
export type Position = ReturnType<Journal["position"]>;

/** Whether what the journal has just said may leave out what lies on a disk that cannot be read now. */
export const isUnreadable = ({ health }: Journal): boolean => health.state === "damaged";

/** MQTT user properties of a message of records of one run: `run` where it is not 0, `clock` where their time is not known. */
export function marksOf(run: number, dated: boolean): { readonly user?: Readonly<Record<string, string>> } {
  if (run === 0 && dated) return {};
  return { user: { ...(run === 0 ? {} : { run: String(run) }), ...(dated ? {} : { clock: "unset" }) } };
}

/** The first records of a list that fit into one message: of one run, all dated or none, of at most so many bytes; one at least. */
export function together(records: readonly JournalRecord[], bytes: number): readonly JournalRecord[] {
  const [first] = records;
  if (!first) return [];
  let size = 0;
  const end = records.findIndex((record) => {
    size += record.body.length + ENTRY_OVERHEAD;
    return record !== first && (size > bytes || record.run !== first.run || record.dated !== first.dated);
  });
  return end < 0 ? records : records.slice(0, end);
}

/** Records of a channel, or of an alarm code, as entries of a replay or history. RSMP 4 draft, "Replay" and "History". */
export function pastEntries(journal: Journal, records: readonly JournalRecord[]): PastEntry[] {
  return records.map((record, index) => ({
    ts: iso(record.at),
    next_ts: nextAt(journal, record, records[index + 1]),
    values: record.stream.startsWith("alarm/") ? alarmValues(record) : (bodyOf<StatusBody>(record).values ?? {}),
    seq: record.seq,
  }));
}

/** An event of an alarm as values: hulotte's own extension, since the draft has no history of alarms. */
function alarmValues(record: JournalRecord): Record<string, unknown> {
  const { component, active = false, values } = bodyOf<AlarmBody>(record);
  return { ...(component === undefined ? {} : { component }), active, message: values?.message ?? "" };
}

/** When the entry after this one was recorded, delivered or not; `listed` is the one after it in the message. */
function nextAt(journal: Journal, record: JournalRecord, listed: JournalRecord | undefined): string | null {
  const follows = listed?.run === record.run && listed.seq === record.seq + 1;
  const next = follows ? listed : journal.range(record.stream, instant(0), LAST, record.id, 1)[0];
  return next ? iso(next.at) : null;
}
