import { type Calibration, readCalibration } from "../../firmware/sensors/mlx90640-calibration.ts";
import {
  AUX,
  AUX_WORDS,
  CONTROL,
  EEPROM_WORDS,
  MLX90640,
  PIXELS,
  STATUS,
  subpageOf,
} from "../../firmware/sensors/mlx90640-registers.ts";
import { wordOf } from "../../firmware/sensors/mlx90640-temperature.ts";
import type { VirtualClock } from "../clock.ts";
import { SeededRandom } from "../random.ts";
import { noiseAt, normal } from "../thermal-noise.ts";
import type { SimulatedChip } from "./chip.ts";
import { eeprom } from "./mlx90640-eeprom.ts";

/** Noise of a pixel in the middle at one subpage a second, K (data sheet, features); it grows with the root of the rate. */
const NOISE = 0.1;
const SHAPE = { columns: 32, rows: 24 };
/** Word of the ambient sensor's reference. */
const VBE = 19442;
const RAM_WORDS = PIXELS + AUX_WORDS;
const unsigned = (value: number): number => Math.round(value) & 0xffff;

/**
 * An MLX90640: a factory calibration by its seed, and measurements that mean the temperatures of a scene, one subpage of the
 * chess pattern after the other. A read without an address before it in the same transaction begins at address 0, as after a
 * stop. Not modelled: other patterns, data hold, step mode, the I2C configuration; that reading twice before a new subpage
 * shows the same.
 */
export class SimulatedMlx90640 implements SimulatedChip {
  readonly #clock: VirtualClock;
  readonly #seed: number;
  /** What it shows of its factory: a test may spoil it. */
  readonly eeprom: Uint16Array;
  readonly #calibration: Calibration;
  readonly #ram = new Uint16Array(RAM_WORDS);
  #scene: (ms: number) => ArrayLike<number>;
  #control: number = CONTROL.reset;
  #fresh = false;
  #pointer = 0;
  #began: number;
  readonly #woke: number;
  /** Subpages that were measured since the rate was set. */
  #measured = 0;
  /** Temperature of the chip, Celsius, and its supply, V. */
  housing = 20;
  vdd = 3.3;
  /** Whether it measures at all. */
  hangs = false;
  /** Whether a pixel's noise is there. */
  noisy = true;

  constructor(clock: VirtualClock, seed: number, scene: (ms: number) => ArrayLike<number> = () => STREET) {
    this.#clock = clock;
    this.#seed = seed;
    this.#scene = scene;
    this.eeprom = eeprom(new SeededRandom(seed));
    const known = readCalibration(this.eeprom);
    if (!known.ok) throw new TypeError(`seed ${seed}: ${known.message}`);
    this.#calibration = known.calibration;
    this.#woke = this.#began = clock.monotonic();
  }

  /** What each pixel sees at a time since the chip woke, Celsius, from now on. */
  watch(scene: (ms: number) => ArrayLike<number>): void {
    this.#scene = scene;
  }

  write(bytes: Uint8Array): void {
    this.#measure();
    this.#pointer = ((bytes[0] as number) << 8) | (bytes[1] as number);
    if (bytes.length < 4) return;
    const value = ((bytes[2] as number) << 8) | (bytes[3] as number);
    if (this.#pointer === MLX90640.control) {
      this.#control = value;
      this.#began = this.#clock.monotonic();
      this.#measured = 0;
    } else if (this.#pointer === MLX90640.status && (value & STATUS.fresh) === 0) this.#fresh = false;
  }

  read(count: number): Uint8Array {
    this.#measure();
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i += 2) {
      const word = this.#word(this.#pointer++);
      bytes[i] = word >> 8;
      if (i + 1 < count) bytes[i + 1] = word & 0xff;
    }
    this.#pointer = 0;
    return bytes;
  }

  powerCycle(): void {
    this.#control = CONTROL.reset;
    this.#fresh = false;
    this.#began = this.#clock.monotonic();
    this.#measured = 0;
    this.#ram.fill(0);
  }

  #word(address: number): number {
    if (address >= MLX90640.ram && address < MLX90640.ram + RAM_WORDS)
      return this.#ram[address - MLX90640.ram] as number;
    if (address >= MLX90640.eeprom && address < MLX90640.eeprom + EEPROM_WORDS)
      return this.eeprom[address - MLX90640.eeprom] as number;
    if (address === MLX90640.control) return this.#control;
    if (address === MLX90640.status)
      return (this.#fresh ? STATUS.fresh : 0) | STATUS.overwrite | ((this.#measured + 1) & 1);
    return 0;
  }

  get #period(): number {
    return 1000 / (CONTROL.rates[(this.#control >> CONTROL.rateShift) & 7] as number);
  }

  /** Takes in the subpages that have ended by now: of those that nobody read only the last two are still there. */
  #measure(): void {
    if (this.hangs) return;
    const ended = Math.floor((this.#clock.monotonic() - this.#began) / this.#period);
    for (let n = Math.max(this.#measured, ended - 2); n < ended; n++) {
      this.#subpage(n);
      this.#fresh = true;
    }
    this.#measured = Math.max(this.#measured, ended);
  }

  #subpage(number: number): void {
    const at = this.#began + (number + 1) * this.#period;
    const gauss = normal(new SeededRandom(this.#seed + Math.round(at)));
    const aux = this.#ram.subarray(PIXELS);
    this.#own(aux);
    const scene = this.#scene(at - this.#woke);
    const noise = this.noisy ? NOISE * Math.sqrt(1000 / this.#period) : 0;
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      if (subpageOf(pixel) !== (number & 1)) continue;
      const celsius = (scene[pixel] as number) + gauss() * noise * noiseAt(SHAPE, pixel);
      this.#ram[pixel] = wordOf(this.#calibration, pixel, celsius, { aux, control: this.#control });
    }
  }

  /** What the chip measures of itself. */
  #own(aux: Uint16Array): void {
    const { kVdd, vdd25, kvPtat, ktPtat, vPtat25, alphaPtat, gain, cp } = this.#calibration;
    const art = ((this.housing - 25) * ktPtat + vPtat25) * (1 + kvPtat * (this.vdd - 3.3));
    aux[AUX.vbe] = VBE;
    aux[AUX.ptat] = unsigned((art * VBE) / (2 ** 18 - art * alphaPtat));
    aux[AUX.vdd] = unsigned((this.vdd - 3.3) * kVdd + vdd25);
    aux[AUX.gain] = unsigned(gain * 0.985);
    // Dark but for its own offset.
    aux[AUX.cp0] = unsigned(cp.offset[0] + 18);
    aux[AUX.cp1] = unsigned(cp.offset[1] + 18);
  }
}

const STREET = new Float64Array(PIXELS).fill(12);
