import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dapc, queryActualLevel, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST, forward24 } from "../dali/frame.ts";
import { type AtxCommand, AtxDecoder, type AtxLine, encodeAtxCommand, encodeAtxLine } from "./atx-line.ts";

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const bytes = (line: string) => Uint8Array.from(line, (char) => char.charCodeAt(0));

test("the vectors of reference/dali.md 2.3, byte for byte", () => {
  assert.is(text(encodeAtxCommand(dapc(0, 254))), "h00FE\n");
  assert.is(text(encodeAtxCommand(queryActualLevel(5))), "h0BA0\n");
  assert.is(text(encodeAtxCommand(setFadeTime(BROADCAST))), "tFF2E\n");
  assert.is(text(encodeAtxCommand({ frame: forward24(0x07fe30), twice: false })), "l07FE30\n");
  assert.throws(() => encodeAtxCommand({ frame: forward24(0xfffe1d), twice: true }), /TypeError|no letter/);
});

test("commands and lines survive encode and decode", () => {
  const frame = (bits: 16 | 24, data: number) => ({ bits, data: bits === 16 ? data & 0xffff : data });
  fc.assert(
    fc.property(fc.constantFrom<16 | 24>(16, 24), fc.nat(0xffffff), fc.boolean(), (bits, data, twice) => {
      const command: AtxCommand = { frame: frame(bits, data), twice: twice && bits === 16 };
      assert.equal(AtxDecoder.fromHost().push(encodeAtxCommand(command)), [command]);
      const lines: readonly AtxLine[] = [
        { kind: "byte", value: data & 0xff },
        { kind: "none" },
        { kind: "spoilt", letter: "x" },
        { kind: "spoilt", letter: "z" },
        { kind: "heard", frame: frame(bits, data) },
      ];
      const stream = Uint8Array.from(lines.flatMap((line) => [...encodeAtxLine(line)]));
      assert.equal(AtxDecoder.fromBox().push(stream), lines);
    }),
  );
});

test("a line that is none is discarded whole, and what no line can have is passed over", () => {
  const decoder = AtxDecoder.fromBox();
  for (const line of ["\n", "J\n", "J3\n", "J3C1\n", "N0\n", "Q\n", "h00FE\n", "HXYZW\n", "L07FE30AB\n"]) {
    assert.equal(decoder.push(bytes(line)), []);
    assert.is(decoder.waiting, false);
  }
  assert.is(decoder.discarded, 1 + 2 + 3 + 5 + 3 + 2 + 6 + 6 + 10);
  assert.equal(decoder.push(bytes("\x00J\xff3\x80C\r\n")), [{ kind: "byte", value: 0x3c }]);
});

test("what is begun and not ended is gone when the line is quiet", () => {
  const decoder = AtxDecoder.fromBox();
  for (const begun of ["J3", "J3CJ3CJ3CJ3C"]) {
    decoder.push(bytes(begun));
    assert.is(decoder.waiting, true);
    assert.equal(decoder.flush(), []);
    assert.equal(decoder.push(bytes("N\n")), [{ kind: "none" }]);
  }
  assert.is(decoder.discarded, 14);
});

test.run();
