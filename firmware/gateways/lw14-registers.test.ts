import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ForwardFrame } from "../dali/frame.ts";
import { decodeCommand, decodeStatus, encodeCommand, encodeStatus } from "./lw14-registers.ts";

const IDLE = {
  fault: false,
  busy: false,
  overrun: false,
  frameError: false,
  valid: false,
  timeframe: false,
  received: 0,
} as const;

test("the status, bit for bit", () => {
  assert.equal(decodeStatus(0x00), IDLE);
  assert.equal(decodeStatus(0x80), { ...IDLE, fault: true });
  assert.equal(decodeStatus(0x40), { ...IDLE, busy: true });
  assert.equal(decodeStatus(0x20), { ...IDLE, overrun: true });
  assert.equal(decodeStatus(0x10), { ...IDLE, frameError: true });
  // an answer in time
  assert.equal(decodeStatus(0x0d), { ...IDLE, valid: true, timeframe: true, received: 1 });
  assert.equal(decodeStatus(0x02), { ...IDLE, received: 2 });
  assert.equal(decodeStatus(0x03), { ...IDLE, received: 3 });
  for (let byte = 0; byte < 256; byte++) assert.is(encodeStatus(decodeStatus(byte)), byte);
});

test("frames to send", () => {
  assert.equal(encodeCommand({ bits: 16, data: 0x0ba0 }), Uint8Array.of(0x01, 0x0b, 0xa0));
  assert.equal(encodeCommand({ bits: 24, data: 0x07fe30 }), Uint8Array.of(0x01, 0x07, 0xfe, 0x30));
  const frame = fc
    .tuple(fc.constantFrom(16, 24), fc.nat({ max: 0xffffff }))
    .map(([bits, data]): ForwardFrame => ({ bits: bits as 16 | 24, data: data % 2 ** bits }));
  fc.assert(fc.property(frame, (one) => assert.equal(decodeCommand(encodeCommand(one)), one)));
  for (const bytes of [[], [1], [1, 2], [1, 2, 3, 4, 5], [2, 3, 4]])
    assert.is(decodeCommand(Uint8Array.from(bytes)), undefined, `${bytes}`);
});

test.run();
