interface Write {
  readonly at: number;
  readonly undo: () => void;
}

/**
 * Memory that is slow to last: what was written less than `delay` ms before the mains went is lost, as if it had never been
 * written. The values themselves stay where they are; this remembers what to take back.
 */
export class Nvm {
  readonly #now: () => number;
  readonly #delay: number;
  #fresh: Write[] = [];

  constructor(now: () => number, delay: number) {
    this.#now = now;
    this.#delay = delay;
  }

  /** Sets `target[key]`. */
  set<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
    const before = target[key];
    if (before === value) return;
    target[key] = value;
    const at = this.#now();
    if (this.#fresh.length > 0) this.#fresh = this.#fresh.filter((write) => at - write.at < this.#delay);
    this.#fresh.push({
      at,
      undo: () => {
        target[key] = before;
      },
    });
  }

  /** What was written lasts from now on. */
  save(): void {
    this.#fresh = [];
  }

  /** The power went, at monotonic `when`, absent: now. Takes back what was not there long enough, the latest first. */
  powerLost(when = this.#now()): void {
    for (const { at, undo } of this.#fresh.reverse()) if (when - at < this.#delay) undo();
    this.#fresh = [];
  }
}
