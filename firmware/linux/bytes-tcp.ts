import { connect, type Socket } from "node:net";
import type { BytePort, ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { Queue } from "../hal/queue.ts";
import { openFault, taken } from "./bytes-fault.ts";

const CONNECT_MS = 3000;

/** A connection to a box that has its serial line behind TCP. */
export function tcpPort(name: string, host: string, port: number): BytePort {
  return {
    name,
    open: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const socket = connect({ host, port, noDelay: true });
        const fail = (error: Error) => {
          signal.removeEventListener("abort", abort);
          socket.destroy();
          reject(error);
        };
        const abort = () => fail(signal.reason);
        signal.addEventListener("abort", abort, { once: true });
        socket.setTimeout(CONNECT_MS, () => fail(new Fault("port-missing", name, "no answer")));
        socket.once("error", (error) => fail(openFault(name, error)));
        socket.once("connect", () => {
          signal.removeEventListener("abort", abort);
          socket.setTimeout(0);
          socket.removeAllListeners("error");
          resolve(socketStream(name, socket));
        });
      }),
  };
}

/** The stream of a connected socket. */
export function socketStream(name: string, socket: Socket): ByteStream {
  const chunks = new Queue<Uint8Array>();
  const gone = new AbortController();
  socket.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  socket.on("error", () => {}); // close follows
  socket.on("close", () => {
    chunks.fail(new Fault("port-lost", name));
    gone.abort();
  });
  return {
    chunks,
    write: (bytes) => taken(name, gone.signal, (done) => socket.write(bytes, done)),
    async close() {
      chunks.end();
      gone.abort();
      socket.destroy();
    },
  };
}
