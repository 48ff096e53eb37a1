import type { Played, Strategy } from "./play.ts";

/** What one strategy comes to, over its seeds. */
export interface Summary {
  readonly strategy: Strategy;
  readonly runs: number;
  readonly bus: Means;
  readonly others: Means;
  readonly teleports: number;
  readonly collisions: number;
  readonly monitorFaults: number;
  /** Longest wait of any group, s; null where hulotte does not work the signals. */
  readonly worstWait: number | null;
}

/** Means of the runs' means, s. */
export interface Means {
  readonly duration: number;
  readonly waiting: number;
  readonly timeLoss: number;
  /** Times that it stood, without its stops. */
  readonly stops: number;
  readonly departDelay: number;
  readonly atSignals: number;
  readonly count: number;
}

export const MEASURES = ["duration", "waiting", "timeLoss", "stops", "departDelay", "atSignals"] as const;
export type Measure = (typeof MEASURES)[number];

/** Against the strategy that is compared with, as parts: -0.5 is half of it. Null where that is 0. */
export interface Change {
  readonly bus: Readonly<Record<Measure, number | null>>;
  readonly others: Readonly<Record<Measure, number | null>>;
}

export function summaryOf(strategy: Strategy, runs: readonly Played[]): Summary {
  const mean = (of: (run: Played) => number): number => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  const means = (who: "bus" | "others"): Means => ({
    duration: mean((run) => run[who].duration),
    waiting: mean((run) => run[who].waiting),
    timeLoss: mean((run) => run[who].timeLoss),
    stops: mean((run) => run[who].stops),
    departDelay: mean((run) => run[who].departDelay),
    atSignals: mean((run) => run.atSignals[who]),
    count: mean((run) => run[who].count),
  });
  const sum = (of: (run: Played) => number): number => runs.reduce((all, run) => all + of(run), 0);
  const waits = runs.flatMap(({ worstWait }) => worstWait ?? []);
  return {
    strategy,
    runs: runs.length,
    bus: means("bus"),
    others: means("others"),
    teleports: sum(({ safety }) => safety.teleports),
    collisions: sum(({ safety }) => safety.collisions),
    monitorFaults: sum(({ monitorFaults }) => monitorFaults.length),
    worstWait: waits.length === 0 ? null : Math.max(...waits),
  };
}

export function changeFrom(reference: Summary, summary: Summary): Change {
  const part = (who: "bus" | "others") =>
    Object.fromEntries(
      MEASURES.map((measure) => {
        const was = reference[who][measure];
        return [measure, was === 0 ? null : summary[who][measure] / was - 1];
      }),
    ) as Record<Measure, number | null>;
  return { bus: part("bus"), others: part("others") };
}
