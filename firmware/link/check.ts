import type { TSchema } from "typebox";
import { Check, Errors } from "typebox/schema";
import { compile } from "./compile.ts";

/** What is wrong with a value: the path of the field (`values.level`), and what was found and is allowed. */
export interface Problem {
  readonly field: string;
  readonly message: string;
}

/**
 * The first thing wrong with `value` by its schema, or null. Interprets the schema, never compiles it: a page under a
 * strict Content-Security-Policy may not evaluate text as code.
 */
export function problemOf(schema: TSchema, value: unknown): Problem | null {
  if (Check(schema, value)) return null;
  const [, errors] = Errors(schema, value);
  // A field that is not allowed is told twice: by itself and, with its name, by the object around it.
  const error = errors.find((candidate) => candidate.keyword !== "boolean") ?? errors[0];
  const path = (error?.instancePath ?? "").split("/").slice(1).map(plain);
  if (error?.keyword === "additionalProperties") {
    return { field: [...path, ...error.params.additionalProperties.slice(0, 1)].join("."), message: "is not allowed" };
  }
  if (error?.keyword === "required") {
    return { field: [...path, ...error.params.requiredProperties.slice(0, 1)].join("."), message: "is missing" };
  }
  const found = path.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | null)?.[step], value);
  const allowed =
    error?.keyword === "pattern" ? (descriptionAt(schema, path) ?? error.message) : (error?.message ?? "is not valid");
  return { field: path.join(".") || "payload", message: `is ${show(found)}: ${allowed}` };
}

/** What `problemOf` says of a value by one schema. */
export type ProblemFinder = (value: unknown) => Problem | null;

/** `problemOf` for a schema that many values are held against: what is valid costs no more than `compile`'s function. */
export function problemFinder(schema: TSchema): ProblemFinder {
  const isValid = compile(schema);
  return (value) => (isValid(value) ? null : problemOf(schema, value));
}

/** Finders by schema, each made when it is first asked for: most nodes never get most commands. */
export class ProblemFinders {
  readonly #made = new Map<TSchema, ProblemFinder>();

  of(schema: TSchema): ProblemFinder {
    const known = this.#made.get(schema);
    if (known) return known;
    const made = problemFinder(schema);
    this.#made.set(schema, made);
    return made;
  }
}

const plain = (step: string): string => step.replaceAll("~1", "/").replaceAll("~0", "~");

/** The schema's own words for what it allows, where it has some. */
function descriptionAt(schema: unknown, path: readonly string[]): string | undefined {
  let inner = schema as { properties?: Record<string, unknown>; description?: string } | undefined;
  for (const step of path) inner = inner?.properties?.[step] as typeof inner;
  return inner?.description === undefined ? undefined : `allowed is ${inner.description}`;
}

/** A value that somebody sent, short enough for a message. */
function show(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
}
