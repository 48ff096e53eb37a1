import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeFoxtron, FoxtronDecoder } from "./foxtron-frame.ts";

const payload = fc.uint8Array({ minLength: 1, maxLength: 12 });
const framed = (digits: string): Uint8Array => Uint8Array.of(0x01, ...new TextEncoder().encode(digits), 0x17);
const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

test("frames of the maker's paper", () => {
  // QUERY STATUS of 1, the firmware's version, INITIALISE twice
  assert.equal(encodeFoxtron(Uint8Array.of(0x0b, 0x00, 0x10, 0x03, 0x90, 0x00)), framed("0B001003900051"));
  assert.equal(encodeFoxtron(Uint8Array.of(0x06, 0x02)), framed("0602F7"));
  assert.equal(encodeFoxtron(Uint8Array.of(0x0b, 0x00, 0x10, 0xa5, 0x00, 0x01)), framed("0B0010A500013E"));
  // setting scene 0: the check is DF
  assert.equal(encodeFoxtron(Uint8Array.of(0x01, 0x00, 0x10, 0xff, 0x10)), framed("010010FF10DF"));
});

test("any payload comes back, in any pieces, and nothing is discarded", () => {
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (payloads, size) => {
      const decoder = new FoxtronDecoder();
      const bytes = joined(payloads.map(encodeFoxtron));
      const found: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...decoder.push(bytes.slice(at, at + size)));
      assert.equal(found, payloads);
      assert.is(decoder.discarded, 0);
      assert.is(decoder.waiting, false);
    }),
  );
});

test("a byte lost, gained or changed costs at most the frame it hits", () => {
  fc.assert(
    fc.property(
      payload,
      payload,
      payload,
      fc.nat(),
      fc.nat({ max: 255 }),
      fc.nat({ max: 2 }),
      (a, b, c, where, byte, how) => {
        const hit = encodeFoxtron(b);
        const at = where % hit.length;
        const put = how === 0 ? [] : how === 1 ? [byte] : [byte, hit[at] as number];
        const spoilt = Uint8Array.of(...hit.slice(0, at), ...put, ...hit.slice(at + 1));
        const decoder = new FoxtronDecoder();
        const found = decoder.push(joined([encodeFoxtron(a), spoilt, encodeFoxtron(c)]));
        assert.equal(found[0], a);
        assert.equal(found.at(-1), c);
        assert.ok(found.length <= 3);
      },
    ),
  );
});

test("what belongs to no frame is counted, byte for byte", () => {
  const discarded = (bytes: Uint8Array): number => {
    const decoder = new FoxtronDecoder();
    assert.equal(decoder.push(bytes), []);
    assert.equal(decoder.flush(), []);
    assert.is(decoder.waiting, false);
    return decoder.discarded;
  };
  for (const [what, digits] of [
    ["a wrong check", "0602F8"],
    ["an odd number of digits", "0602F70"],
    ["no digits", ""],
    ["a check alone", "FF"],
    ["lower case", "0602f7"],
    ["what is no digit", "06G2F7"],
    ["too many digits", "00".repeat(13)],
  ] as const)
    assert.is(discarded(framed(digits)), digits.length + 2, what);
  assert.is(discarded(framed("0602F7").slice(0, -1)), 7);
  assert.is(discarded(joined([framed("0602F7").slice(0, 4), framed("0602F7").slice(0, 3)])), 7);
});

test("frames that hold together and not with their check are told apart from rubbish", () => {
  const decoder = new FoxtronDecoder();
  decoder.push(framed("0602F8"));
  assert.is(decoder.spoilt, 1);
  decoder.push(Uint8Array.of(0x30, 0x17, 0x01, 0x47, 0x17));
  assert.is(decoder.spoilt, 1);
});

test("a line that never ends takes no memory, and a frame behind it is found", () => {
  const decoder = new FoxtronDecoder();
  const digits = new Uint8Array(100_000).fill(0x30);
  decoder.push(Uint8Array.of(0x01, ...digits));
  assert.is(decoder.waiting, false);
  assert.is(decoder.discarded, 100_001);
  assert.equal(decoder.push(framed("0602F7")), [Uint8Array.of(0x06, 0x02)]);
});

test("a payload that does not fit is the caller's mistake", () => {
  for (const length of [0, 13]) assert.throws(() => encodeFoxtron(new Uint8Array(length)), /allowed 1 to 12/);
});

test.run();
