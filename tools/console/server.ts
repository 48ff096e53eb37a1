import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, isIPv4, isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { certificatesIn, commonNameOf } from "../../firmware/linux/chain.ts";
import { type BrokerRoute, passOn } from "./door.ts";
import { type Login, openLogin } from "./login.ts";
import { PUBLIC, readPage, type Served } from "./page.ts";

export { bundle } from "./page.ts";

export interface ConsoleOptions {
  /** Or the next free one of twenty; 0 takes any. */
  readonly port: number;
  /** Default 127.0.0.1: nobody else on the network sees the page. Another machine's browser may come in only with `tls` and `users`. */
  readonly host?: string;
  /**
   * The broker. `ws://` or `wss://`: the browser goes there itself. `mqtt://` or `mqtts://`: the browser comes in by the console's own
   * WebSocket, behind the login where there is one.
   */
  readonly brokerUrl: string;
  /** What `mqtts://` needs, PEM: the authority that the broker's certificate is from, and who the console is. */
  readonly brokerTls?: Omit<BrokerRoute, "url">;
  /** The simulator's WebSocket; without it the page has no people and no controls of time. */
  readonly simulatorUrl?: string;
  /** The RSMP node that the page shows. */
  readonly node: string;
  /** Certificate with its chain, and private key, PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Who may come in, with the hash of each one's password; everybody where left out. */
  readonly users?: ReadonlyMap<string, string>;
}

export interface Console {
  readonly url: string;
  close(): Promise<void>;
}

const PORTS = 20;
/** Where the console's own way to the broker is. */
const DOOR = "/mqtt";
/** A request that dawdles is cut, ms. */
const REQUEST_WITHIN_MS = 15_000;
const MOST_CONNECTIONS = 256;

/**
 * Serves the console page: a cockpit client in the browser. It is bundled once, at start, and kept in memory. The page
 * may load from its own server only and connect to the broker and the simulator. `read`: its files. Throws a TypeError for a host that is not of this
 * machine's loopback without `tls` and `users`.
 */
export async function serveConsole(
  options: ConsoleOptions,
  read: () => Promise<ReadonlyMap<string, Served>> = readPage,
): Promise<Console> {
  const host = options.host ?? "127.0.0.1";
  const problem = problemOf(options, host);
  if (problem) throw new TypeError(problem);
  const files = await read();
  const login = options.users && openLogin({ users: options.users, tls: options.tls !== undefined });
  const desk = new Reception(options, files, login, isLoopback(host));
  const server = options.tls
    ? createTlsServer({ cert: options.tls.certificate, key: options.tls.key, minVersion: "TLSv1.3" })
    : createServer();
  server.requestTimeout = REQUEST_WITHIN_MS;
  server.headersTimeout = REQUEST_WITHIN_MS;
  server.maxConnections = MOST_CONNECTIONS;
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    desk.answer(request, response).catch(() => response.destroy());
  });
  const over = new AbortController();
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    desk.upgrade(request, socket, head, over.signal),
  );
  await listenFrom(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "https" : "http"}://${isIPv6(host) ? `[${host}]` : host}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        over.abort();
        login?.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What is asked of the console, and what it answers. */
class Reception {
  readonly #options: ConsoleOptions;
  readonly #files: ReadonlyMap<string, Served>;
  readonly #login: Login | undefined;
  readonly #loopback: boolean;
  readonly #door: WebSocketServer;
  readonly #id: string | null;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    options: ConsoleOptions,
    files: ReadonlyMap<string, Served>,
    login: Login | undefined,
    loopback: boolean,
  ) {
    this.#options = options;
    this.#id = nameOf(options.brokerTls?.certificate);
    this.#files = files;
    this.#login = login;
    this.#loopback = loopback;
    this.#door = new WebSocketServer({
      noServer: true,
      maxPayload: 65_536,
      handleProtocols: (offered) => (offered.has("mqtt") ? "mqtt" : false),
    });
    this.#headers = {
      "content-security-policy": policyFor(options),
      "x-content-type-options": "nosniff",
      // Without its origin a form could not be told from another site's.
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
      ...(options.tls ? { "strict-transport-security": "max-age=31536000" } : {}),
    };
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (
      status: number,
      type: string,
      body: string | Uint8Array,
      more: Readonly<Record<string, string>> = {},
    ) => {
      const length = { "content-length": String(Buffer.byteLength(body)) };
      response.writeHead(status, { ...this.#headers, "content-type": type, ...length, ...more });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    const tell = (status: number, text: string, more?: Readonly<Record<string, string>>) =>
      say(status, "text/plain; charset=utf-8", `${text}\n`, more);

    if (!this.#isForUs(request)) return tell(403, "not by this name");
    const path = pathOf(request);
    const session = this.#login?.session(request) ?? null;
    if (request.method === "POST" && this.#login && (path === "/login" || path === "/logout")) {
      if (!isOwnOrigin(request)) return tell(403, "another site's form");
      for (const [name, value] of Object.entries(this.#headers)) response.setHeader(name, value);
      return this.#login.post(path, request, response);
    }
    if (request.method !== "GET" && request.method !== "HEAD")
      return tell(405, `${request.method} is not allowed here: GET only`, { allow: "GET, HEAD" });
    if (path === "/login" && this.#login) {
      const file = this.#files.get("/login.html");
      const wrong = (request.url ?? "").endsWith("?wrong");
      return say(200, file?.type ?? "", String(file?.body ?? "").replace("<!--wrong-->", wrong ? WRONG : ""));
    }
    if (this.#login && !session && !PUBLIC.has(path))
      return path === "/" ? tell(303, "log in", { location: "/login" }) : tell(401, "log in at /login");
    if (path === "/config.json")
      return say(200, "application/json", JSON.stringify(this.#config(request, session?.user ?? null)));
    const file = this.#files.get(path === "/" ? "/index.html" : path);
    if (!file || path === "/login.html") return tell(404, "nothing here: the console is at /");
    return say(200, file.type, file.body);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, over: AbortSignal): void {
    const refuse = (status: string) =>
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    socket.on("error", () => socket.destroy());
    if (pathOf(request) !== DOOR || !isThrough(this.#options.brokerUrl)) return void refuse("404 Not Found");
    if (!this.#isForUs(request) || !isOwnOrigin(request)) return void refuse("403 Forbidden");
    const session = this.#login?.session(request) ?? null;
    if (this.#login && !session) return void refuse("401 Unauthorized");
    const { brokerUrl: url, brokerTls } = this.#options;
    this.#door.handleUpgrade(request, socket, head, (inside) =>
      passOn(inside, { url, ...brokerTls }, session ? AbortSignal.any([over, session.over]) : over, () =>
        session?.touch(),
      ),
    );
  }

  #config(request: IncomingMessage, user: string | null) {
    const { brokerUrl, simulatorUrl, node, tls } = this.#options;
    const door = `${tls ? "wss" : "ws"}://${request.headers.host}${DOOR}`;
    const broker = isThrough(brokerUrl) ? door : brokerUrl;
    return { broker, simulator: simulatorUrl ?? null, node, id: this.#id, user };
  }

  /** DNS rebinding: any page in a browser can give its own name our address. With a login its cookie is not there. */
  #isForUs({ headers }: IncomingMessage): boolean {
    if (!this.#loopback) return true;
    const url = `http://${headers.host ?? ""}`;
    return URL.canParse(url) && isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, ""));
  }
}

/** The name that the broker knows the console by: with our rights a supervisor has results only under its own. */
function nameOf(certificate: string | undefined): string | null {
  const [own] = certificate === undefined ? [] : certificatesIn(certificate);
  return own ? commonNameOf(own) : null;
}

const WRONG = '<p class="wrong" role="alert">The name or the password is wrong.</p>';

const pathOf = ({ url = "/" }: IncomingMessage): string =>
  URL.canParse(url, "http://console") ? new URL(url, "http://console").pathname : "/";

const isThrough = (brokerUrl: string): boolean => /^mqtts?:/.test(brokerUrl);

/** A browser says where a form or a WebSocket comes from; what is no browser has no user to be tricked. */
function isOwnOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));

function problemOf({ tls, users, brokerUrl }: ConsoleOptions, host: string): string | null {
  const missing = [...(tls ? [] : ["a certificate with its key"]), ...(users ? [] : ["users with passwords"])];
  if (!isLoopback(host) && missing.length > 0)
    return `host ${host}: on another address than loopback the console needs ${missing.join(" and ")}`;
  if (users && !isThrough(brokerUrl))
    return `broker ${brokerUrl}: behind a login it is reached through the console: allowed is mqtt:// or mqtts://`;
  return null;
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

/** Own files only; no inline script or style, no eval; connections to the two URLs only. */
function policyFor({ brokerUrl, simulatorUrl, users }: ConsoleOptions): string {
  const urls = [...(isThrough(brokerUrl) ? [] : [brokerUrl]), ...(simulatorUrl === undefined ? [] : [simulatorUrl])];
  return [
    "default-src 'self'",
    `connect-src ${["'self'", ...urls.map(originOf)].join(" ")}`,
    // mqtt.js keeps its connection alive from a worker: a page in the background has slow timers.
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${users ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
  ].join("; ");
}

function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  if (protocol !== "ws:" && protocol !== "wss:") throw new TypeError(`${url}: a browser needs ws:// or wss://`);
  return `${protocol}//${host}`;
}
