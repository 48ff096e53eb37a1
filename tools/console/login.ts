/** The way in: a page with a form, a session in a cookie, and a way out. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Attempts } from "./attempts.ts";
import { isPassword } from "./password.ts";
import { type Session, Sessions } from "./sessions.ts";

const LONGEST_FORM = 8192;
/** Passwords are tried one after another: each takes 32 MiB. More that wait are sent away. */
const MOST_WAITING = 8;
const SWEEP_EVERY_MS = 30_000;

export interface Login {
  session(request: IncomingMessage): Session | null;
  /** Answers `POST /login` and `POST /logout`. */
  post(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): void;
}

export interface LoginOptions {
  readonly users: ReadonlyMap<string, string>;
  /** Served over TLS. Without it only browsers of this machine come. */
  readonly tls: boolean;
  /** Default: this process's monotonic time, ms. */
  readonly now?: () => number;
}

export function openLogin({ users, tls, now = () => performance.now() }: LoginOptions): Login {
  const sessions = new Sessions(now);
  const attempts = new Attempts(now);
  // The prefix makes a browser refuse it from any other host, path or plain HTTP (RFC 6265bis, 4.1.3.2).
  const cookie = tls ? "__Host-hulotte" : "hulotte";
  const sweeping = setInterval(() => sessions.sweep(), SWEEP_EVERY_MS);
  sweeping.unref();
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const tokenOf = (request: IncomingMessage): string | undefined =>
    (request.headers.cookie ?? "")
      .split(";")
      .map((pair) => pair.trim().split("="))
      .find(([name]) => name === cookie)?.[1];
  const setCookie = (value: string, rest = "") => ({
    "set-cookie": `${cookie}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict${rest}`,
  });
  const to = (response: ServerResponse, location: string, headers: Readonly<Record<string, string>> = {}) => {
    response.writeHead(303, { ...headers, location });
    response.end();
  };
  const refuse = (response: ServerResponse, status: number, why: string, headers = {}) => {
    response.writeHead(status, { ...headers, "content-type": "text/plain; charset=utf-8" });
    response.end(`${why}\n`);
  };
  const check = (password: string, hash: string | undefined): Promise<boolean> => {
    waiting++;
    const mine = turn.then(() => isPassword(password, hash)).finally(() => waiting--);
    turn = mine.catch(() => {});
    return mine;
  };

  const enter = async (request: IncomingMessage, response: ServerResponse) => {
    const form = await formOf(request);
    if (!form) return refuse(response, 400, "a form of at most 8 KiB is expected", { connection: "close" });
    const address = request.socket.remoteAddress ?? "";
    const wait = waiting >= MOST_WAITING ? 1000 : attempts.take(address);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      return refuse(response, 429, `too many attempts: try again in ${seconds} s`, { "retry-after": String(seconds) });
    }
    const user = form.get("user") ?? "";
    if (!(await check(form.get("password") ?? "", users.get(user)))) return to(response, "/login?wrong");
    attempts.forgive(address);
    // A session that was there before is not taken over: whoever knows its token is not whoever knows the password.
    const before = tokenOf(request);
    if (before !== undefined) sessions.close(before);
    to(response, "/", setCookie(sessions.open(user)));
  };

  return {
    session: (request) => sessions.find(tokenOf(request)),
    async post(path, request, response) {
      if (path === "/login") return enter(request, response);
      const token = tokenOf(request);
      if (token !== undefined) sessions.close(token);
      request.resume();
      to(response, "/login", setCookie("", "; Max-Age=0"));
    },
    close() {
      clearInterval(sweeping);
      sessions.closeAll();
    },
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams | null> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // What is too long is answered before the connection is closed.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LONGEST_FORM) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
