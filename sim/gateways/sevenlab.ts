import {
  CommandDecoder,
  encodeMessage,
  type SevenLabCommand,
  type SevenLabMessage,
  STATUS,
} from "../../firmware/gateways/sevenlab-message.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { Heard, SimulatedBus } from "../bus.ts";
import { type Made, noTrouble, type Traits, type Twin } from "./kind.ts";
import { SerialEnd } from "./serial-end.ts";

/** ms a byte takes at 500000 baud 8N1. */
const BYTE = 10_000 / 500_000;
/** A frame is reported when its stop condition is over, ms after its last bit. */
const STOP = 2.4;
/** So long after a query's frame nobody has begun to answer, ms. */
const NO_ANSWER = 13.4;
/** The bus low for so long is a failure, ms. */
const FAILURE = 500;

const traits: Traits = {
  bits24: true,
  priority: true,
  foreign: "all",
  unpowered: "bus-power-lost",
  shorted: "bus-power-lost",
  collided: "bus-collision",
  full: "gateway-full",
  unfit: null,
  tellsBus: true,
  done: 4,
  silence: 16,
  late: 2,
};

/** A SevenLab dali_usb_lpc1114 on a simulated bus. It plays no gear there: `Y` and `I` it says it cannot process. */
export const sevenlabTwin: Twin = Object.assign(
  (bus: SimulatedBus, made: Made = {}) =>
    (far: ByteStream) =>
      void new SevenLabTwin(bus, far, made),
  { models: [{ name: "", options: {}, is: {}, traits }] as const },
);

/** Marks a frame on the bus as sent by this box. */
interface Ours {
  readonly box: SevenLabTwin;
  readonly query: boolean;
}

class SevenLabTwin {
  readonly #bus: SimulatedBus;
  readonly #end: SerialEnd<SevenLabCommand | null>;
  readonly #made: Required<Made>;
  #failing = () => {};
  #failed = false;
  /** When the last backward frame was over. */
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(bus: SimulatedBus, far: ByteStream, { is = {}, trouble = noTrouble() }: Made) {
    this.#bus = bus;
    this.#made = { is, trouble };
    this.#end = new SerialEnd({
      bus,
      far,
      byte: BYTE,
      decoder: new CommandDecoder(),
      take: (command) => this.#command(command),
      heard: (heard) => this.#heard(heard),
      trouble: (kind) => this.#trouble(kind !== null),
    });
  }

  #command(command: SevenLabCommand | null): void {
    switch (command?.kind) {
      case "information":
        this.#say({ kind: "title" });
        return this.#say({ kind: "version", version: "3.6.1" });
      case "query":
      case "send": {
        const { trouble } = this.#made;
        if (trouble.full) return this.#status(STATUS.queueFull);
        const lost = () => this.#status(STATUS.collisionLoopback, true);
        if (trouble.collisions > 0) {
          trouble.collisions--;
          return lost();
        }
        const { frame, priority } = command;
        const by: Ours = { box: this, query: command.kind === "query" };
        const twice = command.kind === "send" && command.twice;
        this.#bus.transmit({ frame, priority, twice, by, ready: this.#end.there(11), lost });
        return;
      }
      case "backward":
      case "corrupt":
        return this.#status(STATUS.cannotProcess);
      case undefined:
        return this.#status(STATUS.badCommand);
    }
  }

  #heard(heard: Heard): void {
    const tick = Math.floor(heard.start);
    if (heard.kind === "backward") this.#answeredAt = heard.end;
    this.#bus.clock.after(STOP, "SevenLab stop condition", () => {
      if (heard.kind === "forward") {
        const { frame, by } = heard;
        return this.#say({ kind: "frame", tick, loopback: this.#ours(by) !== undefined, ...frame });
      }
      const { value } = heard;
      if (value === null)
        return this.#say({ kind: "status", tick, loopback: false, status: STATUS.badDataBit, data: 0 });
      this.#say({ kind: "frame", tick, loopback: false, bits: 8, data: value });
    });
    if (heard.kind === "backward" || !this.#ours(heard.by)?.query) return;
    this.#bus.clock.after(NO_ANSWER, "SevenLab time-out of a query", () => {
      if (this.#bus.answerFrom === undefined && this.#answeredAt < heard.end) this.#status(STATUS.timeout);
    });
  }

  #ours(by: object | undefined): Ours | undefined {
    return by !== undefined && "box" in by && by.box === this ? (by as Ours) : undefined;
  }

  #trouble(low: boolean): void {
    this.#failing();
    if (low) {
      this.#failing = this.#bus.clock.after(FAILURE, "SevenLab bus failure", () => {
        this.#failed = true;
        this.#status(STATUS.busLow);
      });
    } else if (this.#failed) {
      this.#failed = false;
      this.#status(STATUS.recovered);
    }
  }

  #status(status: number, loopback = false): void {
    this.#say({ kind: "status", tick: Math.floor(this.#bus.clock.monotonic()), loopback, status, data: 0 });
  }

  #say(message: SevenLabMessage): void {
    this.#end.say(encodeMessage(message));
  }
}
