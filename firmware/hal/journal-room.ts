import { hours } from "../../controllers/units.ts";
import type { Clock } from "./clock.ts";
import { type JournalLimits, RECORD_CLASSES, type RecordClass } from "./journal.ts";
import { SteadyClock } from "./journal-dates.ts";
import type { JournalDisk, Totals, Victim } from "./journal-disk.ts";

/** Of records dropped at once: it must not hold up who drives lamps. */
const DROPS = 100;
const ROUNDS = 10;
/** Where room must be made, so much more is made, as a part of all: neighbours that go together are fewer pages to write. */
const SPARE = 0.005;
/** Ages are judged only by a clock that has run so long without a jump. */
const STEADY = hours(24);
/** Facts are forgotten sooner: a cabinet that has power at night only never runs for a day, and must not keep them for ever. */
const STEADY_FOR_FACTS = hours(6);

type Dropped = Record<RecordClass, number>;

/** Who has to go where there is no room, and how many of them nobody had seen. */
export class JournalRoom {
  readonly #limits: JournalLimits;
  readonly #clock: Clock;
  readonly #steady: SteadyClock;
  #dropped: Dropped = { periodic: 0, event: 0, result: 0, alarm: 0 };

  constructor(limits: JournalLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#steady = new SteadyClock(clock);
  }

  get dropped(): Readonly<Dropped> {
    return { ...this.#dropped };
  }

  /** Whether ages can be judged now. */
  get isSteady(): boolean {
    return this.#steady.steadyFor() >= STEADY;
  }

  /** Whether facts whose time is over can be forgotten now. */
  get forgets(): boolean {
    return this.#steady.steadyFor() >= STEADY_FOR_FACTS;
  }

  /** Those of an earlier process. */
  learn({ dropped }: Totals): void {
    for (const kind of RECORD_CLASSES) this.#dropped[kind] += dropped[kind];
  }

  /**
   * Drops what is too old, and what has no room beside `coming` bytes, a part of it at a time; true when more has to go. `drop` writes that
   * they are gone, with the counts as they are then.
   */
  make(
    disk: JournalDisk,
    coming: number,
    isMissed: (victim: Victim) => boolean,
    drop: (victims: readonly Victim[], dropped: Readonly<Dropped>) => void,
  ): boolean {
    const go = (victims: readonly Victim[]) => {
      if (victims.length === 0) return;
      const missed = victims.filter(isMissed);
      const dropped = counted(this.#dropped, missed);
      drop(victims, dropped);
      this.#dropped = dropped;
    };
    const tooOld = this.#clock.now() - this.#limits.age;
    if (this.isSteady) go(disk.oldest(DROPS).filter(({ at, isUndated }) => !isUndated && at < tooOld));
    let excess = disk.used + coming - this.#limits.bytes;
    if (excess > 0) excess += this.#limits.bytes * SPARE;
    for (let round = 0; round < ROUNDS; round++) {
      const victims = disk.firstToGo(DROPS).filter(({ size }) => {
        const goes = excess > 0;
        excess -= size;
        return goes;
      });
      if (victims.length === 0) return false;
      go(victims);
    }
    return true;
  }

  /** These were dropped before they came to the disk. */
  count(missed: readonly { readonly class: RecordClass }[]): void {
    this.#dropped = counted(this.#dropped, missed);
  }
}

function counted(dropped: Dropped, missed: readonly { readonly class: RecordClass }[]): Dropped {
  const counts = { ...dropped };
  for (const { class: kind } of missed) counts[kind]++;
  return counts;
}
