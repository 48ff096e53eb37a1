import { test } from "uvu";
import * as assert from "uvu/assert";
import { type ClockPass, watchClock } from "./clock-watch.ts";
import { after, hours, type Instant, instant, minutes } from "./units.ts";

const START = instant(Date.UTC(2026, 10, 18, 20));
const YEARS = 365.25 * 24;
const pass = (at: Instant, more: Partial<ClockPass> = {}): ClockPass => ({
  at,
  wakeAt: after(at, hours(1)),
  clockSet: true,
  jumpedAt: null,
  ...more,
});
const words = (found: readonly { message: string | null }[]) => found.map(({ message }) => message);

test("a believed clock that jumps by a day or more is told, with how far and which way", () => {
  const table: [number, string[]][] = [
    [0.5, []],
    [1, []],
    [24.9, []],
    [25, ["the clock was set forward by 1.0 days"]],
    [1 + 10 * YEARS, ["the clock was set forward by 10.0 years"]],
    [-23, []],
    [-48, ["the clock was set back by 2.0 days"]],
    [-10 * YEARS, ["the clock was set back by 10.0 years"]],
  ];
  for (const [h, told] of table) {
    const { found, jumpedAt } = watchClock(pass(START), true, instant(START + h * 3_600_000));
    assert.equal(words(found), told, `${h} h`);
    assert.is(jumpedAt !== null, told.length > 0);
  }
});

test("a clock that is set for the first time, or found unset, is no jump", () => {
  const far = instant(START + 10 * YEARS * 3_600_000);
  for (const [before, now] of [
    [false, true],
    [null, true],
    [true, false],
  ] as const)
    assert.equal(watchClock(pass(START, { clockSet: before }), now, far), { jumpedAt: null, found: [] });
});

test("it is believed again after an hour without a jump, or when it was set back a little", () => {
  const before = (now: Instant) => pass(after(now, minutes(0)), { jumpedAt: START });
  const soon = after(START, minutes(59));
  assert.equal(watchClock(before(soon), true, soon), { jumpedAt: START, found: [] });
  const later = after(START, hours(1));
  for (const now of [later, instant(START - 1)]) {
    const { jumpedAt, found } = watchClock(before(now), true, now);
    assert.is(jumpedAt, null);
    assert.equal(words(found), [null]);
  }
});

test.run();
