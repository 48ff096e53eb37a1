import { duration, instant } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { isSynchronised } from "./clock-quality.ts";

/** Before this the machine cannot have run this program: the wall clock has not been set since power came. */
const EARLIEST = Date.UTC(2026, 0, 1);
/** A timer that fires later than this was held up, and so was everything else in this process; ms. */
const HELD_UP = 10;
/** What came meanwhile is taken in within so long at most, ms. */
const MOST_GRACE = 250;
/** How old the kernel's word on its clock may get. */
const REFRESH_MS = 60_000;

/** The machine's own time, for programs to which it is all the same who keeps it. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonic: () => duration(performance.now()),
  isSet: () => Date.now() >= EARLIEST,
  quality: () => (systemClock.isSet() ? "held" : "unset"),
  sleep: (d, _name, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const done = () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const due = performance.now() + d;
      const fired = () => {
        const late = performance.now() - due;
        // Node counts in whole milliseconds of the loop, and may fire up to one too early.
        if (late < 0) timer = setTimeout(fired, Math.ceil(-late));
        // Timers come before bytes in the event loop: after a pause a time-out would overtake the answer that is already here.
        else if (late > HELD_UP) timer = setTimeout(done, Math.min(late, MOST_GRACE));
        else done();
      };
      let timer = setTimeout(fired, d);
      signal?.addEventListener("abort", abort, { once: true });
    }),
};

/**
 * The machine's own time, with the kernel's word on whether a time server keeps it. The kernel is asked once at the beginning and then when the
 * answer is older than a minute and somebody wants it; nobody waits for it.
 */
export function keptClock(ask: (now: number) => Promise<boolean> = isSynchronised, base: Clock = systemClock): Clock {
  let synchronised = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  const refresh = () => {
    if (base.monotonic() - askedAt < REFRESH_MS) return;
    askedAt = base.monotonic();
    ask(base.now()).then(
      (answer) => {
        synchronised = answer;
      },
      () => {
        synchronised = false;
      },
    );
  };
  refresh();
  return {
    ...base,
    quality() {
      refresh();
      if (!base.isSet()) return "unset";
      return synchronised ? "synchronised" : "held";
    },
  };
}
