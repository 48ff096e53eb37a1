import { arbitrate } from "../../controllers/arbiter.ts";
import { scheduleOn } from "../../controllers/lighting/calendar.ts";
import { floorOf } from "../../controllers/lighting/lighting-class.ts";
import { localClock } from "../../controllers/lighting/local-time.ts";
import { programmesOf } from "../../controllers/lighting/programme.ts";
import { type InForce, inForce } from "../../controllers/lighting/schedule.ts";
import type { DayTime, Lamp, Site } from "../../controllers/model.ts";
import { type Instant, type Level, level } from "../../controllers/units.ts";
import { dayTimeText } from "../../firmware/config/time.ts";

const MINUTES_A_DAY = 1440;

/** From when on a lamp has which light, and why. */
export interface NightRow {
  readonly at: Instant;
  /** As the schedule says it, and what the lamp gives: never less than its reduced class, but off. */
  readonly level: Level;
  readonly light: Level;
  readonly adaptive: boolean;
  readonly schedule: string;
  /** The moment as the file writes it. */
  readonly why: string;
}

/** The night of a lamp from noon to noon. */
export interface Night {
  /** Which rule of which calendar decided; null where the lamp follows a schedule. */
  readonly calendar: { readonly name: string; readonly rule: number | null; readonly schedule: string } | null;
  /** First what is in force at noon; times grow. */
  readonly rows: readonly NightRow[];
}

/** What the programme of a lamp says from noon of a local date, as days since 1970-01-01, to the next. No people, no wishes. */
export function nightOf(site: Site, lamp: Lamp, date: number): Night {
  const local = localClock(site.timeZone);
  const programme = programmesOf(site).find(({ name }) => name === lamp.schedule);
  if (!programme) throw new TypeError(`schedule of ${lamp.id} is ${lamp.schedule}: allowed are those of the site`);
  const calendar = site.calendars?.find(({ name }) => name === lamp.schedule);
  const said: InForce[] = [];
  let at = local.at(date, MINUTES_A_DAY / 2);
  const end = local.at(date + 1, MINUTES_A_DAY / 2);
  const rows: NightRow[] = [];
  while (at < end) {
    const now = inForce(programme, local, site.sun, at);
    const before = said.at(-1);
    if (!before || before.period !== now.period || (now.period && before.schedule !== now.schedule)) {
      rows.push(rowOf(site, lamp, now, at));
    }
    said.push(now);
    at = now.to;
  }
  return {
    calendar: calendar ? { name: calendar.name, ...scheduleOn(calendar, date) } : null,
    rows,
  };
}

function rowOf(site: Site, lamp: Lamp, { period, schedule }: InForce, at: Instant): NightRow {
  const off = site.schedules.find(({ name }) => name === schedule)?.off as DayTime;
  const wished = period?.level ?? level(0);
  const limits = { lamp: lamp.id, floor: floorOf(lamp), failSafe: site.failSafe };
  const wish = {
    target: lamp.id,
    level: wished,
    rank: "schedule",
    reason: schedule,
    until: (at + 1) as Instant,
  } as const;
  return {
    at,
    level: wished,
    light: arbitrate(limits, [wish], at).level,
    adaptive: period?.adaptive === true && wished > 0,
    schedule,
    why: dayTimeText(period?.from ?? off),
  };
}
