import type { TSchema } from "typebox";

/** Whether a value is as its schema wants it. */
export type Check = (value: unknown) => boolean;

type Words = Readonly<Record<string, unknown>>;

/** Words that say nothing of what is allowed. */
const NOTES = new Set(["title", "description", "default", "examples", "unit"]);
/** The words that may stand beside each `type`. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  object: ["required", "properties", "patternProperties", "additionalProperties", "maxProperties"],
  array: ["items", "minItems", "maxItems"],
  string: ["pattern", "minLength", "maxLength", "const", "enum"],
  number: ["minimum", "maximum", "const", "enum"],
  integer: ["minimum", "maximum", "const", "enum"],
  boolean: ["const", "enum"],
  null: [],
};

/**
 * Makes a function of a JSON schema: an order of magnitude faster than to interpret it, and without text evaluated as code,
 * which a page under a strict Content-Security-Policy may not. Knows the words that the modules' tables use, and judges as
 * typebox does; any other word is a TypeError here, at the time of making.
 */
export function compile(schema: TSchema): Check {
  return make(schema as Words, "schema");
}

function make(schema: Words, at: string): Check {
  const words = Object.keys(schema).filter((word) => !NOTES.has(word));
  if (words.length === 0) return () => true;
  if (words.includes("anyOf")) {
    only(words, ["anyOf"], at);
    return oneOf(array(schema["anyOf"], at).map((inner, i) => make(inner as Words, `${at}.anyOf.${i}`)));
  }
  const { type } = schema;
  if (type === undefined) {
    only(words, ["const", "enum"], at);
    return literal(schema, at);
  }
  const beside = typeof type === "string" ? BESIDE[type] : undefined;
  if (!beside) throw new TypeError(`${at}.type is ${type}: allowed ${Object.keys(BESIDE).join(", ")}`);
  only(words, ["type", ...beside], at);
  const isLiteral = words.includes("const") || words.includes("enum") ? literal(schema, at) : null;
  const isType = ofType(type as string, schema, at);
  return isLiteral ? (value) => isLiteral(value) && isType(value) : isType;
}

function only(words: readonly string[], allowed: readonly string[], at: string): void {
  const strange = words.find((word) => !allowed.includes(word));
  if (strange !== undefined) throw new TypeError(`${at} has ${strange}: allowed here ${allowed.join(", ")}`);
}

const array = (value: unknown, at: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new TypeError(`${at} is no list`);
  return value;
};

const oneOf = (checks: readonly Check[]): Check => {
  const [first, second] = checks;
  if (first && second && checks.length === 2) return (value) => first(value) || second(value);
  return (value) => checks.some((check) => check(value));
};

function literal(schema: Words, at: string): Check {
  const allowed = "const" in schema ? [schema["const"]] : array(schema["enum"], `${at}.enum`);
  if (allowed.some((one) => typeof one === "object" && one !== null)) {
    throw new TypeError(`${at} allows an object or list by name: allowed are texts, numbers, true, false and null`);
  }
  if (allowed.length === 1) return (value) => value === allowed[0];
  const set = new Set(allowed);
  return (value) => set.has(value);
}

function ofType(type: string, schema: Words, at: string): Check {
  switch (type) {
    case "object":
      return ofObject(schema, at);
    case "array":
      return ofArray(schema, at);
    case "string":
      return ofString(schema);
    case "number":
    case "integer": {
      const least = bound(schema["minimum"], Number.NEGATIVE_INFINITY);
      const most = bound(schema["maximum"], Number.POSITIVE_INFINITY);
      const is = type === "integer" ? Number.isInteger : Number.isFinite;
      return (value) => is(value) && (value as number) >= least && (value as number) <= most;
    }
    case "boolean":
      return (value) => value === true || value === false;
    default:
      return (value) => value === null;
  }
}

const bound = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

function ofString(schema: Words): Check {
  const least = bound(schema["minLength"], 0);
  const most = bound(schema["maxLength"], Number.POSITIVE_INFINITY);
  const pattern = schema["pattern"] === undefined ? null : new RegExp(schema["pattern"] as string, "u");
  return (value) => {
    if (typeof value !== "string") return false;
    // Lengths are code points: as many as units, or down to half as many. Counted only where it matters.
    if (value.length > most && codePoints(value) > most) return false;
    if (least > 0 && (value.length < least || codePoints(value) < least)) return false;
    return pattern === null || pattern.test(value);
  };
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function ofArray(schema: Words, at: string): Check {
  const least = bound(schema["minItems"], 0);
  const most = bound(schema["maxItems"], Number.POSITIVE_INFINITY);
  const item = schema["items"] === undefined ? () => true : make(schema["items"] as Words, `${at}.items`);
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) return false;
    for (const one of value) if (!item(one)) return false;
    return true;
  };
}

function ofObject(schema: Words, at: string): Check {
  const required = array(schema["required"] ?? [], `${at}.required`) as readonly string[];
  const most = bound(schema["maxProperties"], Number.POSITIVE_INFINITY);
  const additional = schema["additionalProperties"] ?? true;
  if (typeof additional !== "boolean")
    throw new TypeError(`${at}.additionalProperties is a schema: allowed true, false`);
  const properties = new Map(
    Object.entries((schema["properties"] ?? {}) as Record<string, Words>).map(([name, inner]) => [
      name,
      { check: make(inner, `${at}.${name}`), optional: !required.includes(name) },
    ]),
  );
  const patterns = Object.entries((schema["patternProperties"] ?? {}) as Record<string, Words>).map(
    ([pattern, inner]) => ({ pattern: new RegExp(pattern, "u"), check: make(inner, `${at}.${pattern}`) }),
  );
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    for (const name of required) if (!Object.hasOwn(value, name)) return false;
    const names = Object.keys(value);
    if (names.length > most) return false;
    for (const name of names) {
      const inner = (value as Words)[name];
      const property = properties.get(name);
      let known = property !== undefined;
      // What is left out and what is undefined are one in TypeScript's optional fields.
      if (property && !(property.optional && inner === undefined) && !property.check(inner)) return false;
      for (const { pattern, check } of patterns) {
        if (!pattern.test(name)) continue;
        known = true;
        if (!check(inner)) return false;
      }
      if (!known && !additional) return false;
    }
    return true;
  };
}
