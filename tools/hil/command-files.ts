import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readConfig } from "../../firmware/config/read.ts";
import { formatProblem, readScenario } from "../../sim/scenarios/read.ts";
import type { Play } from "../../sim/scenarios/stage.ts";

/** A scenario that is good. */
export interface Scene {
  /** As it was named, or found in a folder. */
  readonly file: string;
  readonly play: Play;
}

/** A scene, or all that is wrong with its file, a line each. */
export type SceneResult =
  | { readonly ok: true; readonly scene: Scene }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a scenario's file and the cabinet that it names. Never throws. */
export function readScene(file: string): SceneResult {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return { ok: false, problems: [unreadable(file, error)] };
  }
  let cabinet: string | undefined;
  const read = readScenario(text, (path) => {
    cabinet = textOf(resolve(dirname(file), path));
    return cabinet === undefined ? undefined : readConfig(cabinet);
  });
  if (!read.ok) return { ok: false, problems: read.problems.map((problem) => formatProblem(problem, file)) };
  return { ok: true, scene: { file, play: { ...read.play, text: cabinet ?? "" } } };
}

/** Undefined where there is no such file that may be read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * The scenario files that paths stand for: files as they are named, folders with every `.yaml` and `.yml` file in them and
 * below, in order of name, but for cabinet files. Each file once. A path that is not there, or a folder without a scenario,
 * is a problem.
 */
export function findScenarios(paths: readonly string[]): {
  readonly files: readonly string[];
  readonly problems: readonly string[];
} {
  const files = new Set<string>();
  const problems: string[] = [];
  for (const path of paths) {
    try {
      const found = statSync(path).isDirectory() ? inFolder(path) : [path];
      if (found.length === 0) problems.push(`${path}: no scenario in this folder (*.yaml with given and steps)`);
      for (const file of found) files.add(file);
    } catch (error) {
      problems.push(unreadable(path, error));
    }
  }
  return { files: [...files], problems };
}

const inFolder = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isCabinet(readFileSync(file, "utf8")))
    .toSorted();

/** A cabinet has a node; whatever else lies in the folder is read as a scenario, so that a wrong one is not passed over. */
const isCabinet = (text: string): boolean => /^node\s*:/m.test(text) && !/^(given|steps)\s*:/m.test(text);

const unreadable = (path: string, error: unknown): string => `${path}: cannot be read: ${codeOf(error)}`;

export const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));
