/** A small share of the bench's fuzz (`tools/bench/dali-fuzz.ts`) over every driver of the list. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SeededRandom } from "../../sim/random.ts";
import { damaged, measureResync } from "./fuzz.ts";
import { fuzzTargets } from "./fuzz-list.ts";
import { gateways } from "./list.ts";

const unhandled: unknown[] = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

test("every driver of the list is fuzzed", () => {
  assert.equal(fuzzTargets.map(({ name }) => name).toSorted(), gateways.map(({ name }) => name).toSorted());
});

for (const { name, drive, resync } of fuzzTargets) {
  test(`${name}: nothing that comes makes it throw, and requests still come to their ends`, async () => {
    const { frames, throws, replies, faults } = await drive(10_000, new SeededRandom(11));
    assert.ok(frames >= 10_000);
    assert.equal(throws, []);
    assert.equal(unhandled, []);
    assert.ok(replies > 0 && faults > 0, `${replies} replies, ${faults} faults`);
  });

  if (!resync) continue;
  test(`${name}: damage costs at most ${resync.bound} of the frames behind it`, () => {
    const { worst } = resync.measure(5000, new SeededRandom(12));
    assert.ok(worst <= resync.bound, `${worst}`);
  });
}

test("the measure sees a decoder that does not find back into step", () => {
  const stubborn = () => {
    let kept: number[] = [];
    return {
      push(bytes: Uint8Array) {
        kept.push(...bytes);
        const frames = [];
        for (; kept.length >= 3; kept = kept.slice(3)) if (kept[0] === 1 && kept[2] === 2) frames.push(kept[1]);
        return frames;
      },
      flush: () => [],
    };
  };
  const frame = () => Uint8Array.of(1, 7, 2);
  const { worst, lossy } = measureResync(stubborn, frame, 200, new SeededRandom(1));
  assert.ok(worst >= 5, `${worst}`);
  assert.ok(lossy > 100);
});

test("damage is of every sort", () => {
  const random = new SeededRandom(5);
  const frame = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const lengths = new Set(Array.from({ length: 500 }, () => damaged(frame, random).length));
  for (const length of [0, 1, 5, 6, 7, 10, 40]) assert.ok(lengths.has(length), `${length}`);
});

test.run();
