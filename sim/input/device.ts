import { MASK } from "../../firmware/dali/command.ts";
import { type DeviceAddress, decodeDevice } from "../../firmware/dali/device-frame.ts";
import type { ForwardFrame, GearFrame } from "../../firmware/dali/frame.ts";
import type { Priority } from "../../firmware/dali/gateway.ts";
import type { Random } from "../../firmware/hal/random.ts";
import type { BusDevice, SimulatedBus } from "../bus.ts";
import { type ReplyTiming, replyDelay } from "../bus-timing.ts";
import { Nvm } from "../nvm.ts";
import { type SearchOptions, SearchTarget, UNSET } from "../search-target.ts";
import { deviceCommand } from "./device-commands.ts";
import { devicePair, deviceSpecial } from "./device-special.ts";
import { Instance } from "./instance.ts";
import type { Sensor } from "./sensor.ts";

export interface InputDeviceOptions extends SearchOptions {
  readonly random: Random;
  /** 0..63; null or absent: none yet. */
  readonly address?: number | null;
  /** Its inputs in the order of their instance numbers, at most 32. */
  readonly sensors: readonly Sensor[];
  readonly randomAddress?: number;
  /** Absent: `jitter`. */
  readonly reply?: ReplyTiming;
  /** ms until what was set outlives the end of the bus power; absent: 300. */
  readonly nvmDelay?: number;
}

const TWICE_WITHIN = 94;
const MOST_INSTANCES = 32;

/**
 * An input device of IEC 62386-103 on a simulated bus, fed by it: hears 24-bit frames, and sends events as a master of its own.
 * It puts itself on the bus.
 */
export class InputDevice implements BusDevice {
  /** Kept without power. */
  shortAddress: number | null;
  readonly kept = { randomAddress: UNSET, groups: 0 };
  readonly nvm: Nvm;
  readonly search: SearchTarget;
  readonly instances: readonly Instance[];
  /** Lost without power. */
  dtr0 = 0;
  dtr1 = 0;
  dtr2 = 0;
  powerCycleSeen = false;
  quietUntil = Number.NEGATIVE_INFINITY;
  readonly #bus: SimulatedBus;
  readonly #reply: ReplyTiming;
  #off = false;
  /** When the bus last went without power. */
  #lostAt = Number.NEGATIVE_INFINITY;
  #first: { readonly data: number; readonly end: number } | undefined;
  #carried: { readonly data: number; readonly end: number } | undefined;
  #heard = { data: 0, start: 0, end: 0 };
  /** Whether it was already asked if the frame was the second: all its instances have one answer. */
  #second: boolean | undefined;

  /** Throws TypeError for more than 32 sensors. */
  constructor(bus: SimulatedBus, options: InputDeviceOptions) {
    if (options.sensors.length > MOST_INSTANCES) {
      throw new TypeError(`sensors are ${options.sensors.length}: allowed up to ${MOST_INSTANCES}`);
    }
    this.#bus = bus;
    this.#reply = options.reply ?? "jitter";
    this.shortAddress = options.address ?? null;
    this.kept.randomAddress = options.randomAddress ?? UNSET;
    const now = () => this.now;
    this.nvm = new Nvm(now, options.nvmDelay ?? 300);
    this.search = new SearchTarget(now, options.random, this.nvm, this.kept, options);
    this.instances = options.sensors.map((sensor, number) => new Instance(number, sensor));
    bus.add(this);
    bus.onTrouble((trouble) => {
      if (trouble === null && this.#off) this.#powerUp();
      if (trouble !== null && !this.#off) this.#lostAt = this.now;
    });
    this.#start();
  }

  get now(): number {
    return this.#bus.clock.monotonic();
  }

  get groups(): number {
    return this.kept.groups;
  }

  get quiescent(): boolean {
    return this.now < this.quietUntil;
  }

  /** 0 to 63, or MASK to have none; anything else is ignored. */
  takeShortAddress(address: number): void {
    if (address === MASK) this.nvm.set(this, "shortAddress", null);
    else if (address < 64) this.nvm.set(this, "shortAddress", address);
  }

  /** Whether the frame just heard is the second of two equal ones in time, nothing between; else it may become the first. */
  again(): boolean {
    if (this.#second !== undefined) return this.#second;
    const { data, start, end } = this.#heard;
    const first = this.#carried;
    this.#second = first?.data === data && start - first.end <= TWICE_WITHIN;
    if (!this.#second) this.#first = { data, end };
    return this.#second;
  }

  // ---- power: it lives on the bus ----

  systemFailure(): void {
    this.#off = true;
    for (const { sensor } of this.instances) sensor.stop();
    this.nvm.powerLost(this.#lostAt);
  }

  #powerUp(): void {
    this.#off = false;
    Object.assign(this, { dtr0: 0, dtr1: 0, dtr2: 0, powerCycleSeen: true, quietUntil: Number.NEGATIVE_INFINITY });
    this.search.powerCycle();
    this.#first = undefined;
    this.#start();
  }

  #start(): void {
    for (const instance of this.instances) instance.start(this, (frame, priority) => this.#send(frame, priority));
  }

  #send(frame: ForwardFrame, priority: Priority): void {
    if (!this.quiescent) this.#bus.transmit({ frame, priority, twice: false, by: this, foreign: true });
  }

  // ---- frames ----

  replyAfter(random: Random): number {
    return replyDelay(this.#reply, random);
  }

  hear(frame: ForwardFrame, _gear: GearFrame | undefined, start: number, end: number): number | undefined {
    this.#carried = this.#first;
    this.#first = undefined;
    this.#second = undefined;
    if (frame.bits !== 24 || this.#off) return undefined;
    this.#heard = { data: frame.data, start, end };
    const said = decodeDevice(frame.data);
    switch (said.kind) {
      case "command":
        return this.#meant(said.to) ? deviceCommand(this, said.opcode) : undefined;
      case "instance-command": {
        if (!this.#meant(said.to)) return undefined;
        const answers = this.instances.flatMap((one) =>
          one.meant(said.instance) ? (one.command(this, said.opcode) ?? []) : [],
        );
        // one device has one voice: several instances that would answer give the first one's
        return answers[0];
      }
      case "special":
        return deviceSpecial(this, said.code, said.data);
      case "pair":
        return void devicePair(this, said.code, said.first, said.second);
      case "reserved":
        return undefined;
    }
  }

  #meant(to: DeviceAddress): boolean {
    switch (to.kind) {
      case "device":
        return to.address === this.shortAddress;
      case "device-group":
        return ((this.groups >>> to.group) & 1) === 1;
      case "all-devices":
        return true;
      case "unaddressed-devices":
        return this.shortAddress === null;
    }
  }
}
