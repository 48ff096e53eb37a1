import { minutes } from "../../controllers/units.ts";
import { inBursts } from "../../firmware/dali/commissioning/bursts.ts";
import { commission } from "../../firmware/dali/commissioning/commission.ts";
import type { NoiseOptions } from "../../sim/noise.ts";
import { simulatedLine } from "../../sim/simulated-line.ts";
import type { Figure } from "./line.ts";

const SEEDS = 20;
const GEAR = 64;

interface Runs {
  /** Means of all seeds. */
  readonly frames: number;
  readonly seconds: number;
  readonly most: number;
  /** Seeds in which each gear ended with an address of its own, and was told of as it is. */
  readonly right: number;
}

/** Commissions 64 gear without addresses, once for each seed. Frames and time are counted on the wire. */
async function runs(counted: boolean, noise: NoiseOptions = {}): Promise<Runs> {
  const frames: number[] = [];
  let [seconds, right] = [0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const line = simulatedLine(GEAR, { seed, noise, gear: () => ({ address: null, reply: "ideal" }) });
    const { clock, scheduler, gear } = line;
    const work = commission({ clock, ...(counted && { expected: GEAR }) });
    const { lamps, troubles } = await clock.run(inBursts(scheduler, work, { priority: 3 }), minutes(10));
    frames.push(line.traffic().forward);
    seconds += clock.monotonic() / 1000;
    const told = new Map(lamps.map(({ address, randomAddress }) => [address, randomAddress]));
    const own = new Set(gear.map(({ shortAddress }) => shortAddress)).size === GEAR;
    const same = gear.every(({ shortAddress, randomAddress }) => told.get(shortAddress) === randomAddress);
    right += Number(own && same && troubles.length === 0);
  }
  const sum = frames.reduce((all, one) => all + one, 0);
  return { frames: sum / SEEDS, seconds: seconds / SEEDS, most: Math.max(...frames), right };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** What commissioning costs, on the simulator's timing model. Numbers of the peers are those of the reference's model. */
export async function commissioningFigures(): Promise<Figure[]> {
  const known = await runs(true);
  const unknown = await runs(false);
  const lost = await runs(true, { replyLost: 0.05 });
  const spoilt = await runs(true, { replyLost: 0.02, replySpoilt: 0.025, replyWrong: 0.005 });
  return [
    {
      name: "commissioning 64 unaddressed gear, count known",
      value: known.frames,
      unit: "frames",
      target: 2900,
      parts: {
        seconds: rounded(known.seconds),
        most: known.most,
        frames_unknown_count: rounded(unknown.frames),
        seconds_unknown_count: rounded(unknown.seconds),
        right: `${known.right} and ${unknown.right} of ${SEEDS}`,
        python_dali: "8563 frames, 291 s",
        wb_style: "4967 frames, 170 s",
      },
      holds:
        known.seconds <= 101 &&
        unknown.frames <= 3150 &&
        unknown.seconds <= 111 &&
        known.right === SEEDS &&
        unknown.right === SEEDS,
    },
    {
      name: "the same with 5 % of the replies lost or corrupted, times the frames without",
      value: Math.max(lost.frames, spoilt.frames) / known.frames,
      unit: "x",
      target: 1.3,
      parts: {
        frames_lost: rounded(lost.frames),
        seconds_lost: rounded(lost.seconds),
        frames_mixed: rounded(spoilt.frames),
        seconds_mixed: rounded(spoilt.seconds),
        right: `${lost.right} and ${spoilt.right} of ${SEEDS}`,
      },
      holds: lost.right === SEEDS && spoilt.right === SEEDS,
    },
  ];
}
