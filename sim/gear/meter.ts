import { shutDown } from "./faults.ts";
import { type LampState, lightAt, nextChange, powerAt } from "./lamp.ts";
import { hold, type Warmth } from "./warmth.ts";

/** What can be so, and is counted each time it begins. */
export const CONDITIONS = ["failure", "derating", "shutdown", "lampFailure", "short", "open"] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface MeterOptions {
  /** Around the luminaire, degrees Celsius; absent: 15. */
  readonly ambient?: number;
}

const HOUR = 3_600_000;

/**
 * What a D4i gear knows of itself: energy, times, starts, temperatures, and how often each condition began. All of it follows
 * from what happened, piece by piece between changes, when it is asked for: energy is an exact sum, and no timer runs.
 */
export class Meter {
  readonly #rated: number;
  readonly #ambient: number;
  #at: number;
  /** Wh. */
  energy = 0;
  /** ms with mains, and with light. */
  operated = 0;
  lit = 0;
  starts = 1;
  lampStarts = 0;
  #alight = false;
  #gear: Warmth;
  #lamp: Warmth;
  readonly now: Record<Condition, boolean>;
  readonly counts: Record<Condition, number>;

  /** `rated`: W at full light, where temperatures are at their usual most. */
  constructor(rated: number, { ambient = 15 }: MeterOptions, at: number) {
    this.#rated = rated;
    this.#ambient = ambient;
    this.#at = at;
    this.#gear = { celsius: ambient, settles: GEAR_SETTLES };
    this.#lamp = { celsius: ambient, settles: LAMP_SETTLES };
    const all = <T>(value: T) => Object.fromEntries(CONDITIONS.map((name) => [name, value])) as Record<Condition, T>;
    this.now = all(false);
    this.counts = all(0);
  }

  get gearTemperature(): number {
    return this.#gear.celsius;
  }

  get lampTemperature(): number {
    return this.#lamp.celsius;
  }

  /** Mains came. */
  started(): void {
    this.starts++;
  }

  /** Brings all up to monotonic `to`, for a lamp that nobody touched since the last time. */
  advance(lamp: LampState, to: number): void {
    this.#notice(lamp, this.#at);
    while (this.#at < to) {
      const end = Math.min(to, nextChange(lamp, this.#at));
      this.#pass(lamp, end - this.#at, (this.#at + end) / 2);
      this.#at = end;
      this.#notice(lamp, end);
    }
  }

  /** A piece without a step: a drift in it is even, so what is in the middle is the mean. */
  #pass(lamp: LampState, ms: number, middle: number): void {
    const power = powerAt(lamp, middle);
    this.energy += (power * ms) / HOUR;
    if (!lamp.dark) this.operated += ms;
    if (lightAt(lamp, middle) > 0) this.lit += ms;
    const load = power / this.#rated;
    const hot = lamp.faults.derating < 1 || lamp.faults.cycling ? TOO_HOT : 0;
    const above = (rise: number) => this.#ambient + rise * load + (lamp.dark ? 0 : hot);
    this.#gear = hold(this.#gear, above(GEAR_RISE), ms);
    this.#lamp = hold(this.#lamp, above(LAMP_RISE), ms);
  }

  #notice(lamp: LampState, at: number): void {
    const alight = lightAt(lamp, at) > 0;
    if (alight && !this.#alight) this.lampStarts++;
    this.#alight = alight;
    if (lamp.dark) return;
    const { faults } = lamp;
    this.#is("failure", faults.gearFailure);
    this.#is("derating", faults.derating < 1);
    this.#is("shutdown", shutDown(faults, at));
    this.#is("lampFailure", faults.lamp !== null);
    this.#is("short", faults.lamp === "short");
    this.#is("open", faults.lamp === "open");
  }

  #is(condition: Condition, so: boolean): void {
    if (so && !this.now[condition]) this.counts[condition]++;
    this.now[condition] = so;
  }
}

// plausible figures of a street luminaire, from no data sheet
const GEAR_RISE = 30;
const LAMP_RISE = 45;
const TOO_HOT = 45;
const GEAR_SETTLES = 20 * 60_000;
const LAMP_SETTLES = 8 * 60_000;
