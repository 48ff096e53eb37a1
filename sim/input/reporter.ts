import type { VirtualClock } from "../clock.ts";

/** How soon and how often a state is told, ms; 0: without a dead time, never again unchanged. */
export interface Pace {
  dead(): number;
  report(): number;
}

/** Tells a changing state as input devices do: no two events nearer than the dead time, and the same state again at times. */
export class Reporter {
  readonly #clock: VirtualClock;
  readonly #pace: Pace;
  readonly #tell: (repeat: boolean) => void;
  #last = Number.NEGATIVE_INFINITY;
  #pending: (() => void) | undefined;
  #report: (() => void) | undefined;

  /** `tell`: sends the state as it is then; `repeat`: nothing has changed. */
  constructor(clock: VirtualClock, pace: Pace, tell: (repeat: boolean) => void) {
    this.#clock = clock;
    this.#pace = pace;
    this.#tell = tell;
  }

  /** The state is another: told at once, or when the dead time is over. */
  changed(): void {
    if (this.#pending) return;
    const wait = this.#last + this.#pace.dead() - this.#clock.monotonic();
    if (wait <= 0) return this.#now(false);
    this.#pending = this.#clock.after(wait, "dead time of an input", () => {
      this.#pending = undefined;
      this.#now(false);
    });
  }

  /** A timer was set: the report comes so long after now. */
  restart(): void {
    this.#report?.();
    const report = this.#pace.report();
    this.#report = report > 0 ? this.#clock.after(report, "report of an input", () => this.#now(true)) : undefined;
  }

  stop(): void {
    this.#pending?.();
    this.#report?.();
    this.#pending = undefined;
    this.#report = undefined;
  }

  #now(repeat: boolean): void {
    this.#last = this.#clock.monotonic();
    this.restart();
    this.#tell(repeat);
  }
}
