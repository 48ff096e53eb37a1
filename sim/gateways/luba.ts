import { encodeLuba, LubaDecoder, type LubaFrame } from "../../firmware/gateways/luba-frame.ts";
import {
  answerTo,
  decodeAddFrame,
  encodeAccepted,
  encodeDeviceInfo,
  encodeEvent,
  FAILURE,
  LUBA,
} from "../../firmware/gateways/luba-message.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { Heard, SimulatedBus } from "../bus.ts";
import { type Made, noTrouble, type Traits, type Twin } from "./kind.ts";
import { SerialEnd } from "./serial-end.ts";

/** ms a byte takes at 38400 baud 8N1. */
const BYTE = 10_000 / 38_400;
const INFO = encodeDeviceInfo({ gtin: 9010342000000, article: 24166096 });
/** Error code for what the box cannot send; the real codes are not verified. */
const REFUSED = 1;
/** How long the box tries to send a frame that others spoil, ms. */
const TRIES_FOR = 60;

const traits: Traits = {
  bits24: true,
  priority: true,
  foreign: "all",
  unpowered: "bus-power-lost",
  shorted: "bus-power-lost",
  collided: "bus-collision",
  full: null,
  unfit: null,
  tellsBus: false,
  done: 6,
  silence: 35,
  late: 4,
};
const coded = { "full-code": "3", failures: "coded" };

/** A Lunatone LUBA box on a simulated bus: reads and writes the bytes of the real one, at the pace of its serial line. */
export const lubaTwin: Twin = Object.assign(
  (bus: SimulatedBus, made: Made = {}) =>
    (far: ByteStream) =>
      void new LubaBox(bus, far, made),
  {
    models: [
      { name: "", options: {}, is: {}, traits },
      { name: "coded", options: coded, is: coded, traits: { ...traits, full: "gateway-full" } },
    ] as const,
  },
);

/** Marks a frame on the bus as sent by this box, under the number it gave the host. */
class Ours {
  readonly box: LubaBox;
  readonly id: number;
  constructor(box: LubaBox, id: number) {
    this.box = box;
    this.id = id;
  }
}

class LubaBox {
  readonly #bus: SimulatedBus;
  readonly #end: SerialEnd<LubaFrame>;
  readonly #made: Required<Made>;
  #id = 0;
  #settings = Uint8Array.of(0, 0);

  constructor(bus: SimulatedBus, far: ByteStream, { is = {}, trouble = noTrouble() }: Made) {
    this.#bus = bus;
    this.#made = { is, trouble };
    this.#end = new SerialEnd({
      bus,
      far,
      byte: BYTE,
      decoder: new LubaDecoder("host"),
      take: (frame) => this.#request(frame),
      heard: (heard) => this.#heard(heard),
    });
  }

  #request({ command, payload }: LubaFrame): void {
    const there = this.#end.there(payload.length + 4);
    switch (command) {
      case LUBA.deviceInfo:
        return this.#say(answerTo(command), INFO);
      case LUBA.settings:
        if (payload.length >= 2) this.#settings = payload.slice(0, 2);
        return this.#say(answerTo(command), Uint8Array.of(...this.#settings, 0));
      case LUBA.addFrame: {
        const { is, trouble } = this.#made;
        const request = decodeAddFrame(payload);
        const code = trouble.full ? Number(is["full-code"]) : REFUSED;
        if (!request || trouble.full) return this.#say(answerTo(command), encodeAccepted({ kind: "refused", code }));
        this.#id = (this.#id + 1) & 0xff;
        this.#say(answerTo(command), encodeAccepted({ kind: "accepted", id: this.#id }));
        const lost = () => this.#failed(FAILURE.collision);
        if (trouble.collisions > 0) {
          trouble.collisions--;
          this.#bus.clock.after(TRIES_FOR, "a frame spoilt again and again", lost);
        } else if (!this.#bus.powered) this.#failed(FAILURE.busError);
        else this.#bus.transmit({ ...request, by: new Ours(this, this.#id), ready: there, lost });
        return;
      }
    }
  }

  /** Gives a frame up; only some models say so. */
  #failed(code: number): void {
    if (code === FAILURE.collision) this.#say(LUBA.event, encodeEvent({ kind: "framing-error", tick: 0 }));
    if (this.#made.is["failures"] !== "coded") return;
    this.#say(LUBA.event, encodeEvent({ kind: "unknown", status: 0x40 | code }));
  }

  #heard(heard: Heard): void {
    const tick = Math.floor(heard.end) & 0xffff;
    if (heard.kind === "backward") {
      const { value } = heard;
      const event =
        value === null
          ? ({ kind: "framing-error", tick } as const)
          : ({ kind: "received", tick, bits: 8, data: value } as const);
      return this.#say(LUBA.event, encodeEvent(event));
    }
    const { frame, by } = heard;
    const ours = by instanceof Ours && by.box === this;
    this.#say(
      LUBA.event,
      encodeEvent(ours ? { kind: "sent", tick, id: by.id, ...frame } : { kind: "received", tick, ...frame }),
    );
  }

  #say(command: number, payload: Uint8Array): void {
    this.#end.say(encodeLuba(command, payload));
  }
}
