import { join } from "node:path";
import { type Summary, summaryOf } from "./measures.ts";
import { type Loaded, loadSumo, type Played, play, type Strategy } from "./play.ts";

export interface CompareOptions {
  readonly file: string;
  readonly strategies: readonly Strategy[];
  readonly seeds: readonly number[];
  /** Runs at a time. */
  readonly jobs: number;
  /** Where SUMO's files are written while a run lasts. */
  readonly folder: string;
  readonly until?: number;
  readonly onRun?: (run: Played) => Promise<void> | void;
}

export interface Compared {
  readonly name: string;
  readonly software: string;
  readonly signals: number;
  readonly notes: readonly string[];
  readonly runs: readonly Played[];
  readonly summaries: readonly Summary[];
}

/** Plays every strategy with every seed. Throws Fault `protocol` with what SUMO says. */
export async function compare(options: CompareOptions): Promise<Compared> {
  const loaded = await loadSumo(options.file);
  const wanted = options.seeds.flatMap((seed) => options.strategies.map((strategy) => ({ seed, strategy })));
  const runs: Played[] = [];
  let software = "SUMO";
  const worker = async (): Promise<void> => {
    for (let next = wanted.shift(); next; next = wanted.shift()) {
      const { events: _, ...run } = await played(loaded, options, next);
      software = run.software;
      runs.push(run);
      await options.onRun?.(run);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  const order = (run: Played): number => options.strategies.indexOf(run.strategy) * 1e6 + run.seed;
  runs.sort((a, b) => order(a) - order(b));
  return {
    name: loaded.name,
    software,
    signals: loaded.junctions.length,
    notes: [...loaded.notes],
    runs,
    summaries: options.strategies.map((strategy) =>
      summaryOf(
        strategy,
        runs.filter((run) => run.strategy === strategy),
      ),
    ),
  };
}

const played = (
  loaded: Loaded,
  { folder, until }: CompareOptions,
  { seed, strategy }: { seed: number; strategy: Strategy },
) =>
  play(loaded, {
    strategy,
    seed,
    folder: join(folder, `${strategy}-${seed}`),
    ...(until === undefined ? {} : { until }),
  });
