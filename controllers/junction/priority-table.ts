import type { Duration } from "../units.ts";
import type { GroupId, Junction, StageId } from "./model.ts";

/**
 * A junction by numbers, for the arbitration: stages and groups are indices in the junction's order, tables are flat.
 * The kernel has its own and is asked for every change: what is planned by these and not lawful there is only later.
 */
export interface PriorityTable {
  readonly junction: Junction;
  readonly groups: number;
  readonly stages: number;
  readonly groupAt: ReadonlyMap<GroupId, number>;
  readonly stageAt: ReadonlyMap<StageId, number>;
  /** 1 where a stage has a group: [stage * groups + group]. */
  readonly has: Uint8Array;
  /** End of green of the first to begin of green of the second, ms; -1: no conflict: [from * groups + to]. */
  readonly between: Int32Array;
  /** From leaving a stage to the green of a group of another: [(from * stages + to) * groups + group]. */
  readonly clear: Int32Array;
  readonly minGreen: Int32Array;
  /** Green under which priority does not end a stage: [stage * groups + group]. */
  readonly least: Int32Array;
  /** By stage that only ends something: time under which priority does not end it, whoever was green before it, ms; else 0. */
  readonly shortest: Int32Array;
}

export function priorityTable(junction: Junction): PriorityTable {
  const groups = junction.groups.length;
  const stages = junction.stages.length;
  const groupAt = new Map(junction.groups.map(({ id }, i) => [id, i]));
  const stageAt = new Map(junction.stages.map(({ id }, i) => [id, i]));
  const has = new Uint8Array(stages * groups);
  for (const [s, stage] of junction.stages.entries())
    for (const id of stage.groups) has[s * groups + (groupAt.get(id) as number)] = 1;
  const between = new Int32Array(groups * groups).fill(-1);
  for (const [from, to] of Object.entries(junction.intergreens))
    for (const [id, time] of Object.entries(to)) {
      const a = groupAt.get(from);
      const b = groupAt.get(id);
      if (a !== undefined && b !== undefined) between[a * groups + b] = time;
    }
  const clear = new Int32Array(stages * stages * groups);
  for (let from = 0; from < stages; from++)
    for (let to = 0; to < stages; to++)
      for (let g = 0; g < groups; g++) {
        if (!has[to * groups + g] || has[from * groups + g]) continue;
        let time = junction.groups[g]?.redAmber ?? 0;
        for (let h = 0; h < groups; h++)
          if (has[from * groups + h] && !has[to * groups + h]) time = Math.max(time, between[h * groups + g] as number);
        clear[(from * stages + to) * groups + g] = time;
      }
  const minGreen = Int32Array.from(junction.groups, (group) => group.minGreen);
  const least = new Int32Array(stages * groups);
  for (const [s, stage] of junction.stages.entries())
    for (let g = 0; g < groups; g++) least[s * groups + g] = (minGreen[g] as number) + stage.least;
  const shortest = Int32Array.from(junction.stages, ({ shortest, least }) =>
    shortest === undefined ? 0 : shortest + least,
  );
  return { junction, groups, stages, groupAt, stageAt, has, between, clear, minGreen, least, shortest };
}

/** From leaving a stage to full green of the next: 0 where nothing begins. */
export function changeTime(table: PriorityTable, from: number, to: number): Duration {
  let time = 0;
  for (let g = 0; g < table.groups; g++)
    time = Math.max(time, table.clear[(from * table.stages + to) * table.groups + g] as number);
  return time as Duration;
}
