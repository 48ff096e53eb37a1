import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, metres, seconds } from "../units.ts";
import type { VehicleWord } from "./request-model.ts";
import { type HeardWords, MOST_NAMES, NOTHING_HEARD, onceHeard } from "./word-once.ts";

const at = (second: number) => instant(1_750_000_000_000 + second * 1000);
const limits = { age: seconds(30), ahead: seconds(5) };
const says = (kind: "update" | "cancel" | "passed", second: number, id = "1"): VehicleWord => ({
  kind,
  source: "radio",
  id,
  at: at(second),
});
const asks = (second: number, id = "1"): VehicleWord => ({
  kind: "request",
  source: "radio",
  id,
  movement: { group: "A" },
  facts: {},
  at: at(second),
});
const stands = (second: number, vehicle = "1"): VehicleWord => ({
  kind: "position",
  source: "radio",
  vehicle,
  place: { approach: 1, distance: metres(100) },
  facts: {},
  at: at(second),
});

/** What is heard of words that are said one by one, all at `now`. */
function heardOf(words: readonly VehicleWord[], now: number, before: HeardWords = NOTHING_HEARD) {
  const { heard, words: news } = onceHeard(before, words, limits, at(now));
  return { heard, news: news.map((word) => words.indexOf(word)) };
}

test("each once, and nothing that is older than what was heard of its name", () => {
  const words = [asks(0), asks(0), says("update", 2), says("update", 1), says("cancel", 2), says("passed", 3), asks(3)];
  const { heard, news } = heardOf(words, 3);
  assert.equal(news, [0, 2, 5]);
  assert.is(heard.aside, 4);
  assert.equal(heardOf(words, 30, heard).news, []);
});

test("a request that its own update has overtaken is news; one that its end has is not", () => {
  assert.equal(heardOf([says("update", 1), asks(0), says("update", 1)], 1).news, [0, 1]);
  assert.equal(heardOf([says("passed", 1), asks(0)], 1).news, [0]);
  assert.equal(heardOf([says("cancel", 1), asks(0)], 1).news, [0]);
});

test("a request and a vehicle of one name are two, and so are two sources", () => {
  const other: VehicleWord = { ...asks(1), source: "web" } as VehicleWord;
  assert.equal(heardOf([asks(1), stands(1), other, stands(1)], 1).news, [0, 1, 2]);
});

test("beyond the limits nothing is heard: neither then nor, when it is forgotten, later", () => {
  const { heard, news } = heardOf([asks(-31), asks(-30, "2"), asks(5, "3"), asks(6, "4")], 0);
  assert.equal(news, [1, 2]);
  assert.equal(heardOf([asks(-30, "2"), asks(6, "4"), asks(6, "4")], 1, heard).news, [1]);
  const broken: VehicleWord = { ...asks(0), at: Number.NaN as ReturnType<typeof at> } as VehicleWord;
  assert.equal(heardOf([broken], 0).news, []);
});

test("what is remembered has an end, and what is forgotten is no news all the same", () => {
  const first = [asks(0, "first"), asks(4, "second")];
  const flood = Array.from({ length: MOST_NAMES }, (_, i) => asks(5, `${i}`));
  const { heard } = heardOf([...first, ...flood], 5);
  assert.is(heard.names.size, MOST_NAMES);
  assert.equal(heardOf([...first, ...flood.slice(0, 3)], 6, heard).news, []);
  assert.equal(heardOf([asks(3, "late"), asks(6, "new"), says("cancel", 6, "second")], 6, heard).news, [1, 2]);
});

test.run();
