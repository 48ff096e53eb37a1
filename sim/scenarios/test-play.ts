/** For tests: scenario files from this folder, read and played in this process. */
import { readConfig } from "../../firmware/config/read.ts";
import { play } from "./engine.ts";
import type { Report, Step } from "./model.ts";
import { readScenario } from "./read.ts";
import type { Play } from "./stage.ts";
import { virtualStage } from "./stage-virtual.ts";

export interface Found {
  readonly file: string;
  readonly text: string;
  readonly play: Play;
}

/** Reads every scenario of a folder, given its files' names and what reads one. Throws where one is not valid. */
export function scenariosOf(names: readonly string[], read: (path: string) => string): readonly Found[] {
  const files = names.filter((name) => name.endsWith(".yaml") && name !== "street.yaml").toSorted();
  return files.map((file) => {
    const text = read(file);
    const result = readScenario(text, (cabinet) => readConfig(read(cabinet)));
    if (!result.ok) throw new Error(`${file}: ${result.problems.map(({ line, message }) => `${line}: ${message}`)}`);
    return { file, text, play: result.play };
  });
}

/** Plays it on virtual time, with other steps where some are given. */
export async function played(given: Play, steps: readonly Step[] = given.scenario.steps): Promise<Report> {
  const scenario = { ...given.scenario, steps };
  return play(scenario, await virtualStage({ ...given, scenario }));
}

/** What went wrong, for an assertion's message. */
export const told = ({ steps, why = "" }: Report): string =>
  `${why} ${steps.flatMap(({ verdict, line, text, seen }) => (verdict === "failed" ? [`line ${line}: ${text}; seen ${seen}`] : [])).join()}`;
