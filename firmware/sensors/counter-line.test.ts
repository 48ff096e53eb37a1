import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type CountLine, decodeLine, encodeLine, LineReader, WRAP } from "./counter-line.ts";

const word = fc.nat(WRAP - 1);
const line = fc.record({ seq: word, up: word, down: word }, { noNullPrototype: true });
const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

function sum(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test("the line of the documentation", () => {
  assert.is(text(encodeLine({ seq: 17, up: 240, down: 238 })), "$CNT,17,240,238*7C\r\n");
});

test("every line survives, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 40 })), (lines, cuts) => {
      const stream = sum(...lines.map(encodeLine));
      const reader = new LineReader();
      const read: CountLine[] = [];
      let at = 0;
      for (const cut of cuts) {
        read.push(...reader.push(stream.subarray(at, at + cut)));
        at += cut;
      }
      read.push(...reader.push(stream.subarray(at)));
      assert.equal(read, lines);
      assert.is(reader.discarded, 0);
    }),
  );
});

test("what is not a right line is refused", () => {
  for (const wrong of [
    "$CNT,17,240,238*7D\r\n",
    "$CNT,17,240,238*7c\r\n",
    "$CNT,17,240,238*7C\n",
    "$CNT,17,240,238*7C\r\n ",
    "$CNT,17,240*69\r\n",
    "$CNT,-1,240,238*00\r\n",
    "",
  ])
    assert.is(decodeLine(wrong), null, wrong);
  // Right in form and sum, but more than a counter can say.
  const body = "CNT,1,65536,0";
  const xor = [...body].reduce((sum, char) => sum ^ char.charCodeAt(0), 0);
  assert.is(decodeLine(`$${body}*${xor.toString(16).toUpperCase().padStart(2, "0")}\r\n`), null);
});

test("a lost, added or changed byte costs the line it hits and no other; every other byte is counted", () => {
  const lines = [3, 4, 5].map((seq) => ({ seq, up: 1000 + seq, down: seq }));
  const parts = lines.map(encodeLine);
  const hit = parts[1] as Uint8Array;
  for (let at = 0; at < hit.length; at++) {
    for (const damage of ["lose", ...Array.from({ length: 256 }, (_, byte) => byte)] as const) {
      for (const add of [true, false]) {
        const middle = [...hit];
        if (damage === "lose") middle.splice(at, 1);
        else middle.splice(at, add ? 0 : 1, damage);
        const stream = sum(parts[0] as Uint8Array, Uint8Array.from(middle), parts[2] as Uint8Array);
        const reader = new LineReader();
        const read = reader.push(stream);
        const what = `${damage} at ${at}`;
        assert.equal(read.at(0), lines[0], what);
        assert.equal(read.at(-1), lines[2], what);
        const used = read.reduce((total, one) => total + encodeLine(one).length, 0);
        assert.is(reader.discarded, stream.length - used, what);
        for (const one of read)
          assert.ok(
            lines.some(({ seq, up, down }) => one.seq === seq && one.up === up && one.down === down),
            what,
          );
      }
    }
  }
});

test("bytes without an end are counted and not kept", () => {
  const reader = new LineReader();
  const endless = bytes("$CNT,".padEnd(10_000, "1"));
  assert.equal(reader.push(endless), []);
  assert.ok(reader.discarded > 9_900);
  assert.equal(reader.push(sum(bytes("12"), encodeLine({ seq: 1, up: 2, down: 3 }))), [{ seq: 1, up: 2, down: 3 }]);
  assert.is(reader.discarded, 10_002);
});

test.run();
