/** Whether a junction can be worked as it is described: hard bounds, sound stages, plans that fit, waits that can be kept. */
import { type Duration, seconds } from "../units.ts";
import { HARD_BOUNDS, type JunctionBounds } from "./bounds-limits.ts";
import { planFaults } from "./bounds-plans.ts";
import { waitFaults } from "./bounds-waits.ts";
import { type JunctionTable, tableOf } from "./kernel-table.ts";
import type { Junction, SignalGroup, Stage } from "./model.ts";

export interface JunctionFault {
  /** Where: `groups.A1.minGreen`, `plans.1.stages.0`. */
  readonly path: string;
  readonly message: string;
}

type Tell = (path: string, message: string) => void;

/** TypeError of all `faultsOf` says. */
export function compile(junction: Junction, bounds: JunctionBounds = HARD_BOUNDS): JunctionTable {
  const faults = faultsOf(junction, bounds);
  if (faults.length === 0) return tableOf(junction);
  throw new TypeError(
    `junction ${junction.id}: ${faults.map(({ path, message }) => `${path}: ${message}`).join("; ")}`,
  );
}

/** Why the junction cannot be worked; none: it can. What is wrong with plans and waits is said when all else is right. */
export function faultsOf(junction: Junction, bounds: JunctionBounds = HARD_BOUNDS): readonly JunctionFault[] {
  const faults: JunctionFault[] = [];
  const tell: Tell = (path, message) => faults.push({ path, message });
  groupFaults(junction, bounds, tell);
  intergreenFaults(junction, bounds, tell);
  stageFaults(junction, tell);
  wayFaults(junction, tell);
  if (faults.length > 0) return faults;
  const table = tableOf(junction);
  planFaults(table, bounds, tell);
  waitFaults(table, tell);
  return faults;
}

function groupFaults({ groups }: Junction, bounds: JunctionBounds, tell: Tell): void {
  if (groups.length < 1 || groups.length > 64) tell("groups", `${groups.length} of them: allowed 1 to 64`);
  for (const id of twice(groups.map(({ id }) => id))) tell(`groups.${id}`, "its id is used twice");
  for (const group of groups) {
    const path = `groups.${group.id}`;
    // What the safety facts are hashed as is a line of words.
    if (!/^\S+$/.test(group.id)) tell(path, "an id has no white space and is not empty");
    const check = (name: "minGreen" | "amber" | "redAmber" | "maxWait", [low, high]: readonly [number, number]) => {
      if (!(group[name] >= low && group[name] <= high)) tell(`${path}.${name}`, allowed(group[name], low, high));
    };
    const pedestrian = group.kind === "pedestrian";
    check("minGreen", bounds.minGreen);
    check("amber", pedestrian ? [0, 0] : bounds.amber);
    check("redAmber", pedestrian ? [0, 0] : bounds.redAmber);
    check("maxWait", bounds.maxWait);
    if (!(group.guard >= 0 && group.guard <= group.maxWait))
      tell(`${path}.guard`, allowed(group.guard, 0, group.maxWait));
  }
}

function intergreenFaults({ groups, intergreens }: Junction, bounds: JunctionBounds, tell: Tell): void {
  const byId = new Map(groups.map((group) => [group.id, group]));
  for (const [a, entries] of Object.entries(intergreens)) {
    const from = byId.get(a);
    if (!from) tell(`intergreens.${a}`, "no group of this id");
    for (const [b, time] of Object.entries(entries)) {
      const path = `intergreens.${a}.${b}`;
      const to = byId.get(b);
      if (!to) tell(path, "no group of this id");
      if (a === b) tell(path, "a group has no conflict with itself");
      if (intergreens[b]?.[a] === undefined) tell(path, `needs one from ${b} to ${a}, too`);
      if (!from || !to) continue;
      const [least, high] = from.kind === "pedestrian" ? bounds.pedestrianIntergreen : bounds.intergreen;
      const low = Math.max(least, from.amber + to.redAmber);
      if (!(time >= low && time <= high)) tell(path, allowed(time, low, high));
    }
  }
}

function stageFaults({ groups, intergreens, stages }: Junction, tell: Tell): void {
  const ids = new Set(groups.map(({ id }) => id));
  if (stages.length < 1 || stages.length > 32) tell("stages", `${stages.length} of them: allowed 1 to 32`);
  for (const id of twice(stages.map(({ id }) => id))) tell(`stages.${id}`, "its id is used twice");
  for (const stage of stages) {
    const path = `stages.${stage.id}`;
    if (stage.groups.length === 0) tell(path, "has no group");
    for (const id of twice(stage.groups)) tell(path, `has ${id} twice`);
    for (const [i, a] of stage.groups.entries()) {
      if (!ids.has(a)) tell(path, `has ${a}, which is no group`);
      const conflict = stage.groups.slice(i + 1).find((b) => intergreens[a]?.[b] !== undefined);
      if (conflict !== undefined) tell(path, `${a} and ${conflict} conflict`);
    }
    for (const name of ["maxExtension", "least"] as const) {
      if (!(stage[name] >= 0)) tell(`${path}.${name}`, `${stage[name]} ms: allowed 0 and more`);
    }
    if (stage.shortest !== undefined) shortestFault(stage, stage.shortest, groups, stages, tell);
  }
  const served = new Set(stages.flatMap((stage) => stage.groups));
  for (const { id } of groups) if (!served.has(id)) tell(`groups.${id}`, "is in no stage");
}

/** Nobody sees less than a second, and a stage that begins a green lasts its minimum in any case. */
const LEAST_STAGE = seconds(1);

function shortestFault(
  { id, groups: members }: Stage,
  shortest: Duration,
  groups: readonly SignalGroup[],
  stages: readonly Stage[],
  tell: Tell,
): void {
  const path = `stages.${id}.shortest`;
  const most = Math.min(...groups.filter((group) => members.includes(group.id)).map(({ minGreen }) => minGreen));
  if (!(shortest >= LEAST_STAGE && shortest <= most)) tell(path, allowed(shortest, LEAST_STAGE, most));
  if (!stages.some((other) => other.id !== id && members.every((group) => other.groups.includes(group))))
    tell(path, `${id} begins what no other stage has: allowed where another stage has all its groups`);
}

/** Approaches and detectors lead to groups. */
function wayFaults({ groups, approaches, detectors }: Junction, tell: Tell): void {
  const ids = new Set(groups.map(({ id }) => id));
  for (const id of twice(approaches.map(({ id }) => `${id}`))) tell(`approaches.${id}`, "its id is used twice");
  for (const { id, group } of approaches) if (!ids.has(group)) tell(`approaches.${id}.group`, `${group} is no group`);
  for (const id of twice(detectors.map(({ id }) => id))) tell(`detectors.${id}`, "its id is used twice");
  for (const { id, group } of detectors) if (!ids.has(group)) tell(`detectors.${id}.group`, `${group} is no group`);
}

const allowed = (value: number, low: number, high: number): string => `${value} ms: allowed ${low} to ${high}`;

const twice = (ids: readonly string[]): readonly string[] => [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
