/** What a YAML language of this house is made of, for one that is written elsewhere: the schema library stays here. */
import Type, { type TSchema } from "typebox";

export type { Static } from "typebox";
export { type ReadResult, readDocument } from "./document.ts";
export { form, integer, kinds, map, number, text } from "./forms.ts";
export type { Problem, Problems, Step } from "./problem.ts";
export { formatProblem, pathOf } from "./problem.ts";
export { refersTo } from "./references.ts";
export type { Draft } from "./shape.ts";
export { anyOf, nearest, shown } from "./words.ts";

export const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);
export const word = <const W extends readonly string[]>(words: W, description: string) =>
  Type.Enum([...words] as W[number][], { description });
export const items = <S extends TSchema>(item: S, minItems: number, description: string) =>
  Type.Array(item, { minItems, description });
/** Text, a number, true or false. */
export const scalar = (description: string) =>
  Type.Unsafe<string | number | boolean>({
    type: ["string", "number", "boolean"],
    patternErrorMessage: "text, a number, true or false",
    description,
  });
/** The schema of a whole file, as it is published. */
export const file = <S extends TSchema>(schema: S, title: string): S => ({
  ...schema,
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title,
});
