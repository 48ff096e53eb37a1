import { test } from "uvu";
import * as assert from "uvu/assert";
import { COLLISION, NO_REPLY, type Reply } from "../gateway.ts";
import type { Sequence } from "../sequence.ts";
import { readRandom } from "./read-random.ts";
import { GEAR } from "./wire.ts";

const N = NO_REPLY;
const C = COLLISION;

/** Runs a sequence on these replies, bytes as numbers; gives its end and how many replies it took. */
function on<T>(
  sequence: Sequence<T>,
  replies: readonly (number | Reply)[],
): { readonly value: T; readonly asked: number } {
  let next = sequence.next();
  let asked = 0;
  while (!next.done) {
    const reply = replies[asked++];
    assert.ok(reply !== undefined, "asked more than was expected");
    next = sequence.next(typeof reply === "number" ? { kind: "byte", value: reply } : reply);
  }
  return { value: next.value, asked };
}

const one = (randomAddress: number | null) => ({ kind: "one", randomAddress });

test("three answers are a random address; what is as expected is asked once", () => {
  assert.equal(on(readRandom(GEAR, 3, 2), [1, 2, 3]), { value: one(0x010203), asked: 3 });
  assert.equal(on(readRandom(GEAR, 3, 2, 0x010203), [1, 2, 3]), { value: one(0x010203), asked: 3 });
  assert.equal(on(readRandom(GEAR, 3, 2, null), [1, 2, 3]), { value: one(0x010203), asked: 3 });
});

test("silence is nobody after as often as was told; a lost or a spoilt answer is asked for again", () => {
  assert.equal(on(readRandom(GEAR, 3, 2), [N, N]), { value: { kind: "nobody" }, asked: 2 });
  assert.equal(on(readRandom(GEAR, 3, 5), [N, N, N, N, 1, 2, 3]), { value: one(0x010203), asked: 7 });
  assert.equal(on(readRandom(GEAR, 3, 2), [C, C, C, 1, N, 2, C, 3]), { value: one(0x010203), asked: 8 });
});

test("nothing but spoilt answers: several are there; part of an address is none", () => {
  assert.equal(on(readRandom(GEAR, 3, 2), [C, C, C, C]), { value: { kind: "several" }, asked: 4 });
  assert.equal(on(readRandom(GEAR, 3, 2), [1, C, C, C, C]), { value: { kind: "several" }, asked: 5 });
  assert.equal(on(readRandom(GEAR, 3, 2), [1, N, N, N, N, 3]), { value: one(null), asked: 6 });
});

test("another address than expected is read again: noise makes one of another", () => {
  const expected = 0x010203;
  assert.equal(on(readRandom(GEAR, 3, 2, expected), [1, 6, 3, 1, 2, 3]), { value: one(0x010203), asked: 6 });
  assert.equal(on(readRandom(GEAR, 3, 2, expected), [9, 9, 9, 9, 9, 9]), { value: one(0x090909), asked: 6 });
  assert.equal(on(readRandom(GEAR, 3, 2, expected), [9, 9, 9, 9, 9, 8, 9, 9, 9]), { value: one(0x090909), asked: 9 });
});

test.run();
