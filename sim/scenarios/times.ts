/** Spans of time as people write them. */
import { form } from "../../firmware/config/language.ts";

const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;
const NUMBER = "[0-9]{1,6}(\\.[0-9]{1,3})?";
const UNIT = "(ms|s|min|h)";

export const span = (description: string, more: { default?: string } = {}) =>
  form(`^${NUMBER} ?${UNIT}$`, "a time such as 200 ms, 5 s, 2 min or 1 h", description, more);

export const signedSpan = (description: string) =>
  form(`^[+-]?${NUMBER} ?${UNIT}$`, "a time such as +2 h or -90 s", description);

export const moment = (description: string) =>
  form(
    "^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?(Z|[+-][01][0-9]:[0-5][0-9])$",
    "a date and time with its offset, such as 2026-11-18T22:30:00+01:00 or 2026-11-18T21:30:00Z",
    description,
  );

/** Milliseconds; the schema has checked the form. */
export function milliseconds(text: string): number {
  const found = /^([+-]?[0-9.]+) ?(ms|s|min|h)$/.exec(text);
  if (!found) throw new TypeError(`time is "${text}": allowed a number with ms, s, min or h`);
  return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
}

/** `1.5 s`, in the largest unit that says it shortly. */
export function spanText(ms: number): string {
  if (Math.abs(ms) < 1000) return `${ms} ms`;
  if (Math.abs(ms) < 120_000) return `${ms / 1000} s`;
  return Math.abs(ms) < 7_200_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`;
}
