import { encodeSci, SCI_LENGTH, SciCommandDecoder, type SciFrame } from "../../firmware/gateways/sci-frame.ts";
import {
  CONTROL,
  decodeCommand,
  encodeStatus,
  type Layout,
  SCI_ERROR,
  type SciCommand,
  type SciStatus,
} from "../../firmware/gateways/sci-message.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { Heard, SimulatedBus } from "../bus.ts";
import { REPLY_WINDOW } from "../bus-timing.ts";
import { type Made, type Model, noTrouble, type Traits, type Twin } from "./kind.ts";
import { SerialEnd } from "./serial-end.ts";

/** ms a byte takes at 38400 baud 8N1. */
const BYTE = 10_000 / 38_400;
/** How long the box tries to send a frame that others spoil, ms. */
const TRIES_FOR = 60;

const traits: Traits = {
  bits24: true,
  priority: false,
  foreign: "all",
  unpowered: "bus-short-circuit",
  shorted: "bus-short-circuit",
  collided: "bus-collision",
  full: null,
  unfit: null,
  tellsBus: false,
  done: 16,
  silence: 16,
  late: 3,
};
const model = (name: string, is: Record<string, string>, options = is, others: Partial<Traits> = {}): Model => ({
  name,
  is,
  options,
  traits: { ...traits, ...others },
});
const oldest = { layout: "low", received: "low", twice: "host", "24-bit": "no" };
const newest = { layout: "high", received: "low", twice: "box", "24-bit": "yes" };
const odd = { layout: "high", received: "high", twice: "host" };

/** A DALI SCI box on a simulated bus: reads and writes the bytes of the real one, at the pace of its serial line. */
export const sciTwin: Twin = Object.assign(
  (bus: SimulatedBus, made: Made = {}) =>
    (far: ByteStream) =>
      void new SciBox(bus, far, made),
  {
    models: [
      model("layout high to be found", odd, { layout: "auto" }),
      model("layout low to be found", oldest, { layout: "auto", "24-bit": "no" }, { bits24: false }),
      model("old", oldest, oldest, { bits24: false }),
      model("new", newest),
    ] as const,
  },
);

class SciBox {
  readonly #bus: SimulatedBus;
  readonly #end: SerialEnd<SciFrame>;
  readonly #made: Required<Made>;
  readonly #layout: Layout;
  readonly #received: Layout;
  #monitor = false;
  /** The command it is at, and how often its frame has still to be on the bus. */
  #busy: (SciCommand & { left: number }) | undefined;

  constructor(bus: SimulatedBus, far: ByteStream, { is = {}, trouble = noTrouble() }: Made) {
    this.#bus = bus;
    this.#made = { is, trouble };
    this.#layout = is["layout"] === "low" ? "low" : "high";
    this.#received = is["received"] === "high" ? "high" : "low";
    this.#end = new SerialEnd({
      bus,
      far,
      byte: BYTE,
      decoder: new SciCommandDecoder(),
      take: (frame) => this.#request(frame),
      heard: (heard) => this.#heard(heard),
      // power that goes while a frame waits takes the frame with it
      trouble: (kind) => {
        if (kind && this.#busy) this.#finish(this.#busy, { kind: "error", code: SCI_ERROR.shortCircuit });
      },
    });
  }

  #request(frame: SciFrame): void {
    const ready = this.#end.there(SCI_LENGTH);
    if (!frame.intact) return this.#error(SCI_ERROR.check);
    this.#monitor = (frame.first & CONTROL.monitor) !== 0;
    if (frame.first & CONTROL.identify) return this.#say({ kind: "ok" });
    // it keeps no command
    if (this.#busy) return;
    const command = decodeCommand(frame, this.#layout);
    const { is, trouble } = this.#made;
    if (!command || (command.frame.bits === 24 && is["24-bit"] === "no")) return this.#error(SCI_ERROR.unknownCommand);
    if (!this.#bus.powered) return this.#error(SCI_ERROR.shortCircuit);
    const twice = command.twice && is["twice"] === "box";
    const busy = { ...command, left: twice ? 2 : 1 };
    this.#busy = busy;
    const lost = () => this.#finish(busy, { kind: "error", code: SCI_ERROR.collision });
    if (trouble.collisions > 0) {
      trouble.collisions--;
      this.#bus.clock.after(TRIES_FOR, "a frame spoilt again and again", lost);
    } else this.#bus.transmit({ frame: command.frame, priority: 3, twice, by: this, ready, lost });
  }

  #finish(busy: object, status: SciStatus): void {
    if (this.#busy !== busy) return;
    this.#busy = undefined;
    this.#say(status);
  }

  #heard(heard: Heard): void {
    const busy = this.#busy;
    if (heard.kind === "forward") {
      if (heard.by !== this || !busy) return this.#monitored({ kind: "frame", ...heard.frame });
      if (--busy.left > 0) return;
      if (busy.echo) return this.#finish(busy, { kind: "frame", ...busy.frame });
      // with an answer on its way it waits for its end
      if (this.#bus.answerFrom !== undefined) return;
      this.#bus.clock.after(REPLY_WINDOW, "nobody answers", () => this.#finish(busy, { kind: "no" }));
      return;
    }
    const status: SciStatus =
      heard.value === null ? { kind: "error", code: SCI_ERROR.reception } : { kind: "byte", value: heard.value };
    if (busy?.left === 0) this.#finish(busy, status);
    else this.#monitored(status);
  }

  #monitored(status: SciStatus): void {
    if (this.#monitor) this.#say(status);
  }

  #error(code: number): void {
    this.#say({ kind: "error", code });
  }

  #say(status: SciStatus): void {
    const { first, data } = encodeStatus(status, this.#received);
    this.#end.say(encodeSci(first, data));
  }
}
