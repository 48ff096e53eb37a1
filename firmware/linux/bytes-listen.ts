import { createServer } from "node:net";
import type { ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { Queue } from "../hal/queue.ts";
import { socketStream } from "./bytes-tcp.ts";

/** More at once are turned away: who listens has one peer, and perhaps its old connection. */
const MOST_CONNECTIONS = 8;
const FAULTS: Readonly<Record<string, "port-busy" | "port-denied">> = {
  EADDRINUSE: "port-busy",
  EACCES: "port-denied",
  EPERM: "port-denied",
};

/** Connections to a TCP port, port 0 being any, until the signal aborts. Throws Fault `port-busy`, `port-denied`, `port-missing`. */
export async function* listenTcp(
  address: string,
  port: number,
  signal: AbortSignal,
): AsyncGenerator<ByteStream, void, undefined> {
  if (signal.aborted) return;
  const name = `${address}:${port}`;
  const streams = new Queue<ByteStream>(MOST_CONNECTIONS);
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const from = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    streams.push(socketStream(from, socket));
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on("error", (error: NodeJS.ErrnoException) =>
    streams.fail(new Fault(FAULTS[error.code ?? ""] ?? "port-missing", name, error.message, error)),
  );
  server.listen(port, address);
  const end = () => streams.end();
  signal.addEventListener("abort", end, { once: true });
  try {
    yield* streams;
  } finally {
    signal.removeEventListener("abort", end);
    server.close();
  }
}
