import type { CabinetConfig } from "../../firmware/config/read.ts";
import { attachments } from "../../sim/scenarios/devices.ts";
import type { Report, Target, Verdict } from "../../sim/scenarios/model.ts";

/** One scenario on one target, as every report tells it. JSON data only. */
export interface Outcome {
  /** The scenario's file, as it was named on the command line or found in a folder. */
  readonly file: string;
  readonly report: Report;
  /** Real time it took, the target's own preparation included, ms. */
  readonly took: number;
  readonly layout: Layout;
}

/** What a person wants lanes to be grouped by. */
export interface Layout {
  /** Streets with the lamps on them, in order of position. */
  readonly streets: readonly { readonly name: string; readonly lamps: readonly string[] }[];
  /** What hangs on a pin, by `chip:offset`. */
  readonly pins: Readonly<Record<string, string>>;
}

/** The layout that a cabinet's configuration describes. */
export function layoutOf(config: CabinetConfig): Layout {
  const { lamps } = config;
  const onPins = [...attachments(config)].flatMap(([id, where]) => (where.on === "pin" ? [{ id, ...where.pin }] : []));
  const names = [...new Set(lamps.map(({ street }) => street))];
  return {
    streets: names.map((name) => ({
      name,
      lamps: lamps
        .filter(({ street }) => street === name)
        .toSorted((a, b) => a.position - b.position)
        .map(({ id }) => id),
    })),
    pins: Object.fromEntries(onPins.map(({ id, chip, offset }) => [pinName(chip, offset), id])),
  };
}

export const pinName = (chip: string, offset: number): string => `${chip}:${offset}`;

/** The worst of several: a target that broke says less than a scenario that failed, so it comes first. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  const order: readonly Verdict[] = ["broken", "failed", "passed", "skipped"];
  return order.find((verdict) => verdicts.includes(verdict)) ?? "skipped";
}

/** 0: all passed or were skipped; 1: a scenario failed; 2: a target broke, so that the rest is not known. */
export function exitCodeOf(outcomes: readonly Outcome[]): 0 | 1 | 2 {
  const verdict = worst(outcomes.map(({ report }) => report.verdict));
  return verdict === "broken" ? 2 : verdict === "failed" ? 1 : 0;
}

/** The outcomes of one file, one a target. */
export interface Played {
  readonly file: string;
  readonly name: string;
  readonly outcomes: readonly Outcome[];
}

/** Outcomes by file, in the order in which files first appear; targets in the order of `targets`. */
export function byFile(outcomes: readonly Outcome[], targets: readonly Target[]): readonly Played[] {
  const files = [...new Set(outcomes.map(({ file }) => file))];
  return files.map((file) => {
    const mine = outcomes
      .filter((outcome) => outcome.file === file)
      .toSorted((a, b) => targets.indexOf(a.report.target) - targets.indexOf(b.report.target));
    return { file, name: mine[0]?.report.name ?? file, outcomes: mine };
  });
}
