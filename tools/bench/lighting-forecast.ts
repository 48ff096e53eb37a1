/**
 * The rows of the forecast: trained and tested by the very command that anybody can call, a process for each horizon; and what
 * a forecast costs a cabinet. The counts are not part of the project: FOOTFALL_COUNTS names them, or they lie beside it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Figure, progress } from "./line.ts";

const ROOT = join(import.meta.dirname, "../..");
const COUNTS = join(ROOT, "../shared/data/footfall/melbourne_hourly_2012_2014_wide.csv");

const HORIZONS = ["24h", "1h"] as const;
/** WAPE of all hours and of 18 to 07 h: at most. */
const MOST = { "24h": { all: 0.152, night: 0.205 }, "1h": { all: 0.112, night: 0.16 } } as const;
const COVERAGE = { least: 77, most: 83 };

interface Told {
  readonly seconds: number;
  readonly models: Readonly<
    Record<string, { wape: number; wapeNight: number; coverage: number; mase: number; pooled: number }>
  >;
  readonly bySensor: Readonly<Record<string, Readonly<Record<string, { wape: number }>>>>;
}

/** Trains on 2012 and 2013, tests on 2014: the rows "forecast WAPE" and "80 % interval's coverage". Throws where there are no counts. */
export async function forecastFigures(): Promise<{ readonly wape: Figure; readonly coverage: Figure }> {
  const file = process.env["FOOTFALL_COUNTS"] ?? COUNTS;
  if (!existsSync(file))
    throw new Error(`no counts at ${file}: FOOTFALL_COUNTS names a CSV file of hourly counts 2012 to 2014`);
  const [far, near] = await Promise.all(HORIZONS.map((horizon) => evaluated(file, horizon)));
  const mine = { "24h": (far as Told).models["hulotte"], "1h": (near as Told).models["hulotte"] };
  const parts: Record<string, number> = {};
  for (const horizon of HORIZONS) {
    const score = mine[horizon];
    const told = (horizon === "24h" ? far : near) as Told;
    if (!score) throw new Error("no figures");
    const sensors = Object.values(told.bySensor).map(({ hulotte }) => hulotte?.wape ?? Number.NaN);
    parts[`all ${horizon}`] = rounded(score.wape);
    parts[`night ${horizon}`] = rounded(score.wapeNight);
    parts[`mase ${horizon}`] = rounded(score.mase);
    parts[`best sensor ${horizon}`] = rounded(Math.min(...sensors));
    parts[`worst sensor ${horizon}`] = rounded(Math.max(...sensors));
    parts[`four weeks ${horizon}`] = rounded(told.models["four-week-mean"]?.wape ?? Number.NaN);
    parts[`a week ago ${horizon}`] = rounded(told.models["seasonal-naive"]?.wape ?? Number.NaN);
    parts[`seconds ${horizon}`] = told.seconds;
  }
  const good = HORIZONS.every((horizon) => {
    const score = mine[horizon];
    return score !== undefined && score.wape <= MOST[horizon].all && score.wapeNight <= MOST[horizon].night;
  });
  const inside = HORIZONS.map((horizon) => (mine[horizon]?.coverage ?? 0) * 100) as [number, number];
  return {
    wape: {
      name: "forecast: WAPE of all hours, 24 h ahead, with 18-07 h and 1 h ahead in its parts",
      value: mine["24h"]?.wape ?? Number.NaN,
      unit: "",
      target: MOST["24h"].all,
      parts,
      holds: good,
    },
    coverage: {
      name: "forecast: outcomes within the 80 % interval",
      value: Math.min(...inside),
      unit: "%",
      target: COVERAGE.least,
      least: true,
      parts: { "24h": rounded(inside[0]), "1h": rounded(inside[1]), most: COVERAGE.most },
      holds: Math.max(...inside) <= COVERAGE.most,
    },
  };
}

/** What one inference takes and what the worker's thread adds to the process: the row "one inference, wasm". */
export async function inferenceFigure(): Promise<Figure> {
  const { milliseconds, longest, megabytes, backend } = (await childOf([
    join(import.meta.dirname, "forecast-cost.ts"),
  ])) as {
    milliseconds: number;
    longest: number;
    megabytes: number;
    backend: string;
  };
  return {
    name: "forecast: one inference, median, and the worker's memory in its parts",
    value: milliseconds,
    unit: "ms",
    target: 1,
    parts: { backend, p99: rounded(longest), "worker MB": rounded(megabytes), "most MB": 120 },
    holds: megabytes <= 120,
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

async function evaluated(counts: string, horizon: string): Promise<Told> {
  const command = join(ROOT, "tools/cli/hulotte.ts");
  const spans = ["--train", "2012..2013", "--test", "2014..2014", "--horizon", horizon, "--json"];
  const told = (await childOf([command, "forecast", "evaluate", "--counts", counts, ...spans])) as Told;
  progress(`forecast ${horizon} ahead: ${told.seconds} s`);
  return told;
}

/** Runs a program as a cabinet would and reads the JSON it prints. */
async function childOf(args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, MALLOC_ARENA_MAX: "1" },
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  return JSON.parse(text);
}
