import type { AlarmCode } from "../../controllers/model.ts";
import { LABELS } from "./dali-diagnosis-faults.ts";
import { type Patient, playTrial, type Told, type Trial } from "./dali-diagnosis-trial.ts";
import { type Figure, median, progress } from "./line.ts";

/** Others than those that thresholds were chosen with, 1 to 8. */
const SEEDS = [101, 102, 103, 104];
const LAMPS = 60;
const DAYS = 4;
const HOUR = 3_600_000;

/** What became of the faults of one label. */
export interface Score {
  readonly label: string;
  /** Faults, and how many of them were told by their alarm. */
  faults: number;
  found: number;
  /** How often that alarm began, all in all: more than `found` where it came and went. */
  begins: number;
  /** ms from the fault's beginning to its alarm. */
  readonly delays: number[];
}

export interface Scores {
  readonly byLabel: ReadonlyMap<string, Score>;
  /** By alarm: lamps that were told to have it, rightly and wrongly. */
  readonly byCode: ReadonlyMap<AlarmCode, { right: number; wrong: number }>;
  readonly wrong: readonly Told[];
}

/** An alarm that begins this soon after the repair was told for what was seen before. */
const STILL = HOUR;

/**
 * Compares what was told with what was so. An alarm of a lamp counts once a fault, as right where the fault is of that kind, or
 * where it is as true of it; as wrong on a lamp that has no such fault at that time, each time.
 */
export function score(trials: readonly Trial[]): Scores {
  const byLabel = new Map(
    LABELS.map(({ name }): [string, Score] => [name, { label: name, faults: 0, found: 0, begins: 0, delays: [] }]),
  );
  const byCode = new Map<AlarmCode, { right: number; wrong: number }>();
  const count = (code: AlarmCode, what: "right" | "wrong") => {
    const sums = byCode.get(code) ?? { right: 0, wrong: 0 };
    sums[what]++;
    byCode.set(code, sums);
  };
  const wrong: Told[] = [];
  for (const { patients, told } of trials) {
    for (const patient of patients) {
      const mine = told.filter(({ lamp, active }) => active && lamp === patient.lamp);
      const [due, stray] = split(patient, mine);
      for (const one of stray) count(one.code, "wrong");
      wrong.push(...stray);
      for (const code of new Set(due.map((one) => one.code))) count(code, "right");
      if (patient.label?.code) note(byLabel.get(patient.label.name) as Score, patient, due);
    }
  }
  return { byLabel, byCode, wrong };
}

function split({ label, from, until }: Patient, told: readonly Told[]): [Told[], Told[]] {
  const codes = label?.code ? [label.code, ...(label.also ?? [])] : [];
  const isDue = ({ code, at }: Told) => codes.includes(code) && at >= from && at < until + STILL;
  return [told.filter(isDue), told.filter((one) => !isDue(one))];
}

function note(sums: Score, { label, from }: Patient, due: readonly Told[]): void {
  const its = due.filter(({ code }) => code === label?.code);
  sums.faults++;
  sums.begins += its.length;
  const [first] = its;
  if (!first) return;
  sums.found++;
  sums.delays.push(first.at - from);
}

/**
 * Labelled faults of lamps over days of a street: how many are told, how many alarms are wrong, how long it takes. On the
 * runtime's own path but for power and diagnostics (`dali-diagnosis-trial.ts`). Some 45 s.
 */
export async function diagnosisFigures(): Promise<Figure[]> {
  const trials: Trial[] = [];
  for (const seed of SEEDS) {
    progress(`diagnosis, seed ${seed} ...`);
    trials.push(await playTrial({ seed, lamps: LAMPS, days: DAYS }));
  }
  return figuresOf(trials);
}

export function figuresOf(trials: readonly Trial[]): Figure[] {
  const { byLabel, byCode, wrong } = score(trials);
  for (const { lamp, code, message, at } of wrong)
    progress(`wrong: ${code} of ${lamp} after ${(at / HOUR).toFixed(1)} h: ${message}`);
  const scores = [...byLabel.values()].filter(({ faults }) => faults > 0);
  const faults = sum(scores, (one) => one.faults);
  const found = sum(scores, (one) => one.found);
  const right = sum([...byCode.values()], (one) => one.right);
  const years = sum(trials, ({ lampDays }) => lampDays) / 365.25;
  const delays = scores.flatMap((one) => one.delays);
  const parts = <T>(of: Iterable<readonly [string, T]>, value: (one: T) => number | string) =>
    Object.fromEntries([...of].map(([name, one]) => [name, value(one)]));
  const labels = scores.map((one) => [one.label, one] as const);
  return [
    {
      name: "diagnosis: precision, alarms told that are so",
      value: right / (right + wrong.length),
      unit: "",
      target: 0.98,
      least: true,
      parts: parts(byCode, (one) => `${one.right} of ${one.right + one.wrong}`),
    },
    {
      name: "diagnosis: recall, faults that are told",
      value: found / faults,
      unit: "",
      target: 0.95,
      least: true,
      parts: parts(labels, (one) => `${one.found} of ${one.faults}`),
    },
    {
      name: "diagnosis: from the fault to its alarm, median",
      value: median(delays) / HOUR,
      unit: "h",
      target: 1,
      parts: parts(labels, (one) => (one.delays.length > 0 ? round(median(one.delays) / HOUR) : "-")),
    },
    {
      name: "diagnosis: false alarms",
      value: wrong.length / years,
      unit: "per lamp and year",
      target: 1,
      parts: { lampYears: round(years), falseAlarms: wrong.length },
    },
    {
      name: "diagnosis: how often an alarm begins for one fault",
      value: sum(scores, (one) => one.begins) / found,
      unit: "",
      target: 1.2,
      parts: parts(labels, (one) => (one.found > 0 ? round(one.begins / one.found) : "-")),
    },
  ];
}

const sum = <T>(of: readonly T[], value: (one: T) => number): number =>
  of.reduce((total, one) => total + value(one), 0);
const round = (value: number): number => Number(value.toPrecision(3));
