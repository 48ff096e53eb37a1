import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  BANK_0,
  BANK_0_2009,
  BANK_1,
  BANK_202,
  BANK_203,
  BANK_204,
  BANK_205,
  BANK_206,
  BANK_207,
  type Bank,
  bankImage,
  type Field,
} from "./banks.ts";
import { flag, gtin, hex, number, partVersion, scaled, text, version } from "./codec.ts";

const BANKS: readonly Bank[] = [
  BANK_0,
  BANK_0_2009,
  BANK_1,
  BANK_202,
  BANK_203,
  BANK_204,
  BANK_205,
  BANK_206,
  BANK_207,
];
const value = <T>(of: T) => ({ kind: "value", value: of });

test("values as gear writes them", () => {
  assert.equal(number({ per: 10 }).decode([0x08, 0xfc]), value(230));
  assert.equal(number({ from: -60 }).decode([0x00]), value(-60));
  assert.equal(number({ from: -60 }).decode([0x55]), value(25));
  assert.equal(number({ times: 1000 }).decode([100]), value(100_000));
  assert.equal(scaled(0).decode([0xff, 0x00, 0x00, 0x00, 0xfd]), value(25.3));
  assert.equal(scaled(0).decode([0x03, 0, 0, 0, 0, 0, 12]), value(12_000));
  assert.equal(gtin.decode([0x03, 0xa3, 0x52, 0x94, 0x40, 0x06]), value("4000000000006"));
  assert.equal(gtin.decode([0, 0, 0, 0, 0x30, 0x39]), value("0000000012345"));
  assert.equal(hex.decode([0, 0x1f, 0xff, 0xa0]), value("001fffa0"));
  assert.equal(version.decode([3, 12]), value("3.12"));
  assert.equal(partVersion.decode([8]), value("2.0"));
  assert.equal(partVersion.decode([9]), value("2.1"));
  assert.equal(text.decode([0x52, 0x75, 0x65, 0, 0x41]), value("Rue"));
  assert.equal(text.decode([0x41, 7, 0x42]), value("A?B"));
  assert.equal(flag.decode([1]), value(true));
});

test("what is not available is no value, and what is not available just now is asked for again", () => {
  for (const length of [1, 2, 4, 6]) {
    const mask = new Array<number>(length).fill(0xff);
    const tmask = [...mask.slice(1), 0xfe];
    assert.is(number().decode(mask).kind, "unknown");
    assert.is(number().decode(tmask).kind, "later");
    assert.is(number({ tmask: false }).decode(tmask).kind, "value");
    assert.is(scaled(0).decode([0, ...mask]).kind, "unknown");
    assert.is(scaled(0).decode([0, ...tmask]).kind, "later");
  }
  assert.is(scaled(0).decode([7, 0, 0, 0, 1]).kind, "unknown", "no power of ten");
  assert.is(scaled(0).decode([0xf9, 0, 0, 0, 1]).kind, "unknown");
  assert.equal(
    [flag.decode([0xff]).kind, flag.decode([0xfe]).kind, flag.decode([2]).kind],
    ["unknown", "later", "unknown"],
  );
  assert.is(gtin.decode([0, 0, 0, 0, 0, 0]).kind, "unknown");
  assert.is(hex.decode([0xff, 0xff]).kind, "unknown");
  assert.is(text.decode([0xff, 0xff]).kind, "unknown");
  assert.is(partVersion.decode([0xff]).kind, "unknown");
});

test("no two fields of a bank share a byte, and the last ends where the bank ends", () => {
  for (const bank of BANKS) {
    const taken = Object.values(bank.fields).flatMap(({ at, length }) => Array.from({ length }, (_, i) => at + i));
    assert.is(new Set(taken).size, taken.length, bank.title);
    assert.is(Math.max(...taken), bank.last, bank.title);
    assert.is(taken.includes(0) || (bank.number > 0 && taken.includes(2)), false, bank.title);
  }
});

test("any bytes read as something, and what they say is written as bytes that say the same", () => {
  const fields = BANKS.flatMap((bank) => Object.entries<Field>(bank.fields));
  const one = fc
    .constantFrom(...fields)
    .chain(([name, field]) =>
      fc.tuple(
        fc.constant(name),
        fc.constant(field),
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: field.length, maxLength: field.length }),
      ),
    );
  let values = 0;
  fc.assert(
    fc.property(one, ([name, field, bytes]) => {
      const found = field.decode(bytes);
      if (found.kind !== "value") return;
      values++;
      const again = field.decode(field.encode(name, found.value, field.length));
      if (typeof found.value !== "number") assert.equal(again, found);
      else {
        assert.is(again.kind, "value");
        // a scale that the encoder would not choose costs digits, never more than half a step of its own
        const off = again.kind === "value" ? Math.abs((again.value as number) - found.value) : Number.NaN;
        assert.ok(off <= 0.5 || off <= found.value * 1e-9, `${name} ${bytes}: ${off}`);
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(values > 1000, `${values}`);
});

test("a bank's image holds what it was told, and MASK elsewhere", () => {
  const image = bankImage(BANK_202, { version: 1, energy: 1234, power: 60.5 });
  assert.equal(image, [0x0f, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 4, 0xd2, 0xff, 0, 0, 0x02, 0x5d]);
  const short = bankImage(BANK_207, { ratedLife: 100_000 }, 0x04);
  assert.equal(short, [4, 0xff, 0xff, 0xff, 100]);
  assert.is(bankImage(BANK_1, {}).length, 0x78);
});

test("a value that does not fit is refused by its name", () => {
  assert.throws(
    () => bankImage(BANK_205, { supplyVoltage: 7000 }),
    /supplyVoltage is 70000 in steps of its bank: allowed 0 to 65533/,
  );
  assert.throws(() => bankImage(BANK_0, { gtin: "12" }), /gtin is "12": allowed 13 or 14 digits/);
  assert.throws(() => bankImage(BANK_0, { serial: "ff" }), /serial is "ff": allowed 16 digits/);
  assert.throws(() => bankImage(BANK_0, { part101: "70.0" }), /part101/);
  assert.throws(() => bankImage(BANK_1, { text: "é" }), /text is "é": allowed up to 60 letters of ASCII/);
  assert.throws(() => bankImage(BANK_202, { energy: -1 }), /energy/);
});

test.run();
