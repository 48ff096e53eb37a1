import type { FaultKind } from "../../controllers/model.ts";
import type { BusEvent } from "../dali/gateway.ts";
import type { Clock } from "../hal/clock.ts";
import { Queue } from "../hal/queue.ts";

type Untimed<E> = E extends BusEvent ? Omit<E, "at"> : never;

/**
 * The events of a gateway, for one consumer: stamped with the clock's time unless the box knows better, the state of the bus
 * told on change only. Where the consumer is too slow, the oldest are dropped, and a `gap` stands in their place.
 */
export class BusEvents implements AsyncIterable<BusEvent> {
  readonly #clock: Clock;
  readonly #queue: Queue<BusEvent>;
  #fault: FaultKind | null = null;
  #told = 0;

  constructor(clock: Clock, limit = 1024) {
    this.#clock = clock;
    this.#queue = new Queue(limit);
  }

  push(event: Untimed<BusEvent> | BusEvent): void {
    this.#queue.push({ at: this.#clock.monotonic(), ...event });
  }

  /** Says that the bus fails, or works (null). */
  bus(fault: FaultKind | null): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.push({ kind: "bus", fault });
  }

  end(): void {
    this.#queue.end();
  }

  fail(error: unknown): void {
    this.#queue.fail(error);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BusEvent, void, undefined> {
    for await (const event of this.#queue) {
      const frames = this.#queue.dropped - this.#told;
      this.#told += frames;
      if (frames > 0) yield { kind: "gap", frames, at: event.at };
      yield event;
    }
  }
}
