import { type Instant, instant } from "../../controllers/units.ts";
import type { Clock } from "./clock.ts";
import type { StoredRecord } from "./journal-disk.ts";

const LAST = 8.64e15;
const asInstant = (ms: number): Instant => instant(Math.min(LAST, Math.max(0, ms)));

/** Wall time that jumped by less is as good as ever: time servers move it by little steps. */
const JUMP = 60_000;

/**
 * Whether wall time is worth judging ages by: it is set, and has run without a jump for so long. A clock that is years off for a minute must
 * not be what a month of records is thrown away for.
 */
export class SteadyClock {
  readonly #clock: Clock;
  #offset: number;
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
    this.#since = clock.monotonic();
  }

  /** For how long, ms; 0 while time is unset. To be asked now and then: a jump there and back between two calls is not seen. */
  steadyFor(): number {
    const offset = this.#clock.now() - this.#clock.monotonic();
    if (Math.abs(offset - this.#offset) > JUMP || !this.#clock.isSet()) this.#since = this.#clock.monotonic();
    this.#offset = offset;
    return this.#clock.monotonic() - this.#since;
  }
}

/** A record of this boot with its true date: what the clock says now, less the time since. */
export function dated(record: StoredRecord, clock: Clock, boot: number): StoredRecord {
  if (record.since?.boot !== boot || !clock.isSet()) return record;
  const at = asInstant(clock.now() - (clock.monotonic() - record.since.mono));
  return { ...record, at, dated: true, since: null };
}

/**
 * Dates for records of boots that never knew the time: no earlier than the last dated record before them, their distances kept. They stay
 * not `dated`, for this is a bound and no date. `undated` by id; without a dated record before, they keep what their clock said.
 */
export function bounded(
  undated: readonly StoredRecord[],
  lastDate: (before: number) => Instant | null,
): { readonly id: number; readonly at: Instant; readonly dated: boolean }[] {
  const dates: { id: number; at: Instant; dated: boolean }[] = [];
  let boot: { readonly boot: number; readonly mono: number } | undefined;
  let base = 0;
  for (const { id, at, since } of undated) {
    if (!since) continue;
    if (since.boot !== boot?.boot) {
      base = Math.max(lastDate(id) ?? (boot ? 0 : at), dates.at(-1)?.at ?? 0);
      boot = since;
    }
    dates.push({ id, at: asInstant(base + Math.max(0, since.mono - boot.mono)), dated: false });
  }
  return dates;
}
