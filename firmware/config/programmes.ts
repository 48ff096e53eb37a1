import type {
  Calendar,
  CalendarDate,
  CalendarRule,
  ComponentId,
  ControlSource,
  DynamicControl,
  Schedule,
} from "../../controllers/model.ts";
import { level, lux, seconds } from "../../controllers/units.ts";
import { DEFAULTS } from "./defaults.ts";
import { type CalendarEntry, type DynamicEntry, WEEKDAYS } from "./programme-schema.ts";
import type { ConfigFile } from "./schema.ts";
import { dayTime } from "./time.ts";

type ScheduleEntry = ConfigFile["schedules"][number];
type Counting = { readonly id: ComponentId; readonly street: string };

/** From an entry that passed every check. */
export const scheduleOf = (
  { name, periods, off, dynamic }: ScheduleEntry,
  counters: readonly Counting[],
): Schedule => ({
  name,
  periods: periods.map((period) => ({
    from: dayTime(period.from),
    level: level(period.level),
    adaptive: period.adaptive ?? DEFAULTS.adaptivePeriod,
  })),
  off: dayTime(off ?? DEFAULTS.off),
  ...(dynamic ? { dynamic: dynamic.map((entry) => controlOf(entry, counters)) } : {}),
});

function controlOf(entry: DynamicEntry, counters: readonly Counting[]): DynamicControl {
  const { name, source, during, operation, hold } = entry;
  return {
    name: name ?? source,
    source: sourceOf(entry, counters),
    ...(during ? { during: during.map(({ from, to }) => ({ from: dayTime(from), to: dayTime(to) })) } : {}),
    operation,
    level: entry.level,
    hold: seconds(hold ?? DEFAULTS.dynamic.hold),
  };
}

export const isLightSensor = (source: string): boolean => source.startsWith("light/");

function sourceOf({ source, below, above }: DynamicEntry, counters: readonly Counting[]): ControlSource {
  if (isLightSensor(source)) {
    const dark = below ?? 0;
    return { kind: "dark", sensor: source, below: lux(dark), above: lux(above ?? dark) };
  }
  const own = counters.filter(({ id, street }) => id === source || street === source);
  return { kind: "people", counters: own.map(({ id }) => id) };
}

/** From an entry that passed every check. */
export const calendarOf = ({ name, rules, otherwise }: CalendarEntry): Calendar => ({
  name,
  rules: rules.map(ruleOf),
  otherwise,
});

function ruleOf({ from, to, days, occurrences, ...rest }: CalendarEntry["rules"][number]): CalendarRule {
  return {
    ...rest,
    ...(from === undefined ? {} : { from: dateOf(from) }),
    ...(to === undefined ? {} : { to: dateOf(to) }),
    ...(days ? { days: days.map((day) => WEEKDAYS.indexOf(day) + 1) } : {}),
    ...(occurrences ? { occurrences: occurrences.map((one) => (one === "last" ? -1 : Number(one))) } : {}),
  };
}

/** Reads `12-24` and `2026-12-24`; the schema has checked the form. */
export function dateOf(text: string): CalendarDate {
  const [day = 0, month = 0, year] = text.split("-").map(Number).reverse();
  return { ...(year === undefined ? {} : { year }), month, day };
}
