import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { level, seconds } from "../../controllers/units.ts";
import { advanced, fade, isOver, levelOf } from "./fade.ts";

const percent = fc.double({ min: 0, max: 100, noNaN: true }).map(level);

test("a fade ends exactly where it should, in at most 20 steps, and goes one way only", () => {
  fc.assert(
    fc.property(percent, percent, (from, to) => {
      let going = fade(from, to, seconds(2));
      let before: number = from;
      let steps = 0;
      do {
        going = advanced(going);
        steps++;
        const now = levelOf(going);
        assert.ok(from <= to ? now >= before : now <= before);
        assert.ok(Math.abs(now - before) <= Math.max(1, Math.abs(to - from) / 20) + 1e-9);
        before = now;
      } while (!isOver(going) && steps < 100);
      assert.ok(steps <= 20);
      assert.is(before, to);
    }),
  );
});

test("nobody fades from where nobody knows, nor in no time", () => {
  for (const going of [fade(null, level(70), seconds(2)), fade(level(0), level(70), seconds(0))]) {
    const next = advanced(going);
    assert.is(isOver(next), true);
    assert.is(levelOf(next), 70);
  }
});

test.run();
