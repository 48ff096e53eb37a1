import type { Duplex } from "node:stream";
import type { ByteStream } from "../firmware/hal/bytes.ts";
import { Fault } from "../firmware/hal/fault.ts";
import { Queue } from "../firmware/hal/queue.ts";

/** The simulated device's end of a socket or a terminal. Ends, without a fault, when the other side goes. */
export function streamOf(duplex: Duplex): ByteStream {
  const chunks = new Queue<Uint8Array>();
  duplex.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  duplex.on("error", () => {}); // close follows
  duplex.on("close", () => chunks.end());
  return {
    chunks,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        duplex.write(bytes, (error) => (error ? reject(new Fault("port-lost", "simulated device")) : resolve()));
      }),
    async close() {
      duplex.destroy();
    },
  };
}

/** Whether a page that opens a WebSocket was served by this machine: any page in a browser can reach loopback. */
export function fromThisMachine({ origin }: { origin?: string }): boolean {
  if (!origin) return true; // not a browser
  return URL.canParse(origin) && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(origin).hostname);
}
