import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodeFloat, encodeFloat } from "../sensors/sdm-registers.ts";
import { crc16, decodeRequest, encodeReply, encodeRequest, type ReadReply, ReplyReader } from "./rtu.ts";

const hex = (text: string) => Uint8Array.from(text.split(" ").map((byte) => Number.parseInt(byte, 16)));
const request = { unit: 1, register: 0x34, count: 2 };
const asked = fc.record(
  { unit: fc.integer({ min: 1, max: 247 }), register: fc.nat(0xffff), count: fc.integer({ min: 1, max: 20 }) },
  { noNullPrototype: true },
);

test("the CRC of a reply that a real meter gave (PZEM-016)", () => {
  const reply = hex("01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34");
  assert.is(crc16(reply.subarray(0, -2)), 0x3451);
  const found = new ReplyReader({ unit: 1, register: 0, count: 10 }).push(reply);
  assert.equal(found, { kind: "registers", data: reply.slice(3, -2) });
});

test("the request for the first value of unit 1", () => {
  assert.equal(encodeRequest({ unit: 1, register: 0, count: 2 }), hex("01 04 00 00 00 02 71 CB"));
});

test("a request survives, and any one changed byte voids it", () => {
  fc.assert(
    fc.property(asked, fc.nat(7), fc.integer({ min: 1, max: 255 }), (asks, at, change) => {
      const frame = encodeRequest(asks);
      assert.equal(decodeRequest(frame), asks);
      frame[at] = (frame[at] as number) ^ change;
      assert.is(decodeRequest(frame), null);
    }),
  );
});

test("a reply is found in noise, however it is cut, and every other byte is counted", () => {
  const data = (count: number) => fc.uint8Array({ minLength: count * 2, maxLength: count * 2 });
  const replied = asked.chain((asks) =>
    fc.record({
      asks: fc.constant(asks),
      reply: fc.oneof(
        data(asks.count).map((bytes): ReadReply => ({ kind: "registers", data: bytes })),
        fc.integer({ min: 1, max: 11 }).map((code): ReadReply => ({ kind: "exception", code })),
      ),
      // No byte of the noise is the unit's, so that no reply begins in it.
      noise: fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.filter((byte) => byte !== asks.unit)),
      cut: fc.nat(100),
    }),
  );
  fc.assert(
    fc.property(replied, ({ asks, reply, noise, cut }) => {
      const stream = Uint8Array.from([...noise, ...encodeReply(asks.unit, reply)]);
      const reader = new ReplyReader(asks);
      const found = reader.push(stream.subarray(0, cut)) ?? reader.push(stream.subarray(cut));
      assert.equal(found, reply);
      assert.is(reader.discarded, noise.length);
    }),
  );
});

test("another unit, another function, another length or a wrong sum is no reply", () => {
  const good = encodeReply(1, { kind: "registers", data: encodeFloat(10) });
  const wrongCount = Uint8Array.of(1, 4, 3, 65, 32, 0, 0);
  const sum = crc16(wrongCount);
  const others = [
    Uint8Array.from([...wrongCount, sum & 0xff, sum >> 8]),
    encodeReply(2, { kind: "registers", data: encodeFloat(10) }),
    encodeReply(1, { kind: "registers", data: new Uint8Array(2) }),
    encodeReply(1, { kind: "registers", data: new Uint8Array(6) }),
    encodeReply(2, { kind: "exception", code: 2 }),
    good.with(-1, (good.at(-1) as number) ^ 1),
    good.with(4, (good.at(4) as number) ^ 1),
    encodeRequest(request),
  ];
  for (const other of others) {
    const reader = new ReplyReader(request);
    assert.is(reader.push(other), null);
    reader.giveUp();
    assert.is(reader.discarded, other.length);
  }
  const late = new ReplyReader(request);
  assert.ok(late.push(Uint8Array.from([...good, 1, 2, 3])));
  assert.is(late.discarded, 3);
});

test("values are 32-bit floats, high word first", () => {
  assert.is(decodeFloat(hex("43 66 33 34")).toFixed(3), "230.200");
  assert.equal(encodeFloat(-1), hex("BF 80 00 00"));
});

test.run();
