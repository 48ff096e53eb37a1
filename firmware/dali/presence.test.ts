import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SeededRandom } from "../../sim/random.ts";
import { Presence } from "./presence.ts";

const until = (presence: Presence, missing: boolean, asks: () => boolean, most = 1000): number => {
  let n = 0;
  while (presence.missing !== missing && n < most) {
    presence.asked(asks());
    n++;
  }
  return n;
};

test("gear that always answered is missing after four to five silences, and back after two answers", () => {
  const presence = new Presence();
  assert.is(
    until(presence, true, () => false),
    5,
  );
  assert.is(
    until(presence, false, () => true),
    2,
  );
  for (let i = 0; i < 500; i++) presence.asked(true);
  assert.is(
    until(presence, true, () => false),
    4,
  );
  for (let i = 0; i < 300; i++) presence.asked(false);
  assert.is(
    until(presence, false, () => true),
    2,
  );
  assert.is(
    until(presence, true, () => false),
    4,
    "an absence taught nothing",
  );
});

test("one answer among silences is not a return", () => {
  const presence = new Presence();
  until(presence, true, () => false);
  for (let i = 0; i < 20; i++) {
    presence.asked(true);
    presence.asked(false);
  }
  assert.is(presence.missing, true);
});

test("gear that misses up to 30 % of the questions at random does not flap; when it is gone it is found", async () => {
  let begins = 0;
  let asked = 0;
  await fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0, max: 0.3, noNaN: true }), (seed, p) => {
      const random = new SeededRandom(seed);
      const presence = new Presence();
      let before = false;
      let own = 0;
      for (let i = 0; i < 5000; i++, asked++) {
        presence.asked(random.next() >= p);
        if (presence.missing && !before) own++;
        before = presence.missing;
      }
      begins += own;
      assert.ok(own <= 1, `${own} times missing at ${p}`);
      assert.ok(until(presence, true, () => false) <= 26, "gone");
      assert.ok(until(presence, false, () => random.next() >= p) < 500, "back");
    }),
  );
  assert.ok(begins <= asked / 250_000, `${begins} times in ${asked} questions`);
});

test("a line that was down says nothing of its gear", () => {
  const presence = new Presence();
  for (let i = 0; i < 4; i++) presence.asked(false);
  presence.forget();
  for (let i = 0; i < 4; i++) presence.asked(false);
  assert.is(presence.missing, false);
});

test.run();
