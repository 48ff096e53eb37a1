/**
 * Names under which a day may come back in another year: by date, by weekday of the month from its begin or its end, and by
 * its distance from Easter. What such days had in common is learned from the counts themselves; no country's list is needed.
 */
export const DAY_KEYS = 4;

/** The keys of a local day (days since 1970), one of each kind; numbers of different kinds never meet. */
export function dayKeys(day: number): readonly [number, number, number, number] {
  const date = new Date(day * 86_400_000);
  const [year, month, of] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const weekday = date.getUTCDay();
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const nth = Math.floor((of - 1) / 7);
  const nthFromEnd = Math.floor((last - of) / 7);
  const fromEaster = day - easter(year);
  return [
    month * 31 + of,
    1000 + (month * 5 + nth) * 7 + weekday,
    2000 + (month * 5 + nthFromEnd) * 7 + weekday,
    Math.abs(fromEaster) <= 63 ? 3000 + fromEaster + 63 : -1,
  ];
}

/** Day of Easter Sunday of the western churches (the anonymous Gregorian computus, Meeus 1991), in days since 1970. */
export function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  const day = (h + l - 7 * m + 33 * month + 19) % 32;
  return Date.UTC(year, month - 1, day) / 86_400_000;
}
