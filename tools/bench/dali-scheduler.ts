import { duration, hours, seconds } from "../../controllers/units.ts";
import { dapc, queryActualLevel, queryStatus } from "../../firmware/dali/commands/gear.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type SimulatedLine, simulatedLine } from "../../sim/simulated-line.ts";
import { type Figure, median, percentile } from "./line.ts";

const SEEDS = 20;
const LAMPS = 64;
const COMMANDS = 250;
/** 128 queries at the mean times of IEC 62386-101: settling of priority 5, frame, reply time, reply. */
const MODEL = 6.4;

/** Level and status of every lamp, one after the other, and how often a lamp answered. */
async function round({ scheduler }: SimulatedLine): Promise<number> {
  let answers = 0;
  for (let address = 0; address < LAMPS; address++) {
    const level = await scheduler.send(queryActualLevel(address), { priority: 5 });
    const status = await scheduler.send(queryStatus(address), { priority: 5 });
    answers += Number(level.kind === "value") + Number(status.kind === "value");
  }
  return answers;
}

async function pollingFigure(): Promise<Figure> {
  const times: number[] = [];
  let answers = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const line = simulatedLine(LAMPS, { seed });
    const began = line.clock.monotonic();
    answers += await line.clock.run(round(line), seconds(20));
    times.push((line.clock.monotonic() - began) / 1000);
  }
  const mean = times.reduce((sum, time) => sum + time, 0) / SEEDS;
  const parts = {
    of_model: Number((mean / MODEL).toFixed(3)),
    seeds: SEEDS,
    most: Number(Math.max(...times).toFixed(3)),
  };
  const holds = answers === SEEDS * LAMPS * 2;
  return {
    name: "level and status of 64 lamps, priority 5",
    value: mean,
    unit: "s",
    target: MODEL * 1.02,
    parts,
    holds,
  };
}

/** The waits of a user's commands, ms from the call to the first bit, while the bus is polled without a pause. */
async function waits(seed: number): Promise<number[]> {
  const line = simulatedLine(LAMPS, { seed });
  const { clock, scheduler, bus } = line;
  const random = new SeededRandom(seed).fork("user");
  const started = new Map<number, number>();
  bus.onFrame((heard) => {
    if (heard.kind === "forward") started.set(heard.frame.data, heard.start);
  });
  const all: number[] = [];
  let over = false;
  const polling = (async () => {
    while (!over) await round(line);
  })();
  const user = async () => {
    for (let i = 0; i < COMMANDS; i++) {
      await clock.sleep(duration(200 + random.next() * 800), "user");
      const asked = clock.monotonic();
      const command = dapc(i % LAMPS, 1 + (i % 250));
      await scheduler.send(command, { priority: 2 });
      all.push((started.get(command.frame.data) ?? Number.NaN) - asked);
    }
    over = true;
  };
  await clock.run(user(), hours(1));
  await clock.run(polling, seconds(20));
  return all;
}

async function waitFigure(): Promise<Figure> {
  const all: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) all.push(...(await waits(seed)));
  const parts = {
    median: Number(median(all).toFixed(1)),
    most: Number(Math.max(...all).toFixed(1)),
    commands: all.length,
  };
  const holds = all.length === SEEDS * COMMANDS && all.every((wait) => wait >= 0);
  return {
    name: "user command to its first bit under full polling, p99",
    value: percentile(all, 99),
    unit: "ms",
    target: 50,
    parts,
    holds,
  };
}

/** What the bus scheduler costs, on the simulator's timing model. */
export const schedulerFigures = async (): Promise<Figure[]> => [await pollingFigure(), await waitFigure()];
