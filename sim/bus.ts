import type { FaultKind } from "../controllers/model.ts";
import { decodeGear, type ForwardFrame, type GearFrame, wireTime } from "../firmware/dali/frame.ts";
import type { Priority } from "../firmware/dali/gateway.ts";
import type { Random } from "../firmware/hal/random.ts";
import { type Answering, mixed } from "./answers.ts";
import { between, RECOVERY, replyDelay, SETTLING, SYSTEM_FAILURE } from "./bus-timing.ts";
import type { VirtualClock } from "./clock.ts";
import { inEachOthersWay, spoiltAt } from "./forward-collision.ts";
import type { Noise } from "./noise.ts";

/** Something on the bus that hears frames and may answer. Times are monotonic ms: start and end of the frame's bits. */
export interface BusDevice {
  /** The byte it answers with, or undefined. `gear` is what a 16-bit frame says, undefined for 24 bits. */
  hear(frame: ForwardFrame, gear: GearFrame | undefined, start: number, end: number): number | undefined;
  /** From the end of the frame just answered to the start of the answer, ms; absent: the jitter of IEC 62386-101. */
  replyAfter?(random: Random): number;
  /** The bus had no power for 550 ms (IEC 62386-101: system failure). */
  systemFailure(at: number): void;
}

/**
 * What was on the wire: `start` and `end` of its bits in monotonic ms. `backward` with `value` null is a framing error: answers,
 * or forward frames of two masters, that spoilt each other.
 */
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
  /** A master of its own, that may begin at the very moment of another: both frames are spoilt, and sent again. */
  readonly foreign?: boolean;
  /** Called when the frame was spoilt also as it was sent again, and is given up; absent: it is sent until it is through. */
  readonly lost?: () => void;
}

interface Waiting {
  readonly what: Transmission;
  readonly settling: number;
  readonly ready: number;
  readonly second: boolean;
  spoilt: number;
  /** Its frame was just spoilt: it may begin again at this time, long before others, if nobody else has. */
  again: number | undefined;
}

/** Who is next on the wire: one, or two that do not see each other. */
interface Planned {
  readonly senders: readonly Waiting[];
  readonly start: number;
  readonly callOff: () => void;
}

/**
 * The wire: one frame at a time, with the times of IEC 62386-101. Who waits shortest by priority sends next. Two boxes never
 * collide here, unless one is `foreign`; answers of several gear do. One timer a forward frame and one a backward frame.
 */
export class SimulatedBus {
  readonly clock: VirtualClock;
  /** Something on the wire spoils every answer: what is heard is a framing error. */
  noisy = false;
  /** Interference by chance; undefined: none. */
  noise: Noise | undefined;
  readonly #random: Random;
  readonly #devices: BusDevice[] = [];
  readonly #listeners = new Set<(heard: Heard) => void>();
  readonly #watchers = new Set<(trouble: FaultKind | null) => void>();
  #waiting: Waiting[] = [];
  #quietSince = Number.NEGATIVE_INFINITY;
  #planned: Planned | undefined;
  #answer: { readonly start: number; readonly callOff: () => void } | undefined;
  #supplied = true;
  #shorted = false;
  #failing: (() => void) | undefined;

  constructor(clock: VirtualClock, random: Random) {
    this.clock = clock;
    this.#random = random;
  }

  get powered(): boolean {
    return this.trouble === null;
  }

  /** Why nothing can be sent, or null. */
  get trouble(): "bus-power-lost" | "bus-short-circuit" | null {
    if (this.#shorted) return "bus-short-circuit";
    return this.#supplied ? null : "bus-power-lost";
  }

  /** When the answer now on the wire, or about to be, begins. */
  get answerFrom(): number | undefined {
    return this.#answer?.start;
  }

  add(device: BusDevice): void {
    this.#devices.push(device);
  }

  /** Takes a device off the wire. */
  remove(device: BusDevice): void {
    const at = this.#devices.indexOf(device);
    if (at >= 0) this.#devices.splice(at, 1);
  }

  /** Called for every frame at the end of its last bit. Returns how to stop. */
  onFrame(listener: (heard: Heard) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called when the bus loses its power, is shorted, or works again (null). Returns how to stop. */
  onTrouble(watcher: (trouble: FaultKind | null) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Puts a frame in line for the wire. Without power it is lost. Returns how to withdraw it while it has not begun. */
  transmit(what: Transmission): () => void {
    if (!this.powered) return () => {};
    const waiting = this.#enter(what, false);
    return () => {
      const planned = this.#planned;
      if (planned?.senders.includes(waiting) && planned.start <= this.clock.monotonic()) return;
      const at = this.#waiting.indexOf(waiting);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      this.#plan();
    };
  }

  /** Switches the bus supply. Off: what is on the wire is lost; after 550 ms gear falls to its system failure level. */
  setPower(on: boolean): void {
    this.#change(() => {
      this.#supplied = on;
    });
  }

  /** Shorts the two wires, or parts them again: to gear the same as no supply. */
  setShort(shorted: boolean): void {
    this.#change(() => {
      this.#shorted = shorted;
    });
  }

  #change(change: () => void): void {
    const before = this.trouble;
    change();
    const now = this.trouble;
    if (now === before) return;
    if (before === null) this.#fall();
    else if (now === null) this.#rise();
    for (const watcher of this.#watchers) watcher(now);
  }

  #fall(): void {
    this.#planned?.callOff();
    this.#answer?.callOff();
    this.#planned = undefined;
    this.#answer = undefined;
    this.#waiting = [];
    this.#failing = this.clock.after(SYSTEM_FAILURE, "system failure", () => {
      for (const device of this.#devices) device.systemFailure(this.clock.monotonic());
    });
  }

  #rise(): void {
    this.#failing?.();
    this.#failing = undefined;
    this.#quietSince = this.clock.monotonic();
  }

  #enter(what: Transmission, second: boolean): Waiting {
    const now = this.clock.monotonic();
    const settling = between(SETTLING[second ? 1 : what.priority], this.#random);
    const ready = Math.max(now, what.ready ?? now);
    const waiting = { what, settling, ready, second, spoilt: 0, again: undefined };
    this.#waiting.push(waiting);
    this.#plan();
    return waiting;
  }

  /** When one that waits begins, if nobody comes before. */
  #begin({ ready, settling, again }: Waiting): number {
    return again ?? Math.max(ready, this.#quietSince + settling);
  }

  /** Chooses who sends next, as long as nobody has begun: one who comes now may be earlier than one who waits. */
  #plan(): void {
    if (this.#answer) return;
    const now = this.clock.monotonic();
    if (this.#planned) {
      if (this.#planned.start < now) return;
      this.#planned.callOff();
      this.#planned = undefined;
    }
    let first: Waiting | undefined;
    let start = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting) {
      const at = this.#begin(waiting);
      if (at < start) [first, start] = [waiting, at];
    }
    if (!first) return;
    const next = first;
    const rival = this.#waiting.find((other) => inEachOthersWay(next.what, other.what, start, this.#begin(other)));
    const senders = rival ? [next, rival] : [next];
    const end = rival ? spoiltAt(next.what.frame, rival.what.frame, start) : start + wireTime(next.what.frame.bits);
    const callOff = this.clock.after(end - now, "DALI forward frame", () => {
      this.#planned = undefined;
      this.#quietSince = end;
      if (rival) this.#spoilt(senders, start, end);
      else this.#sent(next, start, end);
      this.#plan();
    });
    this.#planned = { senders, start, callOff };
  }

  #spoilt(senders: readonly Waiting[], start: number, end: number): void {
    for (const waiting of this.#waiting) waiting.again = undefined;
    const given: Waiting[] = [];
    for (const waiting of senders) {
      waiting.spoilt++;
      waiting.again = end + between(RECOVERY, this.#random);
      if (waiting.spoilt > 1 && waiting.what.lost) given.push(waiting);
    }
    this.#waiting = this.#waiting.filter((waiting) => !given.includes(waiting));
    this.#tell({ kind: "backward", value: null, start, end });
    for (const { what } of given) what.lost?.();
  }

  #sent(waiting: Waiting, start: number, end: number): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    for (const other of this.#waiting) other.again = undefined;
    const { frame, twice, by } = waiting.what;
    const answers = this.#reach(frame, start, end);
    if (answers.length > 0) this.#answered(answers);
    if (twice && !waiting.second) this.#enter(waiting.what, true);
    this.#tell({ kind: "forward", frame, by, start, end });
  }

  /** All devices hear a frame; what they answer. */
  #reach(frame: ForwardFrame, start: number, end: number): readonly Answering[] {
    const gear = frame.bits === 16 ? decodeGear(frame.data) : undefined;
    const answers: Answering[] = [];
    const { noise } = this;
    if (noise?.reachesAny() === false) return answers;
    for (const device of this.#devices) {
      if (noise?.reachesOne() === false) continue;
      const value = device.hear(frame, gear, start, end);
      if (value === undefined) continue;
      const delay = device.replyAfter?.(this.#random) ?? replyDelay("jitter", this.#random);
      answers.push({ value, start: end + delay });
    }
    return answers;
  }

  #answered(answers: readonly Answering[]): void {
    const { value: mix, start, end } = mixed(answers);
    const value = this.noisy ? null : this.noise ? this.noise.reply(mix) : mix;
    if (value === undefined) return;
    const callOff = this.clock.after(end - this.clock.monotonic(), "DALI backward frame", () => {
      this.#answer = undefined;
      this.#quietSince = end;
      this.#tell({ kind: "backward", value, start, end });
      this.#plan();
    });
    this.#answer = { start, callOff };
  }

  #tell(heard: Heard): void {
    for (const listener of this.#listeners) listener(heard);
  }
}
