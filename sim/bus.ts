import { decodeGear, type ForwardFrame, type GearFrame, wireTime } from "../firmware/dali/frame.ts";
import type { Priority } from "../firmware/dali/gateway.ts";
import type { Random } from "../firmware/hal/random.ts";
import type { VirtualClock } from "./clock.ts";

/** Something on the bus that hears frames and may answer. Times are monotonic ms: start and end of the frame's bits. */
export interface BusDevice {
  /** The byte it answers with, or undefined. `gear` is what a 16-bit frame says, undefined for 24 bits. */
  hear(frame: ForwardFrame, gear: GearFrame | undefined, start: number, end: number): number | undefined;
  /** The bus had no power for 550 ms (IEC 62386-101: system failure). */
  systemFailure(at: number): void;
}

/** What was on the wire: `start` and `end` of its bits in monotonic ms. `value` null: several answers spoilt each other. */
export type Heard =
  | {
      readonly kind: "forward";
      readonly frame: ForwardFrame;
      readonly by: Sender | undefined;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "backward"; readonly value: number | null; readonly start: number; readonly end: number };

/** Whoever sends forward frames; identity only. */
export type Sender = object;

export interface Transmission {
  readonly frame: ForwardFrame;
  readonly priority: Priority;
  readonly twice: boolean;
  readonly by?: Sender;
  /** Not before this monotonic time. */
  readonly ready?: number;
}

interface Waiting {
  readonly what: Transmission;
  readonly settling: number;
  readonly ready: number;
  readonly second: boolean;
}

/** Settling time before a forward frame, ms, shortest and longest, by priority (IEC 62386-101). */
const SETTLING: Record<Priority, readonly [number, number]> = {
  1: [13.5, 14.7],
  2: [14.9, 16.1],
  3: [16.3, 17.7],
  4: [17.9, 19.3],
  5: [19.5, 21.1],
};
/** From the end of a forward frame to the start of the answer, ms. */
const REPLY = [5.5, 10.5] as const;
const SYSTEM_FAILURE = 550;
/** Equal answers that start this close to each other, ms, read as one: less than a tenth of a bit apart. */
const AS_ONE = 0.08;

/**
 * The wire: one frame at a time, with the times of IEC 62386-101. Who waits shortest by priority sends next; two masters
 * never collide here, answers of several gear do. One timer a forward frame and one a backward frame.
 */
export class SimulatedBus {
  readonly clock: VirtualClock;
  /** Something on the wire spoils every answer: what is heard is a framing error. */
  noisy = false;
  readonly #random: Random;
  readonly #devices: BusDevice[] = [];
  readonly #listeners = new Set<(heard: Heard) => void>();
  #waiting: Waiting[] = [];
  #quietSince = Number.NEGATIVE_INFINITY;
  /** The planned forward frame, or the backward frame on the wire. */
  #planned: { readonly start: number; readonly callOff: () => void } | undefined;
  #answering = false;
  #powered = true;
  #failing: (() => void) | undefined;

  constructor(clock: VirtualClock, random: Random) {
    this.clock = clock;
    this.#random = random;
  }

  get powered(): boolean {
    return this.#powered;
  }

  add(device: BusDevice): void {
    this.#devices.push(device);
  }

  /** Called for every frame at the end of its last bit. Returns how to stop. */
  onFrame(listener: (heard: Heard) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts a frame in line for the wire. Without power it is lost. Returns how to withdraw it while it has not begun. */
  transmit(what: Transmission): () => void {
    if (!this.#powered) return () => {};
    const waiting = this.#enter(what, false);
    return () => {
      const begun = this.#planned !== undefined && this.#planned.start <= this.clock.monotonic();
      const at = this.#waiting.indexOf(waiting);
      if (at < 0 || (begun && at === 0)) return;
      this.#waiting.splice(at, 1);
      this.#plan();
    };
  }

  /** Switches the bus supply. Off: what is on the wire is lost; after 550 ms gear falls to its system failure level. */
  setPower(on: boolean): void {
    if (on === this.#powered) return;
    this.#powered = on;
    this.#failing?.();
    this.#failing = undefined;
    if (on) {
      this.#quietSince = this.clock.monotonic();
      return;
    }
    this.#planned?.callOff();
    this.#planned = undefined;
    this.#answering = false;
    this.#waiting = [];
    this.#failing = this.clock.after(SYSTEM_FAILURE, "system failure", () => {
      for (const device of this.#devices) device.systemFailure(this.clock.monotonic());
    });
  }

  #between([shortest, longest]: readonly [number, number]): number {
    return shortest + this.#random.next() * (longest - shortest);
  }

  #enter(what: Transmission, second: boolean): Waiting {
    const now = this.clock.monotonic();
    const settling = this.#between(SETTLING[second ? 1 : what.priority]);
    const waiting = { what, settling, ready: Math.max(now, what.ready ?? now), second };
    this.#waiting.push(waiting);
    this.#plan();
    return waiting;
  }

  /** Chooses who sends next, as long as nobody has begun: one who comes now may be earlier than one who waits. */
  #plan(): void {
    if (this.#answering) return;
    const now = this.clock.monotonic();
    if (this.#planned) {
      if (this.#planned.start < now) return;
      this.#planned.callOff();
      this.#planned = undefined;
    }
    let first: Waiting | undefined;
    let start = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting) {
      const at = Math.max(waiting.ready, this.#quietSince + waiting.settling);
      if (at < start) [first, start] = [waiting, at];
    }
    if (!first) return;
    const next = first;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#waiting.unshift(next);
    const end = start + wireTime(next.what.frame.bits);
    const callOff = this.clock.after(end - now, "DALI forward frame", () => this.#sent(next, start, end));
    this.#planned = { start, callOff };
  }

  #sent(waiting: Waiting, start: number, end: number): void {
    this.#planned = undefined;
    this.#waiting.shift();
    this.#quietSince = end;
    const { frame, twice, by } = waiting.what;
    const gear = frame.bits === 16 ? decodeGear(frame.data) : undefined;
    const answers: { value: number; start: number }[] = [];
    for (const device of this.#devices) {
      const value = device.hear(frame, gear, start, end);
      if (value !== undefined) answers.push({ value, start: end + this.#between(REPLY) });
    }
    if (answers.length > 0) this.#answer(answers);
    if (twice && !waiting.second) this.#enter(waiting.what, true);
    this.#tell({ kind: "forward", frame, by, start, end });
    this.#plan();
  }

  /** Answers pull the same wire low: several at once leave no readable frame, unless they are the same at the same time. */
  #answer(answers: readonly { value: number; start: number }[]): void {
    const starts = answers.map(({ start }) => start);
    const [start, last] = [Math.min(...starts), Math.max(...starts)];
    const alike = answers.every(({ value }) => value === answers[0]?.value) && last - start < AS_ONE;
    const value = alike && !this.noisy ? (answers[0]?.value ?? null) : null;
    const end = last + wireTime(8);
    this.#answering = true;
    const callOff = this.clock.after(end - this.clock.monotonic(), "DALI backward frame", () => {
      this.#answering = false;
      this.#planned = undefined;
      this.#quietSince = end;
      this.#tell({ kind: "backward", value, start, end });
      this.#plan();
    });
    this.#planned = { start: Number.NEGATIVE_INFINITY, callOff };
  }

  #tell(heard: Heard): void {
    for (const listener of this.#listeners) listener(heard);
  }
}
