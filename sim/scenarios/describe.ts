/** Steps in words, for reports. */
import type { Action, Condition, Range, Step } from "./model.ts";
import { DEFAULTS } from "./schema.ts";
import { spanText } from "./times.ts";
import { pinKey } from "./world.ts";

const MOST_LAMPS = 6;

/** What a step does and expects. */
export function describeStep(step: Pick<Step, "act" | "expect" | "within" | "hold">): string {
  return [step.act && describeAction(step.act), step.expect && describeExpectation(step)].filter(Boolean).join("; ");
}

export function describeExpectation({ expect, within, hold }: Pick<Step, "expect" | "within" | "hold">): string {
  if (!expect) return "";
  const what = `${expect.not ? "not " : ""}${describeCondition(expect.condition)}`;
  const by = within > 0 ? ` within ${spanText(within)}` : "";
  const rests = expect.condition.kind === "light" && hold === DEFAULTS.rest;
  return `${what}${by}${hold > 0 && !rests ? ` for ${spanText(hold)}` : ""}`;
}

export function describeAction(action: Action): string {
  switch (action.kind) {
    case "plug":
      return `${action.present ? "replug" : "unplug"} ${action.component}`;
    case "silence":
      return action.silent ? `${action.component} falls silent` : `${action.component} speaks again`;
    case "garbage": {
      const { component, bytes, every, lasts } = action;
      const again = lasts > 0 ? ` every ${spanText(every)} for ${spanText(lasts)}` : "";
      return `${bytes} bytes of garbage from ${component}${again}`;
    }
    case "i2c":
      return `I2C of ${action.component}: ${i2cText(action)}`;
    case "dali":
      return `${action.bus}: ${action.fault === "none" ? "well again" : action.fault}`;
    case "gear":
      return `gear of ${lampsText(action.lamps)}: ${action.fault === "none" ? "well again" : action.fault}`;
    case "mains":
      return `mains ${action.on ? "on" : "off"} for ${lampsText(action.lamps)}`;
    case "door":
      return `${action.open ? "open" : "close"} ${action.component}`;
    case "pin":
      return `pin ${pinKey(action)} ${levelText(action.high)}`;
    case "walk":
      return `${peopleText(action)} from ${action.position} m of ${action.street}, ${upText(action.direction)}`;
    case "pass":
      return `${peopleText(action)} past ${action.counter}, ${upText(action.direction)}`;
    case "kill":
      return `kill the runtime, restart after ${spanText(action.restart)}`;
    case "power":
      return `power ${action.on ? "on" : "off"}`;
    case "jump":
      return `wall clock ${action.ms < 0 ? "back" : "forward"} by ${spanText(Math.abs(action.ms))}`;
    case "broker":
      return `broker ${action.up ? "back" : "cut"}`;
    case "command": {
      const { code, component } = action;
      const how = action.code === "lighting.level.set" ? ` ${action.level} % for ${spanText(action.lasts)}` : "";
      return `command ${code} ${component}${how}`;
    }
  }
}

export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case "light":
      return `${lampsText(condition.lamps)} at ${rangeText(condition)} %`;
    case "alarm":
      return `alarm ${condition.code ?? "of any kind"}${condition.component ? ` at ${condition.component}` : ""}`;
    case "status": {
      const { code, attribute, component, is } = condition;
      const what = `status ${code} ${attribute}${component ? ` of ${component}` : ""}`;
      if (is !== undefined) return `${what} is ${JSON.stringify(is)}`;
      const bounded = condition.atLeast !== undefined || condition.atMost !== undefined;
      return bounded ? `${what} is ${rangeText(condition)}` : `${what} is known`;
    }
    case "presence":
      return `presence ${condition.is}`;
    case "result":
      return condition.ok ? "command done" : `command refused${condition.error ? `: ${condition.error}` : ""}`;
    case "frames":
      return `${rangeText(condition)} frames "${condition.matching}" on ${condition.bus}`;
    case "pin":
      return `pin ${pinKey(condition)} ${levelText(condition.high)}`;
    case "edges":
      return `${rangeText(condition)} edges of ${pinKey(condition)}${condition.to ? ` to ${condition.to}` : ""}`;
    case "runtime":
      return condition.running ? "runtime running" : "runtime stopped";
    case "process":
      return `${condition.is === "same" ? "the same" : "another"} process as at the beginning`;
    case "descriptors":
      return `${rangeText(condition)} open descriptors more than at the beginning`;
  }
}

function i2cText({ fault, count, amount }: Extract<Action, { kind: "i2c" }>): string {
  switch (fault) {
    case "none":
      return "well again";
    case "stuck":
    case "gone":
      return fault;
    case "late":
      return `${count} answers ${spanText(amount)} late`;
    case "busy":
      return `${count} times busy for ${amount} polls`;
    case "nack":
    case "nack-data":
      return `${count} ${fault}`;
  }
}

function rangeText({ atLeast, atMost }: Range): string {
  if (atLeast !== undefined && atMost !== undefined)
    return atLeast === atMost ? `${atLeast}` : `${atLeast} to ${atMost}`;
  return atLeast !== undefined ? `${atLeast} or more` : `${atMost} or less`;
}

function lampsText(lamps: readonly string[]): string {
  if (lamps.length <= MOST_LAMPS) return lamps.join(", ");
  return `${lamps.length} lamps (${lamps[0]} to ${lamps.at(-1)})`;
}

const levelText = (high: boolean): string => (high ? "high" : "low");
const upText = (direction: 1 | -1): string => (direction === 1 ? "up" : "down");
const peopleText = ({ people, every }: { readonly people: number; readonly every: number }): string =>
  people === 1 ? "somebody" : `${people} people, one every ${spanText(every)},`;
