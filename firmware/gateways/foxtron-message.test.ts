import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Priority } from "../dali/gateway.ts";
import {
  decodeFromBox,
  decodeFromHost,
  encodeFromBox,
  encodeFromHost,
  type FromBox,
  type FromHost,
  ITEM,
} from "./foxtron-message.ts";

test("messages of the maker's paper", () => {
  const frame = { bits: 16, data: 0x0390 } as const;
  assert.equal(
    encodeFromHost({ kind: "send", priority: 2, frame, twice: false }),
    Uint8Array.of(0x0b, 2, 0x10, 0x03, 0x90, 0),
  );
  assert.equal(
    encodeFromHost({ kind: "send", priority: 3, frame: { bits: 16, data: 0xa500 }, twice: true }),
    Uint8Array.of(0x0b, 3, 0x10, 0xa5, 0x00, 1),
  );
  assert.equal(encodeFromHost({ kind: "read", item: ITEM.firmware }), Uint8Array.of(0x06, 0x02));
  // the answer to QUERY LAMP FAILURE of all, which several gave
  const collision = { kind: "answered", own: true, bits: 16, data: 0xff92, answer: null } as const;
  assert.equal(decodeFromBox(Uint8Array.of(0x0d, 0x10, 0xff, 0x92, 0x00)), collision);
  assert.equal(decodeFromBox(Uint8Array.of(0x07, 0x02, 0x04, 0x06)), { kind: "value", item: 2, value: 0x0406 });
  // an event of a push button, from control device 1, instance 1
  const event = { kind: "heard", own: false, bits: 24, data: 0x020401 } as const;
  assert.equal(decodeFromBox(Uint8Array.of(0x04, 0x18, 0x02, 0x04, 0x01)), event);
  assert.equal(decodeFromBox(Uint8Array.of(0x04, 0x00)), { kind: "heard", own: false, bits: 0, data: 0 });
  assert.equal(decodeFromBox(Uint8Array.of(0x05, 0x02)), { kind: "special", code: 2 });
});

const forward = fc
  .tuple(fc.constantFrom(16, 24), fc.nat({ max: 0xffffff }))
  .map(([bits, data]) => ({ bits: bits as 16 | 24, data: data % 2 ** bits }));
const byte = fc.nat({ max: 255 });
const word = fc.nat({ max: 0xffff });
const onBus = fc
  .tuple(fc.constantFrom(8, 16, 24, 25, 32), fc.nat({ max: 2 ** 32 - 1 }), fc.boolean())
  .map(([bits, data, own]) => ({ bits, data: data % 2 ** bits, own }));

test("whatever the host says comes back", () => {
  const message: fc.Arbitrary<FromHost> = fc.oneof(
    fc
      .tuple(forward, fc.constantFrom<Priority>(1, 2, 3, 4, 5), fc.boolean())
      .map(([frame, priority, twice]) => ({ kind: "send", frame, priority, twice }) as const),
    byte.map((item) => ({ kind: "read", item }) as const),
    fc.tuple(byte, word).map(([item, value]) => ({ kind: "write", item, value }) as const),
  );
  fc.assert(fc.property(message, (one) => assert.equal(decodeFromHost(encodeFromHost(one)), one)));
});

test("whatever the box says comes back", () => {
  const message: fc.Arbitrary<FromBox> = fc.oneof(
    onBus.map((frame) => ({ kind: "heard", ...frame }) as const),
    fc.tuple(onBus, fc.option(byte)).map(([frame, answer]) => ({ kind: "answered", ...frame, answer }) as const),
    byte.map((code) => ({ kind: "special", code }) as const),
    fc.tuple(byte, word).map(([item, value]) => ({ kind: "value", item, value }) as const),
    fc.tuple(byte, word, byte).map(([item, value, result]) => ({ kind: "written", item, value, result }) as const),
  );
  fc.assert(fc.property(message, (one) => assert.equal(decodeFromBox(encodeFromBox(one)), one)));
});

test("a payload of another length, or of no known type, is none; no payload throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 14 }), (payload) => {
      decodeFromBox(payload);
      decodeFromHost(payload);
    }),
  );
  for (const bytes of [
    [],
    [0x0e],
    [0x0e, 16, 1],
    [0x0e, 16, 1, 2, 3],
    [0x0e, 40, 1, 2, 3, 4, 5],
    [0x0d, 16, 1, 2],
    [0x0d, 16, 1, 2, 8],
    [0x0d, 16, 1, 2, 7, 3],
    [0x0d, 0, 8, 3],
    [0x05],
    [0x07, 1, 2],
    [0x09, 1, 2, 3],
    [0x42, 1],
  ])
    assert.is(decodeFromBox(Uint8Array.from(bytes)), undefined, `${bytes}`);
});

test.run();
