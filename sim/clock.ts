import { type Duration, duration, type Instant, instant } from "../controllers/units.ts";
import type { Clock, ClockQuality } from "../firmware/hal/clock.ts";

interface Timer {
  /** Whole microseconds since the clock's origin: sums of fractions must not creep below the next tick. */
  readonly at: number;
  readonly order: number;
  readonly name: string;
  /** undefined once it fired or was called off. */
  fire: (() => void) | undefined;
}

/**
 * Time that passes when told to. Timers fire in order of time, then of asking; after each instant everything it set going
 * (promises, not real I/O) runs to its end before the next instant begins, so a run is the same every time.
 */
export class VirtualClock implements Clock {
  /** Whole microseconds since the origin. */
  #now = 0;
  /** Wall time, ms, at the origin. */
  #offset: number;
  #order = 0;
  readonly #timers = new Heap();
  /** How good wall time is, for a test to say. */
  trust: ClockQuality = "synchronised";

  constructor(start: Instant) {
    this.#offset = start;
  }

  now(): Instant {
    return instant(this.#offset + this.#now / 1000);
  }

  monotonic(): Duration {
    return duration(this.#now / 1000);
  }

  isSet(): boolean {
    return this.trust !== "unset";
  }

  quality(): ClockQuality {
    return this.trust;
  }

  /** Sets the wall clock forward or back by `ms`, as a time server does: no time passes, timers keep their spans. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  sleep(d: Duration, name: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#callOff(timer);
        reject(signal?.reason);
      };
      const timer = this.#add(d, name, () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Calls `fire` after `d`; for simulated devices, which have no need of a promise. Returns how to call it off. */
  after(d: number, name: string, fire: () => void): () => void {
    const timer = this.#add(d, name, fire);
    return () => this.#callOff(timer);
  }

  #callOff(timer: Timer): void {
    if (!timer.fire) return;
    timer.fire = undefined;
    this.#timers.lost();
  }

  #add(d: number, name: string, fire: () => void): Timer {
    const timer = { at: this.#now + Math.ceil(d * 1000), order: this.#order++, name, fire };
    this.#timers.push(timer);
    return timer;
  }

  /** When the next timer is due (wall time), or undefined. */
  get nextAt(): number | undefined {
    const first = this.#timers.first;
    return first && this.#offset + first.at / 1000;
  }

  /** How many timers it keeps, those that were called off and not yet let go included: for a test of what is kept. */
  get kept(): number {
    return this.#timers.size;
  }

  /** The names of what waits, for a test that hangs. */
  waiting(): string[] {
    return this.#timers.names();
  }

  /** Lets `d` pass. */
  advance(d: Duration): Promise<void> {
    return this.#pass(this.#now + Math.ceil(d * 1000));
  }

  /** Lets time pass up to `end`, timers due at `end` included. */
  until(end: Instant): Promise<void> {
    return this.#pass(Math.ceil((end - this.#offset) * 1000));
  }

  async #pass(end: number): Promise<void> {
    await settled();
    for (let next = this.#timers.first; next && next.at <= end; next = this.#timers.first) {
      this.#now = Math.max(this.#now, next.at);
      while (next && next.at <= this.#now) {
        this.#timers.shift();
        const { fire } = next;
        next.fire = undefined;
        fire?.();
        next = this.#timers.first;
      }
      await settled();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Lets time pass until `work` is done, at most `limit`; a test's way to await something that waits on this clock. */
  async run<T>(work: Promise<T>, limit: Duration): Promise<T> {
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    finished.catch(() => {});
    const end = this.#now + limit * 1000;
    await settled();
    while (!done) {
      const next = this.#timers.first?.at;
      if (next === undefined || next > end) {
        throw new Error(
          `not done after ${limit} ms of virtual time; waiting: ${this.waiting().join(", ") || "nothing"}`,
        );
      }
      await this.#pass(Math.max(next, this.#now));
    }
    return finished;
  }
}

/** Resolves once every promise that can go on without time passing has gone on: microtasks run before the next macrotask. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A heap of fewer timers is not worth tidying. */
const TIDY_FROM = 64;

/**
 * A binary heap by (at, order). What was called off is skipped when it comes to the top, and taken out where it is more than half:
 * long waits that are called off again and again would else be kept until their time comes.
 */
class Heap {
  #items: Timer[] = [];
  /** How many of them were called off. */
  #dead = 0;

  get first(): Timer | undefined {
    for (;;) {
      const top = this.#items[0];
      if (!top || top.fire) return top;
      this.#pop();
      this.#dead--;
    }
  }

  get size(): number {
    return this.#items.length;
  }

  /** One of them was called off. */
  lost(): void {
    if (++this.#dead < TIDY_FROM || this.#dead * 2 <= this.#items.length) return;
    // in order of time, so a heap as it is
    this.#items = this.#items.filter((timer) => timer.fire).sort((a, b) => (before(a, b) ? -1 : 1));
    this.#dead = 0;
  }

  names(): string[] {
    return this.#items.filter((timer) => timer.fire).map((timer) => timer.name);
  }

  push(timer: Timer): void {
    const items = this.#items;
    let i = items.push(timer) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (before(items[parent] as Timer, timer)) break;
      items[i] = items[parent] as Timer;
      i = parent;
    }
    items[i] = timer;
  }

  shift(): void {
    if (this.first) this.#pop();
  }

  #pop(): void {
    const items = this.#items;
    const last = items.pop() as Timer;
    if (items.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1] as Timer, items[child] as Timer)) child++;
      if (before(last, items[child] as Timer)) break;
      items[i] = items[child] as Timer;
      i = child;
    }
    items[i] = last;
  }
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
