/** Reads a scenario's file: from text to a scenario that fits its cabinet, or to all that is wrong with it. */
import { type Draft, type Problem, type Problems, readDocument, shown } from "../../firmware/config/language.ts";
import { type CabinetConfig, type ConfigResult, formatProblem } from "../../firmware/config/read.ts";
import { checkSteps } from "./rules.ts";
import { type ScenarioFile, ScenarioSchema } from "./schema.ts";
import type { Play } from "./stage.ts";
import { scenarioOf } from "./translate.ts";

export { formatProblem, type Problem } from "../../firmware/config/read.ts";

export type ScenarioResult =
  | { readonly ok: true; readonly play: Play }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads and checks the text of a scenario: never throws. `load` reads the cabinet's file, by the path that the scenario has
 * for it; undefined where there is none. All problems come at once, in the order of the text.
 */
export function readScenario(text: string, load: (cabinet: string) => ConfigResult | undefined): ScenarioResult {
  let config: CabinetConfig | undefined;
  let lines: readonly number[] = [];
  const rules = (draft: Draft<ScenarioFile>, problems: Problems) => {
    config = cabinetOf(draft, load, problems);
    checkTime(draft, problems);
    checkSteps(draft, config, problems);
    lines = (draft.steps ?? []).map((_, i) => problems.lineOf(["steps", i]));
  };
  const read = readDocument<ScenarioFile>(text, ScenarioSchema, rules);
  if (!read.ok) return read;
  // Without a problem there is a cabinet.
  const found = config as CabinetConfig;
  return {
    ok: true,
    play: { scenario: scenarioOf(read.value, found, (step) => lines[step] as number), config: found },
  };
}

function cabinetOf(
  { given }: Draft<ScenarioFile>,
  load: (cabinet: string) => ConfigResult | undefined,
  problems: Problems,
): CabinetConfig | undefined {
  const path = given?.cabinet;
  if (path === undefined) return undefined;
  const at = ["given", "cabinet"];
  const read = load(path);
  if (read?.ok) return read.config;
  if (!read) problems.add(at, shown(path), "the path of a cabinet's file, relative to this one", "there is none");
  else {
    const first = read.problems[0];
    const hint = `${read.problems.length} in it${first ? `, the first: ${formatProblem(first, path)}` : ""}`;
    problems.add(at, shown(path), "a cabinet's file without a mistake", hint);
  }
  return undefined;
}

/** The schema has seen the digits; whether there is such a day it cannot say. */
function checkTime({ given }: Draft<ScenarioFile>, problems: Problems): void {
  if (given?.time !== undefined && Number.isNaN(Date.parse(given.time)))
    problems.add(["given", "time"], shown(given.time), "a day and time that there are");
}
