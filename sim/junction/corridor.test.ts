import { test } from "uvu";
import * as assert from "uvu/assert";
import { faultsOf } from "../../controllers/junction/bounds.ts";
import { runCorridor } from "./corridor.ts";
import { corridorJunction } from "./corridor-junction.ts";

test("the corridor's junctions are sound", () => {
  for (const index of [0, 1]) {
    assert.equal(faultsOf(corridorJunction({ index, stops: {}, ways: ["A1", "A2", "B1"] })), []);
  }
});

test("the same seed is the same hour; another is another", () => {
  const one = runCorridor({ seed: 4, warmUp: 60, hours: 0.15 });
  assert.equal(runCorridor({ seed: 4, warmUp: 60, hours: 0.15 }), one);
  assert.is.not(runCorridor({ seed: 5, warmUp: 60, hours: 0.15 }).others.delay, one.others.delay);
});

test("no vehicle is lost: who came in went out or is still there, and traffic is the same whatever the strategy", () => {
  const runs = (["none", "simple", "hulotte"] as const).map((strategy) =>
    runCorridor({ strategy, seed: 2, warmUp: 60, hours: 0.25 }),
  );
  for (const { balance } of runs) {
    assert.is(balance.entered, balance.left + balance.inside);
    assert.is(balance.entered, runs[0]?.balance.entered);
    assert.ok(balance.left > 600);
    // A street that fills up says nothing of signals.
    assert.ok(balance.inside < 400, `${balance.inside} inside`);
  }
});

test("buses wait less with priority than without, nobody longer than its most", () => {
  const none = runCorridor({ strategy: "none", seed: 3, warmUp: 300, hours: 0.4 });
  const simple = runCorridor({ strategy: "simple", seed: 3, warmUp: 300, hours: 0.4 });
  const hulotte = runCorridor({ strategy: "hulotte", seed: 3, warmUp: 300, hours: 0.4 });
  const said = [none, simple, hulotte].map(({ buses }) => buses.delay.toFixed(1)).join(", ");
  assert.ok(none.buses.passages > 35, `${none.buses.passages} passages`);
  assert.ok(simple.buses.delay < none.buses.delay, said);
  assert.ok(hulotte.buses.delay < 0.8 * none.buses.delay, said);
  assert.ok(hulotte.others.delay < 1.1 * none.others.delay, `${hulotte.others.delay} against ${none.others.delay}`);
  for (const { worstWait } of [none, simple, hulotte]) {
    assert.ok(
      worstWait.wait > 0 && worstWait.wait <= 120,
      `${worstWait.group} of ${worstWait.junction} ${worstWait.wait} s`,
    );
  }
});

test.run();
