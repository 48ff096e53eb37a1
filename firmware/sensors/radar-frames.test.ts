import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodeFrame, encodeFrame, FRAME_LENGTH, FrameReader, type RadarTarget } from "./radar-ld2450-frame.ts";
import { decodeLine, LineReader, type RadarLine } from "./radar-ops243-line.ts";

const bytes = (hex: string) => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
const ascii = (text: string) => new TextEncoder().encode(text);

test("LD2450: a frame with one target, as its protocol is known to write it", () => {
  const frame = bytes("AA FF 03 00 0E 03 B1 86 10 00 40 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 55 CC");
  assert.equal(decodeFrame(frame), [{ x: -0.782, y: 1.713, speed: -0.16, resolution: 0.32 }]);
});

const target = fc.record(
  {
    x: fc.integer({ min: -4000, max: 4000 }).map((mm) => mm / 1000),
    y: fc.integer({ min: 1, max: 8000 }).map((mm) => mm / 1000),
    speed: fc.integer({ min: -900, max: 900 }).map((cm) => cm / 100),
    resolution: fc.integer({ min: 1, max: 1000 }).map((mm) => mm / 1000),
  },
  { noNullPrototype: true },
);

/** Pushed in pieces, and what came of it. */
function pushed<T>(reader: { push(chunk: Uint8Array): T[] }, stream: Uint8Array, cuts: readonly number[]): T[] {
  const read: T[] = [];
  let at = 0;
  for (const cut of cuts) {
    read.push(...reader.push(stream.subarray(at, at + cut)));
    at += cut;
  }
  read.push(...reader.push(stream.subarray(at)));
  return read;
}

const cuts = fc.array(fc.integer({ min: 1, max: 40 }));

test("LD2450: every frame survives, however the stream is cut", async () => {
  await fc.assert(
    fc.property(fc.array(fc.array(target, { maxLength: 3 }), { maxLength: 5 }), cuts, (frames, at) => {
      const reader = new FrameReader();
      const stream = Uint8Array.from(frames.flatMap((frame) => [...encodeFrame(frame)]));
      const same = (read: RadarTarget[][]) =>
        read.map((targets) =>
          targets.map(({ x, y, speed, resolution }) => ({ x: x + 0, y, speed: speed + 0, resolution })),
        );
      assert.equal(same(pushed(reader, stream, at)), same(frames));
      assert.is(reader.discarded, 0);
    }),
  );
});

test("LD2450: whatever comes, each byte is in a frame, waits or is counted; a right frame after it is read", async () => {
  await fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (noise, at) => {
      const reader = new FrameReader();
      const right = encodeFrame([{ x: 0.5, y: 2, speed: 1, resolution: 0.3 }]);
      const before = pushed(reader, noise, at).length;
      // Two: the first may be the end of what the noise began.
      const after = reader.push(Uint8Array.from([...right, ...right]));
      assert.ok(after.length >= 1);
      const held = noise.length + 2 * FRAME_LENGTH - FRAME_LENGTH * (before + after.length) - reader.discarded;
      assert.ok(held >= 0 && held < FRAME_LENGTH, `${held}`);
    }),
  );
});

test("LD2450: what is not possible is refused", () => {
  for (const [x, y] of [
    [9, 9],
    [0, -1],
  ] as const)
    assert.is(decodeFrame(encodeFrame([{ x, y, speed: 0, resolution: 0.3 }])), null);
  assert.is(decodeFrame(encodeFrame([]).subarray(1)), null);
  const torn = encodeFrame([]);
  torn[FRAME_LENGTH - 1] = 0xcd;
  assert.is(decodeFrame(torn), null);
});

test("OPS243: both ways of writing a speed, and answers", () => {
  const read = (text: string) => decodeLine(text);
  assert.equal(read('{"speed":"1.24"}'), { kind: "speed", speed: 1.24 });
  assert.equal(read('{"speed":-0.58}'), { kind: "speed", speed: -0.58 });
  assert.equal(read('{"speed":0.58, "direction":"outbound","time":105}'), { kind: "speed", speed: -0.58 });
  assert.equal(read('{"Version":"1.3.1"}'), { kind: "other" });
  for (const wrong of ["1.24", '{"speed":"fast"}', '{"speed":""}', '{"speed":1e999}', "[1]", '{"speed":1', "null"])
    assert.is(read(wrong), null, wrong);
});

test("OPS243: lines survive any cut; garbage is counted and costs no whole line", async () => {
  const line = fc.double({ min: -20, max: 20, noNaN: true }).map((speed) => ({
    text: `{"speed":"${speed.toFixed(2)}"}\r\n`,
    said: { kind: "speed", speed: Number(speed.toFixed(2)) } as RadarLine,
  }));
  await fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.uint8Array({ maxLength: 60 }), cuts, (lines, noise, at) => {
      const reader = new LineReader();
      const words = noise.filter((byte) => byte !== 0x7b && byte !== 0x0a && byte !== 0x0d);
      const stream = Uint8Array.from([...words, ...lines.flatMap(({ text }) => [...ascii(text)])]);
      assert.equal(
        pushed(reader, stream, at),
        lines.map(({ said }) => said),
      );
      assert.is(reader.discarded, words.length);
    }),
  );
});

test("OPS243: a line without an end is given up, and what it was is counted", () => {
  const reader = new LineReader();
  const endless = ascii(`{"speed":"${"1".repeat(100_000)}`);
  assert.equal(reader.push(endless), []);
  assert.equal(reader.push(ascii('{"speed":"1"}\n')), [{ kind: "speed", speed: 1 }]);
  assert.is(reader.discarded, endless.length);
});

test.run();
