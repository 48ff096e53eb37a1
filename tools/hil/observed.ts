import { duration } from "../../controllers/units.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import type { Observation } from "../../sim/scenarios/model.ts";

/** What a stage in real time has seen and not told yet, and whether it is broken. Times are ms since 1970 until they are taken. */
export class Observed {
  #seen: Observation[] = [];
  #broken: Error | undefined;
  #wake = () => {};

  tell(observation: Observation): void {
    this.#seen.push(observation);
    this.#wake();
  }

  /** Ends every wait with this; the first reason stays. */
  broke(why: string): void {
    this.#broken ??= new Error(why);
    this.#wake();
  }

  get broken(): boolean {
    return this.#broken !== undefined;
  }

  /** Resolves after `ms`, or as soon as something was seen that was not taken. Rejects where the stage broke. */
  async wait(ms: number): Promise<void> {
    if (this.#broken) throw this.#broken;
    if (this.#seen.length > 0 || ms <= 0) return;
    const late = new AbortController();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      systemClock.sleep(duration(ms), "scenario", late.signal).then(resolve, () => {});
    });
    late.abort();
    this.#wake = () => {};
    if (this.#broken) throw this.#broken;
  }

  /** All that was seen, in order of time, counted from `zero`. */
  take(zero: number): readonly Observation[] {
    const taken = this.#seen.map((observation) => ({ ...observation, at: observation.at - zero }));
    this.#seen = [];
    return taken.sort((a, b) => a.at - b.at);
  }
}
