/** What one value of a scenario's file cannot say by itself: what goes together, and what the cabinet has. */
import {
  anyOf,
  type Draft,
  nearest,
  type Problems,
  pathOf,
  refersTo,
  type Step,
  shown,
} from "../../firmware/config/language.ts";
import type { CabinetConfig } from "../../firmware/config/read.ts";
import { expand } from "../../firmware/link/component.ts";
import { STATUSES, statusOf } from "../../firmware/link/modules.ts";
import { attachments } from "./devices.ts";
import { isPin } from "./names.ts";
import type { ConditionEntry, DoEntry, ScenarioFile, StepEntry } from "./schema.ts";
import { milliseconds } from "./times.ts";

type At = readonly Step[];

/** Checks the steps of a file against each other and, where it could be read, against the cabinet. */
export function checkSteps(file: Draft<ScenarioFile>, config: CabinetConfig | undefined, problems: Problems): void {
  const names = config && namesOf(config);
  let before = 0;
  for (const [i, step] of (file.steps ?? []).entries()) {
    if (!step) continue;
    const at: At = ["steps", i];
    const started = checkTimes(step, before, at, problems);
    before = Math.max(before, started);
    const act = step.do && onlyOne(step.do, [...at, "do"], "thing to do", problems);
    const { not, ...direct } = step.expect ?? {};
    const positive = step.expect && onlyOne(step.expect, [...at, "expect"], "condition", problems);
    if (!Object.hasOwn(step, "do") && !Object.hasOwn(step, "expect"))
      problems.add([...at, "do"], "nothing", "something to do, or something in `expect`");
    for (const key of ["within", "for"] as const)
      if (step[key] !== undefined && !Object.hasOwn(step, "expect"))
        problems.add([...at, key], shown(step[key]), "nothing: the step expects nothing");
    const context = config && names ? { config, names, problems } : undefined;
    if (act) checkDo(step.do as Draft<DoEntry>, [...at, "do"], problems, context);
    if (positive === "not") {
      if (not && onlyOne(not, [...at, "expect", "not"], "condition", problems))
        checkCondition(not, [...at, "expect", "not"], problems, context);
    } else if (positive) checkCondition(direct, [...at, "expect"], problems, context);
  }
}

function checkTimes(step: Draft<StepEntry>, before: number, at: At, problems: Problems): number {
  if (step.at !== undefined && step.after !== undefined)
    problems.add([...at, "after"], shown(step.after), "nothing: the step has an `at`");
  if (step.at === undefined) return before;
  const ms = milliseconds(step.at);
  if (ms < before) problems.add([...at, "at"], shown(step.at), "a time not before that of a step above");
  return ms;
}

/** The one key of a map that stands for a choice; undefined, and a problem, where there is none or more. */
function onlyOne(choice: object, at: At, what: string, problems: Problems): string | undefined {
  const keys = Object.keys(choice);
  if (keys.length === 1) return keys[0];
  if (keys.length > 1) problems.add([...at, keys[1] as string], `a second ${what}`, `one ${what} a step`);
  // One that the schema refused has its own problem.
  else if (!problems.all().some(({ path }) => path.startsWith(`${pathOf(at)}.`)))
    problems.add(at, "an empty map", `one ${what}`);
  return undefined;
}

interface Context {
  readonly config: CabinetConfig;
  readonly names: ReturnType<typeof namesOf>;
  readonly problems: Problems;
}

/** What a scenario may name. */
function namesOf(config: CabinetConfig) {
  const devices = attachments(config);
  const on = (kind: string) => [...devices].flatMap(([id, device]) => (device.on === kind ? [id] : []));
  const lamps = config.lamps.map(({ id }) => id);
  const buses = config.buses.map(({ id }) => id);
  return {
    lamps,
    gear: config.lamps.flatMap(({ id, line }) => (buses.includes(line) ? [id] : [])),
    groups: [...new Set(config.lamps.map(({ group }) => group))],
    buses,
    doors: config.contacts.map(({ id }) => id),
    counters: [...config.counters, ...config.inputs.filter(({ place }) => place)].map(({ id }) => id),
    serial: on("port"),
    chips: on("i2c"),
    devices: [...devices.keys()],
    all: [...devices.keys(), ...lamps, "cabinet/1"],
    streets: config.streets.map(({ name }) => name),
  };
}

function checkDo(entry: Draft<DoEntry>, at: At, problems: Problems, context: Context | undefined): void {
  const { command, garbage } = entry;
  if (command) {
    const sets = command.code === "lighting.level.set";
    for (const key of ["level", "lasts"] as const) {
      if (sets && !Object.hasOwn(command, key))
        problems.add([...at, "command", key], "nothing", `a ${key}: lighting.level.set needs one`);
      if (command.code === "lighting.level.release" && Object.hasOwn(command, key))
        problems.add([...at, "command", key], shown(command[key]), "nothing: lighting.level.release has none");
    }
  }
  for (const [name, repeated] of Object.entries({ garbage, walk: entry.walk, pass: entry.pass }))
    if (repeated?.every !== undefined && milliseconds(repeated.every) < 10)
      problems.add([...at, name, "every"], shown(repeated.every), "10 ms or more");
  if (!context) return;
  const { names, config } = context;
  const one = (known: readonly string[], name: string | undefined, ...path: At) =>
    refersTo(problems, known)(name, [...at, ...path]);
  one(names.devices, entry.unplug, "unplug");
  one(names.devices, entry.replug, "replug");
  one(names.serial, entry.silence, "silence");
  one(names.serial, entry.speak, "speak");
  one(names.serial, garbage?.component, "garbage", "component");
  one(names.chips, entry.i2c?.component, "i2c", "component");
  one(names.buses, entry.dali?.bus, "dali", "bus");
  one(names.doors, entry.open, "open");
  one(names.doors, entry.close, "close");
  one(names.counters, entry.pass?.counter, "pass", "counter");
  one(names.streets, entry.walk?.street, "walk", "street");
  const { street, position } = entry.walk ?? {};
  const length = config.streets.find(({ name }) => name === street)?.length;
  if (length !== undefined && position !== undefined && position > length)
    problems.add([...at, "walk", "position"], `${position} m`, `0 to ${length}: ${shown(street)} is ${length} m long`);
  if (entry.gear) checkLamps(entry.gear, names.gear, [...at, "gear"], context);
  if (entry.mains) checkLamps(entry.mains, names.gear, [...at, "mains"], context);
  if (entry.pin) checkPin(entry.pin.pin, [...at, "pin", "pin"], context);
}

function checkCondition(entry: Draft<ConditionEntry>, at: At, problems: Problems, context: Context | undefined): void {
  const { light, status } = entry;
  if (light) {
    const bounded = light.atLeast !== undefined || light.atMost !== undefined;
    const path = [...at, "light"];
    if (light.is !== undefined && bounded)
      problems.add([...path, "is"], shown(light.is), "nothing: there is an atLeast or an atMost");
    if (!["is", "atLeast", "atMost"].some((key) => Object.hasOwn(light, key)))
      problems.add([...path, "is"], "nothing", "is, atLeast or atMost");
    if (light.tolerance !== undefined && !Object.hasOwn(light, "is"))
      problems.add([...path, "tolerance"], shown(light.tolerance), "nothing: the tolerance is that of `is`");
  }
  for (const [name, range] of Object.entries({ light, status, frames: entry.frames, edges: entry.edges }))
    if (range?.atLeast !== undefined && range.atMost !== undefined && range.atLeast > range.atMost)
      problems.add([...at, name, "atMost"], shown(range.atMost), `${range.atLeast} (atLeast) or more`);
  if (status) checkStatus(status, [...at, "status"], problems, context);
  if (!context) return;
  const { names } = context;
  const one = (known: readonly string[], name: string | undefined, ...path: At) =>
    refersTo(problems, known)(name, [...at, ...path]);
  if (light) checkLamps(light, names.lamps, [...at, "light"], context);
  one(names.all, entry.alarm?.component, "alarm", "component");
  one(names.buses, entry.frames?.bus, "frames", "bus");
  if (entry.pin) checkPin(entry.pin.pin, [...at, "pin", "pin"], context);
  if (entry.edges) checkPin(entry.edges.pin, [...at, "edges", "pin"], context);
}

function checkStatus(
  entry: NonNullable<Draft<ConditionEntry>["status"]>,
  at: At,
  problems: Problems,
  context: Context | undefined,
): void {
  const { code, attribute, component } = entry;
  if (entry.is !== undefined && (entry.atLeast !== undefined || entry.atMost !== undefined))
    problems.add([...at, "is"], shown(entry.is), "nothing: there is an atLeast or an atMost");
  if (code === undefined) return;
  const status = statusOf(code);
  if (!status) return unknown(code, Object.keys(STATUSES), [...at, "code"], problems);
  if (attribute === undefined) return;
  const found = Object.hasOwn(status.attributes, attribute) ? status.attributes[attribute] : undefined;
  if (!found) return unknown(attribute, Object.keys(status.attributes), [...at, "attribute"], problems);
  if (found.each && !Object.hasOwn(entry, "component"))
    problems.add([...at, "component"], "nothing", `a component: each has its own ${attribute}`);
  if (!found.each && component !== undefined)
    problems.add([...at, "component"], shown(component), `nothing: ${attribute} is one value`);
  if (found.each && context) refersTo(problems, context.names.all)(component, [...at, "component"]);
}

function checkLamps(
  { lamps, group }: { readonly lamps?: string | undefined; readonly group?: string | undefined },
  known: readonly string[],
  at: At,
  { names, problems }: Context,
): void {
  if (lamps !== undefined && group !== undefined)
    problems.add([...at, "group"], shown(group), "nothing: there are `lamps`");
  else if (lamps === undefined && group === undefined)
    problems.add([...at, "lamps"], "nothing", "an address such as lamp/1/0-5, or a `group`");
  else if (group !== undefined) refersTo(problems, names.groups)(group, [...at, "group"]);
  else if (lamps !== undefined) {
    const expanded = expand(lamps, known);
    const lines = [...new Set(known.map((id) => id.slice(0, id.lastIndexOf("/"))))];
    if (!expanded.ok)
      problems.add([...at, "lamps"], shown(lamps), `lamps of ${anyOf(lines)}`, `it ${expanded.message}`);
  }
}

function checkPin(name: string | undefined, at: At, { config, problems }: Context): void {
  if (name === undefined) return;
  const { known, ok } = isPin(config, name);
  if (!ok) unknown(name, known, at, problems);
}

function unknown(found: string, known: readonly string[], at: At, problems: Problems): void {
  const meant = nearest(found, known);
  problems.add(at, shown(found), anyOf(known), meant ? `did you mean "${meant}"?` : "");
}
