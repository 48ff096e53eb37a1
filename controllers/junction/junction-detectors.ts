import type { ComponentId } from "../model.ts";
import type { GroupId, Junction, JunctionInputs } from "./model.ts";

export interface Detected {
  /** Detectors that are occupied after the pass. */
  readonly occupied: readonly ComponentId[];
  /** Groups that somebody called, however shortly. */
  readonly wanted: readonly GroupId[];
  /** Groups whose green somebody keeps. */
  readonly extending: readonly GroupId[];
}

/** What loops, buttons and contacts say. Check-in and check-out are words of vehicles: their feed makes them. */
export function detected(
  junction: Junction,
  before: readonly ComponentId[],
  changes: JunctionInputs["detectors"],
): Detected {
  const now = new Set(before);
  const touched = new Set(before);
  for (const { id, occupied } of changes) {
    if (occupied) {
      now.add(id);
      touched.add(id);
    } else now.delete(id);
  }
  const wanted = new Set<GroupId>();
  const extending = new Set<GroupId>();
  for (const { id, group, use } of junction.detectors) {
    if (use === "call" && touched.has(id)) wanted.add(group);
    // Whoever stands on a loop wants green as much as he keeps it.
    if (use === "extend" && touched.has(id)) wanted.add(group);
    if (use === "extend" && now.has(id)) extending.add(group);
  }
  const known = changes.length === 0 ? before : [...now];
  return { occupied: known, wanted: [...wanted], extending: [...extending] };
}
