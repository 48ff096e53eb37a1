/** Completion of a command in text, for a shell or a terminal view. */
import { commands } from "../catalogue.ts";
import type { Row } from "../command.ts";
import { fullName, key, nameOf, rowsNamed } from "./names.ts";
import { listed, OTHER_FORMS, shape, split } from "./parse.ts";
import { slotsOf } from "./slots.ts";

export interface Completion {
  /** Whole texts that the given one may become, in the order of the table. */
  readonly candidates: readonly string[];
  /** What is wanted where the text ends; null: a name. */
  readonly hint: string | null;
}

/** What a text may become: `QueryAc` the names that begin so, `DAPC(A` the addresses, `DAPC(A5, ` the levels. */
export function complete(text: string): Completion {
  const open = openAt(text);
  if (open < 0) return { candidates: namesLike(text), hint: null };
  const name = text.slice(0, open);
  const rows = rowsOf(name);
  const args = listed(`${text.slice(open + 1)} `);
  const at = Math.max(0, args.length - 1);
  const begun = args[at] ?? "";
  const before = [name, args.slice(0, at).join(", ")];
  const candidates = new Set<string>();
  const hints: string[] = [];
  for (const row of rows) {
    const slots = slotsOf(row);
    const slot = slots[at];
    // an earlier argument that does not fit rules the row out
    if (slots.length < args.length || args.slice(0, at).some((arg, i) => slots[i]?.read(arg) === undefined)) continue;
    hints.push(slot ? `${shape(row)}: ${slot.name} is ${slot.forms}` : shape(row));
    if (!slot) {
      candidates.add(`${name}()`);
      continue;
    }
    const end = at + 1 === slots.length ? ")" : ", ";
    for (const suggestion of slot.suggestions) {
      if (!suggestion.toLowerCase().startsWith(begun.toLowerCase())) continue;
      candidates.add(`${before[0]}(${before[1] ? `${before[1]}, ` : ""}${suggestion}${end}`);
    }
  }
  return { candidates: [...candidates], hint: hints[0] ?? null };
}

/** Where the arguments begin; -1: the name is not over. */
function openAt(text: string): number {
  if (text.endsWith(")")) return -1;
  for (let at = text.indexOf("("); at >= 0; at = text.indexOf("(", at + 1)) {
    if (rowsOf(text.slice(0, at)).length > 0) return at;
  }
  return -1;
}

function rowsOf(name: string): readonly Row[] {
  const { name: given } = split(name.trim());
  const dot = given.lastIndexOf(".");
  const rows = rowsNamed(given.slice(dot + 1));
  return dot < 0 ? rows : rows.filter(({ family }) => key(family) === key(given.slice(0, dot)));
}

function namesLike(text: string): readonly string[] {
  const begun = key(text);
  const bare = !text.includes(".");
  const found = commands.filter(
    (row) => key(fullName(row)).startsWith(begun) || (bare && key(nameOf(row)).startsWith(begun)),
  );
  const others = Object.keys(OTHER_FORMS).filter((name) => key(name).startsWith(begun));
  return [...found.map(opened), ...others.map((name) => `${name}(`)];
}

const opened = (row: Row): string => (slotsOf(row).length === 0 ? `${fullName(row)}()` : `${fullName(row)}(`);
