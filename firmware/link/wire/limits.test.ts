import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { costOf, TokenBucket, TokenBuckets } from "./limits.ts";

test("a burst at once, then so many a second", () => {
  const bucket = new TokenBucket({ perSecond: 5, burst: 20 });
  const takes = (now: number, times: number) =>
    Array.from({ length: times }, () => bucket.take(now)).filter(Boolean).length;
  assert.is(takes(1000, 100), 20);
  assert.is(takes(1199, 100), 0);
  assert.is(takes(1200, 100), 1);
  assert.is(takes(2200, 100), 5);
  assert.is(takes(1e9, 100), 20, "no more than the burst after a long rest");
  assert.is(bucket.refused, 80 + 100 + 99 + 95 + 80);
});

test("a clock that goes back fills nothing and breaks nothing", () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 });
  assert.ok(bucket.take(10_000));
  assert.not.ok(bucket.take(0));
  assert.not.ok(bucket.take(999));
  assert.ok(bucket.take(1000));
});

test("in no span is more taken than the burst and what flowed in", () => {
  const steps = fc.array(fc.record({ wait: fc.nat(3000), cost: fc.integer({ min: 1, max: 30 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), (list, perSecond, burst) => {
      const bucket = new TokenBucket({ perSecond, burst });
      let now = 0;
      const taken: { at: number; cost: number }[] = [];
      for (const { wait, cost } of list) {
        now += wait;
        if (bucket.take(now, cost)) taken.push({ at: now, cost });
      }
      for (const [i, first] of taken.entries()) {
        let sum = 0;
        for (const { at, cost } of taken.slice(i)) {
          // What costs more than the burst leaves a debt: the last one may go over by itself.
          assert.ok(sum <= burst + ((at - first.at) * perSecond) / 1000 + 1e-6);
          sum += cost;
        }
      }
    }),
  );
});

test("one that costs more than the burst is taken once there is all, and paid for after", () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 4 });
  assert.ok(bucket.take(0, 10));
  assert.not.ok(bucket.take(6000));
  assert.ok(bucket.take(7000));
});

test("each key has its own: a node that floods takes nothing from another", () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 10 }, 100);
  for (let i = 0; i < 1000; i++) buckets.take("loud", i);
  assert.is(buckets.refused, 1000 - 10 - 9);
  for (let i = 0; i < 10; i++) assert.ok(buckets.take("quiet", 1000));
});

test("keys are bounded; one that goes on flooding is not forgotten for them", () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 2 }, 10);
  assert.ok(buckets.take("loud", 0));
  assert.ok(buckets.take("loud", 0));
  for (let i = 0; i < 1000; i++) {
    buckets.take(`made-up-${i}`, 0);
    assert.not.ok(buckets.take("loud", 0));
  }
  assert.is(buckets.size, 10);
});

test("a rate that lets nothing through is the caller's mistake", () => {
  assert.throws(() => new TokenBucket({ perSecond: 0, burst: 5 }), TypeError);
  assert.throws(() => new TokenBucket({ perSecond: 5, burst: 0 }), TypeError);
});

test("a long message costs as much as the work it makes", () => {
  assert.is(costOf(0), 1);
  assert.is(costOf(4095), 1);
  assert.is(costOf(65_536), 17);
});

test.run();
