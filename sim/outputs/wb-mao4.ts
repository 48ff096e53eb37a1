import type { ModbusReply, ModbusRequest, ReadTable } from "../../firmware/modbus/pdu.ts";
import { MAO4, ownMillivolts } from "../../firmware/outputs/wb-mao4-registers.ts";
import type { VirtualClock } from "../clock.ts";
import { type ModbusSlave, registerSlave } from "../modbus.ts";

const THINKS = 2;
const DEFAULT_SAFETY_S = 10;
const [ACTION_NONE, ACTION_OFF, ACTION_ON] = [0, 1, 2];

/** A WB-MAO4 as a unit on a Modbus line, with the safety mode and the power-up behaviour of firmware 2.5.0 and later. */
export class SimulatedMao4 implements ModbusSlave {
  readonly thinks = THINKS;
  onVolts: (channel: number, volts: number) => void = () => {};
  /** Settings written since it was made: it keeps them in a memory that wears. */
  wear = 0;
  readonly #clock: VirtualClock;
  readonly #registers: ModbusSlave;
  /** What it keeps over a power cut. */
  readonly #settings = new Map<number, number>([
    [MAO4.mode, MAO4.analogue],
    [MAO4.safetySeconds, DEFAULT_SAFETY_S],
  ]);
  readonly #millivolts = new Array<number>(MAO4.channels).fill(0);
  readonly #on = new Array<boolean>(MAO4.channels).fill(false);
  #unheard = () => {};

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    for (let channel = 0; channel < MAO4.channels; channel++) {
      for (const register of [MAO4.safetyAction, MAO4.powerUpAction]) this.#settings.set(register + channel, 0);
      for (const register of [MAO4.safetyLevel, MAO4.powerUpLevel]) this.#settings.set(register + channel, 50);
      this.#settings.set(MAO4.atOne + channel, 100);
      this.#settings.set(MAO4.atHundred + channel, 10_000);
    }
    this.#registers = registerSlave(
      { read: (table, at) => this.#read(table, at), write: (at, value) => this.#write(at, value) },
      THINKS,
    );
  }

  /** What a channel gives; 0 for one it has not, and as PWM, which is no voltage. */
  volts(channel: number): number {
    if (!this.#on[channel] || this.#settings.get(MAO4.mode) !== MAO4.analogue) return 0;
    return (this.#millivolts[channel] ?? 0) / 1000;
  }

  answer(request: ModbusRequest): ModbusReply | null {
    this.#unheard();
    const seconds = this.#settings.get(MAO4.safetySeconds) ?? DEFAULT_SAFETY_S;
    this.#unheard = this.#clock.after(seconds * 1000, "simulated safety mode", () => {
      for (let channel = 0; channel < MAO4.channels; channel++)
        this.#act(channel, this.#settings.get(MAO4.safetyAction + channel), MAO4.safetyLevel);
    });
    return this.#registers.answer(request);
  }

  powerCycle(): void {
    this.#unheard();
    for (let channel = 0; channel < MAO4.channels; channel++) {
      const action = this.#settings.get(MAO4.powerUpAction + channel);
      // 0 is off here, 1 as before.
      this.#act(channel, action === 0 ? ACTION_OFF : action === 1 ? ACTION_NONE : action, MAO4.powerUpLevel);
    }
  }

  #act(channel: number, action: number | undefined, levels: number): void {
    if (action === ACTION_NONE) return;
    this.#change(channel, () => {
      this.#on[channel] = action !== ACTION_OFF;
      if (action === ACTION_OFF || action === ACTION_ON) return;
      const own = (register: number) => this.#settings.get(register + channel) ?? 0;
      this.#millivolts[channel] = ownMillivolts(own(levels), own(MAO4.atOne), own(MAO4.atHundred));
    });
  }

  #read(table: ReadTable, at: number): number | boolean | undefined {
    if (table === "coils") return this.#on[at - MAO4.on];
    if (table !== "holding-registers") return undefined;
    return this.#millivolts[at - MAO4.millivolts] ?? this.#settings.get(at);
  }

  #write(at: number, value: number | boolean): boolean {
    if (typeof value === "boolean") {
      const channel = at - MAO4.on;
      if (this.#on[channel] === undefined) return false;
      this.#change(channel, () => {
        this.#on[channel] = value;
      });
      return true;
    }
    const channel = at - MAO4.millivolts;
    if (this.#millivolts[channel] !== undefined) {
      if (value > 10_000) return false;
      this.#change(channel, () => {
        this.#millivolts[channel] = value;
      });
      return true;
    }
    if (!this.#settings.has(at)) return false;
    this.#settings.set(at, value);
    this.wear++;
    return true;
  }

  #change(channel: number, change: () => void): void {
    const before = this.volts(channel);
    change();
    if (this.volts(channel) !== before) this.onVolts(channel, this.volts(channel));
  }
}
