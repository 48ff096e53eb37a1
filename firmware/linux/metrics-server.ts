/**
 * Metrics over HTTP. It speaks the few words of HTTP/1.1 itself, over `node:net`, which the runtime has anyway: `node:http` takes
 * 10 MB of memory.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Fault } from "../hal/fault.ts";

const LOOPBACK = "127.0.0.1";
const LONGEST_REQUEST = 8192;
const ANSWERED_WITHIN_MS = 5000;
const MOST_CONNECTIONS = 8;

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** What is served: made anew for each request. */
export interface Exposition {
  readonly type: string;
  body(): string;
}

/**
 * Serves the exposition at `/metrics` of 127.0.0.1, to programs of this machine only: a page that a browser got from elsewhere is sent
 * away, whatever name it has for this machine. Port 0: any. Throws Fault `port-busy`, `port-denied`.
 */
export async function serveMetrics(port: number, exposition: Exposition): Promise<MetricsServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    attend(socket, exposition);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, LOOPBACK);
  try {
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Fault(code === "EADDRINUSE" ? "port-busy" : "port-denied", `${LOOPBACK}:${port}`, message, error);
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function attend(socket: Socket, exposition: Exposition): void {
  let text = "";
  socket.setTimeout(ANSWERED_WITHIN_MS, () => socket.destroy());
  socket.on("error", () => {}); // close follows
  socket.on("data", (chunk) => {
    if (socket.writableEnded) return;
    text += chunk.toString("latin1");
    if (text.length > LONGEST_REQUEST) socket.end(answer(431, "the request is too long\n"));
    else if (text.includes("\r\n\r\n")) socket.end(answerTo(text, exposition));
  });
}

function answerTo(request: string, exposition: Exposition): string {
  const [line = "", ...headers] = request.slice(0, request.indexOf("\r\n\r\n")).split("\r\n");
  const found = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line);
  if (!found) return answer(400, "HTTP/1.1 is spoken here\n");
  const [, method, target = ""] = found;
  const host = headers
    .map((header) => /^host:[ \t]*(.*?)[ \t]*$/i.exec(header)?.[1])
    .find((value) => value !== undefined);
  // DNS rebinding: the name is another's, the address is ours.
  if (host !== undefined && !/^(127\.0\.0\.1|localhost)(:\d+)?$/i.test(host))
    return answer(403, "for this machine only\n");
  if (method !== "GET" && method !== "HEAD") return answer(405, "GET only\n", { allow: "GET, HEAD" });
  if (target.split("?", 1)[0] !== "/metrics") return answer(404, "the metrics are at /metrics\n");
  const full = answer(200, exposition.body(), { "content-type": exposition.type });
  return method === "HEAD" ? full.slice(0, full.indexOf("\r\n\r\n") + 4) : full;
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  431: "Request Header Fields Too Large",
};

function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    "content-type": "text/plain; charset=utf-8",
    ...headers,
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-store",
    connection: "close",
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines.join("")}\r\n${body}`;
}
