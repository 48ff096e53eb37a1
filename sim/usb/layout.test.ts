import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { layout, times, u8, u16be, u16le, u32be, u32le, u64le } from "./layout.ts";

const every = layout({ a: u8, b: u16le, c: u16be, d: u32le, e: u32be, f: u64le, g: times(u16le, 2) });

test("fields stand one after the other, each in its own order of bytes", () => {
  const bytes = every.encode({
    a: 1,
    b: 0x0203,
    c: 0x0405,
    d: 0x06070809,
    e: 0x0a0b0c0d,
    f: 0x0en,
    g: [0x0f10, 0x1112],
  });
  assert.is(every.size, 25);
  assert.is(Buffer.from(bytes).toString("hex"), "01030204050908070" + "60a0b0c0d0e00000000000000100f1211");
});

test("what was encoded decodes to itself, wherever it lies in memory", async () => {
  const values = fc.record(
    {
      a: fc.nat(0xff),
      b: fc.nat(0xffff),
      c: fc.nat(0xffff),
      d: fc.nat(0xffffffff),
      e: fc.nat(0xffffffff),
      f: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      g: fc.array(fc.nat(0xffff), { minLength: 2, maxLength: 2 }),
    },
    { noNullPrototype: true },
  );
  await fc.assert(
    fc.property(values, fc.nat(9), (value, before) => {
      const shifted = new Uint8Array([...new Uint8Array(before), ...every.encode(value), 0xee]).subarray(before);
      assert.equal(every.decode(shifted), value);
    }),
  );
});

test("a value that its field cannot hold is the caller's mistake", () => {
  const one = layout({ a: u8, b: u64le, c: times(u8, 2) });
  const right = { a: 0, b: 0n, c: [0, 0] };
  for (const wrong of [{ a: 256 }, { a: -1 }, { a: 0.5 }, { b: 1n << 64n }, { b: -1n }, { c: [0] }, { c: [0, 300] }]) {
    assert.throws(
      () => one.encode({ ...right, ...wrong }),
      (error: unknown) => error instanceof TypeError,
    );
  }
  assert.throws(
    () => one.decode(new Uint8Array(10)),
    (error: unknown) => error instanceof RangeError,
  );
});

test.run();
