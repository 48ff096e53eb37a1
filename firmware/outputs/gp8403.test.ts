import { test } from "uvu";
import * as assert from "uvu/assert";
import { channelWrite, decodeWrite, rangeWrite } from "./gp8403-registers.ts";

test("the bytes: 12 bits, left-aligned, low byte first; 10 V range", () => {
  assert.equal([...rangeWrite()], [0x01, 0x11]);
  assert.equal([...channelWrite(0, 0)], [0x02, 0x00, 0x00]);
  assert.equal([...channelWrite(1, 10)], [0x04, 0xf0, 0xff]);
  assert.equal([...channelWrite(0, 5)], [0x02, 0x00, 0x80]);
  assert.throws(() => channelWrite(2, 1), /channel is 2: allowed 0 to 1/);
  assert.is(decodeWrite(Uint8Array.of(0x03, 1, 2)), null);
  assert.is(decodeWrite(Uint8Array.of(0x02, 1)), null);
  assert.equal(decodeWrite(Uint8Array.of(0x02, 0xff, 0xff)), { kind: "channel", channel: 0, fraction: 1 });
  for (let percent = 0; percent <= 100; percent++) {
    const write = decodeWrite(channelWrite(1, percent / 10));
    assert.ok(write?.kind === "channel" && write.channel === 1);
    assert.ok(Math.abs(write.fraction * 100 - percent) < 0.0125, `${percent}`);
  }
});

test.run();
