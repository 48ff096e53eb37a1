import { Encoder } from "cbor-x";
import { decode as another } from "cborg";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decode, encode } from "./cbor.ts";
import { DEEPEST, MOST_BYTES, scan } from "./guard.ts";

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const repeat = (text: string, times: number, end = ""): Uint8Array => hex(text.repeat(times) + end);

/** What JSON can say, except for what the guard keeps out: the key __proto__, and texts that begin with a byte order mark. */
const json = fc
  .jsonValue({ maxDepth: 6, noUnicodeString: false })
  .filter(
    (value) => !JSON.stringify(value).includes("__proto") && !/[\ud800-\udfff\ufeff]/.test(JSON.stringify(value)),
  );

test("what was encoded is decoded", () => {
  fc.assert(
    fc.property(json, (value) => {
      const back = decode(encode(value));
      assert.ok(back.ok);
      // JSON has no -0.
      assert.equal(back.ok && JSON.stringify(back.value), JSON.stringify(value));
    }),
    { numRuns: 2000 },
  );
});

test("is the shortest form of RFC 8949 that JSON data has, without tags or records", () => {
  const same = {
    entries: [
      { ts: "t", seq: 0 },
      { ts: "t", seq: 1 },
    ],
  };
  assert.is(
    Buffer.from(encode(same)).toString("hex"),
    "a167656e747269657382a26274736174637365710 0a2627473617463736571 01".replaceAll(" ", ""),
  );
  assert.is(
    Buffer.from(encode({ a: -25, b: [true, null, "é"] })).toString("hex"),
    "a26161381861 6283f5f662c3a9".replaceAll(" ", ""),
  );
});

test("the bytes handed out are their own, not a piece of a pool", () => {
  const bytes = encode({ a: "first" });
  assert.is(bytes.buffer.byteLength, bytes.byteLength);
  assert.is(Object.getPrototypeOf(bytes), Uint8Array.prototype);
});

for (const value of [
  undefined,
  { a: undefined },
  Number.NaN,
  Infinity,
  new Date(0),
  2n ** 70n,
  new Map([["a", 1]]),
  new Uint8Array(3),
  new Set([1]),
  JSON.parse('{"__proto__":1}'),
  "\ufeffmarked",
  "x".repeat(MOST_BYTES),
]) {
  test(`refuses to encode ${Object.prototype.toString.call(value)}`, () =>
    assert.throws(() => encode(value), TypeError));
}

const hostile: readonly [string, Uint8Array, string][] = [
  ["nothing", hex(""), "truncated"],
  ["more bytes than allowed", new Uint8Array(MOST_BYTES + 1), "too-large"],
  ["arrays 60,000 deep", repeat("81", 60_000, "00"), "too-deep"],
  ["maps one too deep", repeat("a16161", DEEPEST + 1, "00"), "too-deep"],
  ["a bignum of 64 KiB", new Uint8Array([0xc2, 0x59, 0xff, 0xf0, ...new Uint8Array(0xfff0).fill(0xff)]), "tag"],
  ["a bignum of 128 KiB", new Uint8Array([0xc2, 0x5a, 0, 2, 0, 0, ...new Uint8Array(0x20000).fill(0xff)]), "too-large"],
  ["tag 27, an object made from the wire", hex("d81b 82 65 4572726f72 80"), "tag"],
  ["tags 28 and 29, a cycle", hex("d81c 81 d81d 00"), "tag"],
  ["tag 1, a date", hex("c1 1a514b67b0"), "tag"],
  ["a record of cbor-x", hex("d9 dfff 83 82 6161 6162 01 02"), "tag"],
  ["an array that promises 4 G items", hex("9a ffffffff 00"), "truncated"],
  ["an array that promises 2^63 items", hex("9b 8000000000000000 00"), "truncated"],
  ["a map that promises more than there is", hex("ba 7fffffff 6161 00"), "truncated"],
  ["a text longer than the payload", hex("7a ffffffff 61"), "truncated"],
  ["nested arrays that promise 64 Ki items each", repeat("99ffff", 10), "truncated"],
  ["an indefinite array", hex("9f 01 ff"), "indefinite"],
  ["an indefinite map", hex("bf 6161 01 ff"), "indefinite"],
  ["an indefinite text", hex("7f 6161 ff"), "indefinite"],
  ["a lone break", hex("ff"), "indefinite"],
  ["a number as key", hex("a1 01 02"), "key"],
  ["a map as key", hex("a1 a0 02"), "key"],
  ["bytes", hex("43 010203"), "bytes"],
  ["undefined", hex("f7"), "simple"],
  ["a simple value of nobody", hex("f8 ff"), "simple"],
  ["NaN in half precision", hex("f9 7e00"), "float"],
  ["infinity in single precision", hex("fa 7f800000"), "float"],
  ["minus infinity in double precision", hex("fb fff0000000000000"), "float"],
  ["an integer beyond a double's exactness", hex("1b 0020000000000000"), "integer"],
  ["a negative one too", hex("3b 001fffffffffffff"), "integer"],
  ["invalid UTF-8", hex("62 c328"), "utf-8"],
  ["a reserved length", hex("1c"), "reserved"],
  ["a second item after the first", hex("00 00"), "trailing"],
  ["two equal keys", hex("a2 6161 00 6161 01"), "duplicate-key"],
  ["two equal keys, deeper", hex("81 a1 6162 a2 6161 00 6161 01"), "duplicate-key"],
  ["a key that would be the prototype", hex("a1 695f5f70726f746f5f5f a1 6161 01"), "key"],
  ["a text that begins with a byte order mark", hex("64 efbbbf61"), "utf-8"],
  ["half of a surrogate pair", hex("63 eda080"), "utf-8"],
];
for (const [name, bytes, hazard] of hostile) {
  test(`refuses ${name}, fast`, () => {
    const began = performance.now();
    assert.equal(decode(bytes), { ok: false, hazard });
    assert.ok(performance.now() - began < 500, `took ${performance.now() - began} ms`);
  });
}

test("takes the deepest item allowed", () => {
  assert.ok(decode(repeat("81", DEEPEST, "00")).ok);
  assert.ok(decode(repeat("a16161", DEEPEST, "00")).ok);
});

test("every prefix of a message is refused, and every item of its own", () => {
  const whole = encode({
    component: "lamp/1/5",
    values: { level: 50.5, until: "2026-01-01T00:00:00.000Z", ünï: [1, -70000, null] },
  });
  for (let end = 0; end < whole.length; end++) assert.not(decode(whole.subarray(0, end)).ok, `prefix of ${end}`);
});

test("names that matter to JavaScript are keys like any other", () => {
  const value = { constructor: 1, toString: { prototype: 2 }, hasOwnProperty: null, __proto: 3 };
  const back = decode(encode(value));
  assert.equal(back, { ok: true, value });
  assert.is(Object.getPrototypeOf(back.ok && back.value), Object.prototype);
  assert.is(({} as Record<string, unknown>)["prototype"], undefined);
});

/** CBOR of any kind, well formed or not, as another encoder could send it: also what the guard keeps out. */
const head = (major: number) => fc.nat(31).map((info) => (major << 5) | info);
const items = fc
  .array(fc.integer({ min: 0, max: 7 }).chain(head), { maxLength: 24 })
  .map((bytes) => Uint8Array.from(bytes));
const mutated = fc.tuple(json, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 })).map(([value, flips]) => {
  const bytes = encode(value);
  for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
  return bytes;
});

test("no bytes throw, and what is taken another decoder reads alike, and comes back when it is written", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), items, mutated), (bytes) => {
      const back = decode(bytes);
      if (!back.ok) return;
      taken++;
      assert.equal(back.value, another(bytes, { strict: false, rejectDuplicateMapKeys: true }));
      assert.equal(decode(encode(back.value)), back);
    }),
    { numRuns: 20_000 },
  );
  assert.ok(taken > 2000, `only ${taken} were taken`);
});

test("the guard knows every item that cbor-x itself writes for JSON", () => {
  const plain = new Encoder({ useRecords: false });
  fc.assert(fc.property(json, (value) => assert.ok(scan(new Uint8Array(plain.encode(value))).ok)));
});

test.run();
