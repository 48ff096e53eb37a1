import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodeFloat, encodeFloat } from "../sensors/sdm-registers.ts";
import { checkRequest, type ModbusReply, type ModbusRequest } from "./pdu.ts";
import { type Addressed, crc16, decodeRequest, encodeReply, encodeRequest, ReplyReader, RequestReader } from "./rtu.ts";

const hex = (text: string) => Uint8Array.from(text.split(" ").map((byte) => Number.parseInt(byte, 16)));
const input = (first: number, count: number): ModbusRequest => ({
  kind: "read",
  table: "input-registers",
  first,
  count,
});

const word = fc.nat(0xffff);
const at = fc.nat(0xff00);
const some = <T>(of: fc.Arbitrary<T>, most: number) => fc.array(of, { minLength: 1, maxLength: most });
const request: fc.Arbitrary<ModbusRequest> = fc.oneof(
  fc.record({
    kind: fc.constant("read" as const),
    table: fc.constantFrom(
      "coils" as const,
      "discrete-inputs" as const,
      "holding-registers" as const,
      "input-registers" as const,
    ),
    first: at,
    count: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ kind: fc.constant("write-coil" as const), at, on: fc.boolean() }),
  fc.record({ kind: fc.constant("write-register" as const), at, value: word }),
  fc.record({ kind: fc.constant("write-coils" as const), first: at, values: some(fc.boolean(), 40) }),
  fc.record({ kind: fc.constant("write-registers" as const), first: at, values: some(word, 40) }),
);
const addressed: fc.Arbitrary<Addressed> = fc.record({ unit: fc.integer({ min: 1, max: 247 }), request });

function replyTo(asked: ModbusRequest): fc.Arbitrary<ModbusReply> {
  const refused = fc.record({ kind: fc.constant("exception" as const), code: fc.integer({ min: 1, max: 11 }) });
  if (asked.kind !== "read") return fc.oneof(fc.constant<ModbusReply>({ kind: "written" }), refused);
  const { table, count } = asked;
  const size = { minLength: count, maxLength: count };
  const bits = table === "coils" || table === "discrete-inputs";
  return fc.oneof(
    bits
      ? fc.record({ kind: fc.constant("bits" as const), values: fc.array(fc.boolean(), size) })
      : fc.record({ kind: fc.constant("registers" as const), values: fc.array(word, size) }),
    refused,
  );
}
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test("the CRC of a reply that a real meter gave (PZEM-016)", () => {
  const reply = hex("01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34");
  assert.is(crc16(reply.subarray(0, -2)), 0x3451);
  const found = new ReplyReader({ unit: 1, request: input(0, 10) }).push(reply);
  assert.equal(found, { kind: "registers", values: [0x08d1, 0x6c, 0, 0xf4, 0, 0x26, 0, 0x1f4, 0x64, 0] });
});

test("the bytes of each function are those of the examples of Modbus Application Protocol V1.1b3 6", () => {
  const pdus: readonly [ModbusRequest, string, ModbusReply, string][] = [
    [
      { kind: "read", table: "coils", first: 0x13, count: 19 },
      "01 00 13 00 13",
      { kind: "bits", values: [..."1011001111010110101"].map((bit) => bit === "1") },
      "01 03 CD 6B 05",
    ],
    [
      { kind: "read", table: "discrete-inputs", first: 0xc4, count: 22 },
      "02 00 C4 00 16",
      { kind: "bits", values: [..."0011010111011011101011"].map((bit) => bit === "1") },
      "02 03 AC DB 35",
    ],
    [
      { kind: "read", table: "holding-registers", first: 0x6b, count: 3 },
      "03 00 6B 00 03",
      { kind: "registers", values: [0x22b, 0, 0x64] },
      "03 06 02 2B 00 00 00 64",
    ],
    [input(8, 1), "04 00 08 00 01", { kind: "registers", values: [10] }, "04 02 00 0A"],
    [{ kind: "write-coil", at: 0xac, on: true }, "05 00 AC FF 00", { kind: "written" }, "05 00 AC FF 00"],
    [{ kind: "write-register", at: 1, value: 3 }, "06 00 01 00 03", { kind: "written" }, "06 00 01 00 03"],
    [
      { kind: "write-coils", first: 0x13, values: [..."1011001110"].map((bit) => bit === "1") },
      "0F 00 13 00 0A 02 CD 01",
      { kind: "written" },
      "0F 00 13 00 0A",
    ],
    [
      { kind: "write-registers", first: 1, values: [10, 0x102] },
      "10 00 01 00 02 04 00 0A 01 02",
      { kind: "written" },
      "10 00 01 00 02",
    ],
    [input(8, 1), "04 00 08 00 01", { kind: "exception", code: 2 }, "84 02"],
  ];
  for (const [asked, question, reply, answer] of pdus) {
    assert.equal(encodeRequest({ unit: 7, request: asked }).slice(1, -2), hex(question));
    assert.equal(encodeReply({ unit: 7, request: asked }, reply).slice(1, -2), hex(answer));
  }
  assert.equal(encodeRequest({ unit: 1, request: input(0, 2) }), hex("01 04 00 00 00 02 71 CB"));
});

test("a request survives, and any one changed byte voids it", () => {
  fc.assert(
    fc.property(addressed, fc.nat(90), fc.integer({ min: 1, max: 255 }), (asks, place, change) => {
      const frame = encodeRequest(asks);
      assert.equal(decodeRequest(frame), plain(asks));
      const hit = place % frame.length;
      frame[hit] = (frame[hit] as number) ^ change;
      assert.is(decodeRequest(frame), null);
    }),
  );
});

test("a reply is found in noise, however it is cut, and every other byte is counted", () => {
  const replied = addressed.chain((asks) =>
    fc.record({
      asks: fc.constant(asks),
      reply: replyTo(asks.request),
      // No byte of the noise is the unit's, so that no reply begins in it.
      noise: fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.filter((byte) => byte !== asks.unit)),
      cut: fc.nat(100),
    }),
  );
  fc.assert(
    fc.property(replied, ({ asks, reply, noise, cut }) => {
      const stream = Uint8Array.from([...noise, ...encodeReply(asks, reply)]);
      const reader = new ReplyReader(asks);
      const found = reader.push(stream.subarray(0, cut)) ?? reader.push(stream.subarray(cut));
      assert.equal(found, plain(reply));
      assert.is(reader.discarded, noise.length);
    }),
    { numRuns: 500 },
  );
});

test("another unit, another function, another length or a wrong sum is no reply", () => {
  const asks = { unit: 1, request: input(0x34, 2) };
  const values = encodeFloat(10);
  const good = encodeReply(asks, { kind: "registers", values });
  const wrongCount = Uint8Array.of(1, 4, 3, 65, 32, 0, 0);
  const sum = crc16(wrongCount);
  const holding = { unit: 1, request: { ...asks.request, table: "holding-registers" } as ModbusRequest };
  const others = [
    Uint8Array.from([...wrongCount, sum & 0xff, sum >> 8]),
    encodeReply({ ...asks, unit: 2 }, { kind: "registers", values }),
    encodeReply(holding, { kind: "registers", values }),
    encodeReply(asks, { kind: "registers", values: [1] }),
    encodeReply(asks, { kind: "registers", values: [1, 2, 3] }),
    encodeReply({ ...asks, unit: 2 }, { kind: "exception", code: 2 }),
    good.with(-1, (good.at(-1) as number) ^ 1),
    good.with(4, (good.at(4) as number) ^ 1),
    encodeRequest(asks),
  ];
  for (const [i, other] of others.entries()) {
    const reader = new ReplyReader(asks);
    assert.is(reader.push(other), null, `${i}`);
    reader.giveUp();
    assert.is(reader.discarded, other.length);
  }
  const late = new ReplyReader(asks);
  assert.ok(late.push(Uint8Array.from([...good, 1, 2, 3])));
  assert.is(late.discarded, 3);
  const write = { unit: 1, request: { kind: "write-register", at: 5, value: 6 } as ModbusRequest };
  const elsewhere = encodeReply({ unit: 1, request: { kind: "write-register", at: 5, value: 7 } }, { kind: "written" });
  assert.is(new ReplyReader(write).push(elsewhere), null, "the echo of another value");
});

test("requests are found in noise, however they are cut; noise alone is none and is not kept", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(addressed, fc.uint8Array({ maxLength: 30 })), { maxLength: 4 }),
      fc.integer({ min: 1, max: 40 }),
      (asks, size) => {
        // Bytes above 0x10 begin no frame of a function that is known.
        const quiet = (noise: Uint8Array) => noise.map((byte) => byte | 0x80);
        const stream = asks.flatMap(([one, noise]) => [...quiet(noise), ...encodeRequest(one)]);
        const reader = new RequestReader();
        const found: Addressed[] = [];
        for (let start = 0; start < stream.length; start += size)
          found.push(...reader.push(Uint8Array.from(stream.slice(start, start + size))));
        assert.equal(found, plain(asks.map(([one]) => one)));
      },
    ),
  );
  const reader = new RequestReader();
  const noise = Uint8Array.from({ length: 1000 }, (_, i) => (i * 151 + 77) & 0xff);
  for (let i = 0; i < 300; i++) assert.equal(reader.push(noise), []);
  const asked = { unit: 9, request: input(0, 1) };
  assert.equal(reader.push(encodeRequest(asked)), [asked]);
});

test("what Modbus cannot carry is the caller's mistake", () => {
  const wrong: readonly [ModbusRequest, RegExp][] = [
    [input(0, 0), /count is 0: allowed 1 to 125/],
    [input(0, 126), /count is 126/],
    [{ kind: "read", table: "coils", first: 0, count: 2001 }, /allowed 1 to 2000/],
    [input(0xffff, 2), /first number is 65535: allowed 0 to 65534/],
    [input(0.5, 1), /first number is 0.5/],
    [{ kind: "write-register", at: -1, value: 0 }, /number is -1/],
    [{ kind: "write-register", at: 0, value: 0x10000 }, /value is 65536: allowed 0 to 65535/],
    [{ kind: "write-registers", first: 0, values: [1, -1] }, /value is -1/],
    [{ kind: "write-registers", first: 0, values: [] }, /count is 0/],
    [{ kind: "write-coils", first: 0, values: new Array(1969).fill(true) }, /allowed 1 to 1968/],
  ];
  for (const [asked, text] of wrong)
    assert.throws(
      () => checkRequest(asked),
      (error: unknown) => error instanceof TypeError && text.test(error.message),
    );
});

test("values are 32-bit floats, high word first", () => {
  assert.is(decodeFloat([0x4366, 0x3334]).toFixed(3), "230.200");
  assert.equal(encodeFloat(-1), [0xbf80, 0]);
});

test.run();
