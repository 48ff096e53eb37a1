import type { ByteStream } from "../firmware/hal/bytes.ts";

/** The wire between a device and a byte port, with what can befall it. It outlives the streams that go over it. */
export class Wire {
  /** What the device says is lost on the way; it still hears. */
  silent = false;
  #hit = false;
  readonly #ends = new Set<ByteStream>();

  /** The device's end of a stream, with the wire before it. */
  to(far: ByteStream): ByteStream {
    this.#ends.add(far);
    const gone = () => this.#ends.delete(far);
    return {
      chunks: (async function* () {
        try {
          yield* far.chunks;
        } finally {
          gone();
        }
      })(),
      write: async (bytes) => {
        const arriving = this.#hit ? spoilt(bytes) : bytes;
        this.#hit = false;
        if (!this.silent) await far.write(arriving);
      },
      async close() {
        gone();
        await far.close();
      },
    };
  }

  /**
   * Puts bytes on the wire towards whoever listens, as interference does: also while the device is silent. What the device
   * says next is hit too: a byte of it arrives wrong.
   */
  disturb(bytes: Uint8Array): void {
    this.#hit = true;
    for (const end of this.#ends) end.write(bytes.slice()).catch(() => this.#ends.delete(end));
  }
}

function spoilt(bytes: Uint8Array): Uint8Array {
  const wrong = bytes.slice();
  const middle = wrong.length >> 1;
  wrong.set([(bytes[middle] ?? 0) ^ 0xff].slice(0, wrong.length), middle);
  return wrong;
}
