/** Longer than most files: the state of a gear is one thing, and what its parts share is here. */
import type { Level, Watts } from "../../controllers/units.ts";
import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import type { ForwardFrame, GearAddress, GearFrame } from "../../firmware/dali/frame.ts";
import type { Random } from "../../firmware/hal/random.ts";
import type { BusDevice } from "../bus.ts";
import { replyDelay } from "../bus-timing.ts";
import { Nvm } from "../nvm.ts";
import { SearchTarget, UNSET } from "../search-target.ts";
import { special } from "./addressing.ts";
import { ArcPower } from "./arc.ts";
import { Colour } from "./colour.ts";
import { configure } from "./configuration.ts";
import { deviceTypesOf, typeCommand } from "./device-types.ts";
import { type GearFaults, misses, NO_FAULTS, powerFactor, type Suffering } from "./faults.ts";
import { type LampState, lightAt, powerAt } from "./lamp.ts";
import { levelCommand } from "./level-commands.ts";
import { Memory } from "./memory.ts";
import { Meter } from "./meter.ts";
import type { GearOptions } from "./options.ts";
import { query } from "./queries.ts";
import { resetValues, type Settings } from "./settings.ts";

const TWICE_WITHIN = 94;
const IDENTIFIED_FOR = 10_000;
const NEVER = { from: Number.NEGATIVE_INFINITY, until: Number.NEGATIVE_INFINITY };

/** Commands after which memory may still be written (IEC 62386-102 9.10.5). */
const KEEPS_WRITING: ReadonlySet<number> = new Set(
  [cmd.enableWriteMemory, cmd.queryContentDtr0, cmd.queryContentDtr1, cmd.queryContentDtr2].map(({ row }) => row.code),
);

/** Instructions that let the blinking of IDENTIFY DEVICE go on; questions do, too. */
const KEEPS_IDENTIFYING: ReadonlySet<number> = new Set(
  [cmd.identifyDevice, cmd.recallMaxLevel, cmd.recallMinLevel].map(({ row }) => row.code),
);

/** What a frame leaves to the very next one: nothing lasts longer. */
interface Carry {
  /** The first of a frame that is to be sent twice. */
  first?: { readonly data: number; readonly end: number; readonly type: number | undefined };
  /** ENABLE DEVICE TYPE named it. */
  type?: number;
  /** Which of its device types QUERY NEXT DEVICE TYPE tells. */
  nextType?: number | undefined;
}

/**
 * Control gear of IEC 62386-102 on a wire: its variables, and who of its parts does a command. What it gives and draws
 * follows from its level and its faults at the time it is asked: no timer runs.
 */
export class Gear implements BusDevice {
  readonly options: GearOptions;
  readonly physicalMinimum: number;
  readonly version: number;
  readonly deviceTypes: readonly number[];
  readonly operatingModes: readonly number[];
  /** Kept without mains. */
  shortAddress: number | null;
  readonly settings: Settings;
  readonly nvm: Nvm;
  readonly memory: Memory;
  readonly colour: Colour | undefined;
  readonly arcPower: ArcPower;
  /** Lost without mains. */
  dtr0 = 0;
  dtr1 = 0;
  dtr2 = 0;
  readonly search: SearchTarget;
  powerCycleSeen = false;
  /** From the frame before this one, and for the one after it. */
  carried: Carry = {};
  carry: Carry = {};
  /** The answer it is about to give comes too late. */
  late = false;
  /** DT6: when the reference measurement of the load is done; Infinity: none was made. */
  referenceAt = Number.POSITIVE_INFINITY;
  readonly #meter: Meter | undefined;
  #faults: Suffering = { ...NO_FAULTS, since: 0 };
  #identify = NEVER;
  #dark = false;
  #lightFrom = Number.NEGATIVE_INFINITY;
  /** The frame that is being heard. */
  #heard: { data: number; start: number; end: number; type?: number } = { data: 0, start: 0, end: 0 };

  constructor(options: GearOptions) {
    this.options = options;
    const now = () => this.now;
    this.physicalMinimum = options.physicalMinimum ?? 1;
    this.version = options.version ?? 8;
    this.deviceTypes = deviceTypesOf(options);
    this.operatingModes = [0, ...(options.operatingModes ?? [])];
    this.shortAddress = options.address ?? null;
    this.settings = resetValues(this.physicalMinimum);
    this.settings.randomAddress = options.randomAddress ?? UNSET;
    this.settings.dimmingCurve = options.curve === "linear" ? 1 : 0;
    this.nvm = new Nvm(now, options.nvmDelay ?? 300);
    this.search = new SearchTarget(now, options.random, this.nvm, this.settings, options);
    this.#meter = options.memory && new Meter(options.power, options.memory, this.now);
    const changing = () => this.#catchUp();
    this.arcPower = new ArcPower(this.settings, now, changing);
    this.colour = options.colour && new Colour(this, options.colour);
    this.memory = new Memory(this, this.#meter, options.memory);
    this.arcPower.atOnce(this.settings.powerOnLevel);
  }

  get now(): number {
    return this.options.clock.monotonic();
  }

  /** The arc power level now, 0..254, as the gear believes it. */
  get arc(): number {
    return this.arcPower.level;
  }

  get limitError(): boolean {
    return this.arcPower.limitError;
  }

  get randomAddress(): number {
    return this.search.randomAddress;
  }

  get initialised(): boolean {
    return this.search.initialised;
  }

  // ---- faults ----

  get faults(): Suffering {
    return this.#faults;
  }

  /** Makes these faults as they are given, from now on; the others stay. `suffer(NO_FAULTS)` repairs all. */
  suffer(faults: Partial<GearFaults>): void {
    this.#catchUp();
    this.#faults = { ...this.#faults, ...faults, since: this.now };
  }

  get lampFailure(): boolean {
    return this.#faults.lamp !== null;
  }

  set lampFailure(failed: boolean) {
    this.suffer({ lamp: failed ? "open" : null });
  }

  get gearFailure(): boolean {
    return this.#faults.gearFailure;
  }

  set gearFailure(gearFailure: boolean) {
    this.suffer({ gearFailure });
  }

  get mute(): boolean {
    return this.#faults.mute;
  }

  set mute(mute: boolean) {
    this.suffer({ mute });
  }

  // ---- light ----

  /** Real light now, fades and failures included. */
  light(): Level {
    return lightAt(this.lamp(), this.now);
  }

  /** Electrical power now: in proportion to the light, and a little to stay awake. */
  power(): Watts {
    return powerAt(this.lamp(), this.now);
  }

  /** What the lamp draws against what it should, 1 where all is right. */
  load(): number {
    return powerFactor(this.#faults, this.now);
  }

  lamp(): LampState {
    const { minLevel, maxLevel, dimmingCurve } = this.settings;
    return {
      fade: this.arcPower.fade,
      faults: this.#faults,
      dark: this.#dark,
      lightFrom: this.#lightFrom,
      identify: this.#identify,
      minLevel,
      maxLevel,
      dimmingCurve,
      power: this.options.power,
    };
  }

  /** Energy Wh drawn since it was made; 0 without memory banks. */
  energy(): number {
    this.#catchUp();
    return this.#meter?.energy ?? 0;
  }

  #catchUp(): void {
    this.#meter?.advance(this.lamp(), this.now);
  }

  /** To a level with the fade time, the colour with it where it was told so; MASK stops a fade. */
  goTo(wanted: number): void {
    this.powerCycleSeen = false;
    this.colour?.withLevel(this.arcPower.fadeTime);
    this.arcPower.to(wanted);
  }

  identify(): void {
    this.#catchUp();
    this.#identify = { from: this.now, until: this.now + IDENTIFIED_FOR };
  }

  endIdentify(): void {
    if (this.now >= this.#identify.until) return;
    this.#catchUp();
    this.#identify = NEVER;
  }

  /** Before its settings that decide the light are changed by one of its parts. */
  changing(): void {
    this.#catchUp();
  }

  // ---- power ----

  /** Mains on or off. On: it boots, then goes to its power on level; what it held in volatile memory is gone. */
  setMains(on: boolean): void {
    if (on !== this.#dark) return;
    this.#catchUp();
    const before = this.arc;
    this.#dark = !on;
    if (!on) {
      this.arcPower.stop();
      this.nvm.powerLost();
      return;
    }
    Object.assign(this, { dtr0: 0, dtr1: 0, dtr2: 0, powerCycleSeen: true, carry: {} });
    this.search.powerCycle();
    this.#identify = NEVER;
    this.memory.powerCycle();
    this.colour?.powerCycle();
    this.#meter?.started();
    this.#lightFrom = this.now + (this.options.bootTime ?? 500);
    this.arcPower.atOnce(this.settings.powerOnLevel === MASK ? before : this.settings.powerOnLevel);
  }

  systemFailure(): void {
    if (this.#dark || this.settings.systemFailureLevel === MASK) return;
    this.arcPower.atOnce(this.settings.systemFailureLevel);
  }

  // ---- frames ----

  replyAfter(random: Random): number {
    return replyDelay(this.options.reply ?? "jitter", random, this.late);
  }

  hear(frame: ForwardFrame, gear: GearFrame | undefined, start: number, end: number): number | undefined {
    this.carried = this.carry;
    this.carry = {};
    this.late = false;
    if (!gear || this.#faults.mute || this.#dark || end < this.#lightFrom) return undefined;
    this.#heard = { data: frame.data, start, end };
    const answer = this.#obey(gear);
    return answer !== undefined && misses(this.#faults, this.options.random) ? undefined : answer;
  }

  /** Whether the frame just heard is the second of two equal ones in time, nothing between; else it may become the first. */
  again(): boolean {
    const { data, start, end, type } = this.#heard;
    const { first } = this.carried;
    if (first?.data === data && start - first.end <= TWICE_WITHIN) return true;
    this.carry.first = { data, end, type };
    return false;
  }

  #obey(gear: GearFrame): number | undefined {
    switch (gear.kind) {
      case "arc":
        if (this.#meant(gear.to)) this.#direct(gear.level);
        return undefined;
      case "command":
        return this.#meant(gear.to) ? this.#command(gear.opcode) : undefined;
      case "special":
        return special(this, gear.code, gear.data);
      case "reserved":
        return undefined;
    }
  }

  #command(opcode: number): number | undefined {
    if (!KEEPS_WRITING.has(opcode)) this.memory.endWrite();
    if (opcode < 0x90 && !KEEPS_IDENTIFYING.has(opcode)) this.endIdentify();
    if (opcode < 0x20) return void levelCommand(this, opcode);
    if (opcode < 0x90) return void (this.again() && configure(this, opcode));
    if (opcode < 0xe0) return query(this, opcode);
    const { first, type = first?.data === this.#heard.data ? first.type : undefined } = this.carried;
    if (type === undefined) return undefined;
    this.#heard.type = type;
    return typeCommand(this, type, opcode);
  }

  #direct(level: number): void {
    this.powerCycleSeen = false;
    this.memory.endWrite();
    this.endIdentify();
    this.colour?.withLevel(this.arcPower.fadeTime);
    this.arcPower.direct(level);
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
}
