import { test } from "uvu";
import * as assert from "uvu/assert";
import { prepareJunction } from "../../controllers/junction/junction.ts";
import { testJunctions, twoStage } from "../../controllers/junction/test-junctions.ts";
import { seconds } from "../../controllers/units.ts";
import { SeededRandom } from "../random.ts";
import { endure, randomStream, worstOrdeal } from "./adversary.ts";

test("where nobody comes the longest wait is that of the first cycle: all red, the first stage, and the change", () => {
  const { group, wait, part, activated } = endure(prepareJunction(twoStage()), { visits: [], presses: [] }, 300);
  assert.equal({ group, wait, part, activated }, { group: "Q", wait: 10 + 40 + 6, part: 56 / 120, activated: 0 });
});

test("who is served on call waits from the call on", () => {
  const junction = twoStage();
  const hurried = {
    ...junction,
    groups: junction.groups.map((group) =>
      group.id === "P" ? { ...group, maxWait: seconds(60), guard: seconds(60) } : group,
    ),
  };
  // Stage 2 begins at 50 and stage 1 again at 80; its green, 6 s after.
  const pressed = { visits: [], presses: [{ at: 55, detector: "detector/P", lasts: 1 }] };
  const { group, wait } = endure(prepareJunction(hurried), pressed, 300);
  assert.equal({ group, wait }, { group: "P", wait: 80 + 6 - 55 });
});

test("nobody waits longer than its maximum, and no priority is begun against who waited over its guard", () => {
  const random = new SeededRandom(3);
  for (const junction of testJunctions()) {
    const prepared = prepareJunction(junction);
    const stream = randomStream(random, junction, 150);
    const { part, unguarded, group, wait } = endure(prepared, stream, 150);
    assert.ok(part > 0.3 && part <= 1, `${junction.name}: ${group} ${wait} s`);
    assert.is(unguarded, 0);
  }
});

test("a search gives the same for the same seed, and finds no less by climbing", () => {
  const prepared = prepareJunction(twoStage());
  const search = (climbed: number) => worstOrdeal(prepared, new SeededRandom(5), { lasts: 120, drawn: 2, climbed });
  const drawn = search(0);
  const climbed = search(4);
  assert.ok(climbed.part >= drawn.part && climbed.activated > drawn.activated);
  assert.equal(search(4), climbed);
});

test.run();
