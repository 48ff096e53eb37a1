import { encodeFoxtron, FoxtronDecoder } from "../../firmware/gateways/foxtron-frame.ts";
import {
  decodeFromHost,
  encodeFromBox,
  type FromBox,
  ITEM,
  POWER,
  SPECIALS,
} from "../../firmware/gateways/foxtron-message.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { Heard, SimulatedBus } from "../bus.ts";
import { REPLY_WINDOW } from "../bus-timing.ts";
import { type Made, noTrouble, type Traits, type Twin } from "./kind.ts";
import { SerialEnd } from "./serial-end.ts";

/** ms a byte takes at 19200 baud 8E1. */
const BYTE = 11_000 / 19_200;
/** Messages it keeps for the bus. */
const QUEUE = 16;
const VALUES: Readonly<Record<number, number>> = {
  [ITEM.serial]: 4711,
  [ITEM.firmware]: 0x0406,
  [ITEM.hardware]: 0x0201,
};
/** Result of a write that is not possible. */
const READ_ONLY = 1;

const traits: Traits = {
  bits24: true,
  // it does, but a host at 19200 baud hands over its next frame when any settling time is over
  priority: false,
  foreign: "all",
  unpowered: "bus-power-lost",
  shorted: "bus-power-lost",
  collided: null,
  full: "gateway-full",
  unfit: "gateway-fault",
  tellsBus: true,
  // 12.4 ms in which an answer may begin, and 14 bytes
  done: 21,
  silence: 21,
  late: 20,
};

/** A Foxtron DALI232 on a simulated bus. `answers: each` is a model that answers both frames of a command sent twice. */
export const foxtronTwin: Twin = Object.assign(
  (bus: SimulatedBus, made: Made = {}) =>
    (far: ByteStream) =>
      void new FoxtronBox(bus, far, made),
  {
    models: [
      { name: "", options: {}, is: { answers: "once" }, traits },
      { name: "answers each frame", options: {}, is: { answers: "each" }, traits },
    ] as const,
  },
);

/** A frame of the host on its way to the bus. */
interface Ours {
  readonly box: FoxtronBox;
  unsent: number;
  readonly withdraw: () => void;
}

class FoxtronBox {
  readonly #bus: SimulatedBus;
  readonly #end: SerialEnd<Uint8Array>;
  readonly #made: Required<Made>;
  readonly #queue = new Set<Ours>();
  /** The forward frame that may still be answered. */
  #open:
    | { readonly bits: number; readonly data: number; readonly own: boolean; readonly callOff: () => void }
    | undefined;

  constructor(bus: SimulatedBus, far: ByteStream, { is = {}, trouble = noTrouble() }: Made) {
    this.#bus = bus;
    this.#made = { is, trouble };
    const decoder = new FoxtronDecoder();
    this.#end = new SerialEnd({
      bus,
      far,
      byte: BYTE,
      decoder: {
        push: (bytes) => {
          const before = decoder.spoilt;
          const found = decoder.push(bytes);
          if (decoder.spoilt > before) this.#say({ kind: "special", code: SPECIALS.checksum });
          return found;
        },
        flush: () => decoder.flush(),
        get waiting() {
          return decoder.waiting;
        },
        get discarded() {
          return decoder.discarded;
        },
      },
      take: (payload) => this.#request(payload),
      heard: (heard) => this.#heard(heard),
      trouble: () => {
        this.#queue.clear();
        this.#say({ kind: "special", code: this.#power });
      },
    });
  }

  get #power(): number {
    if (!this.#bus.powered) return POWER.lost;
    return this.#made.trouble.unfit ? POWER.badSupply : POWER.good;
  }

  #request(payload: Uint8Array): void {
    const there = this.#end.there(2 * payload.length + 4);
    const request = decodeFromHost(payload);
    switch (request?.kind) {
      case "read": {
        const { item } = request;
        const value = item === ITEM.power ? this.#power : item === ITEM.queue ? this.#queue.size : VALUES[item];
        if (value === undefined) return this.#say({ kind: "special", code: SPECIALS.invalid });
        return this.#say({ kind: "value", item, value });
      }
      case "write": {
        const { item, value } = request;
        if (item !== ITEM.queue) return this.#say({ kind: "written", item, value, result: READ_ONLY });
        for (const ours of this.#queue) ours.withdraw();
        this.#queue.clear();
        return this.#say({ kind: "written", item, value, result: 0 });
      }
      case "send": {
        const { trouble } = this.#made;
        if (trouble.full || this.#queue.size >= QUEUE) return this.#say({ kind: "special", code: SPECIALS.full });
        // what it is told while it cannot send is lost: nothing public says more
        if (this.#power !== POWER.good) return;
        const { frame, priority, twice } = request;
        const ours: Ours = {
          box: this,
          unsent: twice ? 2 : 1,
          withdraw: () => withdraw(),
        };
        const withdraw = this.#bus.transmit({ frame, priority, twice, by: ours, ready: there });
        this.#queue.add(ours);
        return;
      }
      case undefined:
        return this.#say({ kind: "special", code: SPECIALS.invalid });
    }
  }

  #heard(heard: Heard): void {
    if (heard.kind === "backward") {
      const { value: answer } = heard;
      const asked = this.#open;
      this.#open = undefined;
      asked?.callOff();
      if (asked) return this.#say({ kind: "answered", ...asked, answer });
      if (answer === null) this.#say({ kind: "heard", bits: 0, data: 0, own: false });
      return;
    }
    this.#unanswered();
    const { bits, data } = heard.frame;
    const ours = [...this.#queue].find((one) => one === heard.by);
    if (ours && --ours.unsent === 0) this.#queue.delete(ours);
    // of a frame sent twice only the second can be answered
    if (ours && ours.unsent > 0 && this.#made.is["answers"] !== "each") return;
    const callOff = this.#bus.clock.after(REPLY_WINDOW, "Foxtron reply window", () => {
      // an answer on its way is heard when it is over
      if (this.#bus.answerFrom === undefined) this.#unanswered();
    });
    this.#open = { bits, data, own: ours !== undefined, callOff };
  }

  /** Nobody answered the last forward frame. */
  #unanswered(): void {
    const asked = this.#open;
    this.#open = undefined;
    asked?.callOff();
    if (asked) this.#say({ kind: "heard", ...asked });
  }

  #say(message: FromBox): void {
    this.#end.say(encodeFoxtron(encodeFromBox(message)));
  }
}
