/** The alarms of a node: every event is in the journal before it is told; full updates follow what they repeat. */
import { after, hours } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Journal } from "../../hal/journal.ts";
import { type AlarmEntry, type AlarmPayload, iso } from "../payload.ts";
import { topicOf } from "../topic.ts";
import { decode, encode } from "../wire/cbor.ts";
import { AlarmBook, type AlarmEvent, type AlarmMarks } from "./alarm-book.ts";
import { Outbox, type Receipts } from "./outbox.ts";
import type { Outgoing, Source } from "./publisher.ts";
import { type AlarmBody, alarmStream, bodyOf, isUnreadable, marksOf } from "./records.ts";

/** Messages of one code in flight: events that were missed leave room for those of others. */
const WINDOW = 2;
/** Most bytes of entries in one message. */
const BYTES = 512;
/** What the cockpit said about an alarm is forgotten after so long. */
const MARKS_KEPT = hours(366 * 24);

export interface NodeAlarmsOptions {
  readonly node: string;
  readonly codes: readonly string[];
  readonly journal: Journal;
  readonly clock: Clock;
  readonly receipts: Receipts;
  /** Events wait to be handed over. */
  readonly onReady: () => void;
}

/** The alarms of all codes of a node. */
export class NodeAlarms {
  readonly #books: ReadonlyMap<string, AlarmBook>;
  readonly sources: readonly Source[];

  constructor(options: NodeAlarmsOptions) {
    const made = options.codes.map((code) => [code, alarmsOf(options, code)] as const);
    this.#books = new Map(made.map(([code, { book }]) => [code, book]));
    this.sources = made.map(([, { source }]) => source);
  }

  get codes(): readonly string[] {
    return [...this.#books.keys()];
  }

  /** The book of a code; undefined for a code that there is not. */
  book(code: string): AlarmBook | undefined {
    return this.#books.get(code);
  }
}

function alarmsOf({ node, journal, clock, receipts, onReady }: NodeAlarmsOptions, code: string) {
  const topic = topicOf(node, "alarm", code);
  const stream = alarmStream(code);
  const outbox = new Outbox({
    journal,
    stream,
    receipts,
    window: WINDOW,
    bytes: BYTES,
    onReady,
    message: (records) => {
      const entries = records.flatMap((record): AlarmEntry[] => {
        const { component, active, values } = bodyOf<AlarmBody>(record);
        if (active === undefined || !values) return [];
        return [{ ts: iso(record.at), ...(component && { component }), active, values, seq: record.seq }];
      });
      if (entries.length === 0) return null;
      const { run = 0, dated = true } = records[0] ?? {};
      const payload: AlarmPayload = { entries };
      return { topic, payload, delivery: { qos: 1, retain: false, ...marksOf(run, dated) } };
    },
  });
  const key = `alarm-marks/${code}`;
  const book = new AlarmBook({
    tell({ at, ...body }: AlarmEvent) {
      const place = outbox.append({ class: "alarm", at, body: encode(body satisfies AlarmBody) });
      return () => (place.run === journal.position(stream).run ? place.seq : undefined);
    },
    keep(marks) {
      // A journal that is closed takes no more: then this is the end of the process.
      journal.note(key, encode(marks), after(clock.now(), MARKS_KEPT)).catch(() => {});
    },
  });
  const noted = journal.noted(key);
  const marks = noted && decode(noted);
  if (marks?.ok) book.restore(marks.value as AlarmMarks, clock.now());

  /** The full update, once everything that led to it has been handed over: `next` is the number that no event has yet. */
  const full = (): Outgoing | null => {
    const payload = outbox.drained ? book.due(clock.now()) : null;
    if (!payload) return null;
    const { run, seq } = journal.position(stream);
    // Numbers that may lie on a disk that cannot be read would say that nothing came before.
    const next = isUnreadable(journal) ? {} : { next: String(seq) };
    const user = { ...marksOf(run, clock.isSet()).user, ...next };
    return { topic, payload, delivery: { qos: 1, retain: true, user } };
  };
  const source: Source = {
    waits: true,
    next: () => outbox.next() ?? full(),
    wakeAt: () => (outbox.drained ? book.wakeAt : null),
    begin() {
      outbox.begin();
      book.refresh();
    },
  };
  return { book, source };
}
