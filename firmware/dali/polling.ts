import type { ComponentId } from "../../controllers/model.ts";
import { type Duration, duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Answer } from "./command.ts";
import { queryActualLevel, queryStatus, type Status } from "./commands/gear.ts";
import type { LampWatch } from "./lamp-watch.ts";
import type { BusScheduler } from "./scheduler.ts";

export interface PollingOptions {
  readonly id: ComponentId;
  readonly clock: Clock;
  readonly scheduler: BusScheduler;
  readonly watches: readonly LampWatch[];
  /** Takes what a lamp answered. */
  readonly status: (watch: LampWatch, answer: Answer<Status>) => void;
  /** Level and status of every lamp are each read once in so long. */
  readonly pollEvery: Duration;
}

/**
 * Reads every level as fast as the budget allows, then level and status of each lamp in turn, evenly spread. Ends by a
 * Fault, or the signal's reason, only.
 */
export async function pollLamps(options: PollingOptions, signal: AbortSignal): Promise<never> {
  const { clock, pollEvery, watches, scheduler, status } = options;
  if (watches.length === 0) return new Promise<never>(() => {});

  const readLevel = async (watch: LampWatch) => {
    const tell = watch.asksLevel(clock.monotonic());
    tell(await scheduler.send(queryActualLevel(watch.lamp.address), { priority: 5 }), clock.now());
  };

  for (const watch of watches) await readLevel(watch);
  const gap = pollEvery / (2 * watches.length);
  let next: number = clock.monotonic();
  const turn = async () => {
    next = Math.max(next + gap, clock.monotonic());
    const wait = next - clock.monotonic();
    if (wait > 0) await clock.sleep(duration(wait), `${options.id} next poll`, signal);
  };
  for (;;) {
    for (const watch of watches) {
      await turn();
      await readLevel(watch);
      await turn();
      status(watch, await scheduler.send(queryStatus(watch.lamp.address), { priority: 5 }));
    }
  }
}
