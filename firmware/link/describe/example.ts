import type { TSchema } from "typebox";

const WHEN = "2026-02-24T10:00:00.000Z";
const LATER = "2026-02-24T10:15:00.000Z";
/** Instants that come after the others of their message. */
const LATE_FIELDS = new Set(["to", "until", "expires", "next_ts"]);
/** Any number serves; this one is within most ranges. */
const NUMBER = 42;

/** The words of a schema that the modules' tables use. */
export interface Words {
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
  readonly anyOf?: readonly Words[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Words>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Words>>;
  readonly maxProperties?: number;
  readonly items?: Words;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

/**
 * A value that a schema takes, the same each time: of a choice the first, all that is optional but flags, maps with one entry for
 * `component`. A text whose pattern takes none of some likely ones needs an example of its own: TypeError.
 */
export function exampleOf(schema: TSchema, component = "lamp/1/5"): unknown {
  return valueFor(schema as Words, "", component);
}

function valueFor(schema: Words, field: string, component: string): unknown {
  const { anyOf, type, examples, properties, patternProperties } = schema;
  if (anyOf) return valueFor(anyOf[0] as Words, field, component);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (examples?.[0] === WHEN) return LATE_FIELDS.has(field) ? LATER : WHEN;
  if (field === "component" && type === "string") return component;
  if (examples) return examples[0];
  switch (type) {
    case "object": {
      if (patternProperties) {
        const [[pattern, inner] = ["", {}]] = Object.entries(patternProperties);
        return new RegExp(pattern).test(component) ? { [component]: valueFor(inner, field, component) } : {};
      }
      const told = Object.entries(properties ?? {}).filter(
        ([name, inner]) => schema.required?.includes(name) || inner.const !== true,
      );
      return Object.fromEntries(told.map(([name, inner]) => [name, valueFor(inner, name, component)]));
    }
    case "array":
      return schema.maxItems === 0 ? [] : [valueFor(schema.items ?? {}, field, component)];
    case "string":
      return schema.pattern === undefined ? "text".slice(0, schema.maxLength ?? 4) : matching(schema.pattern, field);
    case "number":
    case "integer":
      return Math.min(Math.max(NUMBER, schema.minimum ?? NUMBER), schema.maximum ?? NUMBER);
    case "boolean":
      return true;
    case "null":
      return null;
    case undefined:
      return {};
  }
}

function matching(pattern: string, field: string): string {
  const likely = ["text", "1", "A".repeat(43), `${"A".repeat(43)}=`, "0a".repeat(32)];
  const fits = likely.find((text) => new RegExp(pattern, "u").test(text));
  if (fits === undefined) throw new TypeError(`${field} has the pattern ${pattern}: allowed is that with examples`);
  return fits;
}
