import {
  type AtxCommand,
  AtxDecoder,
  type AtxLine,
  encodeAtxCommand,
  encodeAtxLine,
} from "../../firmware/gateways/atx-line.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { Heard, SimulatedBus } from "../bus.ts";
import { REPLY_WINDOW } from "../bus-timing.ts";
import { type Made, noTrouble, type Traits, type Twin } from "./kind.ts";
import { SerialEnd } from "./serial-end.ts";

/** ms a byte takes at 19200 baud 8N1. */
const BYTE = 10_000 / 19_200;
/** How long the box tries to send a frame that others spoil, ms. */
const TRIES_FOR = 60;

const traits: Traits = {
  bits24: true,
  priority: false,
  foreign: "forward",
  unpowered: "bus-collision",
  shorted: "bus-collision",
  collided: "bus-collision",
  full: null,
  unfit: null,
  tellsBus: false,
  done: 16,
  silence: 16,
  late: 5,
};
const known = { "spoilt-reply": "x", "dead-bus": "z" };
const otherWay = { "spoilt-reply": "z", "dead-bus": "unknown" };

/** An ATX LED DALI HAT on a simulated bus: reads and writes the lines of the real one, at the pace of its serial line. */
export const atxTwin: Twin = Object.assign(
  (bus: SimulatedBus, made: Made = {}) =>
    (far: ByteStream) =>
      void new AtxBox(bus, far, made),
  {
    models: [
      { name: "", options: {}, is: {}, traits },
      {
        name: "letters known",
        options: known,
        is: known,
        traits: { ...traits, unpowered: "bus-power-lost", shorted: "bus-power-lost" },
      },
      { name: "letters the other way", options: {}, is: otherWay, traits },
    ] as const,
  },
);

class AtxBox {
  readonly #bus: SimulatedBus;
  readonly #end: SerialEnd<AtxCommand>;
  readonly #made: Required<Made>;
  /** Commands it has taken; the first is at work, with so many frames still to come. */
  #busy: (AtxCommand & { left: number }) | undefined;

  constructor(bus: SimulatedBus, far: ByteStream, { is = {}, trouble = noTrouble() }: Made) {
    this.#bus = bus;
    this.#made = { is, trouble };
    this.#end = new SerialEnd({
      bus,
      far,
      byte: BYTE,
      decoder: AtxDecoder.fromHost(),
      take: (command) => this.#request(command),
      heard: (heard) => this.#heard(heard),
      trouble: (kind) => {
        if (kind && this.#busy) this.#finish(this.#busy, { kind: "spoilt", letter: this.#deadLetter });
      },
    });
  }

  get #replyLetter(): "x" | "z" {
    return this.#made.is["spoilt-reply"] === "z" ? "z" : "x";
  }

  get #deadLetter(): "x" | "z" {
    return this.#made.is["dead-bus"] === "x" ? "x" : "z";
  }

  #request(command: AtxCommand): void {
    const ready = this.#end.there(encodeAtxCommand(command).length);
    // it keeps no command
    if (this.#busy) return;
    const { trouble } = this.#made;
    const busy = { ...command, left: command.twice ? 2 : 1 };
    const lost = () => this.#finish(busy, { kind: "spoilt", letter: "x" });
    if (!this.#bus.powered) return this.#say({ kind: "spoilt", letter: this.#deadLetter });
    this.#busy = busy;
    if (trouble.collisions > 0) {
      trouble.collisions--;
      this.#bus.clock.after(TRIES_FOR, "a frame spoilt again and again", lost);
    } else this.#bus.transmit({ ...command, priority: 3, by: this, ready, lost });
  }

  #finish(busy: object, line: AtxLine): void {
    if (this.#busy !== busy) return;
    this.#busy = undefined;
    this.#say(line);
  }

  #heard(heard: Heard): void {
    const busy = this.#busy;
    if (heard.kind === "forward") {
      if (heard.by !== this || !busy) return this.#say({ kind: "heard", frame: heard.frame });
      if (--busy.left > 0) return this.#say({ kind: "none" });
      // with an answer on its way it waits for its end
      if (this.#bus.answerFrom !== undefined) return;
      this.#bus.clock.after(REPLY_WINDOW, "nobody answers", () => this.#finish(busy, { kind: "none" }));
    } else if (busy?.left === 0) {
      const { value } = heard;
      this.#finish(busy, value === null ? { kind: "spoilt", letter: this.#replyLetter } : { kind: "byte", value });
    }
  }

  #say(line: AtxLine): void {
    this.#end.say(encodeAtxLine(line));
  }
}
