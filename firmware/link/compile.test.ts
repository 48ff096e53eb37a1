import fc from "fast-check";
import Type, { type TSchema } from "typebox";
import { Check } from "typebox/schema";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemFinder } from "./check.ts";
import { compile } from "./compile.ts";
import { MODULES } from "./modules.ts";
import {
  ALARM,
  CHANNEL_STATE,
  COMMAND,
  channelValuesSchema,
  FETCH,
  historySchema,
  PRESENCE,
  RESULT,
  replaySchema,
  statusSchema,
  THROTTLE,
  valuesSchema,
} from "./payload.ts";
import { closed } from "./table.ts";

/** Every schema that a message is held against. */
const SCHEMAS: readonly TSchema[] = [
  ...[PRESENCE, CHANNEL_STATE, THROTTLE, FETCH, ALARM, RESULT, COMMAND],
  ...MODULES.flatMap((module) => [
    ...Object.values(module.statuses).flatMap((status) => [
      statusSchema(status),
      replaySchema(valuesSchema(status)),
      ...status.channels.flatMap((spec) => [
        statusSchema(status, spec),
        historySchema(channelValuesSchema(status, spec)),
      ]),
    ]),
    ...Object.values(module.commands).flatMap((command) => [command.values, command.result]),
  ]),
];

const UTC = "2026-02-24T10:00:00.000Z";
const words = fc.constantFrom(
  UTC,
  "2026-13-24T10:00:00Z",
  "lamp/1/0",
  "lamp",
  "a b",
  "",
  "__proto__",
  "ok",
  "😀".repeat(20),
);
const numbers = fc.oneof(
  fc.integer({ min: -3, max: 300 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(-0, 1.5, 2 ** 53, 1e300),
);
const anything = fc.oneof(fc.anything(), words, numbers, fc.boolean(), fc.constant(null));

/** Values that a schema allows, as far as the words used here go: near enough that most are valid. */
function valuesOf(schema: TSchema): fc.Arbitrary<unknown> {
  const {
    type,
    anyOf,
    enum: listed,
    items,
    properties,
    patternProperties,
    required = [],
  } = schema as unknown as {
    type?: string;
    anyOf?: TSchema[];
    enum?: unknown[];
    items?: TSchema;
    properties?: Record<string, TSchema>;
    patternProperties?: Record<string, TSchema>;
    required?: string[];
  };
  if ("const" in schema) return fc.constant(schema["const"]);
  if (anyOf) return fc.oneof(...anyOf.map(valuesOf));
  if (listed) return fc.constantFrom(...listed);
  const {
    minimum = -10,
    maximum = 10,
    minItems = 0,
    minLength = 0,
    maxLength = 12,
    pattern,
  } = schema as {
    readonly [word: string]: number;
  } & { pattern?: string };
  switch (type) {
    case "array":
      return fc.array(valuesOf(items as TSchema), { minLength: minItems, maxLength: minItems + 2 });
    case "string":
      if (pattern === undefined) return fc.string({ minLength, maxLength, unit: "grapheme" });
      return pattern.includes("T(") ? fc.constant(UTC) : fc.oneof(words, fc.stringMatching(new RegExp(pattern, "u")));
    case "integer":
      return fc.integer({ min: minimum, max: Math.min(maximum, minimum + 300) });
    case "number":
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "object": {
      const [each] = Object.values(patternProperties ?? {});
      if (each)
        return fc.dictionary(fc.constantFrom("lamp/1/0", "lamp/1/1", "meter/1"), valuesOf(each), { maxKeys: 2 });
      const fields = Object.fromEntries(
        Object.entries(properties ?? {}).map(([name, inner]) => [name, valuesOf(inner)]),
      );
      return fc.record(fields, { requiredKeys: required });
    }
    default:
      return anything;
  }
}

/** Changes one place of a value, chosen by `path`, to `to`; takes a field out, or adds one under another name. */
function spoiled(value: unknown, path: readonly number[], how: number, to: unknown): unknown {
  const [step = 0, ...rest] = path;
  if (typeof value !== "object" || value === null || path.length === 0) return to;
  const copy = structuredClone(value) as Record<string, unknown>;
  const names = Object.keys(copy);
  const name = names[step % Math.max(1, names.length)] ?? "0";
  if (rest.length > 0 && names.length > 0) copy[name] = spoiled(copy[name], rest, how, to);
  else if (how === 0 && Array.isArray(copy)) copy.pop();
  else if (how === 0) delete copy[name];
  else if (how === 1) copy[["added", "a b", "x//y", ""][step % 4] as string] = copy[name] ?? to;
  else copy[name] = to;
  return copy;
}

test("judges values that are valid, nearly valid or anything as typebox does, for every schema of the modules", () => {
  let [valid, bad] = [0, 0];
  for (const schema of SCHEMAS) {
    const check = compile(schema);
    const same = (value: unknown) => {
      const wanted = Check(schema, value);
      if (wanted) valid++;
      else bad++;
      assert.is(check(value), wanted, JSON.stringify(value));
    };
    const values = valuesOf(schema);
    fc.assert(fc.property(values, same), { numRuns: 12 });
    fc.assert(
      fc.property(values, fc.array(fc.nat(30), { maxLength: 7 }), fc.nat(3), anything, (value, path, how, to) =>
        same(spoiled(value, path, how, to)),
      ),
      { numRuns: 25 },
    );
    fc.assert(fc.property(anything, same), { numRuns: 5 });
  }
  assert.ok(valid > 10 * SCHEMAS.length, `only ${valid} valid`);
  assert.ok(bad > 10 * SCHEMAS.length, `only ${bad} not valid`);
});

test("counts lengths in code points, keeps to bounds, and takes undefined for what is left out", () => {
  const cases: [TSchema, unknown[]][] = [
    [Type.String({ maxLength: 2 }), ["😀😀", "😀😀a", "abc", "ab"]],
    [Type.String({ minLength: 2 }), ["😀", "😀a", "a", ""]],
    [Type.Integer({ minimum: 0, maximum: 3 }), [-1, -0, 0, 3, 4, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1"]],
    [closed({ a: Type.Optional(Type.Number()) }), [{}, { a: undefined }, { a: 1 }, { a: "1" }, { b: 1 }, [], null]],
    [Type.Record(Type.String({ pattern: "^a" }), Type.Number(), { maxProperties: 1 }), [{}, { a: 1 }, { a: 1, ab: 1 }]],
    [Type.Union([Type.Literal(1), Type.Null(), Type.Literal("x")]), [1, null, "x", "1", 0]],
    [Type.Enum(["a", "b"]), ["a", "c", 1]],
    [Type.Unknown(), [undefined, null, {}]],
  ];
  for (const [schema, values] of cases) {
    const check = compile(schema);
    for (const value of values) assert.is(check(value), Check(schema, value), `${JSON.stringify(schema)} ${value}`);
  }
  assert.is(compile(Type.String({ maxLength: 2 }))("😀😀"), true);
  assert.is(compile(Type.String({ minLength: 2 }))("😀"), false);
});

test("a word that it does not know is refused when it is made, with its place", () => {
  assert.throws(() => compile(closed({ a: Type.Number({ multipleOf: 2 }) })), /schema\.a has multipleOf: allowed here/);
  assert.throws(() => compile(Type.Object({}, { additionalProperties: Type.Number() })), /additionalProperties/);
  assert.throws(() => compile({ type: ["string", "null"] } as never), /type is string,null: allowed/);
  assert.throws(() => compile({ const: { a: 1 } } as never), /allows an object or list/);
});

test("the finder tells the same problem as the interpreter, and none where there is none", () => {
  const find = problemFinder(closed({ level: Type.Number({ maximum: 100 }) }));
  assert.is(find({ level: 5 }), null);
  assert.is(find({ level: 500 })?.field, "level");
});

test.run();
