import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Event } from "../model.ts";
import { utc } from "../test-site.ts";
import { duration, instant } from "../units.ts";
import { type Count, closesAt, countWindows, type OpenWindow } from "./window.ts";

const T = utc("2026-03-20T22:00");
const count = (seconds: number, people: number, source = "counter/1"): Count => ({
  source,
  people,
  at: instant(T + seconds * 1000),
});
const shown = (events: readonly Event[]) =>
  events.map((event) =>
    event.kind === "footfall" ? [event.source, event.people, event.from - T, event.to - T] : event,
  );
const at = (seconds: number) => instant(T + seconds * 1000);

test("people of one minute, told when the minute is over", () => {
  const first = countWindows(null, [count(5, 2), count(20, 1), count(30, 0, "counter/2")], at(30));
  assert.equal(first.closed, []);
  assert.is(first.open.from, T);
  assert.is(closesAt(first.open), at(60));
  assert.equal(countWindows(first.open, [], at(59.999)).closed, []);
  const over = countWindows(first.open, [], at(60));
  assert.equal(shown(over.closed), [
    ["counter/1", 3, 0, 60_000],
    ["counter/2", 0, 0, 60_000],
  ]);
  assert.is(over.open.last, null);
  assert.is(closesAt(over.open), null);
});

test("a count of the next minute closes the one before", () => {
  const first = countWindows(null, [count(5, 2)], at(6));
  const next = countWindows(first.open, [count(61, 1)], at(62));
  assert.equal(shown(next.closed), [["counter/1", 2, 0, 60_000]]);
  assert.equal([next.open.last?.people, next.open.last?.length], [1, 1]);
});

test("a minute in which a counter said nothing is not told as a minute with nobody", () => {
  const first = countWindows(null, [count(5, 2)], at(6));
  assert.equal(shown(countWindows(first.open, [], at(600)).closed), [["counter/1", 2, 0, 60_000]]);
  assert.equal(countWindows(null, [], at(600)).closed, []);
});

test("a window of another length is aligned to it", () => {
  const quarter = countWindows(null, [count(1000, 1)], at(1000), duration(900_000));
  assert.is(quarter.open.from, at(900));
});

test("when the clock is set back, people counted stay counted", () => {
  const first = countWindows(null, [count(3605, 2)], at(3606));
  const back = countWindows(first.open, [], at(10));
  assert.equal([back.open.last?.people, back.open.last?.length], [2, 1]);
  assert.is(back.open.from, T);
});

test("a counter that never stops is told whole, and fills no memory", () => {
  let open: OpenWindow | null = null;
  for (let i = 0; i < 5000; i++) {
    ({ open } = countWindows(open, [count(1, 1), count(1, 2, "counter/2")], at(1)));
    assert.ok((open.last?.length ?? 0) <= 1000);
  }
  assert.equal(shown(countWindows(open, [], at(60)).closed), [
    ["counter/1", 5000, 0, 60_000],
    ["counter/2", 10_000, 0, 60_000],
  ]);
});

test("whatever comes when, in whatever passes: every person is told once, in windows that lie in order", async () => {
  const steps = fc.array(
    fc.record({
      wait: fc.integer({ min: 0, max: 90 }),
      counts: fc.array(
        fc.record({ ago: fc.integer({ min: 0, max: 100 }), people: fc.nat(3), source: fc.constantFrom("a", "b") }),
      ),
    }),
  );
  await fc.assert(
    fc.property(steps, (given) => {
      let open: OpenWindow | null = null;
      let now = 1000;
      let people = 0;
      const told: Event[] = [];
      for (const step of [...given, { wait: 120, counts: [] }]) {
        now += step.wait;
        people += step.counts.reduce((sum, one) => sum + one.people, 0);
        const counts = step.counts.map((one) => count(now - one.ago, one.people, one.source));
        const pass = countWindows(open, counts, at(now));
        open = pass.open;
        told.push(...pass.closed);
      }
      assert.is(open?.last, null);
      let [sum, last] = [0, 0];
      const keys = new Set<string>();
      for (const event of told) {
        if (event.kind !== "footfall") continue;
        sum += event.people;
        assert.ok(event.from >= last, "in order");
        assert.is(event.to - event.from, 60_000);
        last = event.from;
        const key = `${event.source} ${event.from}`;
        assert.not(keys.has(key), "one event a window");
        keys.add(key);
      }
      assert.is(sum, people);
    }),
  );
});

test.run();
