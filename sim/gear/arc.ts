import { MASK } from "../../firmware/dali/command.ts";
import { fadeTimeOf } from "../../firmware/dali/sequences/fade-time.ts";
import { extendedFadeTime, type Fade, fading, levelAt, stepsIn200ms, stepTime, still } from "../fade.ts";
import type { Settings } from "./settings.ts";

/** How long a DAPC sequence waits for its next DAPC, and each of its fades takes, ms (IEC 62386-102 9.7.3). */
const DAPC_SEQUENCE = 200;
/** How long UP and DOWN run, ms. */
const UP_DOWN = 200;
const FAST_FADE_UNIT = 25;

/** The arc power level of a gear: where it is, and where it is going. `changing` is called before each change. */
export class ArcPower {
  readonly #settings: Settings;
  readonly #now: () => number;
  readonly #changing: () => void;
  #fade: Fade = still(0);
  #sequenceUntil = Number.NEGATIVE_INFINITY;
  /** For GO TO LAST ACTIVE LEVEL. */
  #lastActive = 254;
  limitError = false;

  constructor(settings: Settings, now: () => number, changing: () => void) {
    this.#settings = settings;
    this.#now = now;
    this.#changing = changing;
  }

  /** The fade under way, or one that stands still. */
  get fade(): Fade {
    return this.#fade;
  }

  get level(): number {
    return levelAt(this.#fade, this.#now());
  }

  get fading(): boolean {
    return fading(this.#fade, this.#now());
  }

  /** What a level command with the fade time takes, ms: fade time, else extended fade time, else (DT6) fast fade time. */
  get fadeTime(): number {
    const { fadeTime, extendedFadeTime: extended, fastFadeTime } = this.#settings;
    if (fadeTime > 0) return fadeTimeOf(fadeTime);
    return extendedFadeTime(extended) || fastFadeTime * FAST_FADE_UNIT;
  }

  #set(fade: Fade): void {
    this.#changing();
    this.#fade = fade;
    if (fade.end > 0) this.#lastActive = fade.end;
  }

  #limited(wanted: number): number {
    const { minLevel, maxLevel } = this.#settings;
    this.limitError = wanted !== 0 && (wanted < minLevel || wanted > maxLevel);
    return wanted === 0 ? 0 : Math.min(maxLevel, Math.max(minLevel, wanted));
  }

  /** Stops where it is. */
  stop(): void {
    this.#set(still(this.level));
  }

  atOnce(wanted: number): void {
    this.#set(still(this.#limited(wanted)));
  }

  /** To a level in `time` ms, absent: with the fade time; MASK stops a fade. */
  to(wanted: number, time = this.fadeTime): void {
    if (wanted === MASK) return this.stop();
    if (time === 0) return this.atOnce(wanted);
    const { minLevel } = this.#settings;
    const end = this.#limited(wanted);
    const [from, to] = [Math.max(this.level, minLevel), Math.max(end, minLevel)];
    this.#set({ from, to, start: this.#now(), time, end });
  }

  /** DAPC: within a DAPC sequence it fades in 200 ms and keeps the sequence alive. */
  direct(wanted: number): void {
    const now = this.#now();
    if (now > this.#sequenceUntil) return this.to(wanted);
    this.#sequenceUntil = now + DAPC_SEQUENCE;
    this.to(wanted, DAPC_SEQUENCE);
  }

  beginSequence(): void {
    this.#sequenceUntil = this.#now() + DAPC_SEQUENCE;
  }

  /** Any level command but DAPC ends a DAPC sequence. */
  endSequence(): void {
    this.#sequenceUntil = Number.NEGATIVE_INFINITY;
  }

  toLastActive(): void {
    this.to(this.#lastActive);
  }

  /** UP and DOWN: 200 ms at the fade rate, within the limits; never switches. */
  run(sign: 1 | -1): void {
    const { fadeRate, minLevel, maxLevel } = this.#settings;
    const from = this.level;
    if (from === 0) return;
    const to = Math.min(maxLevel, Math.max(minLevel, from + sign * stepsIn200ms(fadeRate)));
    this.#set({ from, to, start: this.#now(), time: UP_DOWN, end: to });
  }

  /** CONTINUOUS UP and DOWN: at the fade rate to the limit; never switches. */
  runOn(sign: 1 | -1): void {
    const { fadeRate, minLevel, maxLevel } = this.#settings;
    const from = this.level;
    const to = sign === 1 ? maxLevel : minLevel;
    if (from === 0 || from === to) return;
    this.#set({ from, to, start: this.#now(), time: Math.abs(to - from) * stepTime(fadeRate), end: to });
  }
}
