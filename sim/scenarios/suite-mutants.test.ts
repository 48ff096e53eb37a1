/**
 * A scenario that cannot fail shows nothing. Here each is broken in every place: its conditions turned round, its deeds left
 * out. It has to notice, but for the deeds that are there to make no difference: `fixtures/` shows that those have an effect.
 */
import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Action } from "./model.ts";
import { played, scenariosOf, told } from "./test-play.ts";

const FOLDER = new URL("./suite/", import.meta.url);

const harmless = (act: Action): boolean =>
  act.kind === "garbage" || (act.kind === "i2c" && !["none", "stuck", "gone"].includes(act.fault));

for (const { file, play } of scenariosOf(readdirSync(FOLDER), (path) => readFileSync(new URL(path, FOLDER), "utf8"))) {
  const { steps } = play.scenario;

  test(`${file}: each condition can fail`, async () => {
    for (const [i, step] of steps.entries()) {
      if (!step.expect) continue;
      const turned = {
        ...step,
        expect: { ...step.expect, not: !step.expect.not },
        within: 0,
        hold: step.within + step.hold + 1,
      };
      const report = await played(play, [...steps.slice(0, i), turned]);
      assert.is(report.steps[i]?.verdict, "failed", `line ${step.line}: ${step.text}`);
    }
  });

  test(`${file}: what is done matters`, async () => {
    for (const [i, { act, ...rest }] of steps.entries()) {
      if (!act || harmless(act)) continue;
      const report = await played(play, steps.with(i, rest));
      assert.is(report.verdict, "failed", `without line ${rest.line}: ${rest.text} ${told(report)}`);
    }
  });
}

test.run();
