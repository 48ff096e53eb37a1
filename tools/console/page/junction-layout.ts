/** Where the parts of a junction are drawn: arms by the bearings that are told, the rest where room is left. Not to scale. */
import type { JunctionAssets } from "./junction-model.ts";

/** A road to the junction. */
export interface Arm {
  /** Where it comes from, degrees clockwise from north. */
  readonly angle: number;
  /** Groups whose heads stand at its stop line; pedestrians' not. */
  readonly heads: readonly string[];
  /** Groups of pedestrians that cross it. */
  readonly crossings: readonly string[];
}

export interface Layout {
  readonly arms: readonly Arm[];
  /** Index of the arm of each approach. */
  readonly armOf: ReadonlyMap<number, number>;
}

/** Approaches that come from nearly the same side share an arm, degrees. */
const ONE_ARM = 30;

interface Drawn {
  readonly angle: number;
  readonly heads: string[];
  readonly crossings: string[];
}

export function layOutJunction({ groups, stages, approaches }: JunctionAssets): Layout {
  const arms: Drawn[] = [];
  const armOf = new Map<number, number>();
  const armAt = (angle: number): Drawn => {
    const known = arms.find((arm) => turn(arm.angle, angle) <= ONE_ARM);
    if (known) return known;
    const arm = { angle, heads: [], crossings: [] };
    arms.push(arm);
    return arm;
  };
  const put = (group: string, arm: Drawn) => {
    if (!arm.heads.includes(group)) arm.heads.push(group);
  };
  const kindOf = new Map(groups.map(({ id, kind }) => [id, kind]));
  const walks = (group: string) => kindOf.get(group) === "pedestrian";
  const together = (a: string, b: string) => stages.some((stage) => [a, b].every((id) => stage.groups.includes(id)));

  for (const { id, group, bearing } of approaches) {
    if (bearing === undefined) continue;
    const arm = armAt((bearing + 180) % 360);
    put(group, arm);
    armOf.set(id, arms.indexOf(arm));
  }
  const main = arms[0]?.angle ?? 270;
  const [ahead, ...across] = [main + 180, main + 90, main + 270].map((angle) => angle % 360) as [number, ...number[]];
  for (const { id } of groups) {
    if (walks(id) || arms.some(({ heads }) => heads.includes(id))) continue;
    const isFree = (angle: number) => arms.every((arm) => turn(arm.angle, angle) > ONE_ARM);
    const wanted = arms.length === 0 ? [main] : goesWith(arms, id, together) ? [ahead, ...across] : [...across, ahead];
    put(id, armAt(wanted.find(isFree) ?? (wanted[0] as number)));
  }
  if (arms.length === 0) armAt(main);
  for (const { id, group } of approaches) {
    if (armOf.has(id)) continue;
    const arm = arms.findIndex(({ heads }) => heads.includes(group));
    armOf.set(id, Math.max(0, arm));
  }
  // Whoever walks in another stage than a road drives crosses that road.
  for (const { id } of groups.filter((group) => walks(group.id))) {
    const crossed = arms.filter(({ heads }) => heads.length > 0 && heads.every((head) => !together(head, id)));
    const [arm] = (crossed.length > 0 ? crossed : arms).toSorted((a, b) => a.crossings.length - b.crossings.length);
    arm?.crossings.push(id);
  }
  return { arms, armOf };
}

/** Whether a group is green together with one on the first road. */
const goesWith = (arms: readonly Drawn[], group: string, together: (a: string, b: string) => boolean): boolean =>
  (arms[0]?.heads ?? []).some((head) => together(head, group));

/** Degrees between two directions, 0 to 180. */
function turn(a: number, b: number): number {
  const between = Math.abs(a - b) % 360;
  return between > 180 ? 360 - between : between;
}
