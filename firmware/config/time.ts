import type { DayTime } from "../../controllers/model.ts";

/** Reads `23:00`, `sunset`, `sunrise+15min`; the schema has checked the form. */
export function dayTime(text: string): DayTime {
  const clock = /^(\d\d):(\d\d)$/.exec(text);
  if (clock) return { kind: "clock", minutes: Number(clock[1]) * 60 + Number(clock[2]) };
  const solar = /^(sunset|sunrise)(?:([+-]\d{1,3})min)?$/.exec(text);
  if (!solar) throw new TypeError(`time of day is "${text}": allowed HH:MM, sunset or sunrise with an offset`);
  return { kind: solar[1] as "sunset" | "sunrise", offset: Number(solar[2] ?? 0) };
}

/** Whether the platform's time-zone data has it. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
