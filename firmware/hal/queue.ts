/**
 * Promises in, async iteration out: a bounded queue for one consumer. `push` never waits; past `limit` the oldest item is
 * dropped and counted. `end()` lets the consumer finish what is queued; `fail(error)` throws at the consumer after it.
 */
export class Queue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #dropped = 0;
  #over: { readonly error: unknown } | undefined;
  #waiting: (() => void) | undefined;
  readonly #limit: number;

  constructor(limit = 1024) {
    this.#limit = limit;
  }

  /** Items lost because the consumer was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  push(item: T): void {
    if (this.#over) return;
    if (this.#items.length >= this.#limit) {
      this.#items.shift();
      this.#dropped++;
    }
    this.#items.push(item);
    this.#wake();
  }

  end(): void {
    this.#over ??= { error: undefined };
    this.#wake();
  }

  fail(error: unknown): void {
    this.#over ??= { error };
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift() as T;
      if (this.#over) {
        if (this.#over.error !== undefined) throw this.#over.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }
}
