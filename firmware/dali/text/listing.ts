/** The table for people to read: what `hulotte dali list` prints. */
import { commands } from "../catalogue.ts";
import type { Row } from "../command.ts";
import { fullName, key, otherNames } from "./names.ts";
import { shape } from "./parse.ts";
import { slotsOf } from "./slots.ts";

export interface Listed {
  /** As it is written in a command: `LED.QueryFeatures`. */
  readonly name: string;
  /** With its arguments: `LED.QueryFeatures(address)`. */
  readonly shape: string;
  /** As IEC 62386 writes it, and which part. */
  readonly standard: string;
  readonly part: number;
  readonly deviceType: number | null;
  readonly bits: 16 | 24;
  readonly arguments: readonly { readonly name: string; readonly allowed: string }[];
  readonly answers: boolean;
  readonly twice: boolean;
  readonly otherNames: readonly string[];
}

const SIXTEEN: readonly Row["kind"][] = ["arc", "addressed", "special"];

/** Every command, or those whose names hold `like` (capitals and signs do not count), in the order of the table. */
export function listCommands(like = ""): readonly Listed[] {
  const wanted = key(like);
  return commands
    .filter((row) => [fullName(row), row.name, ...otherNames(row)].some((name) => key(name).includes(wanted)))
    .map((row) => ({
      name: fullName(row),
      shape: shape(row),
      standard: row.name,
      part: row.part,
      deviceType: row.deviceType ?? null,
      bits: SIXTEEN.includes(row.kind) ? 16 : 24,
      arguments: slotsOf(row).map(({ name, forms }) => ({ name, allowed: forms })),
      answers: row.answers,
      twice: row.twice,
      otherNames: otherNames(row),
    }));
}
