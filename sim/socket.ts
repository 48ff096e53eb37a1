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
