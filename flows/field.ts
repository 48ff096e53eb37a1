import type { Msg } from "./red.ts";

/** What the editor set of a text, else what the message says. Neither is a TypeError that names the field. */
export function wordOf(field: string, set: string, msg: Msg): string {
  const value = set.trim() || msg[field];
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  throw new TypeError(`msg.${field} is ${show(value)}: allowed is a text, since the node's own field is empty`);
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
