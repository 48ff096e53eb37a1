import { type Duration, duration } from "../../controllers/units.ts";

/** How much a box's clock may be slow against ours, ms a ms. */
const DRIFT = 1e-4;
/** A box whose clock is off by more, ms, has been started anew. */
const JUMP = 1000;
/** No message is under way for longer, ms. */
const LATEST = 100;

/**
 * When, by our own monotonic clock, something happened that a box stamped with its milliseconds (32 bits). The message that was
 * fastest on its way tells how the two clocks stand; a slower one of a USB adapter then tells the time as well as that one.
 */
export class BoxTicks {
  #offset: number | undefined;
  #tick = 0;
  #now = 0;

  /** The time of `tick`, plus `since` ms; the message came at `now`, at the soonest `way` ms after. */
  at(tick: number, since: number, way: number, now: Duration): Duration {
    // 49.7 days, then from 0
    this.#tick += (tick - this.#tick) | 0;
    const seen = now - (this.#tick + since + way);
    const before = this.#offset;
    const slow = before === undefined ? Number.POSITIVE_INFINITY : before + (now - this.#now) * DRIFT;
    this.#offset = before === undefined || Math.abs(seen - before) > JUMP ? seen : Math.min(seen, slow);
    this.#now = now;
    return duration(Math.max(0, now - LATEST, Math.min(now, this.#tick + since + this.#offset)));
  }
}
