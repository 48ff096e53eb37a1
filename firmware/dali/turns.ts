import type { Priority } from "./gateway.ts";

/** Work that waits for the bus. */
export interface Turn {
  readonly priority: Exclude<Priority, 1>;
  /** Whether it uses DTR0, DTR1 or DTR2: two that do must not mix. */
  readonly dtr: boolean;
  /** Of priority 5: goes after other polls, one in so many. */
  readonly background: boolean;
  /** The sequence it is a step of. */
  readonly owner: object | undefined;
  readonly start: () => Promise<void>;
  readonly drop: (reason: unknown) => void;
}

const BACKGROUND_EVERY = 5;
const PRIORITIES = [2, 3, 4, 5] as const;

/**
 * Who is next on the bus: the lowest priority number first, first come first served within one. While a sequence holds the
 * data transfer registers, others that use them wait; where one of those is more urgent, the holder inherits its priority,
 * so that a slow poll does not keep an urgent setting waiting.
 */
export class Turns {
  readonly #queues: Record<Priority, Turn[]> = { 1: [], 2: [], 3: [], 4: [], 5: [] };
  #holder: object | undefined;
  /** Polls that went since one of the background did, while both waited. */
  #passed = 0;

  put(turn: Turn): void {
    this.#queues[turn.priority].push(turn);
  }

  /** Takes one out that gave up waiting. */
  remove(turn: Turn): void {
    const queue = this.#queues[turn.priority];
    const at = queue.indexOf(turn);
    if (at >= 0) queue.splice(at, 1);
  }

  /** The sequence has the data transfer registers until it lets go. */
  hold(owner: object): void {
    this.#holder ??= owner;
  }

  letGo(owner: object): void {
    if (this.#holder === owner) this.#holder = undefined;
  }

  /** Takes out the next; one of priority 5, that nobody urgent waits for, only where `polls`. */
  next(polls: boolean): Turn | undefined {
    for (const priority of PRIORITIES) {
      const queue = this.#queues[priority];
      const free = queue.find((turn) => !this.#mustWait(turn));
      if (free && priority < 5) return this.#take(free);
      if (free && polls) return this.#take(this.#poll(queue, free));
      if (queue.length > 0 && priority < 5) {
        const holders = this.#holders();
        if (holders) return this.#take(holders);
      }
    }
    return undefined;
  }

  /** Whether only polls wait that may go. */
  get pollsWait(): boolean {
    return this.#queues[5].some((turn) => !this.#mustWait(turn));
  }

  clear(): Turn[] {
    return Object.values(this.#queues).flatMap((queue) => queue.splice(0));
  }

  /** The first poll that is not in the background, but for one in so many where both wait. */
  #poll(queue: readonly Turn[], free: Turn): Turn {
    const of = (background: boolean) => queue.find((turn) => turn.background === background && !this.#mustWait(turn));
    const [foreground, background] = [of(false), of(true)];
    if (!foreground || !background) return free;
    this.#passed = (this.#passed + 1) % BACKGROUND_EVERY;
    return this.#passed === 0 ? background : foreground;
  }

  #mustWait({ dtr, owner }: Turn): boolean {
    return dtr && this.#holder !== undefined && this.#holder !== owner;
  }

  #holders(): Turn | undefined {
    for (const priority of PRIORITIES) {
      const step = this.#queues[priority].find(({ owner }) => owner !== undefined && owner === this.#holder);
      if (step) return step;
    }
    return undefined;
  }

  #take(turn: Turn): Turn {
    this.remove(turn);
    return turn;
  }
}
