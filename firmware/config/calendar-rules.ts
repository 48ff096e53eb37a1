import type { Problems, Step } from "./problem.ts";
import { dateOf } from "./programmes.ts";
import { once, refersTo } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

type File = Draft<ConfigFile>;
type Rule = Draft<NonNullable<ConfigFile["calendars"]>[number]["rules"][number]>;

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** No calendar has a schedule's name, and rules name days that are there. */
export function checkCalendars({ schedules, calendars = [] }: File, problems: Problems): void {
  const names = schedules?.map((schedule) => schedule?.name) ?? [undefined];
  const toSchedule = refersTo(problems, names);
  const nameOnce = once(problems, "calendar");
  for (const [i, calendar] of calendars.entries()) {
    if (!calendar) continue;
    const at = (...steps: Step[]): readonly Step[] => ["calendars", i, ...steps];
    nameOnce(calendar.name, at("name"));
    if (calendar.name !== undefined && names.includes(calendar.name))
      problems.add(at("name"), shown(calendar.name), "a name that no schedule has");
    toSchedule(calendar.otherwise, at("otherwise"));
    for (const [j, rule] of (calendar.rules ?? []).entries()) {
      if (!rule) continue;
      toSchedule(rule.schedule, at("rules", j, "schedule"));
      checkDays(rule, at("rules", j), problems);
    }
  }
}

function checkDays(rule: Rule, steps: readonly Step[], problems: Problems): void {
  const { from, to, easter } = rule;
  const { schedule: _, ...days } = rule;
  if (Object.keys(days).length === 0)
    problems.add(
      steps,
      "a rule for every day",
      "days: from, to, days, occurrences, holidays, eves or easter",
      "a schedule for every day is `otherwise`",
    );
  for (const key of ["from", "to"] as const) checkDate(rule[key], [...steps, key], problems);
  if (from !== undefined && to !== undefined) {
    if (from.length !== to.length)
      problems.add(
        [...steps, "to"],
        shown(to),
        `a day ${from.length > to.length ? "with" : "without"} a year, as \`from\``,
      );
    else if (from.length > "12-24".length && to < from)
      problems.add([...steps, "to"], shown(to), `${from} (from) or later`);
  }
  if (easter?.from !== undefined && easter.to !== undefined && easter.to < easter.from)
    problems.add([...steps, "easter", "to"], String(easter.to), `${easter.from} (from) or more`);
}

function checkDate(text: string | undefined, steps: readonly Step[], problems: Problems): void {
  if (text === undefined) return;
  const { year, month, day } = dateOf(text);
  const last =
    month === 2 && year !== undefined ? new Date(Date.UTC(year, 2, 0)).getUTCDate() : DAYS_IN_MONTH[month - 1];
  if (last !== undefined && day > last)
    problems.add(steps, shown(text), `a day that is there: up to ${last} in that month`);
}
