import { lowestProblem } from "../../controllers/lighting/class-selection.ts";
import { classProblem } from "../../controllers/lighting/lighting-class.ts";
import type { LightingClass } from "../../controllers/model.ts";
import { SHARED } from "../../controllers/prepare-ways.ts";
import type { LampEntry } from "./lamps.ts";
import type { Problems, Step } from "./problem.ts";
import { refersTo } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

type File = Draft<ConfigFile>;
type Entry = Draft<LampEntry>;

/** A street whose class follows its use has lamps of one P class and counters that stand somewhere; lamps that share are alike. */
export function checkUses(file: File, problems: Problems): void {
  const { streets = [], counters = [], lamps = [] } = file;
  const toCounter = refersTo(
    problems,
    counters.map((counter) => counter?.id),
  );
  for (const [i, street] of streets.entries()) {
    const use = street?.use;
    if (!use) continue;
    const at = (key: string, ...more: Step[]): readonly Step[] => ["streets", i, "use", key, ...more];
    for (const [j, id] of (use.counters ?? []).entries()) toCounter(id, at("counters", j));
    const standing = counters.some((counter) => counter === undefined || counter.street === street.name);
    if (use.counters === undefined && !standing)
      problems.add(at("counters"), "nothing", `counters: none stands on ${shown(street.name)}`);
    const { busyFrom, quietBelow } = use;
    if (busyFrom !== undefined && quietBelow !== undefined && quietBelow > busyFrom)
      problems.add(at("quietBelow"), String(quietBelow), `${busyFrom} (busyFrom) or less`);
    const here = lamps.filter((lamp) => lamp?.street === street.name) as Entry[];
    checkClasses(here, use.lowest, (...words) => problems.add(at("lowest"), ...words));
  }
  checkShares(lamps, problems);
}

type Say = (found: string, allowed: string, hint?: string) => void;

/** Lamps of one street, all of one class: the street has one class in force. */
function checkClasses(lamps: readonly Entry[], lowest: LightingClass | undefined, say: Say): void {
  const [first, ...others] = lamps;
  if (!first?.class) return;
  const designed = first.class;
  const reduced = first.reducedClass ?? designed;
  for (const other of others) {
    if (other.class === undefined || (other.class === designed && (other.reducedClass ?? other.class) === reduced))
      continue;
    return say(
      `lamps of ${designed} to ${reduced} and of ${other.class} to ${other.reducedClass ?? other.class}`,
      "lamps of one `class` and `reducedClass` on a street whose class follows its use",
    );
  }
  const problem = lowestProblem({ designed, lowest: lowest ?? reduced });
  if (problem !== null) return say(shown(lowest ?? reduced), "a class that the lamps may have", problem);
  if (lowest !== undefined && classProblem(lowest, reduced) !== null)
    say(shown(lowest), `${reduced} (the lamps' reducedClass) or a brighter class`);
}

function checkShares(lamps: File["lamps"] & {}, problems: Problems): void {
  const first = new Map<string, { readonly lamp: Entry; readonly line: number }>();
  for (const [i, lamp] of lamps.entries()) {
    if (!lamp?.shares) continue;
    const before = first.get(lamp.shares);
    if (!before) {
      first.set(lamp.shares, { lamp, line: problems.lineOf(["lamps", i]) });
      continue;
    }
    for (const key of SHARED) {
      if (lamp[key] !== before.lamp[key])
        problems.add(
          ["lamps", i, key],
          shown(lamp[key]),
          `${shown(before.lamp[key])}: lamps that share ${shown(lamp.shares)} are alike`,
          `first in line ${before.line}`,
        );
    }
  }
}
