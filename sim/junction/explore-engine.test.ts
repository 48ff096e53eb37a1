import { test } from "uvu";
import * as assert from "uvu/assert";
import { faultsOf } from "../../controllers/junction/bounds.ts";
import { LOOSE_BOUNDS } from "../../controllers/junction/bounds-limits.ts";
import { runEngine, startEngine } from "../../controllers/junction/engine.ts";
import { prepareJunction } from "../../controllers/junction/junction.ts";
import { admit, allRed, elapse } from "../../controllers/junction/kernel.ts";
import { kernelHash } from "../../controllers/junction/kernel-hash.ts";
import { tableOf } from "../../controllers/junction/kernel-table.ts";
import type { Signal } from "../../controllers/junction/model.ts";
import { explore } from "./explore.ts";
import { arbiterSystem } from "./explore-arbiter.ts";
import { type EngineCode, engineSystem, idsOf, subsets } from "./explore-engine.ts";
import { exploredFour, exploredThree, exploredTwo } from "./explore-junctions.ts";
import { type KernelCode, kernelSystem } from "./explore-kernel.ts";

const kernel: KernelCode = { tableOf, kernelHash, allRed, admit, elapse };
const engine: EngineCode = { tableOf, kernelHash, startEngine, runEngine };

test("what is explored is a junction that may be worked, with nothing to spare", () => {
  for (const [make, least] of [
    [exploredTwo, 19],
    [exploredThree, 25],
    [exploredFour, 29],
  ] as const) {
    assert.equal(faultsOf(make(least), LOOSE_BOUNDS), []);
    assert.match(String(faultsOf(make(least - 1), LOOSE_BOUNDS)[0]?.path), /maxWait/);
  }
});

test("whatever an engine asks of the kernel, what it shows is safe: every state of three junctions", () => {
  for (const make of [exploredTwo, exploredThree, exploredFour]) {
    const found = explore(kernelSystem(make(), kernel));
    assert.is(found.violation, null, JSON.stringify(found.violation));
    assert.ok(found.whole && found.states > 100, `${found.states} states`);
  }
});

test("whatever an arbiter asks of the engine, it is safe and all are served in time: every state of two stages", () => {
  for (const plan of [1, 2]) {
    const found = explore(engineSystem(exploredTwo(19), plan, engine));
    assert.is(found.violation, null, JSON.stringify(found.violation));
    assert.ok(found.whole && found.states > 1000, `${found.states} states`);
  }
});

test("under any stream of requests the whole decision is safe and all are served in time: the first states", () => {
  const prepared = prepareJunction(exploredTwo(20), { bounds: LOOSE_BOUNDS });
  const found = explore(arbiterSystem(prepared, [1]), { most: 900 });
  assert.is(found.violation, null, JSON.stringify(found.violation));
  assert.is(found.states, 900);
});

/** The real engine, whose signals are tampered with. */
const tampered = (
  change: (signals: readonly Signal[], before: readonly Signal[]) => readonly Signal[],
): EngineCode => ({
  ...engine,
  runEngine(table, state, inputs, now) {
    const step = runEngine(table, state, inputs, now);
    return { ...step, state: { ...step.state, signals: change(step.state.signals, state.signals) } };
  },
});

test("an engine that shows what it should not is found out, with the shortest way there", () => {
  const both = tampered((signals) =>
    signals[0]?.aspect === "green" ? signals.with(1, { ...(signals[0] as Signal), group: "B" }) : signals,
  );
  const found = explore(engineSystem(exploredTwo(20), 1, both));
  assert.match(found.violation?.what ?? "", /^monitor: /);
  assert.ok((found.violation?.moves.length ?? 99) < 10);

  const stuck = tampered((signals, before) => (before[1]?.aspect === "red" ? before : signals));
  assert.match(
    explore(engineSystem(exploredTwo(20), 1, stuck)).violation?.what ?? "",
    /^referee: .*wanted for 21000 of 20000/,
  );

  const lying = tampered((signals, before) =>
    signals.map((signal, i) =>
      signal.aspect === "green" && before[i]?.aspect === "green"
        ? { ...signal, since: (signal.since - 1000) as Signal["since"] }
        : signal,
    ),
  );
  assert.match(
    explore(engineSystem(exploredTwo(20), 1, lying)).violation?.what ?? "",
    /^(referee: . says since|monitor)/,
  );
  const other: EngineCode = { ...engine, kernelHash: () => "0" };
  assert.throws(() => engineSystem(exploredTwo(20), 1, other), /cannot start: monitor: hash/);
  assert.throws(() => engineSystem(exploredTwo(20), 3, engine), /plan 3: allowed are/);
});

test("subsets of groups are all there, each once, and have names", () => {
  assert.equal(
    subsets([0, 2]).sort((a, b) => a - b),
    [0, 1, 4, 5],
  );
  assert.equal(idsOf(exploredTwo(), 5), ["A", "P"]);
});

test.run();
