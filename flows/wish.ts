import { show, wordOf } from "./field.ts";
import type { Msg } from "./red.ts";

/** What the editor set; a field that is empty is taken from the message. */
export interface LevelConfig {
  readonly node: string;
  readonly component: string;
  /** As the editor keeps numbers: text, too. */
  readonly minutes: number | string;
  /** Minutes from now, or an ISO 8601 time; unknown to flows of older versions. */
  readonly start?: number | string;
}

export interface Wish {
  readonly node: string;
  /** An address: `lamp/1/5`, `lamp/1`, `lamp/1/2-6,9`. */
  readonly component: string;
  /** Light in percent of full, for how long, and from when; null withdraws an earlier wish. */
  readonly hold: { readonly level: number; readonly minutes: number; readonly start: Start } | null;
}

/** At once; minutes from now, by the cabinet's clock; or an instant, ms since 1970. */
export type Start = null | { readonly in: number } | { readonly at: number };

/** The farthest ahead that a cabinet takes a wish for: seven days. */
const MOST_MINUTES = 7 * 24 * 60;

/** What a message asks for, with what the editor set. Something missing or out of range is a TypeError that names it. */
export function wishOf(config: LevelConfig, msg: Msg): Wish {
  const level = levelOf(msg["payload"]);
  return {
    node: wordOf("node", config.node, msg),
    component: wordOf("component", config.component, msg),
    hold: level === null ? null : { level, ...timeOf(config, msg) },
  };
}

function timeOf(config: LevelConfig, msg: Msg): { minutes: number; start: Start } {
  const [minutes, start] = [minutesOf(config, msg), startOf(config, msg)];
  if (start === null || "at" in start || start.in + minutes <= MOST_MINUTES) return { minutes, start };
  throw new TypeError(`start is in ${start.in} minutes for ${minutes}: allowed are ${MOST_MINUTES} together`);
}

function levelOf(payload: unknown): number | null {
  if (payload === "release") return null;
  if (typeof payload === "number" && payload >= 0 && payload <= 100) return payload;
  throw new TypeError(`msg.payload is ${show(payload)}: allowed is a number from 0 to 100, or "release"`);
}

function minutesOf(config: LevelConfig, msg: Msg): number {
  const set = String(config.minutes).trim();
  const value = set === "" ? msg["minutes"] : Number(set);
  if (typeof value === "number" && value > 0 && value <= MOST_MINUTES) return value;
  throw new TypeError(`minutes is ${show(value)}: allowed is a number above 0, up to ${MOST_MINUTES}`);
}

/** With its zone: what is the time here need not be the time at the cabinet. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function startOf(config: LevelConfig, msg: Msg): Start {
  const set = String(config.start ?? "").trim();
  const given = set === "" ? msg["start"] : set;
  if (given === undefined || given === null || given === "") return null;
  const minutes = set !== "" || typeof given === "number" ? Number(given) : Number.NaN;
  if (minutes >= 0 && minutes < MOST_MINUTES) return minutes === 0 ? null : { in: minutes };
  const at = typeof given === "string" && TIME.test(given) ? Date.parse(given) : Number.NaN;
  if (!Number.isNaN(at)) return { at };
  throw new TypeError(
    `start is ${show(given)}: allowed is a number of minutes from 0, under ${MOST_MINUTES}, or a time such as 2026-11-23T22:30:00+01:00`,
  );
}
