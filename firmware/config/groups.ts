import type { ComponentId } from "../../controllers/model.ts";
import { type LampEntry, placesOf } from "./lamps.ts";
import type { Problems, Step } from "./problem.ts";
import type { GroupEntry } from "./programme-schema.ts";
import { once } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { anyOf, nearest, shown } from "./words.ts";

/** Lamps that are commanded together, each once, as \`group/<name>\`. */
export interface GroupConfig {
  readonly name: string;
  readonly lamps: readonly ComponentId[];
}

type Lamp = { readonly id: ComponentId; readonly street: string };

/** From entries that passed every check: without cycles. */
export function groupsOf(entries: readonly GroupEntry[], lamps: readonly Lamp[]): readonly GroupConfig[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const lampsIn = (member: string): readonly ComponentId[] => {
    const group = byName.get(member);
    if (group) return group.members.flatMap(lampsIn);
    return lamps.filter(({ id, street }) => id === member || street === member).map(({ id }) => id);
  };
  return entries.map(({ name }) => ({ name, lamps: [...new Set(lampsIn(name))] }));
}

/** Every member is a lamp, a street with lamps or another group, and no group is in itself. */
export function checkGroups({ groups = [], lamps = [], streets = [] }: Draft<ConfigFile>, problems: Problems): void {
  const nameOnce = once(problems, "group");
  for (const [i, group] of groups.entries()) {
    nameOnce(group?.name, ["groups", i, "name"]);
    if (group?.name !== undefined && streets.some((street) => street?.name === group.name))
      problems.add(["groups", i, "name"], shown(group.name), "a name that no street has");
  }
  const ids = lamps.flatMap((lamp) => (lamp ? placesOf(lamp as Draft<LampEntry>).map(({ id }) => id) : [undefined]));
  const lit = lamps.map((lamp) => lamp?.street);
  const names = groups.map((group) => group?.name);
  const known = new Set([...ids, ...lit, ...names]);
  for (const [i, group] of groups.entries()) {
    for (const [j, member] of (group?.members ?? []).entries()) {
      if (member === undefined) continue;
      const steps: readonly Step[] = ["groups", i, "members", j];
      // Where an id or a name is wrong, nothing is held against what may mean it.
      if (!known.has(member) && !known.has(undefined)) {
        const meant = nearest(
          member,
          [...known].filter((one) => one !== undefined),
        );
        const streetsOrGroups = [...new Set([...lit, ...names])].filter((one) => one !== undefined);
        const allowed = `the id of a lamp, ${anyOf(streetsOrGroups)}`;
        problems.add(steps, shown(member), allowed, meant ? `did you mean "${meant}"?` : "");
      }
      const way = group?.name === undefined ? null : wayBack(group.name, member, groups);
      if (way !== null) problems.add(steps, shown(member), "a group that does not hold this one", way.join(" > "));
    }
  }
}

/** How one comes from a member of a group back to the group; null where one does not. */
function wayBack(name: string, member: string, groups: readonly (Draft<GroupEntry> | undefined)[]): string[] | null {
  const tried = new Set<string>();
  const search = (at: string): string[] | null => {
    if (at === name) return [at];
    if (tried.has(at)) return null;
    tried.add(at);
    for (const next of groups.find((group) => group?.name === at)?.members ?? []) {
      const way = next === undefined ? null : search(next);
      if (way !== null) return [at, ...way];
    }
    return null;
  };
  const way = search(member);
  return way === null ? null : [name, ...way];
}
