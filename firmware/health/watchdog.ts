import { duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { ServiceManager } from "../hal/service.ts";

export interface WatchdogOptions {
  readonly service: ServiceManager;
  /** Real time. */
  readonly clock: Clock;
  /** Resolves once the cabinet's loop has passed again: `() => loop.cancel([])`. */
  readonly pass: () => Promise<void>;
  /** A line for people. */
  readonly status: () => string;
  readonly log: Log;
}

/**
 * Tells the service manager that the cabinet is ready once its loop has passed, and then, at half its patience, that it is alive: each time
 * only after the loop has passed once more. A loop that hangs is silent, and is ended. Works until the signal aborts.
 */
export async function keepWatchdog(options: WatchdogOptions, signal: AbortSignal): Promise<void> {
  const { service, clock, pass, status, log } = options;
  await ended(pass(), signal);
  if (signal.aborted) return;
  if (!(await service.tell("ready", status()))) log.warn({}, "the service manager does not listen");
  if (service.patience === null) return;
  const half = duration(service.patience / 2);
  while (!signal.aborted) {
    await clock.sleep(half, "watchdog", signal).catch(() => {});
    await ended(pass(), signal);
    if (!signal.aborted) await service.tell("alive", status());
  }
}

/** Whichever comes first: a loop that has ended passes no more. */
function ended(pass: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const abort = () => resolve();
    signal.addEventListener("abort", abort, { once: true });
    pass.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
