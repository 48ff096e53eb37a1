/** What one value of `junctions` cannot say by itself: references, orders, and that the junction can be worked safely. */

import { faultsOf } from "../../controllers/junction/bounds.ts";
import { junctionOf } from "./junctions.ts";
import type { Problems, Step } from "./problem.ts";
import { once, refersTo } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { anyOf, shown } from "./words.ts";

type File = Draft<ConfigFile>;
type Written = NonNullable<ConfigFile["junctions"]>[number];
type Entry = NonNullable<NonNullable<File["junctions"]>[number]>;
type Pin = Draft<{ readonly chip: string; readonly offset: number }>;
type At = (...steps: Step[]) => readonly Step[];

const CONTROLS = ["contacts", "rsmp3", "engine"] as const;

export function checkJunctions({ junctions = [] }: File, problems: Problems): void {
  const idOnce = once(problems, "id");
  const portOnce = once(problems, "port");
  for (const [i, entry] of junctions.entries()) {
    if (!entry) continue;
    const at: At = (...steps) => ["junctions", i, ...steps];
    idOnce(entry.id, at("id"));
    for (const [j, detector] of (entry.detectors ?? []).entries()) idOnce(detector?.id, at("detectors", j, "id"));
    if (entry.rsmp3) {
      const { port = 12_111, address = "127.0.0.1" } = entry.rsmp3;
      portOnce(`${address} ${port}`, at("rsmp3"), `port ${port}`);
    }
    checkNames(entry, at, problems);
    checkConflicts(entry, at, problems);
    for (const [j] of (entry.plans ?? []).entries()) checkPlan(entry, j, at, problems);
    checkControl(entry, at, problems);
    // Only of a whole entry can it be said whether it holds together.
    if (!problems.isIn(at())) checkWhole(entry as Written, at, problems);
  }
}

/** Every pin of the junctions: each is for one purpose in the whole file. */
export function junctionPins({ junctions = [] }: File): readonly (readonly [readonly Step[], Pin | undefined])[] {
  const found: (readonly [readonly Step[], Pin])[] = [];
  const walk = (value: unknown, at: readonly Step[]) => {
    if (typeof value !== "object" || value === null) return;
    if ("chip" in value && "offset" in value) found.push([at, value as Pin]);
    else for (const [key, one] of Object.entries(value)) walk(one, [...at, Array.isArray(value) ? Number(key) : key]);
  };
  walk(junctions, ["junctions"]);
  return found;
}

function checkNames(entry: Entry, at: At, problems: Problems): void {
  const { groups = [], stages = [], plans = [], approaches = [], detectors = [] } = entry;
  const groupOnce = once(problems, "group");
  for (const [j, group] of groups.entries()) {
    groupOnce(group?.id, at("groups", j, "id"));
    if (group?.kind === "pedestrian" && !("crossing" in group) && !("clearance" in group))
      problems.add(at("groups", j, "crossing"), "nothing", "the way across in metres, or clearance in seconds");
  }
  const toGroup = refersTo(
    problems,
    groups.map((group) => group?.id),
  );
  const toStage = refersTo(
    problems,
    stages.map((stage) => stage?.id),
  );
  const stageOnce = once(problems, "stage");
  for (const [j, stage] of stages.entries()) {
    stageOnce(stage?.id, at("stages", j, "id"));
    const memberOnce = once(problems, "group of a stage");
    for (const [k, group] of (stage?.groups ?? []).entries()) {
      toGroup(group, at("stages", j, "groups", k));
      memberOnce(group, at("stages", j, "groups", k));
    }
  }
  const planOnce = once(problems, "plan");
  for (const [j, plan] of plans.entries()) {
    planOnce(plan?.id?.toString(), at("plans", j, "id"));
    for (const [k, step] of (plan?.stages ?? []).entries()) toStage(step?.stage, at("plans", j, "stages", k, "stage"));
  }
  const approachOnce = once(problems, "approach");
  for (const [j, approach] of approaches.entries()) {
    approachOnce(approach?.id?.toString(), at("approaches", j, "id"));
    toGroup(approach?.group, at("approaches", j, "group"));
  }
  for (const [j, detector] of detectors.entries()) toGroup(detector?.group, at("detectors", j, "group"));
}

function checkConflicts({ groups = [], stages = [], conflicts = [] }: Entry, at: At, problems: Problems): void {
  const toGroup = refersTo(
    problems,
    groups.map((group) => group?.id),
  );
  const pairOnce = once(problems, "pair");
  for (const [j, conflict] of conflicts.entries()) {
    const { from, to, back } = conflict ?? {};
    toGroup(from, at("conflicts", j, "from"));
    toGroup(to, at("conflicts", j, "to"));
    if (from === undefined || to === undefined) continue;
    if (from === to) {
      problems.add(at("conflicts", j, "to"), shown(to), "another group");
      continue;
    }
    pairOnce(`${from} to ${to}`, at("conflicts", j));
    if (back !== undefined) pairOnce(`${to} to ${from}`, at("conflicts", j));
    const both = stages.find((stage) => stage?.groups?.includes(from) && stage.groups.includes(to));
    if (both)
      problems.add(
        at("conflicts", j),
        `${from} and ${to}`,
        "groups that are in no stage together",
        `both are in ${both.id}`,
      );
  }
}

function checkPlan({ plans = [] }: Entry, j: number, at: At, problems: Problems): void {
  const { cycle, offset, stages = [] } = plans[j] ?? {};
  const isFixed = Object.hasOwn(plans[j] ?? {}, "cycle");
  if (!isFixed && offset !== undefined) problems.add(at("plans", j, "offset"), String(offset), "a cycle with it");
  let last = -1;
  for (const [k, step] of stages.entries()) {
    if (!step) continue;
    const where = at("plans", j, "stages", k);
    const other = isFixed ? (["min", "max", "gap"] as const) : (["at"] as const);
    for (const key of other)
      if (step[key] !== undefined)
        problems.add([...where, key], String(step[key]), isFixed ? "nothing with a cycle" : "a cycle with it");
    const needed = isFixed ? "at" : "max";
    if (!Object.hasOwn(step, needed)) problems.add([...where, needed], "nothing", "seconds");
    if (isFixed && step.at !== undefined) {
      if (step.at <= last) problems.add([...where, "at"], String(step.at), `more than ${last}: in order`);
      if (cycle !== undefined && step.at >= cycle)
        problems.add([...where, "at"], String(step.at), `less than ${cycle}`);
      last = step.at;
    }
    if (!isFixed && step.min !== undefined && step.max !== undefined && step.max < step.min)
      problems.add([...where, "max"], String(step.max), `${step.min} (min) or more`);
  }
}

function checkControl(entry: Entry, at: At, problems: Problems): void {
  const said = CONTROLS.filter((control) => Object.hasOwn(entry, control));
  if (said.length !== 1)
    problems.add(at(), said.length === 0 ? "none of them" : said.join(" and "), `one of ${anyOf(CONTROLS)}`);
  const groups = (entry.groups ?? []).map((group) => group?.id);
  const toGroup = refersTo(problems, groups);
  const { contacts, engine } = entry;
  const callOnce = once(problems, "group");
  for (const [j, call] of (contacts?.calls ?? []).entries()) {
    toGroup(call?.group, at("contacts", "calls", j, "group"));
    callOnce(call?.group, at("contacts", "calls", j, "group"));
  }
  if (!engine) return;
  if (Object.hasOwn(engine, "heads") === (engine.simulated === true))
    problems.add(at("engine"), engine.simulated ? "both" : "nothing", "heads, or simulated: true");
  if (!Object.hasOwn(engine, "heads")) return;
  if (!Object.hasOwn(engine, "permit"))
    problems.add(
      at("engine", "permit"),
      "nothing",
      "a pin: without a hardware conflict monitor that it releases the heads are not driven",
    );
  const headOnce = once(problems, "group");
  for (const [j, head] of (engine.heads ?? []).entries()) {
    toGroup(head?.group, at("engine", "heads", j, "group"));
    headOnce(head?.group, at("engine", "heads", j, "group"));
    const group = entry.groups?.find((one) => one?.id !== undefined && one.id === head?.group);
    const needsAmber = (group?.amber ?? (group?.kind === "pedestrian" ? 0 : 3)) > 0;
    for (const [where, pins] of [
      [at("engine", "heads", j), head],
      [at("engine", "heads", j, "shows"), head?.shows],
    ] as const)
      if (group && needsAmber && pins && !Object.hasOwn(pins, "amber"))
        problems.add([...where, "amber"], "nothing", `a pin: ${group.id} has amber`);
  }
  const shownOf = engine.heads?.map((head) => head?.group) ?? [];
  for (const [j, id] of groups.entries())
    if (id !== undefined && !shownOf.includes(id) && !shownOf.includes(undefined))
      problems.add(at("groups", j, "id"), shown(id), "a group with an entry in engine.heads");
}

/** Where in the file a place of the compiled junction is: `groups.A.minGreen` is `groups[0].minGreen`. */
function placeOf(path: string, entry: Written): Step[] {
  const [list = "", id = "", ...rest] = path.split(".");
  if (list === "intergreens") {
    const [to] = rest;
    const j = (entry.conflicts ?? []).findIndex(
      (one) => (one.from === id && one.to === to) || (one.from === to && one.to === id),
    );
    if (j >= 0) return ["conflicts", j];
    return ["groups", entry.groups.findIndex((group) => group.id === id)];
  }
  const lists: Readonly<Record<string, readonly { readonly id: string | number }[] | undefined>> = {
    groups: entry.groups,
    stages: entry.stages,
    plans: entry.plans,
    approaches: entry.approaches,
    detectors: entry.detectors,
  };
  const j = lists[list]?.findIndex((one) => String(one.id) === id) ?? -1;
  const steps = rest.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return j < 0 ? [list].filter((step) => step !== "") : [list, j, ...steps];
}

function checkWhole(entry: Written, at: At, problems: Problems): void {
  for (const { path, message } of faultsOf(junctionOf(entry).junction)) {
    const [found = message, allowed = "what can be worked safely"] = message.split(": allowed ");
    problems.add(at(...placeOf(path, entry)), found, allowed, `of ${path}`);
  }
}
