/** An adversary that keeps one group from green as well as it can: the promised maximum wait holds, and no less would. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, type Instant, seconds } from "../units.ts";
import { compile } from "./bounds.ts";
import { LOOSE_BOUNDS } from "./bounds-limits.ts";
import { worstWait } from "./bounds-waits.ts";
import { runEngine, startEngine } from "./engine.ts";
import { tableOf } from "./kernel-table.ts";
import { testJunctions } from "./test-junctions.ts";
import { second } from "./test-run.ts";

/** Numbers from 0 to under 1, always the same ones. */
function numbers(): () => number {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed / 0x80000000;
  };
}

for (const described of testJunctions()) {
  test(`${described.name}: kept from green, a group waits what was promised at most`, () => {
    const loose = tableOf(described);
    const junction = {
      ...described,
      groups: described.groups.map((group, g) => ({
        ...group,
        guard: seconds(0),
        maxWait: duration(worstWait(loose, g)),
      })),
      plans: described.plans.filter(({ kind }) => kind === "actuated"),
    };
    const table = compile(junction, LOOSE_BOUNDS);
    const next = numbers();
    const longest = new Map<string, number>();
    for (let run = 0; run < 40; run++) {
      const target = junction.groups[run % junction.groups.length]?.id as string;
      const away = junction.stages.filter(({ groups }) => !groups.includes(target));
      let state = startEngine(table, second(0));
      let now = second(0);
      for (let pass = 0; pass < 1000; pass++) {
        const stage = away[Math.floor(next() * away.length)]?.id as string;
        const to = (now + 1000 * Math.ceil(next() * 20)) as Instant;
        const wanted = next() < 0.3 ? junction.groups.filter(() => next() < 0.5).map(({ id }) => id) : [];
        const step = runEngine(
          table,
          state,
          { wanted, occupied: [], plan: [{ stage, from: now, to }], clockSet: false },
          now,
        );
        for (const event of step.events) {
          if (event.kind === "wait") longest.set(event.group, Math.max(longest.get(event.group) ?? 0, event.waited));
        }
        state = step.state;
        now = Math.min(step.wakeAt, now + (next() < 0.3 ? 1000 : 1e9)) as Instant;
      }
    }
    const parts = junction.groups.map(({ id, maxWait }) => (longest.get(id) ?? 0) / maxWait);
    assert.ok(Math.max(...parts) <= 1, `${parts}`);
    // A promise that nothing comes near would be worth less, and so would this adversary.
    assert.ok(Math.min(...parts) >= 0.8, `${parts}`);
    assert.is(Math.max(...parts), 1, `${parts}`);
  });
}

test.run();
