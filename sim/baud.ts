import type { ByteStream } from "../firmware/hal/bytes.ts";
import type { VirtualClock } from "./clock.ts";

/** What a UART gives its driver at once: a 16550 keeps 16 bytes. */
const FIFO = 16;

/**
 * A stream at the pace of a serial line: what is written arrives some bytes at a time, each after the time it takes on the wire;
 * what is heard is heard that much later. `bits` a byte: 10 for 8N1, 11 with a parity bit or two stop bits.
 */
export function atBaud(clock: VirtualClock, stream: ByteStream, baud: number, bits = 10): ByteStream {
  const time = (bytes: number) => (bytes * bits * 1000) / baud;
  let free = 0;

  /** Resolves when so many bytes more have left. */
  const pass = async (bytes: number): Promise<void> => {
    const now = clock.monotonic();
    free = Math.max(free, now) + time(bytes);
    await new Promise<void>((resolve) => clock.after(free - now, "bytes on a serial line", resolve));
  };

  return {
    chunks: (async function* () {
      for await (const chunk of stream.chunks) {
        await new Promise<void>((resolve) => clock.after(time(chunk.length), "bytes on a serial line", resolve));
        yield chunk;
      }
    })(),
    async write(bytes) {
      for (let at = 0; at < bytes.length; at += FIFO) {
        const part = bytes.slice(at, at + FIFO);
        await pass(part.length);
        await stream.write(part);
      }
    },
    close: () => stream.close(),
  };
}
