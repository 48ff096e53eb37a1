import type { Duration } from "../../controllers/units.ts";
import { duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { BusMeter } from "./bus-meter.ts";
import type { Command } from "./command.ts";
import { enableDeviceType } from "./commands/gear.ts";
import type { DaliGateway, Priority, Reply } from "./gateway.ts";
import { perform, type Sequence } from "./sequence.ts";
import { after } from "./timer.ts";
import { type Turn, Turns } from "./turns.ts";

export interface RequestOptions {
  /** Decides who is next; frames of a transaction after its first go out with priority 1. */
  readonly priority: Exclude<Priority, 1>;
  /** Rejects with its reason what has not been sent; what is on the bus runs to its end. */
  readonly signal?: AbortSignal;
  /** How long it may wait for its (first) turn; then it rejects with `DeadlineMissed` and is never sent. */
  readonly deadline?: Duration;
  /**
   * Whether it uses DTR0, DTR1 or DTR2. Sequences that do never mix, however long they are run; others may go between their
   * commands. Default: true for a sequence, false for a single command.
   */
  readonly dtr?: boolean;
  /** Of priority 5: what can wait. While other polls wait, one in five frames is for it. */
  readonly background?: boolean;
}

/** A request's turn did not come in time. Nothing of it was sent. */
export class DeadlineMissed extends Error {
  override readonly name = "DeadlineMissed";
}

/** A periodic query is not handed over before the bus has been quiet so long, ms: it could not begin before 19.5 (priority 5). */
const HOLD_BACK = 18;
/** So long after the forward frame nobody will answer any more, ms (IEC 62386-101): the bus has been quiet since. */
const NO_ANSWER_AFTER = 12.4;

/**
 * Who may use the bus next (IEC 62386-103 9.14): the lowest priority number first, first come first served within one.
 * Nothing is handed to the gateway before the bus is free for it, and periodic queries (priority 5) only when their
 * settling time is nearly over: a new request waits for one transaction, or the rest of one query, at most.
 * Priority 5 is held to a share of the bus time: after each poll the bus stays free for others.
 */
export class BusScheduler {
  readonly meter: BusMeter;
  readonly #gateway: DaliGateway;
  readonly #clock: Clock;
  readonly #pollShare: number;
  readonly #turns = new Turns();
  #busy = false;
  #closed: { readonly reason: unknown } | undefined;
  #quietSince = Number.NEGATIVE_INFINITY;
  #nextPoll = Number.NEGATIVE_INFINITY;
  #pollTimer: (() => void) | undefined;

  /** `pollShare`: the part of the bus time that priority 5 may take, above 0, at most 1. */
  constructor(gateway: DaliGateway, clock: Clock, pollShare = 0.3) {
    if (!(pollShare > 0 && pollShare <= 1)) throw new TypeError(`pollShare is ${pollShare}: allowed above 0 to 1`);
    this.#gateway = gateway;
    this.#clock = clock;
    this.#pollShare = pollShare;
    this.meter = new BusMeter(clock.monotonic());
  }

  /** Sends one command and gives what its reply means. Throws the gateway's Faults. */
  async send<R>(command: Command<R>, options: RequestOptions): Promise<R> {
    const { priority, dtr = false } = options;
    return command.read(await this.#queue({ ...options, dtr }, undefined, () => this.#put(command, priority)));
  }

  /** Runs a sequence whose commands each wait for their own turn: others may go between. Throws the gateway's Faults. */
  async run<T>(sequence: Sequence<T>, options: RequestOptions): Promise<T> {
    const owner = {};
    const { signal, deadline, ...always } = { dtr: true, ...options };
    let begun = false;
    try {
      return await perform(sequence, async (step, tidying) => {
        // what a sequence sends to tidy up is sent although the request was aborted
        const until = tidying || !signal ? {} : { signal };
        if ("wait" in step) return void (await this.#clock.sleep(step.wait, step.name, until.signal));
        const first = begun || deadline === undefined ? {} : { deadline };
        return this.#queue({ ...always, ...until, ...first }, owner, () => {
          begun = true;
          if (always.dtr) this.#turns.hold(owner);
          return this.#put(step, options.priority);
        });
      });
    } finally {
      this.#turns.letGo(owner);
      this.#next();
    }
  }

  /**
   * Runs a sequence as one exclusive transaction: nobody else is on the bus until it ends. It begins when its turn comes,
   * so its first command may be decided as late as that. Throws the gateway's Faults.
   */
  transact<T>(sequence: Sequence<T>, options: RequestOptions): Promise<T> {
    return this.#queue({ dtr: true, ...options }, undefined, () => {
      let priority: Priority = options.priority;
      return perform(sequence, async (step, tidying) => {
        const signal = tidying ? undefined : options.signal;
        signal?.throwIfAborted();
        if ("wait" in step) return void (await this.#clock.sleep(step.wait, step.name, signal));
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
    for (const turn of this.#turns.clear()) turn.drop(reason);
  }

  async #put({ frame, twice, answers, deviceType }: Command<unknown>, priority: Priority): Promise<Reply> {
    if (deviceType !== undefined) {
      const enable = enableDeviceType(deviceType);
      await this.#handOver({ ...enable, priority });
    }
    return this.#handOver({ frame, twice, answers, priority: deviceType === undefined ? priority : 1 });
  }

  async #handOver({ frame, twice, answers, priority }: Parameters<DaliGateway["send"]>[0]): Promise<Reply> {
    const clock = this.#clock;
    // settling counts as use: nobody else could have begun meanwhile
    const began = Math.max(this.#quietSince, clock.monotonic() - HOLD_BACK);
    const reply = await this.#gateway.send({ frame, twice, answers, priority });
    const now = clock.monotonic();
    this.#quietSince = answers && reply.kind === "none" ? now - NO_ANSWER_AFTER : now;
    this.meter.used(priority, this.#quietSince - began, twice ? 2 : 1, now);
    return reply;
  }

  #queue<T>(options: RequestOptions & { dtr: boolean }, owner: object | undefined, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed.reason);
      const { priority, dtr, signal, deadline, background = false } = options;
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        signal?.removeEventListener("abort", aborted);
        stopWaiting?.();
      };
      const turn: Turn = {
        priority,
        dtr,
        background,
        owner,
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
        this.#turns.remove(turn);
        turn.drop(reason);
      };
      const aborted = () => giveUp(signal?.reason);
      signal?.addEventListener("abort", aborted, { once: true });
      const stopWaiting =
        deadline === undefined
          ? undefined
          : after(this.#clock, deadline, "deadline of a bus request", () =>
              giveUp(new DeadlineMissed(`not begun within ${deadline} ms`)),
            );
      this.#turns.put(turn);
      this.#next();
    });
  }

  #next(): void {
    if (this.#busy || this.#closed) return;
    const early = Math.max(this.#nextPoll, this.#quietSince) + HOLD_BACK - this.#clock.monotonic();
    const turn = this.#turns.next(early <= 0);
    if (turn) return this.#occupy(turn);
    if (!this.#turns.pollsWait) return;
    // what the clock cannot count would never pass
    const wait = duration(Math.ceil(early * 1000) / 1000);
    this.#pollTimer ??= after(this.#clock, wait, "polling budget", () => {
      this.#pollTimer = undefined;
      this.#next();
    });
  }

  #occupy(turn: Turn): void {
    this.#busy = true;
    const began = Math.max(this.#quietSince, this.#clock.monotonic() - HOLD_BACK);
    void turn.start().then(() => {
      this.#busy = false;
      if (turn.priority === 5) this.#nextPoll = began + (this.#quietSince - began) / this.#pollShare;
      this.#next();
    });
  }
}
