import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../units.ts";
import { kernelHash } from "./kernel-hash.ts";
import { tableOf } from "./kernel-table.ts";
import type { Junction, SignalGroup } from "./model.ts";
import { tenGroup, twoStage } from "./test-junctions.ts";

const hash = (junction: Junction) => kernelHash(tableOf(junction));

test("the hash is that of the format, not of this code", () => {
  // FNV-1a of the text that model.ts describes, by another program.
  assert.is(hash(twoStage()), "45a6b7c8b0b7e979");
  assert.is(hash(tenGroup()), "7c6ed89cc41e7ebc");
});

test("the order of groups is no fact, each time and each conflict is", () => {
  const junction = twoStage();
  const same = hash(junction);
  assert.is(hash({ ...junction, groups: junction.groups.toReversed() }), same);
  const facts: readonly Partial<SignalGroup>[] = [
    { id: "X" },
    { kind: "bus" },
    { minGreen: seconds(7) },
    { amber: seconds(4) },
    { redAmber: seconds(1) },
  ];
  const seen = new Set([same]);
  for (const fact of facts) {
    const groups = junction.groups.map((group, g) => (g === 1 ? { ...group, ...fact } : group));
    seen.add(hash({ ...junction, groups }));
  }
  const { A, ...others } = junction.intergreens;
  seen.add(hash({ ...junction, intergreens: others }));
  seen.add(hash({ ...junction, intergreens: { ...junction.intergreens, A: { ...A, B: seconds(6) } } }));
  assert.is(seen.size, facts.length + 3);
});

test.run();
