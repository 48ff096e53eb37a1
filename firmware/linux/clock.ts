import { duration, instant } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";

/** Before this the machine cannot have run this program: the wall clock has not been set since power came. */
const EARLIEST = Date.UTC(2026, 0, 1);

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonic: () => duration(performance.now()),
  isSet: () => Date.now() >= EARLIEST,
  sleep: (d, _name, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      }, d);
      signal?.addEventListener("abort", abort, { once: true });
    }),
};
