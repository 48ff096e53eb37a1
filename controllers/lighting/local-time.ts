import { type Instant, instant } from "../units.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** Wall time of one IANA zone. Keeps the last offset it worked out, so that asking about one night is cheap. */
export interface LocalClock {
  /** The local date, as days since 1970-01-01. */
  day(at: Instant): number;
  /** Local wall time in minutes after midnight, 0 to below 1440. */
  minutes(at: Instant): number;
  /**
   * When it is `minutes` (may be negative or over 1440) after midnight of the local date `day` on the wall clock. A time
   * that occurs twice gives its first occurrence; one that is left out is read with the offset before the gap. Never
   * before 1970.
   */
  at(day: number, minutes: number): Instant;
}

/** Wall time in an IANA zone, from the language's own zone data. Throws TypeError for a zone it does not know. */
export function localClock(timeZone: string): LocalClock {
  const offsetAt = zoneOffset(timeZone);
  const local = (at: number) => at + offsetAt(at);
  return {
    day: (at) => Math.floor(local(at) / DAY),
    minutes: (at) => (((local(at) % DAY) + DAY) % DAY) / MINUTE,
    at(day, minutes) {
      const wall = day * DAY + minutes * MINUTE;
      // An offset is at most 14 h (and changes at most once in a day): these two straddle any change near `wall`.
      const before = offsetAt(wall - DAY);
      const later = offsetAt(wall + DAY);
      const occurrences = [wall - Math.max(before, later), wall - Math.min(before, later)];
      return instant(Math.max(0, occurrences.find((at) => local(at) === wall) ?? wall - before));
    },
  };
}

/**
 * Offset from UTC in ms at a time. Asking Intl costs microseconds, so the span of time known to have one offset is kept
 * and grows: no zone changes twice within a day, nor there and back within a week.
 */
function zoneOffset(timeZone: string): (at: number) => number {
  const format = dateFormat(timeZone);
  const exact = (at: number) => {
    const second = Math.floor(at / 1000) * 1000;
    const field: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(second)) field[type] = Number(value);
    const { year = 0, month = 1, day = 0, hour = 0, minute = 0, second: seconds = 0 } = field;
    return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
  };
  let known = { from: 0, to: 0, offset: 0 };
  return (at) => {
    if (at >= known.from && at < known.to) return known.offset;
    const from = Math.floor(at / DAY) * DAY;
    const to = from + DAY;
    const offset = exact(from);
    if (offset !== exact(to)) return exact(at);
    const near = from - known.to < WEEK && known.from - to < WEEK && offset === known.offset;
    known = near ? { from: Math.min(from, known.from), to: Math.max(to, known.to), offset } : { from, to, offset };
    return offset;
  };
}

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (error) {
    throw new TypeError(`time zone is ${timeZone}: allowed is an IANA name such as Europe/Paris`, { cause: error });
  }
}
