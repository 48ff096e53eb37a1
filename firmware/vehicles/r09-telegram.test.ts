import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodeTelegram, encodeTelegram, STATUSES, syndrome, type Telegram } from "./r09-telegram.ts";

const telegram: fc.Arbitrary<Telegram> = fc
  .record({
    delay: fc.integer({ min: -7, max: 7 }),
    junction: fc.integer({ min: 0, max: 1637 }),
    direction: fc.integer({ min: 0, max: 9 }),
    status: fc.constantFrom(...STATUSES),
    priority: fc.integer({ min: 0, max: 3 }),
    wish: fc.integer({ min: 0, max: 3 }),
    line: fc.integer({ min: 0, max: 999 }),
    run: fc.integer({ min: 0, max: 99 }),
  })
  .chain((common) =>
    fc.oneof(
      fc.constant({ type: "R09.14" as const, ...common }),
      fc
        .record({ destination: fc.integer({ min: 0, max: 999 }), length: fc.integer({ min: 0, max: 7 }) })
        .map((more) => ({
          type: "R09.16" as const,
          ...common,
          ...more,
        })),
    ),
  );

const EXAMPLE: Telegram = {
  type: "R09.16",
  delay: -3,
  junction: 1291,
  direction: 1,
  status: "door-closed",
  priority: 0,
  wish: 2,
  line: 711,
  run: 8,
  destination: 14,
  length: 5,
};

const flipped = (bytes: Uint8Array, ...bits: readonly number[]): Uint8Array => {
  const wrong = bytes.slice();
  for (const bit of bits) wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
  return wrong;
};

test("the fields are where the layout has them", () => {
  const bytes = encodeTelegram(EXAMPLE);
  // 1291 * 10 + 1 = 12911, times 4 plus 3 is 0xC9BF.
  assert.equal([...bytes.subarray(0, 9)], [0x91, 0xb6, 0xc9, 0xbf, 0x27, 0x11, 0x08, 0x01, 0x45]);
});

test("what is encoded is decoded", async () => {
  await fc.assert(
    fc.property(telegram, (one) => {
      assert.equal(decodeTelegram(encodeTelegram(one)), { telegram: one, repaired: false });
    }),
  );
});

test("any one wrong bit is repaired, in any telegram", async () => {
  await fc.assert(
    fc.property(telegram, (one) => {
      const bytes = encodeTelegram(one);
      for (let bit = 0; bit < bytes.length * 8; bit++)
        assert.equal(decodeTelegram(flipped(bytes, bit)), { telegram: one, repaired: true }, `bit ${bit}`);
    }),
    { numRuns: 20 },
  );
});

test("no two and no three wrong bits pass: the code keeps telegrams five bits apart", () => {
  for (const type of ["R09.14", "R09.16"] as const) {
    const bytes = encodeTelegram({ ...EXAMPLE, type });
    const size = bytes.length * 8;
    let tried = 0;
    for (let a = 0; a < size; a++)
      for (let b = a + 1; b < size; b++) {
        assert.is(decodeTelegram(flipped(bytes, a, b)), null);
        tried++;
      }
    assert.is(tried, (size * (size - 1)) / 2);
    // Of three: by syndromes, which add up.
    const single = Array.from({ length: size }, (_, bit) => syndrome(flipped(bytes, bit)));
    const repairable = new Set([0, ...single]);
    for (let a = 0; a < size; a++)
      for (let b = a + 1; b < size; b++)
        for (let c = b + 1; c < size; c++)
          if (repairable.has((single[a] as number) ^ (single[b] as number) ^ (single[c] as number)))
            assert.unreachable();
  }
});

test("of four wrong bits fewer than 1 in 700 are taken for another telegram", () => {
  const bytes = encodeTelegram(EXAMPLE);
  const size = bytes.length * 8;
  const single = Array.from({ length: size }, (_, bit) => syndrome(flipped(bytes, bit)));
  const repairable = new Set([0, ...single]);
  let [all, wrong] = [0, 0];
  for (let a = 0; a < size; a++)
    for (let b = a + 1; b < size; b++)
      for (let c = b + 1; c < size; c++) {
        const three = (single[a] as number) ^ (single[b] as number) ^ (single[c] as number);
        for (let d = c + 1; d < size; d++) {
          all++;
          if (repairable.has(three ^ (single[d] as number))) wrong++;
        }
      }
  assert.is(all, 2_331_890);
  assert.is(wrong, 3275);
});

test("a digit that is none, another mode, a wrong length: no telegram, however right its CRC", () => {
  const withRightCrc = (change: (bytes: Uint8Array) => void): Uint8Array => {
    const bytes = encodeTelegram(EXAMPLE);
    change(bytes);
    const end = bytes.length - 2;
    for (let crc = 0; crc < 0x10000; crc++) {
      bytes[end] = crc >> 8;
      bytes[end + 1] = crc & 0xff;
      if (syndrome(bytes) === 0) return bytes;
    }
    throw new Error("no CRC fits");
  };
  assert.ok(decodeTelegram(withRightCrc(() => {})));
  for (const [at, value] of [
    [5, 0xa1],
    [6, 0x0f],
    [7, 0xb1],
    [0, 0x92],
    [0, 0x81],
    [1, 0xb4],
    [1, 0xb5],
  ] as const)
    assert.is(decodeTelegram(withRightCrc((bytes) => bytes.fill(value, at, at + 1))), null, `${at} ${value}`);
  for (const size of [0, 1, 8, 10, 12]) assert.is(decodeTelegram(new Uint8Array(size)), null);
});

test("what has no form is the caller's mistake, and named", () => {
  assert.throws(() => encodeTelegram({ ...EXAMPLE, line: 1000 }), /line is 1000: allowed 0 to 999/);
  assert.throws(() => encodeTelegram({ ...EXAMPLE, delay: 8 }), /delay/);
  assert.throws(() => encodeTelegram({ ...EXAMPLE, junction: 1638, direction: 4 }), /direction/);
});

test.run();
