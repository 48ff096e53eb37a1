import { milliseconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Ack } from "../wire/connection.ts";
import type { Outgoing } from "./publisher.ts";

/** Most bytes a second that the past takes of a link however fast it is: a thousand cabinets may come back at once. */
const MOST_PER_SECOND = 8192;
/** The pause after a message, in round trips: a slow link is free of the past for most of its time. */
const PAUSE = 0.5;
const LONGEST_PAUSE = 10_000;
/** Topic and properties. */
const MESSAGE_OVERHEAD = 80;
/** While both have something, every so many messages one is history. */
const HISTORY_EVERY = 4;

export interface PaceOptions {
  readonly replay: { next(): Outgoing | null };
  readonly history: { next(): Outgoing | null };
  /** Real time: the network's. */
  readonly clock: Clock;
  /** Whether there is a session, with room, and nothing live waits for it. */
  readonly idle: () => boolean;
  /** Hands a message over; the bytes of its payload. */
  readonly send: (message: Outgoing) => number;
  readonly signal: AbortSignal;
}

/**
 * Lets the past through beside live data: one message on its way at a time, only when nothing live waits, and after each a pause
 * in proportion to its round trip, so that a slow link is mostly free. Replay first, history in between.
 */
export class Pace {
  readonly #options: PaceOptions;
  #wake = new AbortController();
  #session = new AbortController();
  #turn = 0;
  #waits = false;
  #onWay = false;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** A message of the past is on its way. */
  get onWay(): boolean {
    return this.#onWay;
  }

  /** There may be something to send, or room to send it. */
  poke(): void {
    if (this.#waits) this.#wake.abort();
  }

  /** A new session: what was on its way is lost. */
  begin(): void {
    this.#session.abort();
    this.#session = new AbortController();
    this.poke();
  }

  async run(): Promise<void> {
    const { clock, idle, signal } = this.#options;
    signal.addEventListener("abort", () => this.poke(), { once: true });
    while (!signal.aborted) {
      const message = idle() ? this.#next() : null;
      if (!message) {
        await this.#poked();
        continue;
      }
      const began = clock.monotonic();
      const bytes = await this.#deliver(message);
      const took = clock.monotonic() - began;
      const least = ((bytes + MESSAGE_OVERHEAD) / MOST_PER_SECOND) * 1000;
      const pause = milliseconds(Math.min(Math.max(took * PAUSE, least), LONGEST_PAUSE));
      await clock.sleep(pause, "link replay", signal).catch(() => {});
    }
  }

  #next(): Outgoing | null {
    const { replay, history } = this.#options;
    this.#turn++;
    const [first, then] = this.#turn % HISTORY_EVERY === 0 ? [history, replay] : [replay, history];
    return first.next() ?? then.next();
  }

  /** Resolves once the broker has it, or never will; with the bytes of its payload. */
  #deliver(message: Outgoing): Promise<number> {
    const session = this.#session.signal;
    return new Promise((resolve) => {
      let bytes = 0;
      const end = () => {
        this.#onWay = false;
        session.removeEventListener("abort", end);
        resolve(bytes);
      };
      session.addEventListener("abort", end, { once: true });
      this.#onWay = true;
      const done = (ack: Ack) => {
        message.done?.(ack);
        end();
      };
      bytes = this.#options.send({ ...message, done });
    });
  }

  async #poked(): Promise<void> {
    this.#wake = new AbortController();
    const { signal } = this.#wake;
    this.#waits = true;
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    this.#waits = false;
  }
}
