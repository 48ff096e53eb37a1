/** The words of a report that the terminal, JUnit and the timeline share. */
import type { Observation, StepReport } from "../../sim/scenarios/model.ts";
import { pinName } from "./outcome.ts";
import { moment } from "./text.ts";

/** What was seen, in one line. Not escaped: parts of it come from the wire and from the cockpit. */
export function describe(seen: Observation): string {
  switch (seen.kind) {
    case "light":
      return `${seen.lamp} gives ${Math.round(seen.level * 10) / 10} %`;
    case "frame":
      return `${seen.bus}: ${seen.text}`;
    case "pin":
      return `${pinName(seen.chip, seen.offset)} is ${seen.high ? "high" : "low"}`;
    case "alarm":
      return `alarm ${seen.code} at ${seen.component} ${seen.active ? "raised" : "cleared"}${seen.message ? `: ${seen.message}` : ""}`;
    case "status":
      return `status ${seen.code} ${seen.attribute}${seen.component ? ` ${seen.component}` : ""} = ${JSON.stringify(seen.value) ?? "nothing"}`;
    case "presence":
      return `the cockpit hears: ${seen.presence}`;
    case "result": {
      const words = [seen.error, seen.message].filter(Boolean).join(", ");
      return `${seen.code} ${seen.ok ? "done" : "refused"}${words ? `: ${words}` : ""}`;
    }
    case "runtime":
      return `the runtime ${seen.running ? "runs" : "has ended"}${seen.pid === undefined ? "" : ` (process ${seen.pid})`}`;
    case "action":
      return seen.text;
  }
}

/** What a step that went wrong expected and what was there, a line each; nothing for one that did not. */
export function expectedAndSeen({ expected, seen, why }: StepReport): string[] {
  const lines: string[] = [];
  if (expected !== undefined) lines.push(`expected: ${expected}`);
  if (seen !== undefined) lines.push(`seen: ${seen}`);
  if (why !== undefined) lines.push(why);
  return lines;
}

/** When a step was due, began, and came true or was given up; empty for one that was not run. */
export function whenOf({ due, began, deadline, happened, ended }: StepReport): string {
  const words: string[] = [];
  if (due !== undefined) words.push(`due ${moment(due)}`);
  if (began !== undefined) words.push(`began ${moment(began)}`);
  if (happened !== undefined) words.push(`true at ${moment(happened)}`);
  if (deadline !== undefined) words.push(`allowed until ${moment(deadline)}`);
  if (ended !== undefined) words.push(`ended ${moment(ended)}`);
  return words.join(", ");
}
