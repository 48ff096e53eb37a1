/**
 * The corridor of simulated junctions, all strategies over the same seeds: what a change of the arbitration does, in
 * seconds. As a program: `node tools/bench/junction-corridor.ts [seeds]` prints a table.
 */
import { type CorridorStrategy, runCorridor, STRATEGIES } from "../../sim/junction/corridor.ts";
import type { CorridorMeasures } from "../../sim/junction/corridor-measures.ts";
import type { Figure } from "./line.ts";

const SEEDS = 5;

type Runs = Readonly<Record<CorridorStrategy, readonly CorridorMeasures[]>>;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function runAll(seeds: number): Runs {
  const of = (strategy: CorridorStrategy) =>
    Array.from({ length: seeds }, (_, seed) => runCorridor({ strategy, seed: seed + 1 }));
  return { none: of("none"), simple: of("simple"), hulotte: of("hulotte") };
}

const change = (runs: Runs, strategy: CorridorStrategy, of: (measures: CorridorMeasures) => number): number =>
  100 * (mean(runs[strategy].map(of)) / mean(runs.none.map(of)) - 1);

const busDelay = ({ buses }: CorridorMeasures): number => buses.delay;
const carDelay = ({ others }: CorridorMeasures): number => others.delay;

/** Buses' delay at signals against no priority, and what it costs the others; not one of the proof's rows, but CI's. */
export function corridorFigure(seeds = SEEDS): Figure {
  const runs = runAll(seeds);
  const value = change(runs, "hulotte", busDelay);
  const others = change(runs, "hulotte", carDelay);
  const round = (x: number) => Number(x.toFixed(1));
  return {
    name: "corridor: bus delay at signals against no priority",
    value,
    unit: "%",
    target: -70,
    holds: others <= 3,
    parts: {
      othersDelay: `${round(others)} % (at most 3 %)`,
      simple: `${round(change(runs, "simple", busDelay))} %, others ${round(change(runs, "simple", carDelay))} %`,
      busDelay: STRATEGIES.map((s) => `${s} ${round(mean(runs[s].map(busDelay)))} s`).join(", "),
      late: `${round(100 * mean(runs.hulotte.map(({ late }) => late)))} %`,
      unused: `${round(mean(runs.hulotte.map(({ unused }) => unused)))} s an hour`,
      worstWait: `${round(Math.max(...runs.hulotte.map(({ worstWait }) => worstWait.wait)))} s`,
      seeds,
    },
  };
}

if (import.meta.main) {
  const seeds = Number(process.argv[2] ?? SEEDS);
  const runs = runAll(seeds);
  for (const strategy of STRATEGIES) {
    const of = (what: (measures: CorridorMeasures) => number) => mean(runs[strategy].map(what)).toFixed(1);
    const junctions = runs[strategy][0]?.buses.each.map((_, j) => of(({ buses }) => buses.each[j] ?? 0)).join(" ");
    console.log(
      `${strategy.padEnd(8)} bus ${of(busDelay)} s (${change(runs, strategy, busDelay).toFixed(1)} %, p90 ${of(
        ({ buses }) => buses.high,
      )}, stopped ${of(({ buses }) => 100 * buses.stopped)} %; by junction ${junctions})  others ${of(carDelay)} s (${change(
        runs,
        strategy,
        carDelay,
      ).toFixed(
        1,
      )} %)  on foot ${of(({ people }) => people.wait)} s  person-h/h ${of((all) => all.personHours)}  late ${of(
        ({ late }) => 100 * late,
      )} %  unused ${of(({ unused }) => unused)} s/h  saved ${of(({ saved }) => saved)} s  longest wait ${Math.max(
        ...runs[strategy].map(({ worstWait }) => worstWait.wait),
      )} s`,
    );
  }
}
