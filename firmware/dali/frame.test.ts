import { test } from "uvu";
import * as assert from "uvu/assert";
import { BROADCAST, decodeGear, encodeGear, forward16, forward24, group, short, wireTime } from "./frame.ts";

test("all 65,536 16-bit frames survive decode and encode", () => {
  const kinds = new Map<string, number>();
  for (let data = 0; data <= 0xffff; data++) {
    const frame = decodeGear(data);
    kinds.set(frame.kind, (kinds.get(frame.kind) ?? 0) + 1);
    if (encodeGear(frame).data !== data) assert.is(encodeGear(frame).data, data);
  }
  // 64 short, 16 group and 2 broadcast addresses; 32 special commands
  assert.equal(Object.fromEntries(kinds), {
    arc: 82 * 256,
    command: 82 * 256,
    special: 32 * 256,
    reserved: 60 * 256,
  });
});

test("address bytes are those of the standard", () => {
  assert.is(encodeGear({ kind: "arc", to: short(63), level: 0x12 }).data, 0x7e12);
  assert.is(encodeGear({ kind: "command", to: group(15), opcode: 0xa0 }).data, 0x9fa0);
  assert.is(encodeGear({ kind: "command", to: BROADCAST, opcode: 0x2e }).data, 0xff2e);
  assert.equal(decodeGear(0xfd00), { kind: "command", to: { kind: "broadcast-unaddressed" }, opcode: 0 });
  assert.equal(decodeGear(0xa900), { kind: "special", code: 0xa9, data: 0 });
});

test("what does not fit is refused by name", () => {
  assert.throws(() => short(64), /address is 64: allowed 0 to 63/);
  assert.throws(() => group(-1), /group/);
  assert.throws(() => forward16(0x10000), /16-bit frame/);
  assert.throws(() => forward24(0x1000000), /24-bit frame/);
  assert.throws(() => encodeGear({ kind: "arc", to: BROADCAST, level: 256 }), /arc power level/);
  assert.throws(() => decodeGear(1.5), /16-bit frame/);
});

test("frames take their time at 1200 bit/s", () => {
  assert.equal(
    ([8, 16, 24] as const).map((bits) => wireTime(bits).toFixed(2)),
    ["7.50", "14.17", "20.83"],
  );
});

test.run();
