import type { ByteStream } from "../firmware/hal/bytes.ts";
import { Fault } from "../firmware/hal/fault.ts";
import type { PagePort } from "../firmware/hal/pages.ts";
import { Queue } from "../firmware/hal/queue.ts";
import { type PipeEnd, pipe } from "./pipe.ts";

/** The network around a simulated cabinet: who connects to it, and the pages of others. */
export class SimulatedNet {
  readonly #listening = new Map<string, Queue<ByteStream>>();
  /** Pages by address; none: nobody answers. */
  readonly pages = new Map<string, Uint8Array>();

  /** The far end of a new connection to the cabinet, or null where nobody listens. */
  connect(address: string, port: number): PipeEnd | null {
    const streams = this.#listening.get(`${address}:${port}`);
    if (!streams) return null;
    const [near, far] = pipe(`peer of ${port}`);
    streams.push(near);
    return far;
  }

  async *listen(address: string, port: number, signal: AbortSignal): AsyncGenerator<ByteStream, void, undefined> {
    const name = `${address}:${port}`;
    if (signal.aborted) return;
    if (this.#listening.has(name)) throw new Fault("port-busy", name);
    const streams = new Queue<ByteStream>();
    this.#listening.set(name, streams);
    const end = () => streams.end();
    signal.addEventListener("abort", end, { once: true });
    try {
      yield* streams;
    } finally {
      signal.removeEventListener("abort", end);
      this.#listening.delete(name);
    }
  }

  page(address: string): PagePort {
    let had: Uint8Array | undefined;
    return {
      address,
      get: async (limit, signal) => {
        signal.throwIfAborted();
        const page = this.pages.get(address);
        if (!page) throw new Fault("port-missing", address);
        if (page.length > limit) throw new Fault("protocol", address, `more than ${limit} bytes`);
        if (page === had) return null;
        had = page;
        return page.slice();
      },
    };
  }
}
