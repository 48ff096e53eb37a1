import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ScenarioSchema } from "./schema.ts";
import { played, scenariosOf, told } from "./test-play.ts";

const FOLDER = new URL("./suite/", import.meta.url);

const suite = scenariosOf(readdirSync(FOLDER), (path) => readFileSync(new URL(path, FOLDER), "utf8"));

for (const { file, play } of suite)
  test(`${file}: ${play.scenario.name}`, async () => {
    const report = await played(play);
    assert.is(report.verdict, "passed", told(report));
    assert.is(report.dropped, 0);
    assert.ok(report.duration < 60_000, `${report.duration} ms are too long for an emulated machine`);
  });

test("the suite is large enough, and its names are its own", () => {
  assert.ok(suite.length >= 22, `${suite.length} scenarios`);
  assert.is(new Set(suite.map(({ play }) => play.scenario.name)).size, suite.length);
});

test("every ready-made step is in it", () => {
  const { properties } = JSON.parse(JSON.stringify(ScenarioSchema));
  const step = properties.steps.items.properties;
  const keys = [...Object.keys(step.do.properties), ...Object.keys(step.expect.properties)];
  const texts = suite.map(({ text }) => text).join("\n");
  assert.equal(
    keys.filter((key) => !texts.includes(`{ ${key}: `)),
    [],
  );
});

test("the same scenario twice is the same run", async () => {
  const { play } = suite.find(({ file }) => file === "walkers.yaml") as (typeof suite)[number];
  assert.equal(await played(play), await played(play));
});

test.run();
