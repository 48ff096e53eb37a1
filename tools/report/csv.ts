import { localClock } from "../../controllers/lighting/local-time.ts";
import type { CabinetUse, UsedHour } from "./model.ts";
import { totalsOf } from "./sum.ts";

const HEAD = [
  "cabinet",
  "day",
  "hours",
  "baseline_wh",
  "led_full_wh",
  "led_programme_wh",
  "led_adaptive_wh",
  "metered_wh",
  "measured_wh",
  "modelled_wh",
  "controller_wh",
  "person_seconds_lit",
  "person_seconds_under_class",
] as const;

/** A line a cabinet and local day; empty where a figure is not known. RFC 4180, lines end with LF. */
export function csvOf(uses: readonly CabinetUse[]): string {
  const lines = uses.flatMap((use) => {
    const local = localClock(use.timeZone);
    const days = Map.groupBy(use.hours, ({ at }) => local.day(at));
    return [...days].sort(([a], [b]) => a - b).map(([day, hours]) => lineOf(use.name, day, hours));
  });
  return `${[HEAD.join(","), ...lines].join("\n")}\n`;
}

function lineOf(name: string, day: number, hours: readonly UsedHour[]): string {
  const { baseline, full, programme, adaptive, sources, own, lit, under } = totalsOf(hours);
  const known = hours.reduce((sum, { part }) => sum + part, 0);
  const energies = [baseline, full, programme, adaptive, sources.metered, sources.measured, sources.modelled, own];
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
  return [
    quoted(name),
    date,
    Number(known.toFixed(3)),
    ...energies.map((wh) => wh.toFixed(1)),
    ...[lit, under].map((seconds) => (seconds === null ? "" : seconds.toFixed(1))),
  ].join(",");
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
