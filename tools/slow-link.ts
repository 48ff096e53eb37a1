/** A bad network on loopback, in real time: a TCP way to a server that is slow, far, and can be cut. For benches and soaks. */
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listenFrom } from "./broker.ts";

/** What a TCP segment takes beside its bytes (IPv4, no options), and the most it carries. */
const HEADERS = 40;
const SEGMENT = 536;
/** What a modem holds of what it cannot send yet; a sender that has filled it waits. */
const BUFFER = 16_384;

export interface SlowLinkOptions {
  /** Each way, shared by all connections, bit/s. */
  readonly bitsPerSecond: number;
  /** One way, ms. */
  readonly delay: number;
}

export interface SlowLink {
  readonly port: number;
  /** Bytes that went through, headers included: towards the server, and back. */
  readonly carried: { readonly up: number; readonly down: number };
  /** Ends every connection at once; what was on its way is lost. Nobody gets through until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens a way to a server's port on loopback. */
export async function slowLink(target: number, options: SlowLinkOptions): Promise<SlowLink> {
  const up = new Way(options);
  const down = new Way(options);
  const sockets = new Set<Socket>();
  let broken = false;
  const server = createServer({ noDelay: true }, (near) => {
    if (broken) return void near.destroy();
    const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
    for (const [from, to, way] of [
      [near, far, up],
      [far, near, down],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      way.carry(from, to);
    }
  });
  const port = await listenFrom(server, 0);
  const cut = () => {
    broken = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    get carried() {
      return { up: up.carried, down: down.carried };
    },
    cut,
    mend: () => {
      broken = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** One direction. */
class Way {
  readonly #options: SlowLinkOptions;
  /** When it has sent all it was given, by performance.now(). */
  #freeAt = 0;
  carried = 0;

  constructor(options: SlowLinkOptions) {
    this.#options = options;
  }

  carry(from: Socket, to: Socket): void {
    let held = 0;
    from.on("data", (bytes: Buffer) => {
      held += bytes.length;
      if (held > BUFFER) from.pause();
      for (let at = 0; at < bytes.length; at += SEGMENT) {
        const segment = bytes.subarray(at, at + SEGMENT);
        void this.#transmit(segment, to, () => {
          held -= segment.length;
          if (held <= BUFFER) from.resume();
        });
      }
    });
    from.on("end", () => void this.#transmit(Buffer.alloc(0), to, () => {}).then(() => to.end()));
  }

  async #transmit(segment: Buffer, to: Socket, sent: () => void): Promise<void> {
    const { bitsPerSecond, delay } = this.#options;
    const size = segment.length + HEADERS;
    this.carried += size;
    this.#freeAt = Math.max(performance.now(), this.#freeAt) + (size * 8000) / bitsPerSecond;
    const arrives = this.#freeAt + delay;
    await sleep(Math.max(0, this.#freeAt - performance.now()));
    sent();
    await sleep(Math.max(0, arrives - performance.now()));
    if (segment.length > 0 && !to.destroyed) to.write(segment);
  }
}
