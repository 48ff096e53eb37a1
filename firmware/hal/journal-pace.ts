import { milliseconds } from "../../controllers/units.ts";
import type { Clock } from "./clock.ts";

const OVER = new Error("not needed any more");

/** When work is done that likes company: at once, or within a while, together with what comes until then; never twice at the same time. */
export class Pace {
  readonly #clock: Clock;
  readonly #work: () => Promise<void>;
  #timer: { readonly at: number; readonly stop: AbortController } | null = null;
  #running: Promise<void> | null = null;
  /** Wanted again, this soon after what runs. */
  #next = Number.POSITIVE_INFINITY;
  #ended = false;

  /** `work` must not reject. */
  constructor(clock: Clock, work: () => Promise<void>) {
    this.#clock = clock;
    this.#work = work;
  }

  /** The work is to begin in `within` ms at the latest; 0: once this turn is over, or what runs. */
  want(within: number): void {
    if (this.#ended) return;
    if (this.#running !== null) {
      this.#next = Math.min(this.#next, within);
      return;
    }
    if (within === 0) return this.#begin();
    const at = this.#clock.monotonic() + within;
    if (this.#timer && this.#timer.at <= at) return;
    this.#stop();
    const timer = { at, stop: new AbortController() };
    this.#timer = timer;
    const due = () => {
      if (this.#timer === timer) this.#begin();
    };
    this.#clock.sleep(milliseconds(within), "journal", timer.stop.signal).then(due, () => {});
  }

  /** No work begins any more; resolves when none runs. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#stop();
    await this.#running;
  }

  #begin(): void {
    this.#stop();
    const run = async () => {
      await null; // what is asked for in one turn goes together
      this.#next = Number.POSITIVE_INFINITY;
      if (!this.#ended) await this.#work();
      this.#running = null;
      if (this.#next < Number.POSITIVE_INFINITY) this.want(this.#next);
    };
    this.#running = run();
  }

  #stop(): void {
    this.#timer?.stop.abort(OVER);
    this.#timer = null;
  }
}
