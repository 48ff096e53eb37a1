import type { TSchema } from "typebox";
import { Check } from "typebox/schema";
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import type { Problems, Step } from "./problem.ts";
import { allowedBy, anyOf, nearest, shown } from "./words.ts";

/** What is left of a value when everything that does not fit its schema is taken out: right where it is there. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly (Draft<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;

interface ObjectSchema {
  readonly properties: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
}
interface ArraySchema {
  readonly items: TSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
}
interface TupleSchema {
  readonly prefixItems: readonly TSchema[];
}

const isObject = (schema: TSchema): schema is TSchema & ObjectSchema => "properties" in schema;
const isTuple = (schema: TSchema): schema is TSchema & TupleSchema => "prefixItems" in schema;
const isArray = (schema: TSchema): schema is TSchema & ArraySchema => "items" in schema && !isTuple(schema);

/**
 * Holds a YAML tree against a schema made of closed maps, lists, lists of a fixed length and single values, and reports everything that does not fit: the
 * schema library would stop after some errors and know no lines. It judges the single values. Never throws.
 */
export function checkShape(document: Document, schema: TSchema, problems: Problems): unknown {
  const walk = (node: Node | null | undefined, rule: TSchema, steps: readonly Step[]): unknown => {
    const target = isAlias(node) ? node.resolve(document) : node;
    const offset = node?.range?.[0];
    if (offset !== undefined) problems.mark(steps, offset);
    if (isObject(rule) && isMap(target)) return walkMap(target as YAMLMap<unknown, Node | null>, rule, steps);
    if (isArray(rule) && isSeq(target)) return walkList(target as YAMLSeq<Node | null>, rule, steps);
    if (isTuple(rule) && isSeq(target)) return walkTuple(target as YAMLSeq<Node | null>, rule, steps);
    const value = isScalar(target) ? target.value : isMap(target) ? {} : isSeq(target) ? [] : undefined;
    if (!isObject(rule) && !isArray(rule) && !isTuple(rule) && Check(rule, value)) return value;
    problems.add(steps, shown(value), allowedBy(rule));
    return undefined;
  };

  const walkMap = (map: YAMLMap<unknown, Node | null>, rule: ObjectSchema, steps: readonly Step[]): unknown => {
    const known = Object.keys(rule.properties);
    const result: Record<string, unknown> = {};
    const seen = new Map<string, number | undefined>();
    for (const { key, value } of map.items) {
      const offset = isScalar(key) ? key.range?.[0] : undefined;
      const name = isScalar(key) ? String(key.value) : "?";
      const at = [...steps, name];
      const property = Object.hasOwn(rule.properties, name) ? rule.properties[name] : undefined;
      if (seen.has(name)) problems.add(at, "the key twice", "once", `first in line ${problems.lineOf(at)}`, offset);
      else if (property) {
        if (offset !== undefined) problems.mark(at, offset);
        result[name] = walk(value, property, at);
      } else {
        const meant = nearest(name, known);
        const hint = meant ? `did you mean "${meant}"?` : "";
        problems.add(at, "an unknown key", anyOf(known), hint, offset);
      }
      seen.set(name, offset);
    }
    for (const name of rule.required ?? []) {
      if (!seen.has(name)) problems.add([...steps, name], "nothing", allowedBy(rule.properties[name] as TSchema));
    }
    return result;
  };

  const walkList = (list: YAMLSeq<Node | null>, rule: ArraySchema, steps: readonly Step[]): unknown => {
    const { length } = list.items;
    if (length < (rule.minItems ?? 0) || length > (rule.maxItems ?? Number.POSITIVE_INFINITY))
      problems.add(steps, length === 0 ? "an empty list" : `a list of ${length}`, allowedBy(rule as TSchema));
    return list.items.map((item, index) => walk(item, rule.items, [...steps, index]));
  };

  const walkTuple = (list: YAMLSeq<Node | null>, rule: TupleSchema, steps: readonly Step[]): unknown => {
    const { length } = list.items;
    if (length === rule.prefixItems.length)
      return rule.prefixItems.map((item, index) => walk(list.items[index], item, [...steps, index]));
    problems.add(steps, `a list of ${length}`, allowedBy(rule as TSchema));
    return undefined;
  };

  return walk(document.contents, schema, []);
}
