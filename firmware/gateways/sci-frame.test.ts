import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { queryActualLevel, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST, forward24 } from "../dali/frame.ts";
import { encodeSci, SciCommandDecoder, SciDecoder } from "./sci-frame.ts";
import { layoutsBy, PROBE } from "./sci-layout.ts";
import {
  CONTROL,
  decodeCommand,
  decodeStatus,
  encodeCommand,
  encodeStatus,
  type Layout,
  type SciCommand,
  type SciStatus,
} from "./sci-message.ts";

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
const LAYOUTS: readonly Layout[] = ["high", "low"];

test("the vectors of reference/dali.md 2.2, byte for byte", () => {
  const vector = (command: SciCommand, layout: Layout) => {
    const { first, data } = encodeCommand(command, layout);
    return hex(encodeSci(first, data));
  };
  const level = { ...queryActualLevel(5), echo: true };
  assert.is(vector(level, "high"), "a3 0b a0 00 08");
  assert.is(vector({ frame: forward24(0x07fe30), twice: false, echo: true }, "high"), "a8 07 fe 30 61");
  assert.is(vector({ ...setFadeTime(BROADCAST), echo: true }, "high"), "b3 ff 2e 00 62");
  assert.is(vector({ ...level, echo: false }, "low"), "83 00 0b a0 28");
});

test("commands and statuses survive encode and decode, in either layout", () => {
  const frame = fc.oneof(
    fc.record({ bits: fc.constant(16 as const), data: fc.nat(0xffff) }, { noNullPrototype: true }),
    fc.record({ bits: fc.constant(24 as const), data: fc.nat(0xffffff) }, { noNullPrototype: true }),
  );
  fc.assert(
    fc.property(
      frame,
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(...LAYOUTS),
      fc.nat(255),
      (what, twice, echo, layout, byte) => {
        const command = { frame: what, twice, echo };
        assert.equal(decodeCommand(encodeCommand(command, layout), layout), command);
        const statuses: readonly SciStatus[] = [
          { kind: "ok" },
          { kind: "no" },
          { kind: "byte", value: byte },
          { kind: "frame", ...what },
          { kind: "error", code: byte },
        ];
        for (const status of statuses) assert.equal(decodeStatus(encodeStatus(status, layout), layout), status);
      },
    ),
  );
  assert.is(decodeCommand({ first: CONTROL.monitor | 5, data: 0 }, "high"), undefined);
  assert.is(decodeStatus({ first: 0x65, data: 0 }, "high"), undefined);
});

test("the probe tells both layouts apart, whichever they are", () => {
  for (const sent of LAYOUTS) {
    for (const received of LAYOUTS) {
      const command = decodeCommand(PROBE, sent);
      assert.ok(command);
      // as the box reads it, as it tells it
      const { data } = encodeStatus({ kind: "frame", ...command.frame }, received);
      assert.equal(layoutsBy(data), { sent, received });
    }
  }
  assert.is(layoutsBy(PROBE.data), undefined);
});

const read = (decoder: SciDecoder, ...chunks: readonly Uint8Array[]) =>
  [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.flush()].map(({ first, data }) =>
    hex(encodeSci(first, data)),
  );
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

const NO = encodeSci(0x61, 0);
const YES = encodeSci(0x62, 0xff);
const HEARD = encodeSci(0x63, 0x0ba0);
const traffic = [NO, NO, HEARD, YES, NO, NO, NO, encodeSci(0x67, 3), HEARD, YES];

test("clean traffic comes through whole and at once, however it is cut", () => {
  const stream = joined(...traffic);
  for (let cut = 0; cut <= stream.length; cut++) {
    const decoder = new SciDecoder();
    const got = [...decoder.push(stream.slice(0, cut)), ...decoder.push(stream.slice(cut))];
    assert.is(got.length, traffic.length);
    assert.is(decoder.waiting, false);
    assert.is(decoder.discarded, 0);
  }
});

test("any one byte lost, changed or added costs at most two frames, and all that is left over is counted", () => {
  const stream = joined(...traffic);
  const wanted = traffic.map(hex);
  const survives = (broken: Uint8Array, what: string) => {
    const decoder = new SciDecoder();
    const got = read(decoder, broken);
    const missing = wanted.length - common(got, wanted);
    assert.ok(missing <= 2, `${what}: ${missing} lost of ${wanted.length}: ${got.join(", ")}`);
    assert.is(broken.length - got.length * 5, decoder.discarded);
  };
  for (let at = 0; at < stream.length; at++) {
    survives(joined(stream.slice(0, at), stream.slice(at + 1)), `lost ${at}`);
    for (let value = 1; value < 256; value++) {
      survives(stream.with(at, (stream[at] as number) ^ value), `changed ${at} ^ ${value}`);
      survives(joined(stream.slice(0, at), Uint8Array.of(value), stream.slice(at)), `added ${value} at ${at}`);
    }
  }
});

/** The longest row of frames that both have, in order. */
function common(got: readonly string[], wanted: readonly string[]): number {
  const rows = Array.from({ length: got.length + 1 }, () => new Array<number>(wanted.length + 1).fill(0));
  for (const [i, a] of got.entries()) {
    for (const [j, b] of wanted.entries()) {
      const up = rows[i] as number[];
      const best = a === b ? (up[j] as number) + 1 : Math.max(up[j + 1] as number, rows[i + 1]?.[j] as number);
      (rows[i + 1] as number[])[j + 1] = best;
    }
  }
  return rows.at(-1)?.at(-1) ?? 0;
}

test("a row of equal answers is found again after the beginning of one was lost", () => {
  const decoder = new SciDecoder();
  // each of its turns that begins with 61 is a valid frame, too
  assert.equal(read(decoder, NO.slice(4), NO, NO, NO), [NO, NO, NO].map(hex));
  assert.is(decoder.discarded, 1);
});

test("in doubt an answer waits until the line is quiet, and no longer", () => {
  const decoder = new SciDecoder();
  assert.equal(decoder.push(joined(Uint8Array.of(0x11), YES)), []);
  assert.is(decoder.waiting, true);
  assert.is(decoder.flush().length, 1);
  assert.is(decoder.push(YES).length, 1);
});

test("rubbish never throws, and little of it is kept", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 12 }), (chunks) => {
      const decoder = new SciDecoder();
      let [fed, framed] = [0, 0];
      for (const chunk of chunks) {
        fed += chunk.length;
        framed += decoder.push(chunk).length * 5;
        assert.ok(fed - framed - decoder.discarded <= 45);
      }
      framed += decoder.flush().length * 5;
      assert.is(fed, framed + decoder.discarded);
      assert.is(decoder.waiting, false);
    }),
    { numRuns: 2000 },
  );
});

test("the box takes every five bytes, damaged or not, until a pause", () => {
  const decoder = new SciCommandDecoder();
  const command = encodeSci(0x83, 0x0ba0);
  assert.equal(
    decoder.push(joined(command, command.with(3, 0))).map(({ intact }) => intact),
    [true, false],
  );
  assert.equal(decoder.push(command.slice(0, 3)), []);
  assert.equal(decoder.flush(), []);
  assert.is(decoder.discarded, 3);
  assert.equal(decoder.push(command), [{ first: 0x83, data: 0x0ba0, intact: true }]);
});

test.run();
