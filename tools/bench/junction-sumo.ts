/** Row 1 of the proof: hulotte on three networks of real cities that Debian ships with SUMO, nothing tuned to any of them. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../firmware/hal/fault.ts";
import { compare } from "../sumo/compare.ts";
import { changeFrom, type Summary } from "../sumo/measures.ts";
import { STRATEGIES } from "../sumo/play.ts";
import { HOW_TO_INSTALL, sumoHome, sumoProgram } from "../sumo/sumo.ts";
import { type Figure, print, progress } from "./line.ts";

const NETWORKS = ["acosta", "joined", "pasubio"] as const;
const FOLDER = "tools/sumolib/scenario/scenarios/RealWorld";
/** The demand of all three is an hour's; what is still on the road then is counted as far as it came. */
const HOUR = 3600;

/** Against no priority, percent; the best open script on another city's corridor, and predictive-tentative's published figures. */
const TARGETS = { busWaiting: -64, busTimeLoss: -36, carTimeLoss: 1.9, busAtSignals: -70, othersAtSignals: 3 } as const;

export interface SumoRowOptions {
  readonly seeds?: number;
  /** Runs at a time. */
  readonly jobs?: number;
  /** s of each run that are played. */
  readonly until?: number;
  readonly networks?: readonly string[];
}

/** The row. Throws Fault `protocol` where SUMO or its networks are not installed. */
export async function sumoRow(options: SumoRowOptions = {}): Promise<Figure> {
  const { seeds = 5, jobs = 2, until = HOUR, networks = NETWORKS } = options;
  const fileOf = (network: string): string => join(sumoHome(), FOLDER, network, "run.sumo.cfg");
  if (sumoProgram() === null || !networks.every((network) => existsSync(fileOf(network))))
    throw new Fault("protocol", "sumo", HOW_TO_INSTALL);
  const parts: Record<string, number | string> = { seeds, seconds: until };
  let worst = Number.NEGATIVE_INFINITY;
  let holds = true;
  for (const network of networks) {
    const folder = await mkdtemp(join(tmpdir(), "hulotte-sumo-"));
    try {
      const { summaries, notes } = await compare({
        file: fileOf(network),
        strategies: STRATEGIES,
        seeds: Array.from({ length: seeds }, (_, i) => i + 1),
        jobs,
        folder,
        until,
        onRun: ({ strategy, seed, bus, others }) =>
          progress(
            `${network} ${strategy} seed ${seed}: bus ${bus.timeLoss.toFixed(1)} s lost, others ${others.timeLoss.toFixed(1)} s`,
          ),
      });
      for (const note of notes) progress(`${network}: ${note}`);
      const [none, ...others] = summaries as [Summary, ...Summary[]];
      for (const one of others) {
        const change = changeFrom(none, one);
        const said = {
          busWaiting: percent(change.bus.waiting),
          busTimeLoss: percent(change.bus.timeLoss),
          carTimeLoss: percent(change.others.timeLoss),
          busAtSignals: percent(change.bus.atSignals),
          othersAtSignals: percent(change.others.atSignals),
        };
        for (const [name, value] of Object.entries(said)) parts[`${network} ${one.strategy} ${name}`] = value;
        if (one.strategy !== "hulotte") continue;
        worst = Math.max(worst, said.busTimeLoss);
        const met = Object.entries(TARGETS).every(([name, target]) => said[name as keyof typeof said] <= target);
        const isSafe = one.monitorFaults === 0 && one.collisions <= none.collisions;
        holds &&= met && isSafe;
        parts[`${network} teleports`] = `${one.teleports} (without priority ${none.teleports})`;
        parts[`${network} collisions`] = one.collisions;
        parts[`${network} monitor faults`] = one.monitorFaults;
        parts[`${network} longest wait s`] = one.worstWait ?? 0;
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return {
    name: "junction-sumo-bus-time-loss",
    value: worst,
    unit: "% against no priority, worst network",
    target: TARGETS.busTimeLoss,
    parts,
    holds,
  };
}

const percent = (part: number | null): number => Number(((part ?? 0) * 100).toFixed(1));

if (import.meta.main) {
  const [seeds = "5", until = String(HOUR), ...networks] = process.argv.slice(2);
  const figure = await sumoRow({
    seeds: Number(seeds),
    until: Number(until),
    ...(networks.length > 0 ? { networks } : {}),
  });
  print(figure);
}
