import type { DayTime } from "../../controllers/model.ts";

/** Reads `23:00`, `sunset`, `sunrise+15min not before 05:00 not after 08:00`; the schema has checked the form. */
export function dayTime(text: string): DayTime {
  const clock = minutesOf(text);
  if (clock !== undefined) return { kind: "clock", minutes: clock };
  const [, kind, offset, earliest, latest] = SOLAR.exec(text) ?? [];
  if (!kind) throw new TypeError(`time of day is "${text}": allowed HH:MM, sunset or sunrise with an offset`);
  const [from, to] = [minutesOf(earliest), minutesOf(latest)];
  return {
    kind: kind as "sunset" | "sunrise",
    offset: Number(offset ?? 0),
    ...(from === undefined ? {} : { earliest: from }),
    ...(to === undefined ? {} : { latest: to }),
  };
}

const SOLAR = /^(sunset|sunrise)(?:([+-]\d{1,3})min)?(?: not before (\d\d:\d\d))?(?: not after (\d\d:\d\d))?$/;

function minutesOf(text: string | undefined): number | undefined {
  const [, hour, minute] = /^(\d\d):(\d\d)$/.exec(text ?? "") ?? [];
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

/** As the file writes it. */
export function dayTimeText(time: DayTime): string {
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  if (time.kind === "clock") return clock(time.minutes);
  const { kind, offset, earliest, latest } = time;
  return [
    offset === 0 ? kind : `${kind}${offset < 0 ? "-" : "+"}${Math.abs(offset)}min`,
    ...(earliest === undefined ? [] : [`not before ${clock(earliest)}`]),
    ...(latest === undefined ? [] : [`not after ${clock(latest)}`]),
  ].join(" ");
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
