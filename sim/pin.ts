import { duration } from "../controllers/units.ts";
import { type EdgeQueue, edgeQueue } from "../firmware/hal/edge-queue.ts";
import { Fault } from "../firmware/hal/fault.ts";
import type { EdgeStream, InputPin, OutputPin } from "../firmware/hal/pin.ts";
import { Queue } from "../firmware/hal/queue.ts";

/**
 * A digital line with a level that both sides see: the device sets it and the runtime reads it, or the other way round.
 * Its chip can be pulled: then the runtime's side is a lost or missing port; the device's side goes on.
 */
export class SimulatedPin {
  readonly #name: string;
  #high: boolean;
  #present = true;
  readonly #watchers = new Set<(high: boolean) => void>();
  readonly #open = new Set<{ fail(fault: Fault): void }>();

  constructor(high = false, name = "pin") {
    this.#high = high;
    this.#name = name;
  }

  get high(): boolean {
    return this.#high;
  }

  get present(): boolean {
    return this.#present;
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

  /** Pulls its chip: whoever has the line open loses it, and opening fails until `replug`. */
  unplug(): void {
    this.#present = false;
    for (const one of this.#open) one.fail(this.#fault("port-lost"));
    this.#open.clear();
  }

  replug(): void {
    this.#present = true;
  }

  /** Throws Fault `port-missing`. */
  input(): InputPin {
    const queue = new Queue<boolean>(64);
    const close = this.#listen(queue, (high) => queue.push(high));
    return {
      changes: queue,
      read: async () => {
        this.#need("port-lost");
        return this.#high;
      },
      close: async () => close(),
    };
  }

  /** Throws Fault `port-missing`. */
  output(initial: boolean): OutputPin {
    this.#need("port-missing");
    this.set(initial);
    return {
      write: async (high) => {
        this.#need("port-lost");
        this.set(high);
      },
      close: async () => {},
    };
  }

  /** Its edges, stamped by that clock. Throws Fault `port-missing`. */
  edges(clock: { monotonic(): number }): EdgeStream {
    const { high } = this;
    const queue: EdgeQueue = edgeQueue(this.#name);
    const close = this.#listen(queue, (now) => queue.push({ high: now, at: duration(clock.monotonic()) }));
    return { high, changes: queue.changes, close: async () => close() };
  }

  #listen(queue: { end(): void; fail(fault: Fault): void }, heard: (high: boolean) => void): () => void {
    this.#need("port-missing");
    this.#open.add(queue);
    const stop = this.watch((high) => {
      if (this.#present) heard(high);
    });
    return () => {
      stop();
      this.#open.delete(queue);
      queue.end();
    };
  }

  #need(otherwise: "port-missing" | "port-lost"): void {
    if (!this.#present) throw this.#fault(otherwise);
  }

  #fault(kind: "port-missing" | "port-lost"): Fault {
    return new Fault(kind, this.#name);
  }
}
