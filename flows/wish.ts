import type { Msg } from "./red.ts";

/** What the editor set; a field that is empty is taken from the message. */
export interface LevelConfig {
  readonly node: string;
  readonly component: string;
  /** As the editor keeps numbers: text, too. */
  readonly minutes: number | string;
}

export interface Wish {
  readonly node: string;
  /** An address: `lamp/1/5`, `lamp/1`, `lamp/1/2-6,9`. */
  readonly component: string;
  /** Light in percent of full, and for how long; null withdraws an earlier wish. */
  readonly hold: { readonly level: number; readonly minutes: number } | null;
}

/** The longest a cabinet takes a wish for: seven days. */
const MOST_MINUTES = 7 * 24 * 60;

/** What a message asks for, with what the editor set. Something missing or out of range is a TypeError that names it. */
export function wishOf(config: LevelConfig, msg: Msg): Wish {
  const level = levelOf(msg["payload"]);
  return {
    node: word("node", config.node, msg),
    component: word("component", config.component, msg),
    hold: level === null ? null : { level, minutes: minutesOf(config, msg) },
  };
}

function word(field: "node" | "component", set: string, msg: Msg): string {
  const value = set.trim() || msg[field];
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  throw new TypeError(`msg.${field} is ${show(value)}: allowed is a text, since the node's own field is empty`);
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

function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
