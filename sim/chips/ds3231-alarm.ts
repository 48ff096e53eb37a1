/** An alarm of the DS3231: each field that is there must match (Maxim 19-5170, table 2). */
export interface Alarm {
  readonly second: number | undefined;
  readonly minute: number | undefined;
  readonly hour: number | undefined;
  /** 1 to 7, as the chip calls its days. */
  readonly weekday: number | undefined;
  /** 1 to 31. */
  readonly date: number | undefined;
}

const DAY = 86_400;
/** A date comes round within so many days; longer spans need not be searched. */
const MOST_DAYS = 62;

const range = (fixed: number | undefined, count: number): readonly number[] =>
  fixed === undefined ? Array.from({ length: count }, (_, i) => i) : [fixed];

/** Whether the alarm came due after `from`, up to `to` (ms since 1970 UTC). `dayOffset` is the weekday, less 1, of day 0. */
export function alarmWithin(alarm: Alarm, from: number, to: number, dayOffset: number): boolean {
  const first = Math.floor(from / 1000);
  const last = Math.floor(to / 1000);
  const firstDay = Math.max(Math.floor(first / DAY), Math.floor(last / DAY) - MOST_DAYS);
  for (let day = firstDay; day * DAY <= last; day++) {
    if (alarm.date !== undefined && new Date(day * DAY * 1000).getUTCDate() !== alarm.date) continue;
    if (alarm.weekday !== undefined && ((day + dayOffset) % 7) + 1 !== alarm.weekday) continue;
    for (const hour of range(alarm.hour, 24))
      for (const minute of range(alarm.minute, 60)) {
        const begin = day * DAY + hour * 3600 + minute * 60;
        if (begin > last || begin + 59 <= first) continue;
        for (const second of range(alarm.second, 60)) {
          const at = begin + second;
          if (at > first && at <= last) return true;
        }
      }
  }
  return false;
}
