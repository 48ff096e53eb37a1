import type { Duration } from "../../controllers/units.ts";
import { duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Command } from "./command.ts";
import type { DaliGateway, Priority, Reply } from "./gateway.ts";
import { perform, type Sequence } from "./sequence.ts";
import { after } from "./timer.ts";

export interface RequestOptions {
  /** Decides who is next; frames of a transaction after its first go out with priority 1. */
  readonly priority: Exclude<Priority, 1>;
  /** Rejects with its reason what has not been sent; what is on the bus runs to its end. */
  readonly signal?: AbortSignal;
  /** How long it may wait for its turn; then it rejects with `DeadlineMissed` and is never sent. */
  readonly deadline?: Duration;
}

/** A request's turn did not come in time. Nothing of it was sent. */
export class DeadlineMissed extends Error {
  override readonly name = "DeadlineMissed";
}

interface Job {
  readonly start: () => Promise<void>;
  readonly drop: (reason: unknown) => void;
}

/**
 * Who may use the bus next (IEC 62386-103 9.14): the lowest priority number first, first come first served within one.
 * Nothing is handed to the gateway before the bus is free for it, so a new request waits for one transaction at most.
 * Priority 5 (polling) is held to a share of the bus time: after each poll the bus stays free for others.
 */
export class BusScheduler {
  readonly #gateway: DaliGateway;
  readonly #clock: Clock;
  readonly #pollShare: number;
  readonly #queues: Record<Priority, Job[]> = { 1: [], 2: [], 3: [], 4: [], 5: [] };
  #busy = false;
  #closed: { readonly reason: unknown } | undefined;
  #nextPoll = 0;
  #pollTimer: (() => void) | undefined;

  /** `pollShare`: the part of the bus time that priority 5 may take, above 0, at most 1. */
  constructor(gateway: DaliGateway, clock: Clock, pollShare = 0.3) {
    if (!(pollShare > 0 && pollShare <= 1)) throw new TypeError(`pollShare is ${pollShare}: allowed above 0 to 1`);
    this.#gateway = gateway;
    this.#clock = clock;
    this.#pollShare = pollShare;
  }

  /** Sends one command and gives what its reply means. Throws the gateway's Faults. */
  async send<R>(command: Command<R>, options: RequestOptions): Promise<R> {
    return command.read(await this.#queue(options, () => this.#put(command, options.priority)));
  }

  /** Runs a sequence whose commands each wait for their own turn: others may go between. Throws the gateway's Faults. */
  run<T>(sequence: Sequence<T>, options: RequestOptions): Promise<T> {
    return perform(sequence, async (step, tidying) => {
      // what a sequence sends to tidy up is sent although the request was aborted
      const { signal, ...always } = options;
      if ("wait" in step) return void (await this.#clock.sleep(step.wait, step.name, tidying ? undefined : signal));
      return this.#queue(tidying ? always : options, () => this.#put(step, options.priority));
    });
  }

  /**
   * Runs a sequence as one exclusive transaction: nobody else is on the bus until it ends. It begins when its turn comes,
   * so its first command may be decided as late as that. Throws the gateway's Faults.
   */
  transact<T>(sequence: Sequence<T>, options: RequestOptions): Promise<T> {
    return this.#queue(options, () => {
      let priority: Priority = options.priority;
      return perform(sequence, async (step, tidying) => {
        if (!tidying) options.signal?.throwIfAborted();
        if ("wait" in step) {
          return void (await this.#clock.sleep(step.wait, step.name, tidying ? undefined : options.signal));
        }
        const sent = this.#put(step, priority);
        priority = 1;
        return sent;
      });
    });
  }

  /** Rejects all that waits, and all that comes, with `reason`. */
  close(reason: unknown): void {
    if (this.#closed) return;
    this.#closed = { reason };
    this.#pollTimer?.();
    for (const queue of Object.values(this.#queues)) for (const job of queue.splice(0)) job.drop(reason);
  }

  #put(command: Command<unknown>, priority: Priority): Promise<Reply> {
    const { frame, twice, answers } = command;
    return this.#gateway.send({ frame, priority, twice, answers });
  }

  #queue<T>(options: RequestOptions, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed.reason);
      if (options.signal?.aborted) return reject(options.signal.reason);
      const queue = this.#queues[options.priority];
      const leave = () => {
        options.signal?.removeEventListener("abort", aborted);
        stopWaiting?.();
      };
      const job: Job = {
        start: () => {
          leave();
          return work().then(resolve, reject);
        },
        drop: (reason) => {
          leave();
          reject(reason);
        },
      };
      const giveUp = (reason: unknown) => {
        const at = queue.indexOf(job);
        if (at >= 0) queue.splice(at, 1);
        job.drop(reason);
      };
      const aborted = () => giveUp(options.signal?.reason);
      options.signal?.addEventListener("abort", aborted, { once: true });
      const { deadline } = options;
      const stopWaiting =
        deadline === undefined
          ? undefined
          : after(this.#clock, deadline, "deadline of a bus request", () =>
              giveUp(new DeadlineMissed(`not begun within ${deadline} ms`)),
            );
      queue.push(job);
      this.#next();
    });
  }

  #next(): void {
    if (this.#busy || this.#closed) return;
    const queues = this.#queues;
    const job = queues[2].shift() ?? queues[3].shift() ?? queues[4].shift();
    if (job) {
      this.#occupy(job);
    } else if (queues[5].length > 0) {
      const early = this.#nextPoll - this.#clock.monotonic();
      if (early <= 0) this.#poll(queues[5].shift() as Job);
      // whole ms: a rest too small for the clock to count would never pass
      else
        this.#pollTimer ??= after(this.#clock, duration(Math.ceil(early)), "polling budget", () => this.#budgetBack());
    }
  }

  #budgetBack(): void {
    this.#pollTimer = undefined;
    this.#next();
  }

  #occupy(job: Job): void {
    this.#busy = true;
    void job.start().then(() => {
      this.#busy = false;
      this.#next();
    });
  }

  #poll(job: Job): void {
    const began = this.#clock.monotonic();
    const { start, drop } = job;
    this.#occupy({
      drop,
      start: async () => {
        await start();
        const took = this.#clock.monotonic() - began;
        this.#nextPoll = began + took / this.#pollShare;
      },
    });
  }
}
