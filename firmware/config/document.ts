import type { TSchema } from "typebox";
import { type Document, LineCounter, parseDocument } from "yaml";
import { type Problem, Problems } from "./problem.ts";
import { checkShape, type Draft } from "./shape.ts";

export type ReadResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A file that people write by hand needs some kilobytes. */
const LONGEST = 1_000_000;
/** The parser says more and more about a text it has lost its way in. */
const MOST_FAULTS = 10;

/**
 * Reads a YAML 1.2 text against a schema of closed maps, lists and single values, then against `rules` for what one value
 * cannot say by itself: never throws. All problems come at once, in the order of the text; where the text is no YAML, what
 * is said of the rest of it is only what holds before the first such place.
 */
export function readDocument<T>(
  text: string,
  schema: TSchema,
  rules: (draft: Draft<T>, problems: Problems) => void,
): ReadResult<T> {
  const lines = new LineCounter();
  const problems = new Problems(lines);
  const refuse = (): ReadResult<T> => ({ ok: false, problems: problems.all() });

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

  const draft = checkShape(document, schema, problems) as Draft<T> | undefined;
  if (faults.length > 0) {
    const first = Math.min(...faults.map(({ pos }) => pos[0]));
    return { ok: false, problems: problems.before(lines.linePos(first).line) };
  }
  if (draft) rules(draft, problems);
  const found = problems.all();
  // Without a problem nothing was taken out of the draft: it is whole.
  return found.length > 0 ? { ok: false, problems: found } : { ok: true, value: draft as T };
}
