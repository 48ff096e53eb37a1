/** Hourly counts of some sensors on the grid of local wall time: every day has its 24 hours, whatever the clocks did. */
export interface HourlyCounts {
  /** Wall hour of the first value: hours since 1970-01-01 00:00 as the wall clock shows them. */
  readonly from: number;
  readonly sensors: readonly string[];
  /** By sensor, all equally long: people from the wall hour on; NaN: not counted. */
  readonly people: readonly Float32Array[];
}

/** The wall hour of a local date and hour. Dates as in the Gregorian calendar; `month` from 1. */
export const wallHour = (year: number, month: number, day: number, hour: number): number =>
  Date.UTC(year, month - 1, day, hour) / 3_600_000;

/** Hour of the day, 0 to 23. */
export const hourOfDay = (wall: number): number => ((wall % 24) + 24) % 24;

/** Monday 0 to Sunday 6: 1970 began on a Thursday. */
export const weekday = (wall: number): number => (((Math.floor(wall / 24) + 3) % 7) + 7) % 7;

/** How many hours the grid has. */
export const hoursOf = (counts: HourlyCounts): number => counts.people[0]?.length ?? 0;
