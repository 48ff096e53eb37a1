import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runEngine, startEngine } from "../../controllers/junction/engine.ts";
import { prepareJunction } from "../../controllers/junction/junction.ts";
import { kernelHash } from "../../controllers/junction/kernel-hash.ts";
import { tableOf } from "../../controllers/junction/kernel-table.ts";
import { tenGroup, testJunctions } from "../../controllers/junction/test-junctions.ts";
import { SeededRandom } from "../random.ts";
import type { EngineCode } from "./explore-engine.ts";
import { walk } from "./walk.ts";
import { walkRequests } from "./walk-requests.ts";

const code: EngineCode = { tableOf, kernelHash, startEngine, runEngine };

test("an engine that is asked for anything, on any of the junctions, breaks nothing for hours", async () => {
  const junctions = testJunctions();
  let longest = 0;
  await fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom(...junctions),
      fc.constantFrom(3, 20, 100),
      fc.constantFrom(0, 0.02, 0.1),
      (seed, junction, pace, jumps) => {
        const walked = walk(junction, code, new SeededRandom(seed), { hours: 2, pace, jumps, starts: 0.005 });
        assert.is(walked.violation, null);
        assert.ok(walked.changes > 300, `${walked.changes} changes`);
        longest = Math.max(longest, walked.longest);
      },
    ),
    { numRuns: 25 },
  );
  assert.ok(longest > 0.9 && longest <= 1, `${longest} of the longest wait that is allowed: the walk is a hard one`);
});

test("a walk is the same for the same seed", () => {
  const settings = { hours: 1, pace: 10, jumps: 0.02, starts: 0.01 };
  const once = () => walk(tenGroup(), code, new SeededRandom(5), settings);
  assert.equal(once(), once());
});

test("a clock that is set while the engine believes it is found out", () => {
  // An engine that takes its clock for one that is never set.
  const trusting: EngineCode = {
    ...code,
    runEngine: (table, state, inputs, now) => {
      const wakeAt = now as typeof state.wakeAt;
      return runEngine(table, { ...state, wakeAt, at: Math.min(state.at, now) as typeof wakeAt }, inputs, now);
    },
  };
  const settings = { hours: 20, pace: 10, jumps: 0.2, starts: 0 };
  assert.match(
    walk(tenGroup(), trusting, new SeededRandom(1), settings).violation ?? "",
    /^after .*(monitor|referee): /,
  );
});

test("the whole decision, whatever vehicles say, breaks nothing", async () => {
  const prepared = prepareJunction(tenGroup());
  let activated = 0;
  await fc.assert(
    fc.property(fc.nat(), (seed) => {
      const walked = walkRequests(prepared, new SeededRandom(seed), { hours: 0.1, pace: 60 });
      assert.is(walked.violation, null);
      activated += walked.activated;
    }),
    { numRuns: 2 },
  );
  assert.ok(activated > 0);
});

test.run();
