import { once } from "node:events";
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { connect as connectTls } from "node:tls";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { WebSocket } from "ws";
import { startBroker } from "../broker.ts";
import { Attempts } from "./attempts.ts";
import { selfSigned } from "./certificate.ts";
import { readPage } from "./page.ts";
import { hashPassword, isPassword, readUsers } from "./password.ts";
import { type ConsoleOptions, serveConsole as serve } from "./server.ts";
import { Sessions } from "./sessions.ts";

const PASSWORD = "a lamp in the Rue Musette";
const users = readUsers(`# who may come in\n\nanne:${await hashPassword(PASSWORD, { ln: 14, p: 1 })}\n`);
const files = await readPage();
const serveConsole = (options: ConsoleOptions) => serve(options, async () => files);
const BASE = { port: 0, brokerUrl: "mqtt://127.0.0.1:1", node: "21231/cab-0117" };

const tls = selfSigned();
const withTls = tls ? test : test.skip;

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(url: string, { method = "GET", headers = {}, body }: Asked = {}) {
  const send = url.startsWith("https:")
    ? tlsRequest(url, { method, headers, agent: false, ...(tls ? { ca: tls.certificate } : {}) })
    : plainRequest(url, { method, headers, agent: false });
  send.end(body);
  const [response] = await once(send, "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode as number, headers: response.headers, text };
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const logIn = (url: string, user: string, password: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(`${url}login`, {
    method: "POST",
    headers: { ...FORM, ...headers },
    body: String(new URLSearchParams({ user, password })),
  });
const cookieOf = (headers: Readonly<Record<string, unknown>>) =>
  String((headers["set-cookie"] as string[] | undefined)?.[0]).split(";")[0] as string;

/** Opens the console's WebSocket: its HTTP status where it was refused. */
function openDoor(url: string, headers: Readonly<Record<string, string>>): Promise<WebSocket | number> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}mqtt`, "mqtt", {
    headers,
    ...(tls ? { ca: tls.certificate } : {}),
  });
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve(socket));
    socket.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    socket.on("error", reject);
  });
}

test("on another address than loopback it needs a certificate and users, and says which is missing", async () => {
  const refused = (part: Partial<ConsoleOptions>) =>
    serveConsole({ ...BASE, host: "0.0.0.0", ...part }).then(
      async (console) => {
        await console.close();
        return "served";
      },
      (error) => (error instanceof TypeError ? error.message : String(error)),
    );
  assert.match(await refused({}), /needs a certificate with its key and users with passwords$/);
  assert.match(await refused({ users }), /needs a certificate with its key$/);
  assert.match(await refused({ tls: { certificate: "", key: "" } }), /needs users with passwords$/);
  assert.match(await refused({ host: "::" }), /^host ::/);
  assert.match(await refused({ host: "192.0.2.1" }), /^host 192\.0\.2\.1/);
  assert.match(await refused({ host: "127.0.0.1", users, brokerUrl: "ws://127.0.0.1:9001" }), /behind a login/);
});

withTls("nothing but the login is shown to a stranger; whoever logs in sees the page, until logging out", async () => {
  const console = await serveConsole({ ...BASE, host: "0.0.0.0", users, ...(tls ? { tls } : {}) });
  const url = console.url.replace("0.0.0.0", "127.0.0.2");
  assert.match(url, /^https:/);
  const stranger = await ask(url);
  assert.equal([stranger.status, stranger.headers["location"]], [303, "/login"]);
  for (const path of ["app.js", "config.json", "index.html", "page.css/../app.js"])
    assert.is((await ask(url + path)).status, 401, path);
  const form = await ask(`${url}login`);
  assert.equal([form.status, form.text.includes("wrong")], [200, false]);
  assert.match(form.headers["content-security-policy"] ?? "", "form-action 'self'");
  assert.match(form.headers["strict-transport-security"] ?? "", "max-age");
  assert.is((await ask(`${url}page.css`)).status, 200);

  for (const [user, password] of [
    ["anne", "wrong password"],
    ["nobody", PASSWORD],
    ["anne", ""],
  ] as const) {
    const wrong = await logIn(url, user, password);
    assert.equal(
      [wrong.status, wrong.headers["location"], wrong.headers["set-cookie"]],
      [303, "/login?wrong", undefined],
    );
  }
  assert.match((await ask(`${url}login?wrong`)).text, "The name or the password is wrong");

  const right = await logIn(url, "anne", PASSWORD, { origin: url.slice(0, -1) });
  assert.equal([right.status, right.headers["location"]], [303, "/"]);
  assert.match(
    right.headers["set-cookie"]?.[0] ?? "",
    /^__Host-hulotte=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
  );
  const cookie = cookieOf(right.headers);
  assert.is((await ask(url, { headers: { cookie } })).status, 200);
  const config = JSON.parse((await ask(`${url}config.json`, { headers: { cookie } })).text);
  assert.equal(config, {
    broker: `${url.replace("https", "wss")}mqtt`,
    simulator: null,
    node: BASE.node,
    id: null,
    user: "anne",
  });
  assert.is((await ask(url, { headers: { cookie: `${cookie.slice(0, -1)}x` } })).status, 303);

  const left = await ask(`${url}logout`, { method: "POST", headers: { cookie } });
  assert.equal([left.status, left.headers["location"]], [303, "/login"]);
  assert.match(left.headers["set-cookie"]?.[0] ?? "", "Max-Age=0");
  assert.is((await ask(url, { headers: { cookie } })).status, 303);
  await console.close();
});

withTls("only TLS 1.3 is spoken", async () => {
  const console = await serveConsole({ ...BASE, ...(tls ? { tls } : {}) });
  const port = Number(new URL(console.url).port);
  const old = connectTls({ port, host: "127.0.0.1", ca: tls?.certificate, maxVersion: "TLSv1.2" });
  const [error] = await once(old, "error");
  assert.match(String(error), /alert|protocol/i);
  await console.close();
});

test("the broker is reached through the console by who is logged in, and no longer than that", async () => {
  const broker = await startBroker(0);
  const console = await serveConsole({ ...BASE, brokerUrl: broker.url, users });
  const { url } = console;
  const origin = url.slice(0, -1);
  assert.is(await openDoor(url, {}), 401);
  const cookie = cookieOf((await logIn(url, "anne", PASSWORD)).headers);
  assert.is(await openDoor(url, { cookie, origin: "https://elsewhere.example" }), 403);
  assert.is(await openDoor(url, { cookie, host: "elsewhere.example" }), 403);
  const socket = await openDoor(url, { cookie, origin });
  assert.instance(socket, WebSocket);
  if (!(socket instanceof WebSocket)) return;
  // MQTT 5, 3.1: CONNECT without anything, and its CONNACK.
  socket.send(Uint8Array.from([0x10, 13, 0, 4, ...Buffer.from("MQTT"), 5, 2, 0, 60, 0, 0, 0]));
  const [answer] = await once(socket, "message");
  assert.is(answer[0], 0x20);
  const closed = once(socket, "close");
  await ask(`${url}logout`, { method: "POST", headers: { cookie } });
  await closed;
  assert.is(await openDoor(url, { cookie, origin }), 401);
  await console.close();
  await broker.close();
});

test("another site's form, and another name for this machine, are refused", async () => {
  const console = await serveConsole({ ...BASE, users });
  const { url } = console;
  const forged = await logIn(url, "anne", PASSWORD, { origin: "https://elsewhere.example" });
  assert.equal([forged.status, forged.headers["set-cookie"]], [403, undefined]);
  assert.is((await logIn(url, "anne", PASSWORD, { origin: "null" })).status, 403);
  assert.is((await ask(url, { headers: { host: "elsewhere.example" } })).status, 403);
  const big = await ask(`${url}login`, { method: "POST", headers: FORM, body: `user=${"x".repeat(10_000)}` });
  assert.is(big.status, 400);
  await console.close();
});

test("who guesses waits: five tries, then none for a while, also not with the right password", async () => {
  const console = await serveConsole({ ...BASE, users });
  for (let i = 0; i < 5; i++) assert.is((await logIn(console.url, "anne", `guess ${i}`)).status, 303);
  const slowed = await logIn(console.url, "anne", PASSWORD);
  assert.is(slowed.status, 429);
  const wait = Number(slowed.headers["retry-after"]);
  assert.ok(wait > 20 && wait <= 30, `${wait} s`);
  await console.close();
});

test("tries come back one by one; a right password clears them; an IPv6 network is one address", () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  const takes = (address: string, times: number) => Array.from({ length: times }, () => attempts.take(address));
  assert.equal(takes("192.0.2.1", 6), [0, 0, 0, 0, 0, 30_000]);
  assert.is(attempts.take("192.0.2.2"), 0);
  assert.is(attempts.take("::ffff:192.0.2.1"), 30_000);
  now = 30_000;
  assert.equal(takes("192.0.2.1", 2), [0, 30_000]);
  attempts.forgive("192.0.2.1");
  assert.equal(takes("192.0.2.1", 6).filter((wait) => wait === 0).length, 5);
  takes("2001:db8::1", 5);
  assert.ok(attempts.take("2001:db8:0:0:ffff::2") > 0);
  assert.is(attempts.take("2001:db8:0:1::1"), 0);
});

test("a session ends unused after half an hour, and used after twelve hours; what it opened hears of it", () => {
  let now = 0;
  const sessions = new Sessions(() => now);
  const [idle, used] = [sessions.open("anne"), sessions.open("bob")];
  const over = sessions.find(used)?.over;
  assert.is(sessions.find(idle)?.user, "anne");
  for (now = 0; now < 12 * 3_600_000; now += 29 * 60_000) assert.is(sessions.find(used)?.user, "bob", String(now));
  now = 12 * 3_600_000 - 1;
  assert.is(sessions.find(idle), null);
  assert.is(over?.aborted, false);
  now = 12 * 3_600_000;
  sessions.sweep();
  assert.is(over?.aborted, true);
  assert.is(sessions.find(used), null);
  const many = Array.from({ length: 65 }, () => sessions.open("anne"));
  assert.is(sessions.find(many[0]), null);
  assert.is(sessions.find(many[64])?.user, "anne");
});

test("a password is that of its hash alone, and a users file is read strictly", async () => {
  const hash = await hashPassword(PASSWORD);
  assert.match(hash, /^\$scrypt\$ln=15,r=8,p=3\$/);
  assert.is(await isPassword(PASSWORD, hash), true);
  assert.is(await isPassword(PASSWORD.toUpperCase(), hash), false);
  assert.is(await isPassword(PASSWORD, undefined), false);
  assert.is(await isPassword("", undefined), false);
  assert.is.not(await hashPassword(PASSWORD), hash); // salted
  const composed = await hashPassword("écluse de Larrey".normalize("NFC"));
  assert.is(await isPassword("écluse de Larrey".normalize("NFD"), composed), true);
  await hashPassword("too short").then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, "allowed 12 to 1024"),
  );
  const line = `anne:${hash}`;
  for (const [text, problem] of [
    ["", /no user/],
    ["anne", /line 1: allowed is name:hash/],
    ["anne:secret", /line 1: the hash/],
    [`${line}\n${line}`, /line 2: anne has a line already/],
    [`an ne:${hash}`, /line 1: allowed/],
    [line.replace("ln=15", "ln=30"), /line 1: the hash/],
  ] as const)
    assert.throws(() => readUsers(text), problem);
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      try {
        readUsers(text);
      } catch (error) {
        assert.instance(error, TypeError);
      }
    }),
  );
});

test.run();
