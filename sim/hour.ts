import type { Instant } from "../controllers/units.ts";

/** Milliseconds from `now` to the next time a clock in `timeZone` shows `hour` (0 to 24, parts allowed). */
export function untilHour(now: Instant, hour: number, timeZone: string): number {
  const [h, m, s] = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium" })
    .format(now)
    .split(":")
    .map(Number);
  const shown = ((h as number) * 60 + (m as number)) * 60 + (s as number);
  return ((((hour * 3600 - shown) % 86_400) + 86_400) % 86_400) * 1000;
}
