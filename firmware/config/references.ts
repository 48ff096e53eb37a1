import type { Problems, Step } from "./problem.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { anyOf, nearest, shown } from "./words.ts";

/** Names that may stand once only (`as` is how the file writes one); remembers where each was first. True where a name was new. */
export function once(
  problems: Problems,
  what: string,
): (name: string | undefined, steps: readonly Step[], as?: string) => boolean {
  const first = new Map<string, readonly Step[]>();
  return (name, steps, as = name) => {
    if (name === undefined) return true;
    const before = first.get(name);
    if (before) problems.add(steps, shown(as), `each ${what} once`, `first in line ${problems.lineOf(before)}`);
    else first.set(name, steps);
    return before === undefined;
  };
}

/** A reference to an entry of a list. Where the list has an entry whose name is wrong, nothing is held against it. */
export function refersTo(
  problems: Problems,
  names: readonly (string | undefined)[],
): (name: string | undefined, steps: readonly Step[]) => void {
  return (name, steps) => {
    if (name === undefined || names.includes(name) || names.includes(undefined)) return;
    const known = [...new Set(names.filter((candidate) => candidate !== undefined))];
    const meant = nearest(name, known);
    problems.add(steps, shown(name), anyOf(known), meant ? `did you mean "${meant}"?` : "");
  };
}

/** Where on which street something may be. */
export function standsOn(
  problems: Problems,
  streets: Draft<ConfigFile>["streets"],
): (street: string | undefined, position: number | undefined, steps: readonly Step[]) => void {
  return (name, position, steps) => {
    const length = streets?.find((street) => street?.name === name)?.length;
    if (length === undefined || position === undefined || (position >= 0 && position <= length)) return;
    problems.add(steps, `${position} m`, `0 to ${length}: ${shown(name)} is ${length} m long`);
  };
}
