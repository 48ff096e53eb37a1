import { test } from "uvu";
import * as assert from "uvu/assert";
import { anyOf, nearest, shown } from "./words.ts";

test("the nearest word is one that could have been meant", () => {
  const known = ["address", "addresses", "street", "position", "a"];
  for (const [word, meant] of [
    ["adress", "address"],
    ["adresses", "addresses"],
    ["Position", "position"],
    ["positoin", "position"],
    ["stret", "street"],
    ["b", undefined],
    ["watts", undefined],
    ["x".repeat(10_000), undefined],
  ])
    assert.is(nearest(word as string, known), meant, word as string);
});

test("values are shown as a person would name them, short and without passwords", () => {
  assert.is(shown(null), "nothing");
  assert.is(shown([1]), "a list");
  assert.is(shown({}), "a map");
  assert.is(shown("x"), '"x"');
  assert.is(shown(true), "true");
  assert.is(shown("y".repeat(100)), `"${"y".repeat(59)}...`);
  assert.is(shown("mqtts://me:se@cret@host/x"), '"mqtts://***@host/x"');
  assert.is(shown("wss://token@host"), '"wss://***@host"');
  assert.is(shown("tcp://host:1/a@b"), '"tcp://host:1/a@b"');
});

test("what is allowed is a list that can be read out", () => {
  assert.is(anyOf(["a"]), "a");
  assert.is(anyOf(["a", "b", "c"]), "a, b or c");
  assert.is(anyOf([]), "nothing: there is none");
});

test.run();
