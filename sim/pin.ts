import type { InputPin, OutputPin } from "../firmware/hal/pin.ts";
import { Queue } from "../firmware/hal/queue.ts";

/** A digital line with a level that both sides see: the device sets it and the runtime reads it, or the other way round. */
export class SimulatedPin {
  #high: boolean;
  readonly #watchers = new Set<(high: boolean) => void>();

  constructor(high = false) {
    this.#high = high;
  }

  get high(): boolean {
    return this.#high;
  }

  set(high: boolean): void {
    if (high === this.#high) return;
    this.#high = high;
    for (const watcher of this.#watchers) watcher(high);
  }

  /** Calls `watcher` on each change until the returned function is called. */
  watch(watcher: (high: boolean) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  input(): InputPin {
    const changes = new Queue<boolean>(64);
    const stop = this.watch((high) => changes.push(high));
    return {
      changes,
      read: async () => this.#high,
      async close() {
        stop();
        changes.end();
      },
    };
  }

  output(initial: boolean): OutputPin {
    this.set(initial);
    return { write: async (high) => this.set(high), close: async () => {} };
  }
}
