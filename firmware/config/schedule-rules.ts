import type { DayTime } from "../../controllers/model.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Problems, Step } from "./problem.ts";
import { once } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { dayTime } from "./time.ts";
import { shown } from "./words.ts";

const MINUTES_A_DAY = 1440;

interface Moment {
  /** As the file writes it; undefined where that is wrong by itself. */
  readonly text: string | undefined;
  readonly steps: readonly Step[];
}

export function checkSchedules({ schedules = [] }: Draft<ConfigFile>, problems: Problems): void {
  const nameOnce = once(problems, "schedule");
  for (const [i, schedule] of schedules.entries()) {
    nameOnce(schedule?.name, ["schedules", i, "name"]);
    const moments = (schedule?.periods ?? []).map(
      (period, j): Moment => ({
        text: period?.from,
        steps: ["schedules", i, "periods", j, "from"],
      }),
    );
    moments.push({ text: schedule?.off ?? DEFAULTS.off, steps: ["schedules", i, "off"] });
    checkOrder(moments, problems);
    for (const [j, control] of (schedule?.dynamic ?? []).entries()) {
      for (const [k, window] of (control?.during ?? []).entries()) {
        for (const key of ["from", "to"] as const) {
          const text = window?.[key];
          if (text === undefined) continue;
          checkLimits(dayTime(text), text, ["schedules", i, "dynamic", j, "during", k, key], problems);
        }
      }
    }
  }
}

const NOON = MINUTES_A_DAY / 2;

/** A sunset is held within the afternoon, a sunrise within the morning: else nobody knows which day is meant. */
function checkLimits(time: DayTime, text: string, steps: readonly Step[], problems: Problems): void {
  if (time.kind === "clock") return;
  const { kind, earliest = time.latest, latest = earliest } = time;
  if (earliest === undefined || latest === undefined) return;
  const inHalf = kind === "sunset" ? earliest >= NOON : latest < NOON;
  if (!inHalf)
    problems.add(steps, shown(text), kind === "sunset" ? "limits from 12:00 to 23:59" : "limits from 00:00 to 11:59");
  else if (latest < earliest) problems.add(steps, shown(text), "the earlier limit in `not before`");
}

/** Moments of one night must come one after the other, as far as that can be known without the date. */
function checkOrder(moments: readonly Moment[], problems: Problems): void {
  const first = moments.map(clockMinutes).find((minutes) => minutes !== undefined) ?? 0;
  const last = new Map<DayTime["kind"], { readonly text: string; readonly at: number }>();
  for (const { text, steps } of moments) {
    if (text === undefined) continue;
    const time = dayTime(text);
    checkLimits(time, text, steps, problems);
    const before = last.get(time.kind);
    let at = time.kind === "clock" ? time.minutes : time.offset;
    // Clock times pass midnight once in a night: what is earlier than the first is on the next day.
    if (time.kind === "clock" && at < first) at += MINUTES_A_DAY;
    if (before && at <= before.at)
      problems.add(steps, shown(text), `a time after ${before.text}, in the order of the night`);
    else last.set(time.kind, { text, at });
  }
}

function clockMinutes({ text }: Moment): number | undefined {
  const time = text === undefined ? undefined : dayTime(text);
  return time?.kind === "clock" ? time.minutes : undefined;
}
