import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { played, scenariosOf } from "./test-play.ts";

const FOLDER = new URL("./fixtures/", import.meta.url);

/** What each file of `fixtures/` says of its failure. */
const SEEN: Readonly<Record<string, RegExp>> = {
  "wrong-level.yaml": /^lamp\/1\/0 at 50\.\d %.* and 8 more; it held from 0\.\d s to 0\.\d s$/,
  "not-long-enough.yaml": /^lamp\/1\/0 at 5\d\.\d %.*; it held from 0\.\d s to 5\.\d s$/,
  "no-alarm.yaml": /^alarm lighting\.bus at bus\/1$/,
  "too-many-nacks.yaml": /alarm lighting\.output at output\/1/,
  "late-for-good.yaml": /alarm lighting\.output at output\/2/,
  "busy-for-good.yaml": /alarm lighting\.output at output\/2/,
  "nacked-data.yaml": /alarm lighting\.output at output\/2/,
  "too-much-garbage.yaml": /alarm footfall\.sensor at counter\/1/,
  "gateway-drowned.yaml": /alarm lighting\.bus at bus\/1/,
};

const fixtures = scenariosOf(readdirSync(FOLDER), (path) => readFileSync(new URL(path, FOLDER), "utf8"));

for (const { file, play } of fixtures)
  test(`${file} fails: ${play.scenario.name}`, async () => {
    const report = await played(play);
    assert.is(report.verdict, "failed");
    const [failed, ...rest] = report.steps;
    assert.is(failed?.verdict, "failed");
    assert.match(failed?.seen ?? "", SEEN[file] as RegExp);
    assert.type(failed?.deadline, "number");
    assert.ok(rest.every(({ verdict, why }) => verdict === "skipped" && why));
  });

test("each fixture has its words", () => {
  assert.equal(
    fixtures.map(({ file }) => file),
    Object.keys(SEEN).sort(),
  );
});

test.run();
