import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { LOOK_BACK } from "../../controllers/footfall/history.ts";
import { OwnHours } from "./own-hours.ts";

const NOW = 500_000;

test("minutes become hours; an hour that was hardly counted says nothing", () => {
  const hours = new OwnHours(["a", "b"], NOW);
  for (let minute = 0; minute < 60; minute++) hours.add("a", NOW, 2, 1);
  for (let minute = 0; minute < 44; minute++) hours.add("b", NOW, 2, 1);
  assert.ok(Number.isNaN(hours.people(0, NOW)), "not closed");
  hours.closeBefore(NOW + 1);
  assert.is(hours.people(0, NOW), 120);
  assert.ok(Number.isNaN(hours.people(1, NOW)));
  hours.add("a", NOW, 999, 60);
  hours.closeBefore(NOW + 2);
  assert.is(hours.people(0, NOW), 120, "what is closed stays");
  assert.ok(Number.isNaN(hours.people(0, NOW + 1)), "not counted is not nobody");
});

test("an hour of 50 minutes is scaled, and the hour that comes twice is the mean of both", () => {
  const hours = new OwnHours(["a"], NOW);
  for (let minute = 0; minute < 50; minute++) hours.add("a", NOW, 1, 1);
  for (let minute = 0; minute < 60; minute++) hours.add("a", NOW + 1, 1, 1);
  for (let minute = 0; minute < 60; minute++) hours.add("a", NOW + 1, 3, 1);
  hours.closeBefore(NOW + 2);
  assert.is(hours.people(0, NOW), 60);
  assert.is(hours.people(0, NOW + 1), 120);
});

test("nine weeks are kept, on a grid of whole days with two to come", () => {
  const hours = new OwnHours(["a"], NOW);
  for (let wall = NOW; wall < NOW + LOOK_BACK + 100; wall++) {
    hours.add("a", wall, wall % 1000, 60);
    hours.closeBefore(wall + 1);
  }
  const { from, people } = hours.counts();
  assert.is(from % 24, 0);
  const mine = people[0] as Float32Array;
  const last = NOW + LOOK_BACK + 99;
  assert.is(mine[last - from], last % 1000);
  assert.ok(Number.isNaN(mine[last + 1 - from]));
  assert.ok(last + 48 - from < mine.length);
  assert.ok(Number.isNaN(hours.people(0, NOW + 99)));
  assert.is(hours.people(0, NOW + 100), (NOW + 100) % 1000);
});

test("where the clock was set back, what lies ahead is forgotten; far ahead all is", () => {
  const hours = new OwnHours(["a"], NOW);
  for (let wall = NOW; wall < NOW + 10; wall++) hours.add("a", wall, wall - NOW, 60);
  hours.closeBefore(NOW + 10);
  hours.closeBefore(NOW + 4);
  assert.is(hours.people(0, NOW + 3), 3);
  assert.ok(Number.isNaN(hours.people(0, NOW + 4)));
  hours.add("a", NOW + 4, 40, 60);
  hours.closeBefore(NOW + 5);
  assert.is(hours.people(0, NOW + 4), 40);
  hours.closeBefore(NOW + 5 + 2 * LOOK_BACK);
  assert.ok((hours.counts().people[0] as Float32Array).every(Number.isNaN));
});

test("what is kept is there after a restart, by the counters' names, less the hours that passed", async () => {
  await fc.assert(
    fc.property(fc.array(fc.nat(70_000), { maxLength: 60 }), fc.nat(100), fc.boolean(), (counted, passed, swapped) => {
      const hours = new OwnHours(["a", "b"], NOW);
      for (const [i, people] of counted.entries()) hours.add("b", NOW + i, people, 60);
      hours.closeBefore(NOW + 60);
      const after = new OwnHours(swapped ? ["b", "new", "a"] : ["a", "b"], NOW + 60 + passed);
      assert.ok(after.restore(hours.bytes()));
      const b = after.counters.indexOf("b");
      for (const [i, people] of counted.entries()) assert.is(after.people(b, NOW + i), Math.min(65_534, people));
      assert.ok(Number.isNaN(after.people(b, NOW + counted.length)));
      assert.is(after.end, NOW + 60 + passed);
    }),
    { numRuns: 30 },
  );
});

test("damaged bytes are refused and leave all as it was", () => {
  const hours = new OwnHours(["a"], NOW);
  hours.add("a", NOW, 7, 60);
  hours.closeBefore(NOW + 1);
  const bytes = hours.bytes();
  for (const damage of [new Uint8Array(), bytes.slice(0, -1), bytes.slice(3), bytes.map((b, i) => (i < 20 ? 255 : b))])
    assert.not(hours.restore(damage));
  assert.is(hours.people(0, NOW), 7);
});

test.run();
