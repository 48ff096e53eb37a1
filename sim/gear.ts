/**
 * Control gear of IEC 62386-102 on a wire: its variables and what commands do to them. Longer than most files: the state
 * of a gear is one thing, and every command is a line or two. What is not built is not answered: memory banks, operating
 * modes, the DAPC sequence and the device types' own commands.
 */
import { fromArc } from "../controllers/lighting/curve.ts";
import type { DimmingCurve } from "../controllers/model.ts";
import { type Level, level, type Watts, watts } from "../controllers/units.ts";
import { MASK } from "../firmware/dali/command.ts";
import * as cmd from "../firmware/dali/commands/gear.ts";
import type { ForwardFrame, GearAddress, GearFrame } from "../firmware/dali/frame.ts";
import { fadeTimeOf } from "../firmware/dali/sequences/fade-time.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type { Random } from "../firmware/hal/random.ts";
import type { BusDevice } from "./bus.ts";
import { extendedFadeTime, type Fade, fading, levelAt, stepsIn200ms, still } from "./fade.ts";

const YES = 0xff;

const NO_ADDRESS = null;
const UNSET = 0xffffff;
const TWICE_WITHIN = 94;
const INITIALISED_FOR = 15 * 60_000;
const RANDOMISE_TIME = 100;
const STANDBY = 0.3;

export interface GearOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** 0..63; null or absent: none yet. */
  readonly address?: number | null;
  /** Electrical power at full light. */
  readonly power: Watts;
  readonly curve?: DimmingCurve;
  /** PHM, the lowest arc power level the hardware can do, 1..254. */
  readonly physicalMinimum?: number;
  /** ms from mains to light. */
  readonly bootTime?: number;
}

/** What RESET brings back. */
const resetValues = (physicalMinimum: number) => ({
  powerOnLevel: 254,
  systemFailureLevel: 254,
  minLevel: physicalMinimum,
  maxLevel: 254,
  fadeRate: 7,
  fadeTime: 0,
  extendedFadeTime: 0,
  groups: 0,
  scenes: new Array<number>(16).fill(MASK),
  randomAddress: UNSET,
});

export class Gear implements BusDevice {
  readonly options: GearOptions;
  readonly physicalMinimum: number;
  /** Kept without mains. */
  shortAddress: number | null;
  settings: ReturnType<typeof resetValues>;
  /** Lost without mains. */
  dtr0 = 0;
  dtr1 = 0;
  dtr2 = 0;
  searchAddress = UNSET;
  withdrawn = false;
  /** Faults to play. */
  lampFailure = false;
  gearFailure = false;
  /** false: it hears and answers nothing, its light stays. */
  mute = false;
  limitError = false;
  powerCycleSeen = false;
  #fade: Fade = still(0);
  #lastActive = 254;
  #initialisedUntil = Number.NEGATIVE_INFINITY;
  #newRandom: { readonly address: number; readonly from: number } | undefined;
  #first: { readonly data: number; readonly end: number } | undefined;
  #dark = false;
  #lightFrom = Number.NEGATIVE_INFINITY;

  constructor(options: GearOptions) {
    this.options = options;
    this.physicalMinimum = options.physicalMinimum ?? 1;
    this.shortAddress = options.address ?? NO_ADDRESS;
    this.settings = resetValues(this.physicalMinimum);
    this.#goAtOnce(this.settings.powerOnLevel);
  }

  get #now(): number {
    return this.options.clock.monotonic();
  }

  /** The arc power level now, 0..254: what QUERY ACTUAL LEVEL tells of. */
  get arc(): number {
    return levelAt(this.#fade, this.#now);
  }

  get randomAddress(): number {
    const fresh = this.#newRandom;
    if (fresh && this.#now >= fresh.from) {
      this.settings.randomAddress = fresh.address;
      this.#newRandom = undefined;
    }
    return this.settings.randomAddress;
  }

  get initialised(): boolean {
    return this.#now < this.#initialisedUntil;
  }

  /** Real light now, fade and failures included. */
  light(): Level {
    if (this.#dark || this.lampFailure || this.#now < this.#lightFrom) return level(0);
    return fromArc(this.arc, this.options.curve ?? "logarithmic");
  }

  /** Electrical power now: in proportion to the light, and a little to stay awake. */
  power(): Watts {
    if (this.#dark) return watts(0);
    return watts((this.options.power * this.light()) / 100 + STANDBY);
  }

  /** Mains on or off. On: it boots, then goes to its power on level; what it held in volatile memory is gone. */
  setMains(on: boolean): void {
    if (on !== this.#dark) return;
    this.#dark = !on;
    if (!on) {
      this.#fade = still(this.arc);
      return;
    }
    const before = this.arc;
    Object.assign(this, { dtr0: 0, dtr1: 0, dtr2: 0, searchAddress: UNSET, withdrawn: false, powerCycleSeen: true });
    this.#initialisedUntil = Number.NEGATIVE_INFINITY;
    this.#first = undefined;
    this.#lightFrom = this.#now + (this.options.bootTime ?? 500);
    this.#goAtOnce(this.settings.powerOnLevel === MASK ? before : this.settings.powerOnLevel);
  }

  systemFailure(): void {
    if (this.#dark || this.settings.systemFailureLevel === MASK) return;
    this.#goAtOnce(this.settings.systemFailureLevel);
  }

  hear(_frame: ForwardFrame, gear: GearFrame | undefined, start: number, end: number): number | undefined {
    const first = this.#first;
    this.#first = undefined;
    if (!gear || this.mute || this.#dark || end < this.#lightFrom) return undefined;
    switch (gear.kind) {
      case "arc":
        if (this.#meant(gear.to)) this.#goTo(gear.level);
        return undefined;
      case "command":
        if (!this.#meant(gear.to)) return undefined;
        if (gear.opcode < 0x20) return void this.#levelCommand(gear.opcode);
        if (gear.opcode >= 0x90) return this.#query(gear.opcode);
        if (this.#again(first, gear.opcode, start, end)) this.#configure(gear.opcode);
        return undefined;
      case "special":
        return this.#special(gear.code, gear.data, () => this.#again(first, (gear.code << 8) | gear.data, start, end));
      case "reserved":
        return undefined;
    }
  }

  /** Whether this is the second of two equal frames in time; else it may become the first. */
  #again(first: { data: number; end: number } | undefined, data: number, start: number, end: number): boolean {
    if (first?.data === data && start - first.end <= TWICE_WITHIN) return true;
    this.#first = { data, end };
    return false;
  }

  #meant(to: GearAddress): boolean {
    switch (to.kind) {
      case "short":
        return to.address === this.shortAddress;
      case "group":
        return (this.settings.groups & (1 << to.group)) !== 0;
      case "broadcast-unaddressed":
        return this.shortAddress === null;
      case "broadcast":
        return true;
    }
  }

  // ---- light ----

  #limited(wanted: number): number {
    const { minLevel, maxLevel } = this.settings;
    this.limitError = wanted !== 0 && (wanted < minLevel || wanted > maxLevel);
    return wanted === 0 ? 0 : Math.min(maxLevel, Math.max(minLevel, wanted));
  }

  #goAtOnce(wanted: number): void {
    const to = this.#limited(wanted);
    this.#fade = still(to);
    if (to > 0) this.#lastActive = to;
  }

  /** To a level with the fade time; MASK stops a fade. */
  #goTo(wanted: number): void {
    this.powerCycleSeen = false;
    const now = this.arc;
    if (wanted === MASK) {
      this.#fade = still(now);
      return;
    }
    const { fadeTime, minLevel } = this.settings;
    const time = fadeTime > 0 ? fadeTimeOf(fadeTime) : extendedFadeTime(this.settings.extendedFadeTime);
    if (time === 0) return this.#goAtOnce(wanted);
    const end = this.#limited(wanted);
    if (end > 0) this.#lastActive = end;
    const [from, to] = [Math.max(now, minLevel), Math.max(end, minLevel)];
    this.#fade = { from, to, start: this.#now, time, end };
  }

  #run(sign: 1 | -1): void {
    const { fadeRate, minLevel, maxLevel } = this.settings;
    const from = this.arc;
    if (from === 0) return;
    const to = Math.min(maxLevel, Math.max(minLevel, from + sign * stepsIn200ms(fadeRate)));
    this.#fade = { from, to, start: this.#now, time: 200, end: to };
    this.#lastActive = to;
  }

  #levelCommand(opcode: number): void {
    const now = this.arc;
    const { minLevel, maxLevel, scenes } = this.settings;
    this.powerCycleSeen = false;
    if (opcode >= cmd.goToScene.row.code) return this.#goTo(scenes[opcode & 0x0f] ?? MASK);
    switch (opcode) {
      case cmd.off.row.code:
        return this.#goAtOnce(0);
      case cmd.up.row.code:
        return this.#run(1);
      case cmd.down.row.code:
        return this.#run(-1);
      case cmd.stepUp.row.code:
        return now > 0 ? this.#goAtOnce(now + 1) : undefined;
      case cmd.stepDown.row.code:
        return now > 0 ? this.#goAtOnce(Math.max(1, now - 1)) : undefined;
      case cmd.recallMaxLevel.row.code:
        return this.#goAtOnce(maxLevel);
      case cmd.recallMinLevel.row.code:
        return this.#goAtOnce(minLevel);
      case cmd.stepDownAndOff.row.code:
        return this.#goAtOnce(now > minLevel ? now - 1 : 0);
      case cmd.onAndStepUp.row.code:
        return this.#goAtOnce(now === 0 ? minLevel : now + 1);
      case cmd.goToLastActiveLevel.row.code:
        return this.#goTo(this.#lastActive);
    }
  }

  // ---- configuration ----

  #configure(opcode: number): void {
    const { settings, dtr0 } = this;
    const bit = 1 << (opcode & 0x0f);
    switch (opcode & 0xf0) {
      case cmd.setScene.row.code:
        settings.scenes[opcode & 0x0f] = dtr0;
        return;
      case cmd.removeFromScene.row.code:
        settings.scenes[opcode & 0x0f] = MASK;
        return;
      case cmd.addToGroup.row.code:
        settings.groups |= bit;
        return;
      case cmd.removeFromGroup.row.code:
        settings.groups &= ~bit;
        return;
    }
    const clamp = (low: number, high: number) => Math.min(high, Math.max(low, dtr0));
    switch (opcode) {
      case cmd.reset.row.code:
        this.settings = resetValues(this.physicalMinimum);
        this.searchAddress = UNSET;
        this.powerCycleSeen = false;
        return this.#goAtOnce(254);
      case cmd.storeActualLevelInDtr0.row.code:
        this.dtr0 = this.arc;
        return;
      case cmd.setMaxLevel.row.code:
        settings.maxLevel = clamp(settings.minLevel, 254);
        if (this.arc > settings.maxLevel) this.#goAtOnce(settings.maxLevel);
        return;
      case cmd.setMinLevel.row.code:
        settings.minLevel = clamp(this.physicalMinimum, settings.maxLevel);
        if (this.arc > 0 && this.arc < settings.minLevel) this.#goAtOnce(settings.minLevel);
        return;
      case cmd.setSystemFailureLevel.row.code:
        settings.systemFailureLevel = dtr0;
        return;
      case cmd.setPowerOnLevel.row.code:
        settings.powerOnLevel = dtr0;
        return;
      case cmd.setFadeTime.row.code:
        settings.fadeTime = clamp(0, 15);
        return;
      case cmd.setFadeRate.row.code:
        settings.fadeRate = clamp(1, 15);
        return;
      case cmd.setExtendedFadeTime.row.code:
        settings.extendedFadeTime = dtr0 > 0x4f ? 0 : dtr0;
        return;
      case cmd.setShortAddress.row.code:
        return this.#takeAddress(dtr0);
    }
  }

  /** `0AAAAAA1` or MASK; anything else is ignored. */
  #takeAddress(byte: number): void {
    if (byte === MASK) this.shortAddress = NO_ADDRESS;
    else if (byte < 0x80 && byte & 1) this.shortAddress = byte >> 1;
  }

  // ---- queries ----

  #query(opcode: number): number | undefined {
    const { settings } = this;
    const yes = (is: boolean) => (is ? YES : undefined);
    if ((opcode & 0xf0) === cmd.querySceneLevel.row.code) return settings.scenes[opcode & 0x0f];
    switch (opcode) {
      case cmd.queryActualLevel.row.code:
        return this.lampFailure && this.arc > 0 ? MASK : this.arc;
      case cmd.queryStatus.row.code:
        return this.#status();
      case cmd.queryControlGearPresent.row.code:
        return YES;
      case cmd.queryLampFailure.row.code:
        return yes(this.lampFailure);
      case cmd.queryLampPowerOn.row.code:
        return yes(this.light() > 0);
      case cmd.queryLimitError.row.code:
        return yes(this.limitError);
      case cmd.queryResetState.row.code:
        return yes(this.#isReset());
      case cmd.queryMissingShortAddress.row.code:
        return yes(this.shortAddress === null);
      case cmd.queryVersionNumber.row.code:
        return 8; // 2.0: IEC 62386-102:2014
      case cmd.queryContentDtr0.row.code:
        return this.dtr0;
      case cmd.queryContentDtr1.row.code:
        return this.dtr1;
      case cmd.queryContentDtr2.row.code:
        return this.dtr2;
      case cmd.queryDeviceType.row.code:
        return 6; // LED
      case cmd.queryPhysicalMinimum.row.code:
        return this.physicalMinimum;
      case cmd.queryPowerFailure.row.code:
        return yes(this.powerCycleSeen);
      case cmd.queryMaxLevel.row.code:
        return settings.maxLevel;
      case cmd.queryMinLevel.row.code:
        return settings.minLevel;
      case cmd.queryPowerOnLevel.row.code:
        return settings.powerOnLevel;
      case cmd.querySystemFailureLevel.row.code:
        return settings.systemFailureLevel;
      case cmd.queryFadeTimeFadeRate.row.code:
        return (settings.fadeTime << 4) | settings.fadeRate;
      case cmd.queryExtendedFadeTime.row.code:
        return settings.extendedFadeTime;
      case cmd.queryControlGearFailure.row.code:
        return yes(this.gearFailure);
      case cmd.queryGroups0To7.row.code:
        return settings.groups & 0xff;
      case cmd.queryGroups8To15.row.code:
        return settings.groups >> 8;
      case cmd.queryRandomAddressH.row.code:
        return this.randomAddress >> 16;
      case cmd.queryRandomAddressM.row.code:
        return (this.randomAddress >> 8) & 0xff;
      case cmd.queryRandomAddressL.row.code:
        return this.randomAddress & 0xff;
      default:
        return undefined;
    }
  }

  #isReset(): boolean {
    const fresh = resetValues(this.physicalMinimum);
    return JSON.stringify(this.settings) === JSON.stringify(fresh);
  }

  #status(): number {
    const bits = [
      this.gearFailure,
      this.lampFailure,
      this.light() > 0,
      this.limitError,
      fading(this.#fade, this.#now),
      this.#isReset(),
      this.shortAddress === null,
      this.powerCycleSeen,
    ];
    return bits.reduce((byte, set, i) => byte | (set ? 1 << i : 0), 0);
  }

  // ---- addressing ----

  #special(code: number, data: number, again: () => boolean): number | undefined {
    switch (code) {
      case cmd.dtr0.row.code:
        this.dtr0 = data;
        return undefined;
      case cmd.dtr1.row.code:
        this.dtr1 = data;
        return undefined;
      case cmd.dtr2.row.code:
        this.dtr2 = data;
        return undefined;
      case cmd.initialise.row.code:
        if (again()) this.#initialise(data);
        return undefined;
    }
    if (!this.initialised) return undefined;
    const matches = this.randomAddress === this.searchAddress;
    switch (code) {
      case cmd.terminate.row.code:
        this.#initialisedUntil = Number.NEGATIVE_INFINITY;
        this.withdrawn = false;
        return undefined;
      case cmd.randomise.row.code:
        if (again()) this.#randomise();
        return undefined;
      case cmd.compare.row.code:
        return !this.withdrawn && this.randomAddress <= this.searchAddress ? YES : undefined;
      case cmd.withdraw.row.code:
        if (matches) this.withdrawn = true;
        return undefined;
      case cmd.searchAddrH.row.code:
        this.searchAddress = (this.searchAddress & 0x00ffff) | (data << 16);
        return undefined;
      case cmd.searchAddrM.row.code:
        this.searchAddress = (this.searchAddress & 0xff00ff) | (data << 8);
        return undefined;
      case cmd.searchAddrL.row.code:
        this.searchAddress = (this.searchAddress & 0xffff00) | data;
        return undefined;
      case cmd.programShortAddress.row.code:
        if (matches) this.#takeAddress(data);
        return undefined;
      case cmd.verifyShortAddress.row.code:
        return this.shortAddress !== null && data === ((this.shortAddress << 1) | 1) ? YES : undefined;
      case cmd.queryShortAddress.row.code:
        if (!matches) return undefined;
        return this.shortAddress === null ? MASK : (this.shortAddress << 1) | 1;
      default:
        return undefined;
    }
  }

  #initialise(data: number): void {
    const own = this.shortAddress === null ? MASK : (this.shortAddress << 1) | 1;
    if (data !== 0 && data !== own) return;
    this.#initialisedUntil = this.#now + INITIALISED_FOR;
    this.withdrawn = false;
  }

  #randomise(): void {
    const address = Math.floor(this.options.random.next() * UNSET);
    this.#newRandom = { address, from: this.#now + RANDOMISE_TIME };
  }
}
