import { wireTime } from "../../firmware/dali/frame.ts";
import { decodeCommand, encodeStatus, LW14 } from "../../firmware/gateways/lw14-registers.ts";
import type { Heard, SimulatedBus } from "../bus.ts";
import type { I2cTwin, Made, Traits } from "../gateways/kind.ts";
import type { SimulatedChip } from "./chip.ts";

/** How long an answer counts as valid after the chip's own frame: 22 Te, ms to its beginning. */
const TIMEFRAME = 22 / 2.4;
/** `LW14`, and a version of our own choice: what a real one says is not verified. */
const SIGNATURE = Uint8Array.of(0x4c, 0x57, 0x31, 0x34, 1, 0);
/** How it settles: the chip knows no priorities. */
const PRIORITY = 3;
const NOTHING = { overrun: false, frameError: false, valid: false };

const traits: Traits = {
  bits24: true,
  priority: false,
  foreign: "all",
  unpowered: "bus-power-lost",
  shorted: "bus-power-lost",
  collided: null,
  full: null,
  unfit: null,
  tellsBus: true,
  // a look each 2 ms
  done: 2,
  silence: 29,
  late: 10,
};

/**
 * A LED-Warrior14 on a simulated bus and on I2C. What it received last is kept until it is read, and the next overwrites it. Whether
 * a real one receives its own frames, too, is not verified: `echo: yes` does.
 */
export class SimulatedLw14 implements SimulatedChip {
  readonly #bus: SimulatedBus;
  readonly #echo: boolean;
  #register: number = LW14.status;
  /** Marks its frame on the bus; undefined when nothing is to be sent. */
  #sending: object | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;
  #received: readonly number[] = [];
  #flags = NOTHING;

  constructor(bus: SimulatedBus, { is = {} }: Made = {}) {
    this.#bus = bus;
    this.#echo = is["echo"] === "yes";
    bus.onFrame((heard) => this.#heard(heard));
    bus.onTrouble(() => {
      this.#sending = undefined;
    });
  }

  write(bytes: Uint8Array): void {
    const frame = decodeCommand(bytes);
    this.#register = frame ? LW14.status : (bytes[0] ?? LW14.status);
    if (!frame || this.#sending || !this.#bus.powered) return;
    this.#forget();
    this.#sending = {};
    this.#bus.transmit({ frame, priority: PRIORITY, twice: false, by: this.#sending });
  }

  read(count: number): Uint8Array {
    const bytes = this.#content();
    if (this.#register === LW14.command) this.#forget();
    this.#register = LW14.status;
    return Uint8Array.from({ length: count }, (_, i) => bytes[i] ?? 0xff);
  }

  powerCycle(): void {
    this.#register = LW14.status;
    this.#sending = undefined;
    this.#forget();
  }

  #content(): ArrayLike<number> {
    switch (this.#register) {
      case LW14.status:
        return [this.#status()];
      case LW14.command:
        return this.#received;
      case LW14.signature:
        return SIGNATURE;
      default:
        return [];
    }
  }

  #status(): number {
    return encodeStatus({
      ...this.#flags,
      fault: !this.#bus.powered,
      busy: this.#sending !== undefined,
      timeframe: this.#bus.clock.monotonic() - this.#sentAt < TIMEFRAME,
      received: this.#received.length as 0 | 1 | 2 | 3,
    });
  }

  #forget(): void {
    this.#received = [];
    this.#flags = NOTHING;
  }

  #heard(heard: Heard): void {
    if (heard.kind === "forward") {
      const { frame, by, end } = heard;
      const own = by !== undefined && by === this.#sending;
      if (!own || this.#echo) this.#receive(frame.bits, frame.data, false);
      if (!own) return;
      this.#sending = undefined;
      this.#sentAt = end;
    } else if (heard.value === null) this.#flags = { ...this.#flags, frameError: true };
    else this.#receive(8, heard.value, heard.end - wireTime(8) - this.#sentAt < TIMEFRAME);
  }

  #receive(bits: number, data: number, valid: boolean): void {
    const overrun = this.#flags.overrun || this.#received.length > 0;
    this.#flags = { ...this.#flags, overrun, valid };
    this.#received = Array.from({ length: bits / 8 }, (_, i) => (data >> (bits - 8 - 8 * i)) & 0xff);
  }
}

export const lw14Twin: I2cTwin = Object.assign((bus: SimulatedBus, made?: Made) => new SimulatedLw14(bus, made), {
  models: [
    { name: "", options: {}, is: { echo: "no" }, traits },
    { name: "hears itself", options: {}, is: { echo: "yes" }, traits },
  ] as const,
});
