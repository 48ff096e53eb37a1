import { type Instant, seconds } from "../units.ts";
import type { GroupId, Junction, TentativePlan } from "./model.ts";
import type { PriorityTable } from "./priority-table.ts";
import type { Live } from "./request.ts";

/** The group against which no priority may be begun for `group` any more, as it has waited for its guard; null: none. */
export function blockedBy(
  table: PriorityTable,
  waiting: readonly (Instant | null)[],
  group: GroupId,
  now: Instant,
): GroupId | null {
  const g = table.groupAt.get(group);
  if (g === undefined) return null;
  for (const [h, other] of table.junction.groups.entries()) {
    const since = waiting[h];
    if (h === g || since === null || since === undefined || now < since + other.guard) continue;
    if ((table.between[h * table.groups + g] as number) >= 0) return other.id;
  }
  return null;
}

/** A vehicle calls its group so long before it comes, as a loop before the stop line would. */
const CALLS = seconds(10);

/** Groups that vehicles call: those of the stage that is followed for them, and of those that are nearly there. */
export function callingAt(
  vehicles: readonly Live[],
  followed: TentativePlan | null,
  { stages }: Junction,
  now: Instant,
): readonly GroupId[] {
  const span = followed?.find(({ from, to }) => from <= now && now < to);
  const served = stages.find(({ id }) => id === span?.stage)?.groups ?? [];
  return vehicles
    .filter(({ request }) => served.includes(request.group) || request.arrival.mean <= now + CALLS)
    .map(({ request }) => request.group);
}
