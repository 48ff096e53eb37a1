import { readFile } from "node:fs/promises";
import type { Horizon } from "../../controllers/footfall/features.ts";
import { readCall } from "../cli/options.ts";
import { Usage } from "../cli/usage.ts";
import { CsvProblem, readCounts } from "./csv.ts";
import { type Answer, evaluate, MODELS, type ModelName, type Question, type Span, spanOf } from "./evaluate.ts";
import { spanFrom } from "./range.ts";

const HELP = `hulotte forecast: how well people are foretold

  hulotte forecast evaluate --counts FILE.csv --train FROM..TO --test FROM..TO --horizon 1h|24h
      trains on the one span, forecasts every hour of the other from counts up to the horizon before it, and says how
      far off that was, beside the mean of the last four same hours of the week and the week before

      --counts FILE.csv   local time (2014-12-31 23:00:00), then a column for each sensor; a line an hour; an empty
                          cell was not counted
      --train, --test     dates, both included: days, months or years (2012..2013). Counts before the training are
                          not looked at; a training that reaches into the test ends where the test begins
      --horizon 1h|24h    hours between the last count known and the hour foretold
      --nets N            networks whose mean is the forecast, 1 to 16 (default: 5)
      --steps N           steps of each training of 512 hours (default: every hour five times, 3000 steps at most;
                          few hours more often)
      --json              one JSON object instead of the table, with every sensor

  WAPE is the sum of errors over the sum of people, MASE the mean error over that of "as a week ago" within the training,
  both the mean of all sensors; "pooled" takes the people of all sensors together. Deterministic: the same file, the
  same figures. Progress goes to standard error.`;

const NAMES: Readonly<Record<ModelName, string>> = {
  hulotte: "hulotte",
  "four-week-mean": "mean of four weeks",
  "seasonal-naive": "as a week ago",
};

/** Where answers go, and what else there is to say. */
export interface Out {
  readonly answer: (text: string) => void;
  readonly say: (text: string) => void;
}

const OUT: Out = { answer: (text) => console.log(text), say: (text) => console.error(text) };

/** `hulotte forecast ...`. Resolves with the exit code; throws Usage. */
export async function runForecast(argv: readonly string[], { answer: tell, say }: Out = OUT): Promise<number> {
  const { values, positionals } = parse(argv);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined || command === "help") {
    tell(HELP);
    return 0;
  }
  if (command !== "evaluate" || rest.length > 0)
    throw new Usage(`no command "forecast ${positionals.join(" ")}": allowed is forecast evaluate`);
  if (values.counts === undefined) throw new Usage("--counts is missing: allowed is a CSV file of hourly counts");
  const horizon = horizonOf(values.horizon);
  const nets = wholeOf(values.nets, "--nets", 1, 16) ?? 5;
  const steps = wholeOf(values.steps, "--steps", 1, 100_000);
  const test = spanFrom(values.test, "--test");
  const train = trainOf(spanFrom(values.train, "--train"), test, say);

  let text: string;
  try {
    text = await readFile(values.counts, "utf8");
  } catch (error) {
    say(`${values.counts}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return 2;
  }
  const began = performance.now();
  try {
    const counts = readCounts(text);
    for (const [name, span] of [
      ["--train", train],
      ["--test", test],
    ] as const)
      mustMeet(name, span, spanOf(counts));
    const { silent } = await import("../../firmware/hal/log.ts");
    const { loadBackend } = await import("../../firmware/inference/backend.ts");
    const question: Question = { counts, train, test, horizon, nets, ...(steps === undefined ? {} : { steps }), say };
    const answer = await evaluate(await loadBackend(silent), question);
    const seconds = Math.round((performance.now() - began) / 1000);
    const asked = { horizon: `${horizon}h`, train: spanText(train), test: spanText(test), nets };
    tell(values.json ? JSON.stringify({ ...asked, seconds, ...answer }) : table(asked, answer));
    say(`${seconds} s`);
    return 0;
  } catch (error) {
    if (!(error instanceof CsvProblem || error instanceof TypeError)) throw error;
    say(`${values.counts}: ${error.message}`);
    return 2;
  }
}

function parse(argv: readonly string[]) {
  return readCall(argv, {
    counts: { type: "string" },
    train: { type: "string" },
    test: { type: "string" },
    horizon: { type: "string" },
    nets: { type: "string" },
    steps: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
}

function horizonOf(text: string | undefined): Horizon {
  if (text === "1h") return 1;
  if (text === "24h") return 24;
  throw new Usage(`--horizon ${text ?? "is missing"}: allowed 1h, 24h`);
}

function wholeOf(text: string | undefined, option: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Usage(`${option} ${text}: allowed is a whole number from ${least} to ${most}`);
}

function trainOf(train: Span, test: Span, say: Out["say"]): Span {
  if (train.from >= test.from) throw new Usage("--train must begin before --test");
  if (train.to > test.from) say("the training ends where the test begins");
  return { from: train.from, to: Math.min(train.to, test.from) };
}

function mustMeet(option: string, span: Span, file: Span): void {
  if (span.from < file.to && span.to > file.from) return;
  throw new TypeError(`${option}: the file has nothing of ${spanText(span)}, only ${spanText(file)}`);
}

const dateOf = (wall: number) => new Date(wall * 3_600_000).toISOString().slice(0, 10);
const spanText = ({ from, to }: Span) => `${dateOf(from)}..${dateOf(to - 1)}`;

function table(asked: { horizon: string; train: string; test: string; nets: number }, answer: Answer): string {
  const cell = (value: number) => (Number.isFinite(value) ? value.toFixed(4) : "-").padStart(9);
  const rows = MODELS.map((name) => {
    const { wape, wapeNight, mase, coverage, pooled } = answer.models[name];
    const inside = `${(coverage * 100).toFixed(1)} %`.padStart(9);
    return `${NAMES[name].padEnd(20)}${cell(wape)}${cell(wapeNight)}${cell(mase)}${inside}${cell(pooled)}`;
  });
  const { hours } = answer.models.hulotte;
  return [
    `${asked.horizon} ahead, test ${asked.test}: ${hours} hours of ${answer.sensors} sensors` +
      (answer.unforecast > 0 ? `; ${answer.unforecast} more had no counts before them` : ""),
    `trained on ${asked.train}: ${answer.examples} hours, ${asked.nets} networks, ${answer.steps} steps each; not trained anew during the test`,
    "",
    `${"".padEnd(20)}${["WAPE all", "18-07 h", "MASE 168", "in 80 %", "pooled"].map((name) => name.padStart(9)).join("")}`,
    ...rows,
  ].join("\n");
}
