import type { Clock } from "../../hal/clock.ts";
import { iso, type StatusEntry } from "../payload.ts";
import type { Channel } from "./channel.ts";
import { Kept } from "./kept.ts";
import type { Outgoing, Source } from "./publisher.ts";
import { marksOf } from "./records.ts";

/** A channel that is not replayed: it counts in memory, and what cannot be told now is told by its next complete entry. */
export class PlainChannel implements Source {
  readonly #channel: Channel;
  readonly #topic: string;
  readonly #qos: 0 | 1;
  readonly #clock: Clock;
  readonly #kept = new Kept();
  #seq = 0;

  constructor(channel: Channel, topic: string, qos: 0 | 1, clock: Clock) {
    this.#channel = channel;
    this.#topic = topic;
    this.#qos = qos;
    this.#clock = clock;
  }

  /** A new run: `seq` is 0 again. */
  restart(): void {
    this.#seq = 0;
  }

  next(): Outgoing | null {
    const events = this.#channel.due(this.#clock.now());
    if (events.length === 0) return null;
    const entries = events.map(({ at, values }): StatusEntry => ({ ts: iso(at), values, seq: this.#seq++ }));
    const retain = events.at(-1)?.complete ?? false;
    const marks = marksOf(0, this.#clock.isSet());
    const delivery = { qos: this.#qos, retain, ...marks };
    return { topic: this.#topic, payload: { entries }, delivery, done: this.#kept.sent(delivery) };
  }

  wakeAt(): number | null {
    return this.#channel.wakeAt;
  }

  begin(goesOn: boolean): void {
    if (!goesOn || !this.#kept.isKept) this.#channel.refresh();
  }
}
