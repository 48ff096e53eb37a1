import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { listenFrom } from "./broker.ts";
import { slowLink } from "./slow-link.ts";

/** A server that sends back what it gets, beyond a link. */
async function echo(options: Parameters<typeof slowLink>[1]) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  const link = await slowLink(await listenFrom(server, 0), options);
  const end = async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([link.close(), new Promise((resolve) => server.close(resolve))]);
  };
  return { link, end };
}

/** Sends so many bytes and waits until all are back, ms. */
async function roundTrip(socket: Socket, bytes: number): Promise<number> {
  let left = bytes;
  const began = performance.now();
  socket.write(Buffer.alloc(bytes, 7));
  while (left > 0) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    assert.ok(chunk.every((byte) => byte === 7));
    left -= chunk.length;
  }
  return performance.now() - began;
}

test("takes the time that rate and distance ask for, and counts what it carries", async () => {
  const { link, end } = await echo({ bitsPerSecond: 80_000, delay: 30 });
  const socket = connect(link.port, "127.0.0.1");
  const near = await roundTrip(socket, 10);
  assert.ok(near >= 65 && near < 400, `${near} ms for 10 bytes: 2 x (5 + 30) ms`);
  // 5000 bytes are 10 segments: 540 ms of the link, which the way back mostly shares in time.
  const far = await roundTrip(socket, 5000);
  assert.ok(far >= 600 && far < 1500, `${far} ms for 5000 bytes`);
  assert.ok(link.carried.up >= 5010 + 11 * 40 && link.carried.up < 6500, `${link.carried.up} bytes`);
  socket.destroy();
  await end();
});

test("when cut, connections end and none is made until it is mended", async () => {
  const { link, end } = await echo({ bitsPerSecond: 1e6, delay: 1 });
  const first = connect(link.port, "127.0.0.1");
  first.on("error", () => {});
  await roundTrip(first, 10);
  link.cut();
  await once(first, "close");
  const second = connect(link.port, "127.0.0.1");
  second.on("error", () => {});
  second.write("hello");
  await once(second, "close");
  link.mend();
  await sleep(10);
  const third = connect(link.port, "127.0.0.1");
  await roundTrip(third, 10);
  third.destroy();
  await end();
});

test.run();
