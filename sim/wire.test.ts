import { test } from "uvu";
import * as assert from "uvu/assert";
import { settled } from "./clock.ts";
import { pipe } from "./pipe.ts";
import { Wire } from "./wire.ts";

/** A device behind a wire, and what a runtime at the other end hears. */
function setUp() {
  const wire = new Wire();
  const [near, far] = pipe();
  const device = wire.to(far);
  const heard: number[][] = [];
  const listening = (async () => {
    for await (const chunk of near.chunks) heard.push([...chunk]);
  })();
  return { wire, near, device, heard, listening };
}

test("both ways are open", async () => {
  const { near, device, heard } = setUp();
  await device.write(Uint8Array.of(1, 2));
  await near.write(Uint8Array.of(3));
  const asked: number[] = [];
  for await (const chunk of device.chunks) {
    asked.push(...chunk);
    break;
  }
  await settled();
  assert.equal(heard, [[1, 2]]);
  assert.equal(asked, [3]);
});

test("a silent device hears and is not heard, and loses nothing that it says later", async () => {
  const { wire, near, device, heard } = setUp();
  wire.silent = true;
  await device.write(Uint8Array.of(1));
  await near.write(Uint8Array.of(9));
  const next = await device.chunks[Symbol.asyncIterator]().next();
  assert.equal([...(next.value as Uint8Array)], [9]);
  wire.silent = false;
  await device.write(Uint8Array.of(2));
  await settled();
  assert.equal(heard, [[2]]);
});

test("interference adds its bytes and spoils one of what the device says next", async () => {
  const { wire, device, heard } = setUp();
  wire.disturb(Uint8Array.of(0x55));
  await device.write(Uint8Array.of(1, 2, 3));
  await device.write(Uint8Array.of(1, 2, 3));
  await device.write(new Uint8Array());
  await settled();
  assert.equal(heard.slice(0, 3), [[0x55], [1, 0xfd, 3], [1, 2, 3]]);
});

test("interference on a wire that nobody is at does nothing", async () => {
  const { wire, near, device, listening, heard } = setUp();
  await device.close();
  wire.disturb(Uint8Array.of(1));
  await near.close();
  await listening.catch(() => {});
  assert.equal(heard, []);
});

test.run();
