import { CONTROL, type ColourValues, mix, NO_COLOUR, TC, TYPES, typeOfAll, withValue } from "./colour-values.ts";
import type { Gear } from "./gear.ts";

/** What colours a DT8 gear can do. */
export interface ColourOptions {
  /** Tunable white: coolest and warmest colour temperature, mirek (1e6 / K). */
  readonly tc?: { readonly coolest: number; readonly warmest: number };
  readonly xy?: boolean;
  /** Primaries, and RGBWAF channels, that it has: 0 to 6. */
  readonly primaries?: number;
  readonly channels?: number;
}

/** Where the limits are told and set: the numbers of QUERY COLOUR VALUE less 128, of STORE COLOUR TEMPERATURE Tc LIMIT. */
export interface TcLimits {
  coolest: number;
  physicalCoolest: number;
  warmest: number;
  physicalWarmest: number;
}

const AUTOMATIC = 0x01;
const UNCALIBRATED = 0xffff;
const SCENES = 16;

/** The colour of a DT8 gear: temporary, on its way, and as reported (IEC 62386-209 9.5). */
export class Colour {
  readonly options: ColourOptions;
  readonly #gear: Gear;
  /** GEAR FEATURES/STATUS: bit 0, a level command activates the temporary colour. */
  features = AUTOMATIC;
  temporary: ColourValues = NO_COLOUR;
  reported: ColourValues = NO_COLOUR;
  readonly limits: TcLimits;
  readonly scenes: ColourValues[] = new Array<ColourValues>(SCENES).fill(NO_COLOUR);
  #from: ColourValues;
  #to: ColourValues;
  #start = 0;
  #time = 0;
  tcOutOfRange = false;

  constructor(gear: Gear, options: ColourOptions) {
    this.#gear = gear;
    this.options = options;
    const { coolest = UNCALIBRATED, warmest = UNCALIBRATED } = options.tc ?? {};
    this.limits = { coolest, physicalCoolest: coolest, warmest, physicalWarmest: warmest };
    this.#to = options.tc ? withValue(NO_COLOUR, TC, warmest) : NO_COLOUR;
    this.#from = this.#to;
  }

  /** The colour now, fades included. */
  get now(): ColourValues {
    const past = this.#gear.now - this.#start;
    return past >= this.#time ? this.#to : mix(this.#from, this.#to, Math.max(0, past) / this.#time);
  }

  /** K now, or undefined where it is of another type. */
  get kelvin(): number | undefined {
    const { now } = this;
    return typeOfAll(now) === TYPES.tc ? 1e6 / (now[TC] as number) : undefined;
  }

  get fading(): boolean {
    return this.#gear.now < this.#start + this.#time;
  }

  setTemporary(value: number, to: number): void {
    this.temporary = withValue(this.temporary, value, to);
  }

  /** ACTIVATE: goes to the temporary colour with the gear's fade time, and forgets it. A level fade under way stops. */
  activate(): void {
    this.#gear.arcPower.stop();
    this.#go(this.#gear.arcPower.fadeTime);
  }

  /** A level command activates too, where GEAR FEATURES/STATUS says so. */
  withLevel(time: number): void {
    if (this.features & AUTOMATIC) this.#go(time);
  }

  /** One step without a fade: Tc by 1 mirek, x and y by 256 of 65,536. */
  step(value: number, by: number): void {
    const now = this.now[value];
    if (now === undefined || typeOfAll(this.now) !== typeOfAll(withValue(NO_COLOUR, value, 0))) return;
    this.temporary = withValue(this.now, value, Math.min(0xfffe, Math.max(0, now + by)));
    this.#go(0);
  }

  /** What is asked for later is as it is now; QUERY ACTUAL LEVEL does it. */
  report(): void {
    this.reported = this.now;
  }

  copyReport(): void {
    this.temporary = this.reported;
  }

  /** SET SCENE keeps the temporary colour with the level. */
  storeScene(scene: number): void {
    this.#gear.nvm.set(this.scenes, scene, this.temporary);
    this.temporary = NO_COLOUR;
  }

  removeScene(scene: number): void {
    this.#gear.nvm.set(this.scenes, scene, NO_COLOUR);
  }

  recallScene(scene: number): void {
    const colour = this.scenes[scene] ?? NO_COLOUR;
    if (typeOfAll(colour) !== 0xff) this.temporary = colour;
  }

  reset(): void {
    this.#gear.nvm.set(this, "features", AUTOMATIC);
    this.temporary = NO_COLOUR;
    this.reported = NO_COLOUR;
    const { physicalCoolest, physicalWarmest } = this.limits;
    this.#gear.nvm.set(this.limits, "coolest", physicalCoolest);
    this.#gear.nvm.set(this.limits, "warmest", physicalWarmest);
    for (let scene = 0; scene < SCENES; scene++) this.removeScene(scene);
  }

  /** Sets a limit of Tc; the colour comes inside with the next change. The order of the four is kept. */
  setLimit(name: keyof TcLimits, mirek: number): void {
    const { limits } = this;
    const set = (key: keyof TcLimits, value: number) => this.#gear.nvm.set(limits, key, value);
    set(name, mirek);
    set("coolest", Math.max(limits.coolest, limits.physicalCoolest));
    set("warmest", Math.min(limits.warmest, limits.physicalWarmest));
  }

  /** Volatile parts go with the mains; the colour stays as it was. */
  powerCycle(): void {
    this.#from = this.#to;
    this.temporary = NO_COLOUR;
    this.reported = NO_COLOUR;
  }

  #can(type: number): boolean {
    const { tc, xy = false, primaries = 0, channels = 0 } = this.options;
    if (type === TYPES.tc) return tc !== undefined;
    if (type === TYPES.xy) return xy;
    return type === TYPES.primary ? primaries > 0 : type === TYPES.rgbwaf && channels > 0;
  }

  #go(time: number): void {
    const wanted = this.temporary;
    const type = typeOfAll(wanted);
    this.temporary = NO_COLOUR;
    if (!this.#can(type)) return;
    this.#from = this.now;
    this.#to = type === TYPES.tc ? this.#limited(wanted) : wanted.with(CONTROL, this.#control(wanted));
    this.#start = this.#gear.now;
    this.#time = time;
  }

  #control(wanted: ColourValues): number {
    const control = wanted[CONTROL] as number;
    return control === 0xff ? (this.#to[CONTROL] as number) : control;
  }

  #limited(wanted: ColourValues): ColourValues {
    const { coolest, warmest } = this.limits;
    const mirek = wanted[TC] as number;
    const within = Math.min(warmest, Math.max(coolest, mirek));
    this.tcOutOfRange = within !== mirek;
    return withValue(NO_COLOUR, TC, within);
  }
}
