import { encodeLuba, LubaDecoder, type LubaFrame } from "../../firmware/gateways/luba-frame.ts";
import {
  answerTo,
  decodeAddFrame,
  encodeAccepted,
  encodeDeviceInfo,
  encodeEvent,
  LUBA,
} from "../../firmware/gateways/luba-message.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { Heard, SimulatedBus } from "../bus.ts";
import type { Twin } from "./kind.ts";

/** ms a byte takes at 38400 baud 8N1. */
const BYTE = 10_000 / 38_400;
const BYTE_GAP = 20;
const INFO = encodeDeviceInfo({ gtin: 9010342000000, article: 24166096 });
/** Error code for what the box cannot send; the real codes are not verified. */
const REFUSED = 1;

/** A Lunatone LUBA box on a simulated bus: reads and writes the bytes of the real one, at the pace of its serial line. */
export const lubaTwin: Twin = (bus) => (far) => {
  const box = new LubaBox(bus, far);
  void box.work();
};

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
  readonly #far: ByteStream;
  readonly #decoder = new LubaDecoder("host");
  #id = 0;
  #settings = Uint8Array.of(0, 0);
  #lineFree = 0;
  #open = true;

  constructor(bus: SimulatedBus, far: ByteStream) {
    this.#bus = bus;
    this.#far = far;
  }

  async work(): Promise<void> {
    const stop = this.#bus.onFrame((heard) => this.#heard(heard));
    let quiet = () => {};
    try {
      for await (const chunk of this.#far.chunks) {
        quiet();
        this.#take(this.#decoder.push(chunk));
        if (this.#decoder.waiting) {
          quiet = this.#bus.clock.after(BYTE_GAP, "LUBA byte gap", () => this.#take(this.#decoder.flush()));
        }
      }
    } catch {
      // the host went away: the box stays on the bus and waits for the next
    } finally {
      this.#open = false;
      quiet();
      stop();
    }
  }

  #take(frames: readonly LubaFrame[]): void {
    for (const frame of frames) this.#request(frame);
  }

  #request({ command, payload }: LubaFrame): void {
    // the bytes of the request were on their way as long
    const there = this.#bus.clock.monotonic() + (payload.length + 4) * BYTE;
    this.#lineFree = Math.max(this.#lineFree, there);
    switch (command) {
      case LUBA.deviceInfo:
        return this.#say(answerTo(command), INFO);
      case LUBA.settings:
        if (payload.length >= 2) this.#settings = payload.slice(0, 2);
        return this.#say(answerTo(command), Uint8Array.of(...this.#settings, 0));
      case LUBA.addFrame: {
        const request = decodeAddFrame(payload);
        if (!request) return this.#say(answerTo(command), encodeAccepted({ kind: "refused", code: REFUSED }));
        this.#id = (this.#id + 1) & 0xff;
        this.#say(answerTo(command), encodeAccepted({ kind: "accepted", id: this.#id }));
        this.#bus.transmit({ ...request, by: new Ours(this, this.#id), ready: there });
        return;
      }
    }
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

  /** Bytes leave one after the other; the host has them when the last is through. */
  #say(command: number, payload: Uint8Array): void {
    const { clock } = this.#bus;
    const bytes = encodeLuba(command, payload);
    const now = clock.monotonic();
    this.#lineFree = Math.max(now, this.#lineFree) + bytes.length * BYTE;
    clock.after(this.#lineFree - now, "LUBA bytes to the host", () => {
      if (this.#open) this.#far.write(bytes).catch(() => {});
    });
  }
}
