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
  }
}

/** Moments of one night must come one after the other, as far as that can be known without the date. */
function checkOrder(moments: readonly Moment[], problems: Problems): void {
  const first = moments.map(clockMinutes).find((minutes) => minutes !== undefined) ?? 0;
  const last = new Map<DayTime["kind"], { readonly text: string; readonly at: number }>();
  for (const { text, steps } of moments) {
    if (text === undefined) continue;
    const time = dayTime(text);
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
