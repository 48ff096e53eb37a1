/** Pages of others and connections from others, over real sockets of this machine. */
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as listener } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../hal/fault.ts";
import { listenTcp } from "./bytes-listen.ts";
import { webPage } from "./pages.ts";

const never = new AbortController().signal;
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
  );

test("a page is had once, and again only when it is another; what is too large or not there is a fault", async () => {
  let body = "one";
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    const etag = `"${body}"`;
    if (request.url === "/no") response.writeHead(403).end();
    else if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const page = webPage(`http://127.0.0.1:${port}/`);
  const text = async () => {
    const got = await page.get(100, never);
    return got && new TextDecoder().decode(got);
  };
  assert.equal([await text(), await text()], ["one", null]);
  body = "another";
  assert.is(await text(), "another");
  assert.is(asked, 3);
  body = "x".repeat(200);
  assert.is(await kindOf(page.get(100, never)), "protocol");
  assert.is(await kindOf(webPage(`http://127.0.0.1:${port}/no`).get(100, never)), "port-denied");
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  assert.is(await kindOf(page.get(100, never)), "port-missing");
});

test("whoever connects is handed over; a port in use is a fault; the end closes it", async () => {
  const other = listener().listen(0, "127.0.0.1");
  await once(other, "listening");
  const taken = (other.address() as AddressInfo).port;
  const busy = listenTcp("127.0.0.1", taken, never);
  assert.is(await kindOf(busy.next()), "port-busy");
  other.close();
  await once(other, "close");

  const stop = new AbortController();
  const streams = listenTcp("127.0.0.1", taken, stop.signal);
  const first = streams.next();
  const socket = connect(taken, "127.0.0.1");
  const { value } = await first;
  assert.ok(value);
  socket.write("hello");
  for await (const chunk of value.chunks) {
    assert.is(new TextDecoder().decode(chunk), "hello");
    break;
  }
  const heard = once(socket, "data");
  await value.write(new TextEncoder().encode("you"));
  assert.is(String((await heard)[0]), "you");
  await value.close();
  stop.abort();
  assert.ok((await streams.next()).done);
  socket.destroy();
});

test.run();
