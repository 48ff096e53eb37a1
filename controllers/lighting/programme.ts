import type { Schedule, Site } from "../model.ts";
import { scheduleOn } from "./calendar.ts";
import type { Programme } from "./schedule.ts";

/**
 * All that a lamp of the site may follow: its schedules, in their order, then its calendars. Throws TypeError for a
 * calendar of an unknown schedule.
 */
export function programmesOf({
  schedules,
  calendars = [],
}: Pick<Site, "schedules" | "calendars">): readonly (Schedule | Programme)[] {
  const byName = new Map(schedules.map((schedule) => [schedule.name, schedule]));
  const known = (name: string, of: string): Schedule => {
    const schedule = byName.get(name);
    if (!schedule) throw new TypeError(`calendar ${of} names the schedule ${name}: allowed are those of the site`);
    return schedule;
  };
  for (const { name, rules, otherwise } of calendars) {
    known(otherwise, name);
    for (const { schedule } of rules) known(schedule, name);
  }
  return [
    ...schedules,
    ...calendars.map(
      (calendar): Programme => ({
        name: calendar.name,
        scheduleOn: (day) => known(scheduleOn(calendar, day).schedule, calendar.name),
      }),
    ),
  ];
}
