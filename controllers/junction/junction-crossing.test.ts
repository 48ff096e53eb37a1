import { test } from "uvu";
import * as assert from "uvu/assert";
import { isOver } from "./junction-crossing.ts";
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

test.run();
