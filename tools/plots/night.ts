import { localClock } from "../../controllers/lighting/local-time.ts";
import { type Instant, instant } from "../../controllers/units.ts";

/** A night is told from this local time to that of the next day. */
const EVENING = 16 * 60;
const MORNING = 9 * 60;
const HOUR = 3_600_000;

export interface NightHours {
  /** Of the evening, such as 2026-11-20. */
  readonly date: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Begins of its hours. */
  readonly hours: readonly Instant[];
  /** Every third of them in local time; the others empty. */
  readonly columns: readonly string[];
}

/** The night that begins on a local day, in days since 1970. */
export function nightOf(timeZone: string, day: number): NightHours {
  const local = localClock(timeZone);
  const [from, to] = [local.at(day, EVENING), local.at(day + 1, MORNING)];
  const hours = Array.from({ length: Math.ceil((to - from) / HOUR) }, (_, i) => instant(from + i * HOUR));
  return {
    date: new Date(day * 86_400_000).toISOString().slice(0, 10),
    from,
    to,
    hours,
    columns: hours.map((hour, i) => (i % 3 === 0 ? hourText(local.minutes(hour)) : "")),
  };
}

const hourText = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:00`;
