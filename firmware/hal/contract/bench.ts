/**
 * What every contract stands on. A contract is one suite of uvu for one port; it runs on the fake and on the real
 * implementation, and knows neither. A case is written as if time simply passed: the bench lets it.
 *
 *   export interface PinBench extends Bench { readonly input: InputPin; drive(high: boolean): Promise<void> }
 *   export const pinContract = (name: string, open: () => Promise<PinBench>) =>
 *     contract(name, open, { "what is driven is read": async (bench) => { ... } });
 */
import { suite } from "uvu";
import type { FaultKind } from "../../../controllers/model.ts";
import { type Duration, seconds } from "../../../controllers/units.ts";
import type { Clock } from "../clock.ts";
import { Fault } from "../fault.ts";

/** The port under test, the hooks of its far side (another contract's own; any of them may be in another process), and time. */
export interface Bench {
  /** The clock the port lives on. */
  readonly clock: Clock;
  /** Lets time pass until `work` is done and gives its outcome; rejects past `limit`. `VirtualClock` has just this method. */
  run<T>(work: Promise<T>, limit: Duration): Promise<T>;
  /** Closes what the bench opened. Called once, after the case, however it ended. */
  close(): Promise<void>;
}

/** Far longer than any case takes, in time of the bench: a case that hangs fails by name. */
const LIMIT = seconds(120);

/** Makes each case a test on a bench of its own, and starts the suite: to be called while a test file loads. */
export function contract<B extends Bench>(
  name: string,
  open: () => Promise<B>,
  cases: Readonly<Record<string, (bench: B) => Promise<void>>>,
): void {
  const test = suite(name);
  for (const [title, prove] of Object.entries(cases)) {
    test(title, async () => {
      const bench = await open();
      try {
        await bench.run(prove(bench), LIMIT);
      } finally {
        await bench.close();
      }
    });
  }
  test.run();
}

/** The time of a bench on a real machine: it passes by itself. */
export function realTime(clock: Clock): Pick<Bench, "clock" | "run"> {
  return {
    clock,
    async run(work, limit) {
      const done = new AbortController();
      const late = clock.sleep(limit, "limit of a case", done.signal).then(() => {
        throw new Error(`not done after ${limit} ms`);
      });
      try {
        return await Promise.race([work, late]);
      } finally {
        late.catch(() => {});
        done.abort();
      }
    },
  };
}

/** The kind of the Fault that `work` ends with, or "none". Any other error is thrown on. */
export async function faultOf(work: Promise<unknown>): Promise<FaultKind | "none"> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error.kind;
    throw error;
  }
  return "none";
}

/** Asks every `pause` until `holds`: for what becomes true in its own time. Rejects past `limit`, naming `what`. */
export async function until(
  clock: Clock,
  what: string,
  holds: () => boolean | Promise<boolean>,
  limit: Duration,
  pause: Duration,
): Promise<void> {
  const end = clock.monotonic() + limit;
  while (!(await holds())) {
    if (clock.monotonic() > end) throw new Error(`not within ${limit} ms: ${what}`);
    await clock.sleep(pause, what);
  }
}
