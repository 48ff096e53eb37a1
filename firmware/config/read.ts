/** Reads `cabinet.yaml`: from text to a configuration that fits together, or to all that is wrong with it. */
import { type Document, LineCounter, parseDocument } from "yaml";
import { type CabinetConfig, configOf } from "./model.ts";
import { type Problem, Problems } from "./problem.ts";
import { checkRules } from "./rules.ts";
import { CabinetSchema, type ConfigFile } from "./schema.ts";
import { checkShape, type Draft } from "./shape.ts";

export { type CabinetConfig, siteOf } from "./model.ts";
export { formatProblem, type Problem } from "./problem.ts";

export type ConfigResult =
  | { readonly ok: true; readonly config: CabinetConfig }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A street cabinet needs some kilobytes. */
const LONGEST = 1_000_000;
/** The parser says more and more about a text it has lost its way in. */
const MOST_FAULTS = 10;

/**
 * Reads and checks the text of a `cabinet.yaml` (YAML 1.2): never throws. All problems come at once, in the order of the
 * text; where the text is no YAML, what is said of the rest of it is only what holds before the first such place.
 */
export function readConfig(text: string): ConfigResult {
  const lines = new LineCounter();
  const problems = new Problems(lines);
  const refuse = (): ConfigResult => ({ ok: false, problems: problems.all() });

  if (text.length > LONGEST) {
    problems.add([], `${text.length} characters`, `up to ${LONGEST}`);
    return refuse();
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false });
  } catch (error) {
    // The parser recurses: a text nested some thousand deep ends its stack.
    problems.add([], "YAML that cannot be read", "YAML 1.2", error instanceof Error ? error.message : String(error));
    return refuse();
  }
  const faults = [...document.errors, ...document.warnings];
  for (const { message, pos } of faults.slice(0, MOST_FAULTS))
    problems.add([], "a fault in the YAML", "YAML 1.2", message, pos[0]);

  const draft = checkShape(document, CabinetSchema, problems) as Draft<ConfigFile> | undefined;
  if (faults.length > 0) {
    const first = Math.min(...faults.map(({ pos }) => pos[0]));
    return { ok: false, problems: problems.before(lines.linePos(first).line) };
  }
  if (draft) checkRules(draft, problems);
  const found = problems.all();
  return found.length > 0 ? { ok: false, problems: found } : { ok: true, config: configOf(draft as ConfigFile) };
}
