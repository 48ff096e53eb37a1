/** How values and schemas are said in messages. */
import type { TSchema } from "typebox";

const LONGEST = 60;
/** What stands between `//` and `@` in an address may be a password: it is in no message. */
const SECRET = /(?<=:\/\/)[^/\s]*@/;

/** A value as a person would name it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = typeof value === "string" ? `"${value.replace(SECRET, "***@")}"` : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

interface Words {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly patternErrorMessage?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly prefixItems?: readonly unknown[];
  readonly maxLength?: number;
}

/** What a schema allows, in words. */
export function allowedBy(schema: TSchema): string {
  const words = schema as Words;
  if (words.enum) return anyOf(words.enum.map(String));
  switch (words.type) {
    case "integer":
    case "number":
      return `${words.type === "integer" ? "an integer" : "a number"} from ${words.minimum} to ${words.maximum}`;
    case "string":
      return words.patternErrorMessage ?? `text of 1 to ${words.maxLength} characters`;
    case "boolean":
      return "true or false";
    case "array":
      if (words.prefixItems) return `a list of ${words.prefixItems.length}`;
      return listOf(words);
    default:
      return words.patternErrorMessage ?? "a map";
  }
}

function listOf({ minItems = 0, maxItems }: Words): string {
  if (maxItems !== undefined) return `a list of ${minItems} to ${maxItems}`;
  return minItems > 0 ? `a list of ${minItems} or more` : "a list";
}

/** `a, b or c` */
export function anyOf(words: readonly string[]): string {
  if (words.length === 0) return "nothing: there is none";
  return words.length === 1 ? (words[0] as string) : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** The known word a mistyped one was most likely meant to be, if any is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far < candidate.length && far <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.far - b.far);
  return near[0]?.candidate;
}

/** Single-letter edits from one word to the other (Levenshtein). A long word is near to nothing here. */
function distance(a: string, b: string): number {
  if (a.length > LONGEST) return a.length;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
