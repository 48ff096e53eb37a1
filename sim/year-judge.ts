import { lampPower } from "../controllers/lighting/energy.ts";
import type { Lamp } from "../controllers/model.ts";
import { level } from "../controllers/units.ts";

/** A level that rises counts from so long after it was decided: a bus's answer and DALI's usual fade (2 s). One that falls counts at once. */
export const RISE = 2100;
/** Levels nearer than this are one: the last digits of a ratio are no darkness. */
const NEAR = 1e-6;

/**
 * Who stands where, and whether the lamp they stand nearest to gives what the class in force asks for. Exact sums, in ms and
 * watts; nothing is sampled. Lamps are named by their index.
 */
export class Judge {
  readonly #lamps: readonly Lamp[];
  readonly #people: Int32Array;
  readonly #since: Float64Array;
  readonly #light: Float64Array;
  readonly #before: Float64Array;
  readonly #reached: Float64Array;
  readonly #required: Float64Array;
  readonly #power: Float64Array;
  #dark = false;
  #peopleMs = 0;
  #underMs = 0;
  #watts = 0;
  #wattMs = 0;
  #measured: number;

  /** At `at` all lamps are off, nobody is there, and it is day. */
  constructor(lamps: readonly Lamp[], at: number) {
    this.#lamps = lamps;
    const none = () => new Float64Array(lamps.length);
    this.#people = new Int32Array(lamps.length);
    [this.#since, this.#light, this.#before, this.#reached, this.#required] = [none(), none(), none(), none(), none()];
    this.#power = Float64Array.from(lamps, (lamp) => lampPower(lamp, level(0)));
    this.#watts = this.#power.reduce((sum, power) => sum + power, 0);
    this.#measured = at;
  }

  /** People are judged only while it is dark. */
  setDark(dark: boolean, at: number): void {
    this.#settleAll(at);
    this.#dark = dark;
  }

  /** Somebody goes from one lamp's part of the street to another's; -1 is outside. */
  move(from: number, to: number, at: number): void {
    if (from >= 0) {
      this.#settle(from, at);
      this.#people[from] = (this.#people[from] as number) - 1;
    }
    if (to >= 0) {
      this.#settle(to, at);
      this.#people[to] = (this.#people[to] as number) + 1;
    }
  }

  setLight(lamp: number, light: number, at: number): void {
    this.#settle(lamp, at);
    const now = at < (this.#reached[lamp] as number) ? (this.#before[lamp] as number) : (this.#light[lamp] as number);
    this.#before[lamp] = now;
    this.#light[lamp] = light;
    this.#reached[lamp] = light > now ? at + RISE : at;
    this.#meter(at);
    const power = lampPower(this.#lamps[lamp] as Lamp, level(light));
    this.#watts += power - (this.#power[lamp] as number);
    this.#power[lamp] = power;
  }

  /** Percent of full light that the class in force asks of this lamp. */
  require(lamp: number, light: number, at: number): void {
    this.#settle(lamp, at);
    this.#required[lamp] = light;
  }

  /** What came together since it was last asked: person-ms in the dark, of these those under the class, and Wh. */
  take(at: number): { readonly people: number; readonly under: number; readonly energy: number } {
    this.#settleAll(at);
    this.#meter(at);
    const taken = { people: this.#peopleMs, under: this.#underMs, energy: this.#wattMs / 3_600_000 };
    [this.#peopleMs, this.#underMs, this.#wattMs] = [0, 0, 0];
    // anew, so that no rounding adds up over a year
    this.#watts = this.#power.reduce((sum, power) => sum + power, 0);
    return taken;
  }

  #meter(at: number): void {
    this.#wattMs += this.#watts * (at - this.#measured);
    this.#measured = at;
  }

  #settleAll(at: number): void {
    for (let lamp = 0; lamp < this.#lamps.length; lamp++) this.#settle(lamp, at);
  }

  #settle(lamp: number, at: number): void {
    const since = this.#since[lamp] as number;
    this.#since[lamp] = at;
    const people = this.#people[lamp] as number;
    if (people === 0 || !this.#dark || at <= since) return;
    this.#peopleMs += people * (at - since);
    const needed = (this.#required[lamp] as number) - NEAR;
    if ((this.#light[lamp] as number) < needed) this.#underMs += people * (at - since);
    else if ((this.#before[lamp] as number) < needed) {
      this.#underMs += people * Math.max(0, Math.min(at, this.#reached[lamp] as number) - since);
    }
  }
}
