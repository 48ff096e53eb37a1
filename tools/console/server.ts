import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface ConsoleOptions {
  /** Or the next free one of twenty; 0 takes any. */
  readonly port: number;
  /** Default 127.0.0.1: nobody else on the network sees the page. */
  readonly host?: string;
  /** The broker's WebSocket, `ws://` or `wss://`. */
  readonly brokerUrl: string;
  /** The simulator's WebSocket; without it the page has no people and no controls of time. */
  readonly simulatorUrl?: string;
  /** The RSMP node that the page shows. */
  readonly node: string;
}

export interface Console {
  readonly url: string;
  close(): Promise<void>;
}

interface Served {
  readonly type: string;
  readonly body: Uint8Array | string;
}

const PORTS = 20;
const STYLES = ["page.css", "stage.css", "street.css", "simulation.css", "cards.css", "messages.css"];

const page = (name: string) => fileURLToPath(new URL(`page/${name}`, import.meta.url));

/**
 * Serves the console page: a cockpit client in the browser. It is bundled once, at start, and kept in memory. The page
 * may load from its own server only and connect to the two URLs given.
 */
export async function serveConsole(options: ConsoleOptions): Promise<Console> {
  const files = await readPage(options);
  const policy = policyFor(options);
  const server = createServer((request, response) => {
    const headers = {
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    };
    const path = new URL(request.url ?? "/", "http://console").pathname;
    const file = files.get(path === "/" ? "/index.html" : path);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { ...headers, allow: "GET, HEAD", "content-type": "text/plain; charset=utf-8" });
      response.end(`${request.method} is not allowed here: GET only\n`);
    } else if (!file) {
      response.writeHead(404, { ...headers, "content-type": "text/plain; charset=utf-8" });
      response.end("nothing here: the console is at /\n");
    } else {
      response.writeHead(200, {
        ...headers,
        "content-type": file.type,
        "content-length": Buffer.byteLength(file.body),
      });
      response.end(request.method === "HEAD" ? undefined : file.body);
    }
  });
  const host = options.host ?? "127.0.0.1";
  await listenFrom(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listenFrom(server: Server, port: number, host: string): Promise<void> {
  for (let candidate = port; ; candidate++) {
    try {
      server.listen(candidate, host);
      await once(server, "listening");
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || candidate >= port + PORTS - 1) throw error;
    }
  }
}

async function readPage(options: ConsoleOptions): Promise<ReadonlyMap<string, Served>> {
  const config = { broker: options.brokerUrl, simulator: options.simulatorUrl ?? null, node: options.node };
  const [script, owl, ...rest] = await Promise.all([
    bundle(),
    readFile(page("owl.svg")),
    ...["index.html", ...STYLES].map((name) => readFile(page(name))),
  ]);
  return new Map<string, Served>([
    ["/app.js", { type: "text/javascript; charset=utf-8", body: script }],
    ["/config.json", { type: "application/json", body: JSON.stringify(config) }],
    ["/owl.svg", { type: "image/svg+xml", body: owl }],
    ["/favicon.ico", { type: "image/svg+xml", body: owl }],
    ...["index.html", ...STYLES].map((name, i): [string, Served] => {
      const kind = name.endsWith(".css") ? "css" : "html";
      return [`/${name}`, { type: `text/${kind}; charset=utf-8`, body: rest[i] ?? "" }];
    }),
  ]);
}

/** The page's script as one minified ES module. */
export async function bundle(): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [page("app.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error("esbuild made no output");
  return file.contents;
}

/** Own files only; no inline script or style, no eval; connections to the two URLs only. */
function policyFor({ brokerUrl, simulatorUrl }: ConsoleOptions): string {
  const connect = ["'self'", ...[brokerUrl, simulatorUrl].flatMap((url) => (url === undefined ? [] : [originOf(url)]))];
  return [
    "default-src 'self'",
    `connect-src ${connect.join(" ")}`,
    // mqtt.js keeps its connection alive from a worker: a page in the background has slow timers.
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  if (protocol !== "ws:" && protocol !== "wss:") throw new TypeError(`${url}: a browser needs ws:// or wss://`);
  return `${protocol}//${host}`;
}
