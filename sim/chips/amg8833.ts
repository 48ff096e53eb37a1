import { AMG8833, PIXELS, pixelWord, SIDE, thermistorWord } from "../../firmware/sensors/amg8833-registers.ts";
import type { VirtualClock } from "../clock.ts";
import { SeededRandom } from "../random.ts";
import type { SimulatedChip } from "./chip.ts";

/** Times between frames, ms, at 10 and at 1 frame a second. */
const FRAME_MS = [100, 1000] as const;
/**
 * Standard deviation of a pixel from frame to frame, Celsius: some tenths at 10 frames a second, a third of it averaged at 1.
 */
const NOISE = [0.25, 0.08] as const;
/** A person some metres below the sensor: so much warmer than the ground, spread so wide. */
const WARMER = 7;
const SPREAD = 0.9;

/**
 * A person in the picture: columns and rows of pixels from the lower left corner, 0 to 8; outside of it they still warm its
 * edge.
 */
export interface Seen {
  readonly x: number;
  readonly y: number;
}

/**
 * An AMG8833: 8x8 pixels of 0.25 degrees, at I2C address 0x68 or 0x69. Pixel 1 is the lower left, counted to the right and up.
 * What it shows is the last frame; noise is the seed's, the same for each run. In sleep only the power register answers;
 * stand-by shows frames like the normal mode. Interrupt levels are kept and do nothing. That registers count on after a write
 * as they do after a read was not verified on a chip.
 */
export class SimulatedAmg8833 implements SimulatedChip {
  readonly #clock: VirtualClock;
  readonly #seed: number;
  readonly #began: number;
  readonly #registers = new Uint8Array(AMG8833.pixels);
  #pointer = 0;
  #people: readonly Seen[] = [];
  #scene: ((ms: number) => ArrayLike<number>) | undefined;
  /** Temperature of the ground, and of the chip, Celsius. */
  ambient: number;
  housing: number;

  constructor(clock: VirtualClock, seed: number, ambient = 12) {
    this.#clock = clock;
    this.#seed = seed;
    this.#began = clock.monotonic();
    this.ambient = ambient;
    this.housing = ambient + 6;
  }

  /** Who is in the picture from the next frame on. */
  show(people: readonly Seen[]): void {
    this.#people = people.map(({ x, y }) => ({ x, y }));
  }

  /** What each pixel sees at a time since the chip began, Celsius, from now on: instead of `show` and `ambient`. */
  watch(scene: (ms: number) => ArrayLike<number>): void {
    this.#scene = scene;
  }

  write(bytes: Uint8Array): void {
    const [pointer, ...data] = bytes;
    if (pointer === undefined) return;
    this.#pointer = pointer;
    for (const byte of data) {
      this.#set(this.#pointer, byte);
      this.#pointer = (this.#pointer + 1) & 0xff;
    }
  }

  read(count: number): Uint8Array {
    const frame = this.#frame();
    return Uint8Array.from({ length: count }, () => {
      const byte = this.#get(this.#pointer, frame);
      this.#pointer = (this.#pointer + 1) & 0xff;
      return byte;
    });
  }

  powerCycle(): void {
    this.#registers.fill(0);
    this.#pointer = 0;
  }

  get #asleep(): boolean {
    return this.#registers[AMG8833.power] === AMG8833.sleep;
  }

  #set(register: number, byte: number): void {
    if (this.#asleep && register !== AMG8833.power) return;
    switch (register) {
      case AMG8833.reset:
        if (byte === AMG8833.initialReset) this.#registers.fill(0);
        else if (byte === AMG8833.flagReset) this.#registers.fill(0, AMG8833.table, AMG8833.table + SIDE);
        return;
      case AMG8833.frameRate:
        this.#registers[register] = byte & 1;
        return;
      case AMG8833.power:
      case AMG8833.interrupt:
      case AMG8833.average:
        this.#registers[register] = byte;
        return;
      default:
        if (register >= AMG8833.levels && register < AMG8833.thermistor) this.#registers[register] = byte;
    }
  }

  #get(register: number, frame: readonly number[]): number {
    if (this.#asleep && register !== AMG8833.power) return 0;
    if (register >= AMG8833.pixels) {
      const word = frame[(register - AMG8833.pixels) >> 1] as number;
      return register & 1 ? word >> 8 : word & 0xff;
    }
    const thermistor = thermistorWord(this.housing);
    if (register === AMG8833.thermistor) return thermistor & 0xff;
    if (register === AMG8833.thermistor + 1) return thermistor >> 8;
    return this.#registers[register] as number;
  }

  /** The pixels as 12-bit words: the same for as long as the frame lasts. */
  #frame(): readonly number[] {
    const rate = this.#registers[AMG8833.frameRate] === 1 ? 1 : 0;
    const number = Math.floor((this.#clock.monotonic() - this.#began) / FRAME_MS[rate]);
    const random = new SeededRandom(this.#seed + number * 2 + rate);
    const scene = this.#scene?.(number * FRAME_MS[rate]);
    return Array.from({ length: PIXELS }, (_, pixel) => {
      // The sum of twelve numbers from 0 to 1 is as good as normal, with a variance of 1.
      let noise = -6;
      for (let i = 0; i < 12; i++) noise += random.next();
      const seen = scene?.[pixel] ?? this.#celsius(pixel % SIDE, Math.floor(pixel / SIDE));
      return pixelWord(seen + noise * NOISE[rate]);
    });
  }

  #celsius(column: number, row: number): number {
    const warmth = this.#people.map(({ x, y }) => {
      const away = (x - column - 0.5) ** 2 + (y - row - 0.5) ** 2;
      return WARMER * Math.exp(-away / (2 * SPREAD ** 2));
    });
    return this.ambient + Math.max(0, ...warmth);
  }
}
