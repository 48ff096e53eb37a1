import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ByteStream } from "../hal/bytes.ts";
import { faultOf, realTime } from "../hal/contract/bench.ts";
import { bytesContract } from "../hal/contract/bytes.ts";
import { bytePort } from "./bytes.ts";
import { systemClock } from "./clock.ts";
import { haveSocat, Plug, terminals } from "./plug.ts";

const settings = { baud: 38400 };
const never = new AbortController().signal;
/** The next `n` bytes, however they are chunked. */
async function take(stream: ByteStream, n: number): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of stream.chunks) {
    bytes.push(...chunk);
    if (bytes.length >= n) break;
  }
  return bytes;
}

if (haveSocat) {
  bytesContract("a pseudo-terminal", async () => {
    const plug = new Plug();
    await plug.plugIn();
    return {
      ...realTime(systemClock),
      port: bytePort(plug.path, settings),
      say: async (bytes) => plug.say(bytes),
      heard: async () => Uint8Array.from(plug.heard),
      unplug: () => plug.pull(),
      replug: () => plug.plugIn(),
      descriptors: async () => terminals(),
      close: () => plug.pull(),
    };
  });
}

test("a device that is not there is missing", async () => {
  assert.is(await faultOf(bytePort("/dev/does-not-exist", settings).open(never)), "port-missing");
  assert.is(await faultOf(bytePort("tcp://127.0.0.1:9", settings).open(never)), "port-missing");
});

test("a TCP port carries bytes, and is lost when the peer goes", async () => {
  const server = createServer((socket) => {
    socket.on("data", (chunk) => (chunk[0] === 0 ? socket.destroy() : socket.write(chunk)));
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const stream = await bytePort(`tcp://127.0.0.1:${port}`, settings).open(never);
  await stream.write(new Uint8Array([1, 2, 3]));
  assert.equal(await take(stream, 3), [1, 2, 3]);
  const reading = faultOf(take(stream, 1));
  await stream.write(new Uint8Array([0]));
  assert.is(await reading, "port-lost");
  await stream.close();
  server.close();
});

test("opening stops with the signal", async () => {
  const abort = new AbortController();
  abort.abort(new Error("no longer wanted"));
  for (const address of ["tcp://127.0.0.1:9", "/dev/null-not"]) {
    try {
      await bytePort(address, settings).open(abort.signal);
      assert.unreachable();
    } catch (error) {
      assert.match(String(error), "no longer wanted");
    }
  }
});

test.run();
