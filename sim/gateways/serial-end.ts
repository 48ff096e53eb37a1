import type { SerialDecoder } from "../../firmware/gateways/serial-box.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { Heard, SimulatedBus } from "../bus.ts";

const BYTE_GAP = 20;

export interface SerialEndOptions<Request> {
  readonly bus: SimulatedBus;
  readonly far: ByteStream;
  /** ms a byte takes on the line. */
  readonly byte: number;
  readonly decoder: SerialDecoder<Request>;
  /** A request of the host; `there` is when its last byte had come, monotonic ms: requests came `length` bytes long. */
  readonly take: (request: Request) => void;
  /** A frame on the bus, at the end of its last bit. */
  readonly heard: (heard: Heard) => void;
  /** The bus lost its power, was shorted, or works again (null). */
  readonly trouble?: (kind: SimulatedBus["trouble"]) => void;
}

/**
 * A simulated box's end of a serial line, at the line's pace: bytes leave one after the other, and the host has them when the
 * last is through. Lasts until the host goes; the box stays on the bus and waits for the next.
 */
export class SerialEnd<Request> {
  readonly #options: SerialEndOptions<Request>;
  #lineFree = 0;
  #open = true;

  constructor(options: SerialEndOptions<Request>) {
    this.#options = options;
    void this.#work();
  }

  /** When a request of so many bytes, which the pipe brought at once, has all come; monotonic ms. */
  there(length: number): number {
    const there = this.#options.bus.clock.monotonic() + length * this.#options.byte;
    this.#lineFree = Math.max(this.#lineFree, there);
    return there;
  }

  say(bytes: Uint8Array): void {
    const { bus, byte, far } = this.#options;
    const now = bus.clock.monotonic();
    this.#lineFree = Math.max(now, this.#lineFree) + bytes.length * byte;
    bus.clock.after(this.#lineFree - now, "bytes to the host", () => {
      if (this.#open) far.write(bytes).catch(() => {});
    });
  }

  async #work(): Promise<void> {
    const { bus, far, decoder, take, heard, trouble } = this.#options;
    const stop = bus.onFrame(heard);
    const stopWatching = bus.onTrouble(() => trouble?.(bus.trouble));
    let quiet = () => {};
    try {
      for await (const chunk of far.chunks) {
        quiet();
        for (const request of decoder.push(chunk)) take(request);
        if (decoder.waiting) {
          quiet = bus.clock.after(BYTE_GAP, "byte gap of the host", () => {
            for (const request of decoder.flush()) take(request);
          });
        }
      }
    } catch {
      // the host went away
    } finally {
      this.#open = false;
      quiet();
      stop();
      stopWatching();
    }
  }
}
