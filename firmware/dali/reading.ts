/**
 * What the backward frame of a question means: as a value for programs, as words for people. Each kind of answer is one
 * reading, so that no two rows of the command tables tell the same byte in two ways.
 */
import { fromArc } from "../../controllers/lighting/curve.ts";
import type { Answer } from "./command.ts";
import type { Reply } from "./gateway.ts";

/** No short address, no level, no change: the byte that says nothing. */
const MASK = 0xff;

export interface Reading<R> {
  /** What a reply means to a program. */
  readonly read: (reply: Reply) => R;
  /** What the byte of a backward frame says, in words. */
  readonly words: (value: number) => string;
  /** What silence says, in words. */
  readonly none: string;
  /** What several answers at once, or a spoilt one, say, in words. */
  readonly several: string;
}

/** A set of named bits, the lowest first; null: a bit without a meaning. */
export type Flags<N extends readonly (string | null)[]> = {
  readonly [K in Exclude<N[number], null>]: boolean;
};

/** A reading of named bits, and how to put them together: the byte that says `flags`, all others false. */
export interface FlagsReading<N extends readonly (string | null)[]> extends Reading<Answer<Flags<N>>> {
  readonly byteOf: (flags: Partial<Flags<N>>) => number;
}

const answered = <T>(of: (value: number) => T, words: (value: number) => string): Reading<Answer<T>> => ({
  read: (reply) => (reply.kind === "byte" ? { kind: "value", value: of(reply.value) } : reply),
  words,
  none: "no answer",
  several: "several answers at once, or a spoilt one",
});
const plain = (value: number): number => value;
const orMask = (value: number): number | null => (value === MASK ? null : value);
const saidOrMask = (say: (value: number) => string) => (value: number) => (value === MASK ? "MASK" : say(value));
const percent = (value: number): string => `${Number(fromArc(value, "logarithmic").toPrecision(3))} %`;
/** `shortAddress` as people write it: short address. */
const spaced = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** No backward frame may follow. */
export const nothing: Reading<void> = {
  read: () => {},
  words: (value) => `0x${value.toString(16).toUpperCase().padStart(2, "0")}, though no answer belongs to it`,
  none: "done",
  several: "several answers at once, though none belongs to it",
};

/** Any reply is YES: who would say NO is silent, and several at once spoil each other's frame (IEC 62386-102 9.3). */
export const yes: Reading<boolean> = {
  read: (reply) => reply.kind !== "none",
  words: (value) => (value === MASK ? "yes" : `yes (as ${value}, not 255)`),
  none: "no",
  several: "yes, from several",
};

/** A plain number 0..255. */
export const byte = answered(plain, String);
/** null is MASK: nothing to tell. */
export const byteOrMask = answered(orMask, saidOrMask(String));
/** A number with a unit: `scale` units a step. */
export const measured = (scale: number, unit: string) =>
  answered(plain, (value) => `${Number((value * scale).toPrecision(4))} ${unit}`);
/** A number with a unit; MASK is null. */
export const measuredOrMask = (scale: number, unit: string) =>
  answered(
    orMask,
    saidOrMask((value) => `${Number((value * scale).toPrecision(4))} ${unit}`),
  );
/** An arc power level 0..254; its words give the light of the logarithmic curve. */
export const level = answered(
  plain,
  saidOrMask((value) => `${value} (${percent(value)})`),
);
/** An arc power level; null is MASK. */
export const levelOrMask = answered(
  orMask,
  saidOrMask((value) => `${value} (${percent(value)})`),
);
/** A byte of bits without names of their own: their numbers, counted from `first`. */
export const bitNumbers = (first: number) =>
  answered(plain, (value) => {
    const set = [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => value & (1 << bit)).map((bit) => bit + first);
    return set.length > 0 ? set.join(", ") : "none";
  });
/** A part of a bigger number. */
export const partOf = (what: string) =>
  answered(plain, (value) => `${what} 0x${value.toString(16).toUpperCase().padStart(2, "0")}`);
/** One of a list of words; what the list does not hold is said as its number. */
export const oneOf = (words: Readonly<Record<number, string>>) =>
  answered(plain, (value) => `${value} (${words[value] ?? "reserved"})`);
/** A value made of the byte's parts. */
export const made = <T>(of: (value: number) => T, words: (value: number) => string): Reading<Answer<T>> =>
  answered(of, words);

/** Named bits, the lowest first. */
export function flags<const N extends readonly (string | null)[]>(...names: N): FlagsReading<N> {
  const named = names.flatMap((name, bit) => (name === null ? [] : [[name, 1 << bit] as const]));
  const of = (value: number) =>
    Object.fromEntries(named.map(([name, mask]) => [name, (value & mask) !== 0])) as Flags<N>;
  const known = named.reduce((all, [, mask]) => all | mask, 0);
  const words = (value: number): string => {
    const said = named.filter(([, mask]) => value & mask).map(([name]) => spaced(name));
    const rest = value & ~known;
    if (rest) said.push(`reserved bits 0x${rest.toString(16).toUpperCase().padStart(2, "0")}`);
    return said.length > 0 ? said.join(", ") : "none";
  };
  const byteOf = (wanted: Partial<Flags<N>>): number =>
    named.reduce((value, [name, mask]) => (wanted[name as keyof Flags<N>] ? value | mask : value), 0);
  return { ...answered(of, words), byteOf };
}

/** What a reply says to people, in the words of the row that was asked. */
export function answerText(reading: Reading<unknown>, reply: Reply): string {
  if (reply.kind === "byte") return reading.words(reply.value);
  return reply.kind === "none" ? reading.none : reading.several;
}
