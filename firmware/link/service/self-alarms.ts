/** Alarms about delivery itself: what the broker refused for good, and what the journal cannot keep. */
import { type Duration, hours, instant, milliseconds, minutes } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import { type Journal, type JournalState, RECORD_CLASSES } from "../../hal/journal.ts";

/** Without anything new for so long, the alarm ends. */
const QUIET = hours(1);
/** How much is dropped is told again so often: each telling takes room itself. */
const TOLD_EVERY = minutes(10);

/** Fact of the journal: how often it had been begun anew when that was last told; and how long the fact is kept. */
const REBUILT = "journal-rebuilt";
const KNOWN_FOR = hours(24 * 366 * 20);

/** MQTT 5, 2.4. */
const REASONS: Readonly<Record<number, string>> = {
  128: "unspecified error",
  131: "implementation specific error",
  135: "not authorized",
  144: "topic name invalid",
  145: "packet identifier in use",
  149: "packet too large",
  151: "quota exceeded",
  153: "payload format invalid",
};

export interface SelfAlarmsOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly raise: (code: "cabinet.link" | "cabinet.journal", active: boolean, message: string) => void;
  readonly signal: AbortSignal;
}

export class SelfAlarms {
  readonly #options: SelfAlarmsOptions;
  readonly #link: Lapse;
  readonly #dropping: Lapse;
  readonly #anew: Lapse;
  #state: JournalState = "ok";
  /** How often it had been begun anew when that was last told: a disk that fails says nothing about it. */
  #rebuilt = 0;
  /** The file was begun anew, and it is not long since that was told. */
  #begunAnew = false;
  #droppedBefore: number;
  /** Dropped since the alarm about it began, and how many of them are told. */
  #dropped = 0;
  #told = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #looks = false;

  constructor(options: SelfAlarmsOptions) {
    this.#options = options;
    const { journal, clock, signal } = options;
    this.#droppedBefore = droppedOf(journal);
    this.#link = new Lapse(clock, signal, () => options.raise("cabinet.link", false, ""));
    this.#dropping = new Lapse(clock, signal, () => {
      const words = this.#words();
      this.#dropped = 0;
      this.#told = 0;
      this.#say(words);
    });
    this.#anew = new Lapse(clock, signal, () => {
      const words = this.#words();
      this.#begunAnew = false;
      this.#say(words);
    });
    journal.onHealth(() => this.#look());
    this.#look();
  }

  /** The broker refused a record for good, with this MQTT reason. */
  refused(reason: number): void {
    const words = REASONS[reason] === undefined ? "" : `, ${REASONS[reason]}`;
    this.#options.raise("cabinet.link", true, `the broker refuses messages: reason 0x${reason.toString(16)}${words}`);
    this.#link.postpone();
  }

  /** Later: what is told now is recorded, and that may make the journal drop more. */
  #look(): void {
    if (this.#looks) return;
    this.#looks = true;
    queueMicrotask(() => {
      this.#looks = false;
      this.#judge();
    });
  }

  #judge(): void {
    const { journal, clock } = this.#options;
    const { state, rebuilt } = journal.health;
    const dropped = droppedOf(journal);
    const noted = Number(new TextDecoder().decode(journal.noted(REBUILT) ?? new Uint8Array()));
    this.#rebuilt = Math.max(this.#rebuilt, noted);
    const begunAnew = rebuilt > this.#rebuilt;
    if (begunAnew) {
      this.#rebuilt = rebuilt;
      const value = new TextEncoder().encode(String(rebuilt));
      // A journal that is closed takes no more: then the next start tells.
      journal.note(REBUILT, value, instant(clock.now() + KNOWN_FOR)).catch(() => {});
      this.#begunAnew = true;
      this.#anew.postpone();
    }
    if (dropped > this.#droppedBefore) {
      this.#dropped += dropped - this.#droppedBefore;
      this.#dropping.postpone();
    }
    this.#droppedBefore = dropped;
    const dueAgain = this.#dropped > this.#told && clock.monotonic() - this.#toldAt >= TOLD_EVERY;
    if (state === this.#state && !dueAgain && !begunAnew) return;
    this.#state = state;
    this.#say("");
  }

  /** `last`: what the end of the alarm says. */
  #say(last: string): void {
    if (this.#dropped > this.#told) this.#toldAt = this.#options.clock.monotonic();
    this.#told = this.#dropped;
    const words = this.#words();
    this.#options.raise("cabinet.journal", words !== "", words || last);
  }

  #words(): string {
    const wrong: string[] = [];
    if (this.#state !== "ok") wrong.push(STATES[this.#state]);
    if (this.#begunAnew) wrong.push("the file could not be read and was set aside: what it held does not arrive");
    if (this.#dropped > 0) {
      const { dropped } = this.#options.journal.health;
      const classes = RECORD_CLASSES.filter((one) => dropped[one] > 0).map((one) => `${dropped[one]} ${one}`);
      wrong.push(`dropped before they were delivered: ${this.#dropped} records (ever: ${classes.join(", ")})`);
    }
    return wrong.join("; ");
  }
}

const STATES = {
  full: "the disk is full: what happens is kept in memory only",
  "read-only": "the disk is read-only: what happens is kept in memory only",
  damaged: "the file is damaged: what happens is kept in memory only",
} as const;

const droppedOf = ({ health }: Journal): number => RECORD_CLASSES.reduce((sum, one) => sum + health.dropped[one], 0);

/** Calls `over` once it has not been postponed for so long. */
class Lapse {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #over: () => void;
  #until = 0;
  #waits = false;

  constructor(clock: Clock, signal: AbortSignal, over: () => void) {
    this.#clock = clock;
    this.#signal = signal;
    this.#over = over;
  }

  postpone(): void {
    this.#until = this.#clock.monotonic() + QUIET;
    if (!this.#waits) void this.#wait();
  }

  async #wait(): Promise<void> {
    this.#waits = true;
    try {
      for (let left = this.#left(); left > 0; left = this.#left())
        await this.#clock.sleep(left, "link alarm", this.#signal);
      this.#over();
    } catch {
      // Ended, or the clock failed: the alarm stands until the next start.
    } finally {
      this.#waits = false;
    }
  }

  #left(): Duration {
    return milliseconds(Math.max(0, this.#until - this.#clock.monotonic()));
  }
}
