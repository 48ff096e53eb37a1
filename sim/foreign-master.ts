import type { ForwardFrame } from "../firmware/dali/frame.ts";
import type { Priority } from "../firmware/dali/gateway.ts";
import type { SimulatedBus } from "./bus.ts";
import type { SeededRandom } from "./random.ts";

export interface ForeignMasterOptions {
  /** What it sends, one drawn each time. At least one. */
  readonly frames: readonly ForwardFrame[];
  readonly priority?: Priority;
  /** Frames an hour, at random times. */
  readonly perHour: number;
  /** It sends each frame so often in a row, each as soon as its priority lets it; absent: 1. */
  readonly burst?: number;
}

const HOUR = 3_600_000;

/**
 * Another control device on the bus: it sends now and then, knows nothing of us, and may begin at the very moment when we do;
 * then both frames are spoilt and sent again (IEC 62386-101 9.2).
 */
export class ForeignMaster {
  readonly #bus: SimulatedBus;
  readonly #random: SeededRandom;
  readonly #options: Required<ForeignMasterOptions>;
  #stop: (() => void) | undefined;
  /** Frames it wanted to send. */
  sent = 0;

  /** Throws TypeError without frames. */
  constructor(bus: SimulatedBus, random: SeededRandom, options: ForeignMasterOptions) {
    if (options.frames.length === 0) throw new TypeError("frames is empty: allowed one or more");
    this.#bus = bus;
    this.#random = random;
    this.#options = { priority: 3, burst: 1, ...options };
  }

  start(): void {
    this.#stop ??= this.#wait();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #wait(): () => void {
    const wait = this.#random.exponential(this.#options.perHour / HOUR);
    if (!Number.isFinite(wait)) return () => {};
    return this.#bus.clock.after(wait, "foreign master", () => {
      this.send();
      this.#stop = this.#wait();
    });
  }

  /** Sends now: as soon as the bus lets it. */
  send(): void {
    const { frames, priority, burst } = this.#options;
    const frame = frames[Math.floor(this.#random.next() * frames.length)] as ForwardFrame;
    for (let i = 0; i < burst; i++) {
      this.sent++;
      this.#bus.transmit({ frame, priority, twice: false, by: this, foreign: true });
    }
  }
}
