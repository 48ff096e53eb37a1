import type { Approach, GroupId, Junction } from "./model.ts";
import type { Movement } from "./request-model.ts";

/** Where a movement goes through: the group that lets it go, and the approach where the junction has one for it. */
export interface Way {
  readonly group: GroupId;
  readonly approach?: number;
}

/** Which way a movement means, by whichever of M0022's names or feed's names it has; null: this junction has no such. */
export function wayOf(junction: Junction, movement: Movement): Way | null {
  if ("group" in movement) {
    if (!junction.groups.some(({ id }) => id === movement.group)) return null;
    const own = junction.approaches.filter(({ group }) => group === movement.group);
    // With several approaches to one group nobody knows which it takes; its signal is the same.
    return own.length === 1 && own[0] ? { group: movement.group, approach: own[0].id } : { group: movement.group };
  }
  const approach = junction.approaches.find((one) => isMeant(one, movement));
  return approach ? { group: approach.group, approach: approach.id } : null;
}

function isMeant(approach: Approach, movement: Exclude<Movement, { group: GroupId }>): boolean {
  if ("approach" in movement) return approach.id === movement.approach;
  if ("inputId" in movement) return approach.inputId === movement.inputId;
  if ("connectionId" in movement) return approach.connectionId === movement.connectionId;
  if ("priorityId" in movement) return approach.priorityId === movement.priorityId;
  if ("r09" in movement)
    return approach.r09?.junction === movement.r09.junction && approach.r09.direction === movement.r09.direction;
  if ("hfp" in movement) return approach.hfp?.sid === movement.hfp.sid && approach.hfp.group === movement.hfp.group;
  const { laneInId, laneOutId } = movement;
  return approach.laneInId === laneInId && (laneOutId === undefined || approach.laneOutId === laneOutId);
}
