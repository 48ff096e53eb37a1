import { createServer, type Socket } from "node:net";
import type { ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import type { TlsDoor } from "../hal/ports.ts";
import { Queue } from "../hal/queue.ts";
import { socketStream } from "./bytes-tcp.ts";

/** More at once are turned away: who listens has one peer, and perhaps its old connection. */
const MOST_CONNECTIONS = 8;
const FAULTS: Readonly<Record<string, "port-busy" | "port-denied">> = {
  EADDRINUSE: "port-busy",
  EACCES: "port-denied",
  EPERM: "port-denied",
};

/** Connections to a TCP port, port 0 being any, until the signal aborts. Throws what `Ports.listen` throws. */
export async function* listenTcp(
  address: string,
  port: number,
  signal: AbortSignal,
  tls?: TlsDoor,
): AsyncGenerator<ByteStream, void, undefined> {
  if (signal.aborted) return;
  // Only read in where it is wanted.
  const door = tls && (await import("./bytes-tls.ts"));
  if (tls) await door?.lookAt(tls);
  const name = `${address}:${port}`;
  const streams = new Queue<ByteStream>(MOST_CONNECTIONS);
  const comers = new Set<Socket>();
  const take = async (socket: Socket) => {
    const from = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    comers.add(socket);
    try {
      const proven = door && tls ? await door.secured(socket, tls) : socket;
      if (proven) streams.push(socketStream(from, proven));
    } catch (error) {
      socket.destroy();
      streams.fail(error);
    } finally {
      comers.delete(socket);
    }
  };
  // What is read before TLS has the socket is lost to it.
  const pauseOnConnect = tls !== undefined;
  const server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect }, (socket) => void take(socket));
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
    for (const socket of comers) socket.destroy();
    server.close();
  }
}
