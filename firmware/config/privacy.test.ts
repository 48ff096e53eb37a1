import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig } from "./read.ts";

const demo = readFileSync(new URL("../../tools/demo/cabinet.yaml", import.meta.url), "utf8");
const withPrivacy = (privacy: string) => readConfig(demo.replace(/^privacy:\n {2}live: anyone\n/m, privacy));
const alone = (id: string) => ({ id, counters: [id] });

test("without a word each counter is a zone, and live data wants a signed command", () => {
  const read = withPrivacy("");
  assert.ok(read.ok);
  assert.equal(read.config.privacy, {
    zones: ["counter/1", "counter/2", "counter/3", "counter/4"].map(alone),
    live: "signed",
  });
});

test("counters of a zone are told as one, the others each by itself", () => {
  const read = withPrivacy("privacy:\n  zones: [{ id: zone/a, counters: [counter/1, counter/3] }]\n  live: never\n");
  assert.ok(read.ok);
  assert.equal(read.config.privacy, {
    zones: [{ id: "zone/a", counters: ["counter/1", "counter/3"] }, alone("counter/2"), alone("counter/4")],
    live: "never",
  });
});

const mistakes: readonly [string, string][] = [
  ["[{ id: zone/a, counters: [counter/9] }]", "privacy.zones[0].counters[0]: found counter/9"],
  [
    "[{ id: zone/a, counters: [counter/1] }, { id: zone/b, counters: [counter/1] }]",
    "privacy.zones[1].counters[0]: found counter/1, allowed each counter once",
  ],
  [
    "[{ id: zone/a, counters: [counter/1] }, { id: zone/a, counters: [counter/2] }]",
    "privacy.zones[1].id: found zone/a",
  ],
  ["[{ id: counter/1, counters: [counter/1] }]", "privacy.zones[0].id: found counter/1"],
];
for (const [zones, problem] of mistakes)
  test(`refused: ${zones}`, () => {
    const read = withPrivacy(`privacy:\n  zones: ${zones}\n`);
    assert.not(read.ok);
    const said = read.ok
      ? ""
      : read.problems.map(({ path, message }) => `${path}: ${message}`.replaceAll('"', "")).join();
    assert.ok(said.startsWith(problem), said);
  });

test.run();
