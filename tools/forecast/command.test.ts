import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { WEEK } from "../../controllers/footfall/history.ts";
import type { HourlyCounts } from "../../controllers/footfall/hourly.ts";
import { silent } from "../../firmware/hal/log.ts";
import { loadBackend } from "../../firmware/inference/backend.ts";
import { syntheticCity } from "../../firmware/inference/synthetic-city.ts";
import { isUsage } from "../cli/usage.ts";
import { runForecast } from "./command.ts";
import { evaluate } from "./evaluate.ts";
import { spanFrom } from "./range.ts";

const folder = mkdtempSync(join(tmpdir(), "hulotte-forecast-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const HOURS = 16 * WEEK;
const city = syntheticCity(2, HOURS, 9);
const dateOf = (t: number) => new Date((city.from + t) * 3_600_000).toISOString();
const csv = ({ people, sensors }: HourlyCounts) =>
  [
    ["time", ...sensors].join(","),
    ...Array.from({ length: HOURS }, (_, t) =>
      [dateOf(t).slice(0, 19).replace("T", " "), ...people.map((mine) => (Number.isNaN(mine[t]) ? "" : mine[t]))].join(
        ",",
      ),
    ),
  ].join("\n");
const file = join(folder, "city.csv");
writeFileSync(file, csv(city));
const day = (t: number) => dateOf(t).slice(0, 10);
const SPANS = ["--train", `${day(0)}..${day(12 * WEEK - 1)}`, "--test", `${day(12 * WEEK)}..${day(HOURS - 1)}`];
const FAST = ["--nets", "1", "--steps", "100"];

async function run(...args: string[]) {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const status = await runForecast(args, { answer: (text) => stdout.push(text), say: (text) => stderr.push(text) });
  return { status, stdout: stdout.join("\n"), stderr: stderr.join("\n") };
}

test("a city is learned and foretold better than by both baselines; the same file gives the same figures", async () => {
  const args = ["evaluate", "--counts", file, ...SPANS, "--horizon", "1h", ...FAST];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "../cli/hulotte.ts"), "forecast", ...args, "--json"],
    { encoding: "utf8", timeout: 60_000 },
  );
  assert.is(status, 0, stderr);
  const { models, bySensor, sensors, seconds, ...answer } = JSON.parse(stdout);
  assert.is(sensors, 2);
  assert.ok(seconds >= 0);
  assert.is(models.hulotte.hours, 2 * 4 * WEEK);
  assert.ok(models.hulotte.wape < 0.7 * models["four-week-mean"].wape, JSON.stringify(models));
  assert.ok(models.hulotte.wape < 0.7 * models["seasonal-naive"].wape);
  for (const { coverage } of Object.values(models) as { coverage: number }[])
    assert.ok(coverage > 0.74 && coverage < 0.86, `${coverage}`);
  assert.equal(Object.keys(bySensor), [...city.sensors]);
  assert.is(answer.horizon, "1h");
  const table = await run(...args);
  const row = table.stdout.split("\n").find((line) => line.startsWith("hulotte "));
  assert.match(row ?? "", new RegExp(`${models.hulotte.wape.toFixed(4)} +${models.hulotte.wapeNight.toFixed(4)}`));
});

test("the figures are those that can be worked out by hand", async () => {
  // A street that is the same each week but in the test, where one hour of four is off by 10 of 100.
  const people = new Float32Array(HOURS).fill(100);
  for (let t = 12 * WEEK; t < HOURS; t += 4) people[t] = 110;
  for (let t = 0; t < 12 * WEEK; t++) people[t] = 100 + (Math.floor(t / WEEK) % 2);
  const counts = { from: city.from, sensors: ["a"], people: [people] };
  const span = (from: number, to: number) => ({ from: city.from + from, to: city.from + to });
  const question = {
    counts,
    train: span(0, 12 * WEEK),
    test: span(12 * WEEK, 13 * WEEK),
    horizon: 24 as const,
    nets: 1,
    steps: 1,
    say() {},
  };
  const { models } = await evaluate(await loadBackend(silent), question);
  const naive = models["seasonal-naive"];
  // Last week 101 each hour: 42 hours are off by 9, 126 by 1.
  assert.ok(Math.abs(naive.wape - (42 * 9 + 126) / (42 * 110 + 126 * 100)) < 1e-6, `${naive.wape}`);
  assert.ok(Math.abs(naive.pooled - naive.wape) < 1e-9);
  assert.ok(Math.abs(naive.mase - (42 * 9 + 126) / 168) < 1e-6, "the training changes by 1 from week to week");
  const four = models["four-week-mean"];
  assert.ok(Math.abs(four.mase - (42 * 9.5 + 126 * 0.5) / 168) < 1e-5, "their mean is 100.5");
  // 18 to 07 h: 13 of 24 hours, and of those 18, 22, 2 and 6 are multiples of 4 when 20, 0 and 4 are.
  const night = [...Array(24).keys()].filter((hour) => hour >= 18 || hour < 7);
  const off = night.filter((hour) => hour % 4 === 0).length;
  assert.ok(Math.abs(naive.wapeNight - (off * 9 + 13 - off) / (off * 110 + (13 - off) * 100)) < 1e-6);
});

test("what comes after an hour's horizon changes neither its forecast nor anything before", async () => {
  const backend = await loadBackend(silent);
  const cut = 13 * WEEK;
  const ask = async (counts: HourlyCounts, horizon: 1 | 24) => {
    const question = {
      counts,
      train: { from: city.from, to: city.from + 12 * WEEK },
      test: { from: city.from + 12 * WEEK, to: city.from + cut },
      horizon,
      nets: 1,
      steps: 5,
      say() {},
    };
    return (await evaluate(backend, question)).models;
  };
  const later = {
    ...city,
    people: city.people.map((mine) => mine.map((value, t) => (t >= cut ? value * 3 + 50 : value))),
  };
  for (const horizon of [1, 24] as const) assert.equal(await ask(later, horizon), await ask(city, horizon));
});

test("spans are days, months or years, with their ends", () => {
  const wall = (...[y, m, d]: [number, number, number]) => Date.UTC(y, m - 1, d) / 3_600_000;
  assert.equal(spanFrom("2012..2013", "--train"), { from: wall(2012, 1, 1), to: wall(2014, 1, 1) });
  assert.equal(spanFrom("2012-02..2012-02", "--train"), { from: wall(2012, 2, 1), to: wall(2012, 3, 1) });
  assert.equal(spanFrom("2012-02-01..2012-02-29", "--train"), { from: wall(2012, 2, 1), to: wall(2012, 3, 1) });
});

test("a wrong call says what is allowed, a wrong file where it is wrong", async () => {
  const refused = async (message: RegExp, ...args: string[]) => {
    try {
      await runForecast(args);
      assert.unreachable(`taken: ${args.join(" ")}`);
    } catch (error) {
      assert.ok(isUsage(error), String(error));
      assert.match((error as Error).message, message);
    }
  };
  const evaluateWith = (...args: string[]) => ["evaluate", "--counts", file, ...SPANS, "--horizon", "1h", ...args];
  await refused(/allowed is forecast evaluate/, "guess");
  await refused(/--counts is missing/, "evaluate");
  await refused(/--horizon 2h: allowed 1h, 24h/, ...evaluateWith("--horizon", "2h"));
  await refused(/--horizon is missing/, "evaluate", "--counts", file, ...SPANS);
  await refused(/--train 2014: allowed is FROM\.\.TO/, ...evaluateWith("--train", "2014"));
  await refused(
    /--test 2014-13-01\.\.2015: allowed is dates that are in the calendar/,
    ...evaluateWith("--test", "2014-13-01..2015"),
  );
  await refused(/FROM that is not after TO/, ...evaluateWith("--test", "2015..2014"));
  await refused(/--train must begin before --test/, ...evaluateWith("--train", "2030..2031"));
  await refused(/--nets 0: allowed is a whole number from 1 to 16/, ...evaluateWith("--nets", "0"));
  await refused(/--colour/, ...evaluateWith("--colour"));

  const bad = join(folder, "bad.csv");
  writeFileSync(bad, "time,a\n2026-01-05 00:00:00,many\n");
  const wrong = await run("evaluate", "--counts", bad, ...SPANS, "--horizon", "1h");
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, /bad\.csv: line 2, column 2 \(a\): "many"/);
  assert.is(wrong.stdout, "");
  const none = await run("evaluate", "--counts", join(folder, "none.csv"), ...SPANS, "--horizon", "1h");
  assert.match(none.stderr, /none\.csv: cannot be read: ENOENT/);
  const empty = await run(...evaluateWith("--test", "2029..2030"));
  assert.is(empty.status, 2);
  assert.match(empty.stderr, /--test: the file has nothing of 2029-01-01\.\.2030-12-31, only 2026-01-05\.\./);
});

test.run();
