import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Priority } from "../dali/gateway.ts";
import { SevenLabDecoder } from "./sevenlab-decoder.ts";
import {
  CommandDecoder,
  decodeCommand,
  encodeCommand,
  encodeMessage,
  type SevenLabCommand,
  type SevenLabMessage,
  STATUS,
} from "./sevenlab-message.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const decoded = (text: string): readonly SevenLabMessage[] => new SevenLabDecoder().push(bytesOf(text));

test("commands of the firmware's papers", () => {
  const max = { bits: 16, data: 0xff90 } as const;
  assert.is(textOf(encodeCommand({ kind: "query", priority: 1, frame: max })), "Q1 10 FF90\r");
  const fadeTime = { bits: 16, data: 0xff2e } as const;
  assert.is(textOf(encodeCommand({ kind: "send", priority: 3, frame: fadeTime, twice: true })), "S3 10+FF2E\r");
  const device = { bits: 24, data: 0x07fe30 } as const;
  assert.is(textOf(encodeCommand({ kind: "send", priority: 5, frame: device, twice: false })), "S5 18 07FE30\r");
  assert.is(textOf(encodeCommand({ kind: "backward", value: 5 })), "Y05\r");
  assert.is(textOf(encodeCommand({ kind: "corrupt" })), "I\r");
  assert.is(textOf(encodeCommand({ kind: "information" })), "?");
});

test("messages of the firmware's papers: the data as long as the frame, or eight digits", () => {
  assert.equal(decoded("{00000020>10 FF90}\r\n{00000026:08 C4}\r\n{00000015:81 0000}\r\n"), [
    { kind: "frame", tick: 0x20, loopback: true, bits: 16, data: 0xff90 },
    { kind: "frame", tick: 0x26, loopback: false, bits: 8, data: 0xc4 },
    { kind: "status", tick: 0x15, loopback: false, status: STATUS.timeout, data: 0 },
  ]);
  assert.equal(decoded("{0001e240:83 00012c05}"), [
    { kind: "status", tick: 123456, loopback: false, status: STATUS.badDataBit, data: 0x12c05 },
  ]);
  assert.equal(decoded("DALI USB interface - SevenLab 2026\r\nVersion 3.6.1 \r\n\r\n"), [
    { kind: "title" },
    { kind: "version", version: "3.6.1" },
  ]);
});

const forward = fc
  .tuple(fc.constantFrom(16, 24), fc.nat({ max: 0xffffff }))
  .map(([bits, data]) => ({ bits: bits as 16 | 24, data: data % 2 ** bits }));
const word = fc.nat({ max: 2 ** 32 - 1 });
const message: fc.Arbitrary<SevenLabMessage> = fc.oneof(
  fc
    .tuple(word, fc.boolean(), fc.nat({ max: 32 }), word)
    .map(([tick, loopback, bits, data]) => ({ kind: "frame", tick, loopback, bits, data: data % 2 ** bits }) as const),
  fc
    .tuple(word, fc.boolean(), fc.integer({ min: 0x80, max: 0xff }), word)
    .map(([tick, loopback, status, data]) => ({ kind: "status", tick, loopback, status, data }) as const),
  fc.constant({ kind: "title" } as const),
  fc
    .tuple(fc.nat({ max: 99 }), fc.nat({ max: 99 }))
    .map(([a, b]) => ({ kind: "version", version: `3.${a}.${b}` }) as const),
);

test("whatever the host says comes back, and the box is not thrown off by what was before", () => {
  const priority = fc.constantFrom<Priority>(1, 2, 3, 4, 5);
  const command: fc.Arbitrary<SevenLabCommand> = fc.oneof(
    fc.tuple(forward, priority).map(([frame, p]) => ({ kind: "query", frame, priority: p }) as const),
    fc
      .tuple(forward, priority, fc.boolean())
      .map(([frame, p, twice]) => ({ kind: "send", frame, priority: p, twice }) as const),
    fc.nat({ max: 255 }).map((value) => ({ kind: "backward", value }) as const),
    fc.constantFrom({ kind: "corrupt" } as const, { kind: "information" } as const),
  );
  fc.assert(
    fc.property(command, fc.uint8Array({ maxLength: 30 }), (one, before) => {
      const decoder = new CommandDecoder();
      decoder.push(before);
      const bytes = encodeCommand(one);
      // the CR before it ends what was begun, as a host does that is not sure
      assert.equal(decoder.push(joined([Uint8Array.of(0x0d), bytes])).at(-1), one);
    }),
  );
});

test("what no command is", () => {
  for (const text of [
    "",
    "Sx",
    "Y200",
    "S0 10 1000",
    "S7 10 1000",
    "S2 10 11111",
    "Q1 10+FF90",
    "Q1 18 1000000",
    "S1 8 FF",
  ])
    assert.is(decodeCommand(text), undefined, text);
});

test("whatever the box says comes back, in any pieces, and nothing is discarded", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (messages, size) => {
      const decoder = new SevenLabDecoder();
      const bytes = joined(messages.map(encodeMessage));
      const found: SevenLabMessage[] = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...decoder.push(bytes.slice(at, at + size)));
      assert.equal(found, messages);
      assert.is(decoder.discarded, 0);
      assert.is(decoder.waiting, false);
    }),
  );
});

test("a byte lost, gained or changed costs at most the message it hits", () => {
  fc.assert(
    fc.property(
      message,
      message,
      message,
      fc.nat(),
      fc.nat({ max: 255 }),
      fc.nat({ max: 2 }),
      (a, b, c, where, byte, how) => {
        const hit = encodeMessage(b);
        // its own line end is part of it
        const at = where % (hit.length - 1);
        const put = how === 0 ? [] : how === 1 ? [byte] : [byte, hit[at] as number];
        const spoilt = Uint8Array.of(...hit.slice(0, at), ...put, ...hit.slice(at + 1));
        const found = new SevenLabDecoder().push(joined([encodeMessage(a), spoilt, encodeMessage(c)]));
        assert.equal(found[0], a);
        assert.equal(found.at(-1), c);
      },
    ),
  );
});

test("a digit lost or gained is never believed", () => {
  for (const text of [
    "{0000020>10 FF90}",
    "{000000200>10 FF90}",
    "{00000020>10 FF9}",
    "{00000020>10 0000FF9}",
    "{00000020>1 FF90}",
    "{00000020>10 1FF90}",
    "{00000020>10 0001ff90}",
    "{00000020>08 100}",
    "{00000020>21 00000000}",
    "{0000002010 FF90}",
    "{00000015:81 000}",
    "{}",
  ]) {
    const decoder = new SevenLabDecoder();
    assert.equal(decoder.push(bytesOf(text)), [], text);
    assert.is(decoder.discarded, text.length, text);
  }
});

test("what belongs to no message is counted, byte for byte, and takes no memory", () => {
  const discarded = (text: string): number => {
    const decoder = new SevenLabDecoder();
    assert.equal(decoder.push(bytesOf(text)), []);
    decoder.flush();
    assert.is(decoder.waiting, false);
    return decoder.discarded;
  };
  for (const text of [
    "hello\r",
    "{0000",
    "{0000{0000",
    "}",
    "\xff\x00\xb1",
    "{0x",
    `{${"0".repeat(1000)}`,
    "a".repeat(1000),
  ])
    assert.is(discarded(text), text.replaceAll("\r", "").length, text);
});

test("a message that never ends takes no memory, and what it breaks off at is read", () => {
  const decoder = new SevenLabDecoder();
  decoder.push(bytesOf(`{${"0".repeat(100_000)}`));
  assert.ok(decoder.discarded > 99_900, `${decoder.discarded}`);
  assert.equal(decoded("{0Version 3.6.1 \r\n"), [{ kind: "version", version: "3.6.1" }]);
});

test.run();
