import { mkdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import type { BytePort, ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { Queue } from "../hal/queue.ts";
import { socketStream } from "./bytes-tcp.ts";

/** Where a running cabinet lets a technician of the same machine in. */
export const doorOf = (state: string): string => join(state, "technician.sock");

/** Longest path of a local socket (sun_path of unix(7), less its end). */
const LONGEST = 107;
const FAULTS: Readonly<Record<string, "port-missing" | "port-denied">> = {
  EACCES: "port-denied",
  EPERM: "port-denied",
};

/**
 * Connections of programs on this machine that run as the same user, until the signal aborts. A socket that a killed process left
 * behind is replaced. Throws Fault `port-busy` where another process listens there, `port-denied`, `port-missing`.
 */
export async function* visitors(path: string, signal: AbortSignal): AsyncGenerator<ByteStream, void, undefined> {
  if (Buffer.byteLength(path) > LONGEST)
    throw new Fault("port-missing", path, `a local socket's path has at most ${LONGEST} bytes`);
  if (await answers(path)) throw new Fault("port-busy", path);
  const streams = new Queue<ByteStream>();
  const server = createServer((socket) => streams.push(socketStream(path, socket)));
  server.on("error", (error: NodeJS.ErrnoException) =>
    streams.fail(new Fault(FAULTS[error.code ?? ""] ?? "port-missing", path, error.message, error)),
  );
  const before = process.umask(0o177);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(path, { force: true });
    // bound within this call, so that nobody else can connect before its mode is set
    server.listen(path);
  } finally {
    process.umask(before);
  }
  const end = () => streams.end();
  signal.addEventListener("abort", end, { once: true });
  try {
    if (!signal.aborted) yield* streams;
  } finally {
    signal.removeEventListener("abort", end);
    server.close();
  }
}

/** The way to a cabinet that runs on this machine. */
export const localPort = (path: string): BytePort => ({
  name: path,
  open: (signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const socket = connect(path);
      socket.once("error", (error: NodeJS.ErrnoException) =>
        reject(new Fault(FAULTS[error.code ?? ""] ?? "port-missing", path, error.message, error)),
      );
      socket.once("connect", () => {
        socket.removeAllListeners("error");
        resolve(socketStream(path, socket));
      });
    }),
});

const answers = (path: string): Promise<boolean> =>
  localPort(path)
    .open(new AbortController().signal)
    .then(
      async (stream) => {
        await stream.close();
        return true;
      },
      () => false,
    );
