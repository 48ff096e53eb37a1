/** The page for integrators: every block of YAML on it is played, and every word of the language is on it. */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { play } from "../../sim/scenarios/engine.ts";
import { ScenarioSchema } from "../../sim/scenarios/schema.ts";
import { virtualStage } from "../../sim/scenarios/stage-virtual.ts";
import { readScene } from "./command-files.ts";
import { optionsOf } from "./command-options.ts";

const HERE = import.meta.dirname;
const SCENARIOS = join(HERE, "../../sim/scenarios");
const PAGE = readFileSync(join(SCENARIOS, "README.md"), "utf8");

/** Blocks of YAML, each with the comment before it (`<!-- key: value -->`). */
const BLOCKS = [...PAGE.matchAll(/(?:<!-- (\w+): (.*?) -->\n)?```yaml\n([\s\S]*?)```/g)].map(
  ([, key, value, text]) => ({
    ...(key ? { [key]: value } : {}),
    text: text as string,
  }),
) as readonly { readonly text: string; readonly fails?: string; readonly time?: string }[];

const folder = mkdtempSync(join(tmpdir(), "hulotte-readme-"));
copyFileSync(join(SCENARIOS, "suite/street.yaml"), join(folder, "street.yaml"));

/** A list of steps is a scenario on the street of the suite, at eight in the evening. */
function whole(text: string, time = "2026-11-18T20:00:00+01:00"): string {
  if (!text.startsWith("- ")) return text;
  return `name: steps of the page\ngiven: { cabinet: street.yaml, time: ${time} }\nsteps:\n${text.replace(/^/gm, "  ")}`;
}

async function played(text: string) {
  const file = join(folder, "scenario.yaml");
  writeFileSync(file, text);
  const read = readScene(file);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return play(read.scene.play.scenario, await virtualStage(read.scene.play));
}

for (const [i, { text, fails, time }] of BLOCKS.entries()) {
  test(`block ${i + 1} ${fails ? "fails as the page says" : "passes"}: ${text.split("\n")[0]}`, async () => {
    const report = await played(whole(text, time));
    const seen = report.steps.map(({ seen }) => seen ?? "").join("");
    assert.is(report.verdict, fails ? "failed" : "passed", `${seen} ${report.why ?? ""}`);
    if (fails) assert.match(seen, fails);
  });
}

/** The names below `steps` in the schema that the blocks have to show. */
type Node = { readonly properties?: Readonly<Record<string, Node>>; readonly items?: Node };
const keysIn = ({ properties = {} }: Node): string[] => Object.keys(properties);

test("every key of a step, every thing to do and to expect is in a block", () => {
  const step = (ScenarioSchema as Node).properties?.["steps"]?.items as Node;
  const expect = step.properties?.["expect"] as Node;
  const entries = BLOCKS.flatMap(({ text }) => (parse(whole(text)) as { steps: Record<string, object>[] }).steps);
  const used = (key: string) => new Set(entries.flatMap((entry) => Object.keys(entry[key] ?? {})));
  const missing = [
    ...keysIn(step).filter((key) => !entries.some((entry) => key in entry)),
    ...keysIn(step.properties?.["do"] as Node).filter((key) => !used("do").has(key)),
    ...keysIn(expect).filter((key) => !used("expect").has(key)),
    ...keysIn((ScenarioSchema as Node).properties?.["given"] as Node).filter((key) => !PAGE.includes(`\`${key}\``)),
  ];
  assert.equal(missing, []);
  assert.ok(keysIn(expect).length > 8 && keysIn(step).length > 5);
});

test("the commands of the page, and of the examples for CI, are commands", () => {
  const sources = [
    PAGE,
    ...["github-actions.yml", "gitlab-ci.yml"].map((name) => readFileSync(join(HERE, "examples", name), "utf8")),
  ];
  const calls = sources.flatMap((text) => [...text.matchAll(/tools\/hulotte hil (.*)$/gm)].map(([, words]) => words));
  assert.ok(calls.length >= 7, `${calls.length} calls`);
  for (const words of calls) optionsOf((words as string).replace(/ #.*/, "").trim().split(/\s+/));
  for (const text of sources.slice(1)) assert.type(parse(text), "object");
});

test("what the page links to is there", () => {
  for (const [, path] of PAGE.matchAll(/\]\(([^)#]+)\)/g)) readFileSync(join(SCENARIOS, path as string));
  assert.match(dirname(SCENARIOS), /sim$/);
});

test.run();
