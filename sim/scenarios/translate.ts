/** From a scenario's file that passed every check to the scenario itself, with its defaults filled in. */
import type { CabinetConfig } from "../../firmware/config/read.ts";
import { describeStep } from "./describe.ts";
import type { Action, Condition, Range, Scenario, Step } from "./model.ts";
import { isPin, lampsOf } from "./names.ts";
import { type ConditionEntry, DEFAULTS, type DoEntry, type ScenarioFile, type StepEntry } from "./schema.ts";
import { milliseconds } from "./times.ts";

/** `lineOf`: the line of the text where a step stands. */
export function scenarioOf(file: ScenarioFile, config: CabinetConfig, lineOf: (step: number) => number): Scenario {
  const { name, about, given, only } = file;
  return {
    name,
    ...(about === undefined ? {} : { about }),
    ...(only && { only }),
    given: {
      cabinet: given.cabinet,
      time: Date.parse(given.time),
      seed: given.seed ?? DEFAULTS.seed,
      people: given.people ?? 0,
      settle: time(given.settle, DEFAULTS.settle),
    },
    steps: file.steps.map((step, i) => stepOf(step, config, lineOf(i))),
  };
}

function stepOf(entry: StepEntry, config: CabinetConfig, line: number): Step {
  const act = entry.do && actionOf(entry.do, config);
  const { not, ...direct } = entry.expect ?? {};
  const condition = conditionOf(not ?? direct, config);
  const hold = time(entry.for, direct.light?.is === undefined ? 0 : DEFAULTS.rest);
  const what = {
    ...(act && { act }),
    ...(condition && { expect: { not: not !== undefined, condition } }),
    within: time(entry.within, entry.for === undefined ? DEFAULTS.within : 0),
    hold,
  };
  return {
    line,
    text: describeStep(what),
    ...(entry.note === undefined ? {} : { note: entry.note }),
    due:
      entry.at === undefined ? { since: "step", ms: time(entry.after, 0) } : { since: "beginning", ms: time(entry.at) },
    ...what,
  };
}

function actionOf(entry: DoEntry, config: CabinetConfig): Action | undefined {
  const { garbage, i2c, walk, pass, command } = entry;
  if (entry.unplug !== undefined) return { kind: "plug", component: entry.unplug, present: false };
  if (entry.replug !== undefined) return { kind: "plug", component: entry.replug, present: true };
  if (entry.silence !== undefined) return { kind: "silence", component: entry.silence, silent: true };
  if (entry.speak !== undefined) return { kind: "silence", component: entry.speak, silent: false };
  if (garbage)
    return {
      kind: "garbage",
      component: garbage.component,
      bytes: garbage.bytes ?? DEFAULTS.garbage.bytes,
      every: time(garbage.every, DEFAULTS.garbage.every),
      lasts: time(garbage.lasts, 0),
    };
  if (i2c) {
    const { component, fault, count = 1 } = i2c;
    const amount = fault === "busy" ? (i2c.polls ?? DEFAULTS.polls) : time(i2c.delay, DEFAULTS.late);
    return { kind: "i2c", component, fault, count, amount };
  }
  if (entry.dali) return { kind: "dali", ...entry.dali };
  if (entry.gear) return { kind: "gear", lamps: lampsOf(config, entry.gear), fault: entry.gear.fault };
  if (entry.mains) return { kind: "mains", lamps: lampsOf(config, entry.mains), on: entry.mains.is === "on" };
  if (entry.open !== undefined) return { kind: "door", component: entry.open, open: true };
  if (entry.close !== undefined) return { kind: "door", component: entry.close, open: false };
  if (entry.pin) return { kind: "pin", ...pinOf(config, entry.pin.pin), high: entry.pin.is === "high" };
  if (walk) {
    const { street, position } = walk;
    return { kind: "walk", street, position, direction: directionOf(walk.direction), ...peopleOf(walk) };
  }
  if (pass) {
    const { counter } = pass;
    return { kind: "pass", counter, direction: directionOf(pass.direction), ...peopleOf(pass) };
  }
  if (entry.kill) return { kind: "kill", restart: time(entry.kill.restart, DEFAULTS.restart) };
  if (entry.power !== undefined) return { kind: "power", on: entry.power === "on" };
  if (entry.broker !== undefined) return { kind: "broker", up: entry.broker === "back" };
  if (entry.jump !== undefined) return { kind: "jump", ms: milliseconds(entry.jump) };
  if (command) {
    const { code, component, level = 0, lasts } = command;
    return code === "lighting.level.set"
      ? { kind: "command", code, component, level, lasts: time(lasts) }
      : { kind: "command", code, component };
  }
  return undefined;
}

function conditionOf(entry: ConditionEntry, config: CabinetConfig): Condition | undefined {
  const { light, status, frames, edges } = entry;
  if (light) {
    const { is, tolerance = DEFAULTS.tolerance } = light;
    const range = is === undefined ? rangeOf(light) : { atLeast: is - tolerance, atMost: is + tolerance };
    return { kind: "light", lamps: lampsOf(config, light), ...range };
  }
  if (entry.alarm) return { kind: "alarm", ...entry.alarm };
  if (status) return { kind: "status", ...status };
  if (entry.presence !== undefined) return { kind: "presence", is: entry.presence };
  if (entry.result !== undefined) {
    if (entry.result === "done") return { kind: "result", ok: true };
    return { kind: "result", ok: false, ...(entry.result === "refused" ? {} : { error: entry.result }) };
  }
  if (frames) return { kind: "frames", bus: frames.bus, matching: frames.matching ?? "*", ...countOf(frames) };
  if (entry.pin) return { kind: "pin", ...pinOf(config, entry.pin.pin), high: entry.pin.is === "high" };
  if (edges) {
    const to = edges.to === undefined ? {} : { to: edges.to };
    return { kind: "edges", ...pinOf(config, edges.pin), ...to, ...countOf(edges) };
  }
  switch (entry.runtime) {
    case "running":
    case "stopped":
      return { kind: "runtime", running: entry.runtime === "running" };
    case "same":
    case "new":
      return { kind: "process", is: entry.runtime };
    case undefined:
      break;
  }
  return entry.descriptors && { kind: "descriptors", ...entry.descriptors };
}

function time(text: string | undefined, otherwise = 0): number {
  return text === undefined ? otherwise : milliseconds(text);
}

const rangeOf = ({ atLeast, atMost }: Range): Range => ({
  ...(atLeast === undefined ? {} : { atLeast }),
  ...(atMost === undefined ? {} : { atMost }),
});

/** Where nothing is said, once is enough. */
const countOf = (range: Range): Range =>
  range.atLeast === undefined && range.atMost === undefined ? { atLeast: 1 } : rangeOf(range);

/** The checks have seen to it that there is one. */
const pinOf = (config: CabinetConfig, name: string) => {
  const { pin } = isPin(config, name);
  return { chip: pin?.chip ?? "", offset: pin?.offset ?? 0 };
};

const directionOf = (direction: "up" | "down" = "up"): 1 | -1 => (direction === "up" ? 1 : -1);

const peopleOf = ({ people = 1, every }: { readonly people?: number; readonly every?: string }) => ({
  people,
  every: time(every, DEFAULTS.every),
});
