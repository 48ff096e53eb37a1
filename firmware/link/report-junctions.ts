/** Junctions as the inventory tells them: enough to draw one, none of its times. */
import { lineOf, planeAround, pointAt } from "../../controllers/junction/approach-line.ts";
import type { Approach, Junction, Place } from "../../controllers/junction/model.ts";
import type { StatusValues } from "./modules.ts";

/** Metres of the way before the stop line that its bearing is taken of: what lies further back may be round a corner. */
const LAST = 15;

export function junctionAssets(junctions: readonly Junction[]): StatusValues<"cabinet.inventory">["junctions"] {
  return Object.fromEntries(
    junctions.map(({ id, name, groups, stages, approaches }) => [
      id,
      {
        name: name.slice(0, 80),
        groups: groups.map(({ id, kind }) => ({ id, kind })),
        stages: stages.map((stage) => ({ id: stage.id, groups: [...stage.groups] })),
        approaches: approaches.map((approach) => ({
          id: approach.id,
          name: approach.name.slice(0, 80),
          group: approach.group,
          ...bearingOf(approach),
        })),
      },
    ]),
  );
}

/** Of those who come to the stop line, whole degrees clockwise from north; nothing where the way is not known. */
function bearingOf(approach: Approach): { readonly bearing?: number } {
  if (approach.line.length < 2) return {};
  const line = lineOf(planeAround(approach.line.at(-1) as Place), approach);
  const [from, to] = [pointAt(line, Math.min(LAST, line.length)), pointAt(line, 0)];
  const bearing = Math.round((Math.atan2(to.x - from.x, to.y - from.y) * 180) / Math.PI);
  return { bearing: (bearing + 360) % 360 };
}
