import { instant } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Journal, JournalRecord } from "../../hal/journal.ts";
import type { Log } from "../../hal/log.ts";
import { iso, type StatusEntry } from "../payload.ts";
import { encode } from "../wire/cbor.ts";
import type { Ack } from "../wire/connection.ts";
import type { Channel, ChannelEvent } from "./channel.ts";
import { Kept } from "./kept.ts";
import type { Receipts } from "./outbox.ts";
import type { Outgoing, Source } from "./publisher.ts";
import { marksOf, type StatusBody } from "./records.ts";

/** Messages that wait for room in a session; past this the oldest are left to the replay. */
const MOST_WAITING = 32;

/** Entries of one message on their way. */
interface Waiting {
  readonly events: readonly ChannelEvent[];
  readonly retain: boolean;
  /** null until they are recorded: only then are their numbers sure. */
  records: readonly JournalRecord[] | null;
}

export interface RecordedChannelOptions {
  readonly channel: Channel;
  readonly stream: string;
  readonly topic: string;
  readonly qos: 0 | 1;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly receipts: Receipts;
  /** A message can be handed over. */
  readonly onReady: () => void;
  /** Records of this channel were left to the replay while a session goes on. */
  readonly onLeft: () => void;
}

/**
 * A channel whose every entry is in the journal before it is told. Live delivery cares for an entry from its recording to its
 * acknowledgement, within one session; what it cannot bring over is pending in the journal, for the replay.
 */
export class RecordedChannel implements Source {
  readonly #options: RecordedChannelOptions;
  readonly waits = true;
  #queue: Waiting[] = [];
  /** Ids of the records that live delivery cares for. */
  readonly #cared = new Set<number>();
  readonly #kept = new Kept();

  constructor(options: RecordedChannelOptions) {
    this.#options = options;
  }

  /** Whether live delivery cares for a record; else a pending one is the replay's. */
  cares({ id }: JournalRecord): boolean {
    return this.#cared.has(id);
  }

  record(): void {
    const { channel, clock } = this.#options;
    for (;;) {
      const events = channel.due(clock.now());
      if (events.length === 0) return;
      this.#take(events);
    }
  }

  next(): Outgoing | null {
    const { topic, qos, receipts, onLeft } = this.#options;
    const [first] = this.#queue;
    const records = first?.records;
    if (!first || !records) return null;
    this.#queue.shift();
    const told = this.#kept.sent({ qos, retain: first.retain });
    const done = (ack: Ack) => {
      told(ack);
      receipts.settle(records, ack);
      this.#leave(first);
      if (ack.kind === "lost") onLeft();
    };
    const entries = records.map(
      ({ at, seq }, index): StatusEntry => ({ ts: iso(at), values: first.events[index]?.values ?? {}, seq }),
    );
    const { run = 0, dated = true } = records[0] ?? {};
    return { topic, payload: { entries }, delivery: { qos, retain: first.retain, ...marksOf(run, dated) }, done };
  }

  wakeAt(): number | null {
    return this.#options.channel.wakeAt;
  }

  /** What an earlier session did not bring over is the replay's; what is being recorded now is not. */
  begin(goesOn: boolean): void {
    for (const waiting of this.#queue) if (waiting.records !== null) this.#drop(waiting);
    this.#cared.clear();
    if (!goesOn || !this.#kept.isKept) this.#options.channel.refresh();
  }

  #take(due: readonly ChannelEvent[]): void {
    const { journal, stream, log, onReady, onLeft } = this.#options;
    const events: ChannelEvent[] = [];
    const appends: Promise<JournalRecord>[] = [];
    for (const event of due) {
      try {
        const body = encode({ values: event.values } satisfies StatusBody);
        const kind = event.periodic ? "periodic" : "event";
        appends.push(journal.append({ stream, class: kind, at: instant(event.at), body }));
        events.push(event);
      } catch (error) {
        // The channel's next complete entry holds what this one would have told.
        log.error({ stream, err: error }, "entry too large to be kept");
      }
    }
    if (events.length === 0) return;
    const waiting: Waiting = { events, retain: events.at(-1)?.complete ?? false, records: null };
    this.#queue.push(waiting);
    Promise.all(appends).then(
      (records) => {
        waiting.records = records;
        for (const { id } of records) this.#cared.add(id);
        this.#bound(onLeft);
        onReady();
      },
      (error: unknown) => {
        log.error({ stream, err: error }, "entry not recorded");
        this.#drop(waiting);
      },
    );
  }

  #bound(onLeft: () => void): void {
    const [oldest] = this.#queue;
    if (this.#queue.length <= MOST_WAITING || !oldest?.records) return;
    this.#drop(oldest);
    onLeft();
  }

  #drop(waiting: Waiting): void {
    this.#kept.failed();
    this.#queue = this.#queue.filter((one) => one !== waiting);
    this.#leave(waiting);
  }

  #leave({ records }: Waiting): void {
    for (const { id } of records ?? []) this.#cared.delete(id);
  }
}
