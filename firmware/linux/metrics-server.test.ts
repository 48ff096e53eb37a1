import { once } from "node:events";
import { request } from "node:http";
import { connect, createServer } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../hal/fault.ts";
import { serveMetrics } from "./metrics-server.ts";

const TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const start = () => {
  let asked = 0;
  return serveMetrics(0, { type: TYPE, body: () => `a ${++asked} é\n# EOF\n` });
};

/** A request of Node's own HTTP, which is strict about what comes back. */
async function ask(port: number, method: string, path: string, host = `127.0.0.1:${port}`) {
  const sent = request({ port, host: "127.0.0.1", method, path, headers: { host } }).end();
  const [response] = await once(sent, "response");
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

async function send(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    heard += chunk;
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return heard;
}

test("what is asked for is made anew, with its type and length, and HEAD has no body", async () => {
  const server = await start();
  const first = await ask(server.port, "GET", "/metrics");
  assert.equal([first.status, first.headers["content-type"], first.body], [200, TYPE, "a 1 é\n# EOF\n"]);
  assert.is(first.headers["content-length"], String(Buffer.byteLength(first.body)));
  assert.is((await ask(server.port, "GET", "/metrics?x=1", `localhost:${server.port}`)).body, "a 2 é\n# EOF\n");
  const head = await ask(server.port, "HEAD", "/metrics");
  assert.equal([head.status, head.body], [200, ""]);
  await server.close();
});

test("other paths, methods, hosts and languages are sent away", async () => {
  const server = await start();
  const { port } = server;
  assert.is((await ask(port, "GET", "/")).status, 404);
  assert.is((await ask(port, "GET", "/metrics/..")).status, 404);
  const post = await ask(port, "POST", "/metrics");
  assert.equal([post.status, post.headers["allow"]], [405, "GET, HEAD"]);
  assert.is((await ask(port, "GET", "/metrics", "cabinet.example:9100")).status, 403);
  assert.match(await send(port, "hello\r\n\r\n"), /^HTTP\/1\.1 400 /);
  assert.match(await send(port, `GET /metrics HTTP/1.1\r\nx: ${"y".repeat(9000)}`), /^HTTP\/1\.1 431 /);
  await server.close();
});

test("it listens on loopback alone, says when the port is taken, and lets go when it is closed", async () => {
  const server = await start();
  const elsewhere = connect(server.port, "127.0.0.2");
  const [error] = await once(elsewhere, "error");
  assert.is(error.code, "ECONNREFUSED");
  const busy = await serveMetrics(server.port, { type: TYPE, body: () => "" }).catch((fault) => fault);
  assert.instance(busy, Fault);
  assert.is(busy.kind, "port-busy");
  const open = connect(server.port, "127.0.0.1");
  open.on("error", () => {});
  await once(open, "connect");
  const closed = once(open, "close");
  await server.close();
  await closed;
  const again = createServer().listen(server.port, "127.0.0.1");
  await once(again, "listening");
  again.close();
});

test.run();
