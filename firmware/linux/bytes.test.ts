import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { bytePort } from "./bytes.ts";

const settings = { baud: 38400 };
const never = new AbortController().signal;
const haveSocat = (() => {
  try {
    execFileSync("socat", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** Two pseudo-terminals joined back to back, as a serial cable is. */
async function cable() {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-pty-"));
  const ends = [join(folder, "a"), join(folder, "b")] as const;
  const child = spawn(
    "socat",
    ends.map((end) => `pty,raw,echo=0,link=${end}`),
    { stdio: "ignore" },
  );
  while (!ends.every((end) => existsSync(end))) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    a: ends[0],
    b: ends[1],
    async cut() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** The next `n` bytes, however they are chunked. */
async function take(stream: ByteStream, n: number): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of stream.chunks) {
    bytes.push(...chunk);
    if (bytes.length >= n) break;
  }
  return bytes;
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error.kind;
    throw error;
  }
  return "none";
}

const withCable = haveSocat ? test : test.skip;

withCable("every byte value crosses a serial line unchanged, both ways", async () => {
  const line = await cable();
  const a = await bytePort(line.a, settings).open(never);
  const b = await bytePort(line.b, settings).open(never);
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  await a.write(all);
  assert.equal(await take(b, 256), [...all]);
  await b.write(all.toReversed());
  assert.equal(await take(a, 256), [...all.toReversed()]);
  await a.close();
  await a.close();
  await b.close();
  await line.cut();
});

withCable("a line that is in use is busy, and free again once closed", async () => {
  const line = await cable();
  const first = await bytePort(line.a, settings).open(never);
  assert.is(await faultOf(bytePort(line.a, settings).open(never)), "port-busy");
  await first.close();
  const second = await bytePort(line.a, settings).open(never);
  await second.close();
  await line.cut();
});

withCable("a line that is pulled is noticed by the reader and refuses the writer", async () => {
  const line = await cable();
  const a = await bytePort(line.a, settings).open(never);
  const reading = faultOf(take(a, 1));
  await line.cut();
  assert.is(await reading, "port-lost");
  assert.is(await faultOf(a.write(new Uint8Array([1]))), "port-lost");
  assert.is(await faultOf(bytePort(line.a, settings).open(never)), "port-missing");
  await a.close();
});

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
