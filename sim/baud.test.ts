import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../controllers/units.ts";
import { atBaud } from "./baud.ts";
import { VirtualClock } from "./clock.ts";
import { pipe } from "./pipe.ts";

/** When how many bytes had come, as `[ms, bytes]`. */
function line(baud: number, bits?: number) {
  const clock = new VirtualClock(instant(0));
  const [near, far] = pipe();
  const device = atBaud(clock, far, baud, bits);
  const came: [number, number][] = [];
  let sum = 0;
  const listen = async () => {
    for await (const chunk of near.chunks) {
      sum += chunk.length;
      came.push([Math.round(clock.monotonic() * 10) / 10, sum]);
    }
  };
  void listen();
  return { clock, near, device, came };
}

test("20 bytes at 9600 baud take 20.8 ms, sixteen at a time", async () => {
  const { clock, device, came } = line(9600);
  void device.write(new Uint8Array(20));
  await clock.advance(milliseconds(100));
  assert.equal(came, [
    [16.7, 16],
    [20.8, 20],
  ]);
});

test("two writes at once follow each other on the wire; a parity bit takes its time", async () => {
  const { clock, device, came } = line(1200, 11);
  void device.write(Uint8Array.of(1, 2));
  void device.write(Uint8Array.of(3));
  await clock.advance(milliseconds(100));
  assert.equal(came, [
    [18.3, 2],
    [27.5, 3],
  ]);
});

test("what the host says is heard when its last bit is through", async () => {
  const { clock, near, device } = line(2400);
  const heard: number[] = [];
  const listen = async () => {
    for await (const chunk of device.chunks) heard.push(Math.round(clock.monotonic() * 10) / 10, chunk.length);
  };
  void listen();
  await near.write(new Uint8Array(8));
  await clock.advance(milliseconds(100));
  assert.equal(heard, [33.3, 8]);
});

test.run();
