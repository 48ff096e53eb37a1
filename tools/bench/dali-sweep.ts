import { minutes, seconds } from "../../controllers/units.ts";
import { off } from "../../firmware/dali/commands/gear.ts";
import { BROADCAST } from "../../firmware/dali/frame.ts";
import { SWEEP_QUESTIONS, type SweepQuestion, sweep } from "../../firmware/dali/sweep.ts";
import { type SimulatedLine, simulatedLine } from "../../sim/simulated-line.ts";
import type { Figure } from "./line.ts";

const LAMPS = 64;

/**
 * Frames of a fault sweep of 64 lamps, of which none is faulty, on the simulated bus; and, as its parts, with one faulty lamp without and
 * with 8 groups, and the bus time. By day it asks one question more: whether any lamp burns.
 */
export async function sweepFigure(): Promise<Figure> {
  const day: readonly SweepQuestion[] = [...SWEEP_QUESTIONS, "lamp-on"];
  const well = await swept(simulatedLine(LAMPS), day);
  const night = await swept(simulatedLine(LAMPS), SWEEP_QUESTIONS);
  const ill = simulatedLine(LAMPS);
  ill.gear[41]?.suffer({ lamp: "open" });
  const grouped = simulatedLine(LAMPS);
  for (const [i, gear] of grouped.gear.entries()) gear.settings.groups = 1 << (i % 8);
  grouped.gear[41]?.suffer({ lamp: "open" });
  const one = await swept(ill, SWEEP_QUESTIONS);
  const oneOfGroups = await swept(grouped, SWEEP_QUESTIONS, 8);
  return {
    name: `DALI fault sweep of ${LAMPS} lamps, none faulty`,
    value: well.frames,
    unit: "frames",
    target: 6,
    parts: {
      busTimeMs: Math.round(well.ms),
      atNight: night.frames,
      oneFaulty: one.frames,
      oneFaultyIn8Groups: oneOfGroups.frames,
    },
    holds: well.well && night.well && one.found === 41 && oneOfGroups.found === 41,
  };
}

async function swept(line: SimulatedLine, questions: readonly SweepQuestion[], groups = 0) {
  await line.clock.run(line.scheduler.send(off(BROADCAST), { priority: 2 }), seconds(1));
  const [frames, from] = [line.traffic().forward, line.clock.monotonic()];
  const lamps = line.gear.map((_, address) => (groups > 0 ? { address, groups: [address % groups] } : { address }));
  const { nobody, statuses, elsewhere } = await line.run(sweep(lamps, questions), minutes(1));
  const failed = [...statuses].find(([, answer]) => answer.kind === "value" && answer.value.lampFailure);
  return {
    frames: line.traffic().forward - frames,
    ms: line.clock.monotonic() - from,
    well: nobody.length === questions.length && statuses.size === 0 && elsewhere.length === 0,
    found: failed?.[0],
  };
}
