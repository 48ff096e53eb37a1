import { test } from "uvu";
import * as assert from "uvu/assert";
import { greenAt, greensAfter, isOver, type LastGreen } from "./junction-crossing.ts";
import type { Aspect } from "./model.ts";
import { second, toSeconds } from "./test-run.ts";
import { startTracks } from "./track.ts";
import { startMotion } from "./track-filter.ts";
import type { Track, Tracks } from "./track-model.ts";

const seenAt = (distance: number, speed: number): Tracks => ({
  ...startTracks(),
  vehicles: new Map([["sim 1", { motion: startMotion({ distance, speed }, speed) } as Track]]),
});

test("who drives is over the stop line some metres behind it only: a green that ends too early costs it a whole red", () => {
  for (const [distance, speed, over] of [
    [3, 9, false],
    [-3, 9, false],
    [-8, 9, true],
    [-8, 0, false],
    [-13, 0, true],
  ] as const)
    assert.is(isOver(seenAt(distance, speed), "sim 1"), over, `${distance} m, ${speed} m/s`);
  assert.is(isOver(startTracks(), "sim 1"), false);
});

const groupAt = new Map([["A", 0]]);

/** What is remembered of one group after it showed these, each since its second. */
function remembered(...shown: readonly (readonly [Aspect, number])[]): readonly (readonly LastGreen[])[] {
  return shown.reduce<readonly (readonly LastGreen[])[]>(
    (greens, [aspect, since]) => greensAfter(greens, [{ group: "A", aspect, since: second(since) }], second(since)),
    [[]],
  );
}
const greenIn = (greens: readonly (readonly LastGreen[])[], at: number) => {
  const since = greenAt(greens, groupAt, "A", second(at));
  return since == null ? since : toSeconds(since);
};

test("who crosses in green or in the amber after it crosses in that green; who does not, in none", () => {
  const greens = remembered(["red", 0], ["green", 10], ["amber", 20], ["red", 23]);
  assert.equal(
    [9, 10, 19, 22, 24, 25].map((at) => greenIn(greens, at)),
    [null, 10, 10, 10, 10, null],
  );
  assert.is(greenIn(remembered(["red", 0]), 5), undefined, "none was seen yet");
});

test("one that is told of when the next green has begun crossed in the green before it", () => {
  const greens = remembered(["green", 10], ["amber", 20], ["red", 23], ["green", 30]);
  assert.equal(
    [21, 28, 31].map((at) => greenIn(greens, at)),
    [10, null, 30],
  );
  const again = remembered(["green", 10], ["amber", 20], ["green", 30], ["amber", 40], ["green", 50]);
  assert.equal(
    [21, 41, 51].map((at) => greenIn(again, at)),
    [null, 30, 50],
  );
});

test("a green whose end nobody saw ended when the next was seen, or when it was not read any more", () => {
  const anew = remembered(["green", 10], ["green", 40], ["amber", 50]);
  assert.equal(
    [39, 41, 56].map((at) => greenIn(anew, at)),
    [10, 40, null],
  );
  const unread = greensAfter(remembered(["green", 10]), [null], second(15));
  assert.equal(
    [14, 30].map((at) => greenIn(unread, at)),
    [10, null],
  );
});

test.run();
