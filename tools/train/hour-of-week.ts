/**
 * Derives the hour-of-week profile of people on foot from hourly counts and prints `sim/hour-of-week.ts`:
 *
 *   node tools/train/hour-of-week.ts COUNTS.csv > sim/hour-of-week.ts
 *
 * COUNTS.csv: local time, then a column a sensor; an empty cell is an hour that was not counted. Each sensor counts alike,
 * however busy: its mean per hour of the week over its mean of all hours, then the mean over the sensors.
 */
import { readFileSync } from "node:fs";

const [path] = process.argv.slice(2);
if (!path) throw new Error("which file of hourly counts?");

const [head, ...rows] = readFileSync(path, "utf8").trim().split("\n");
const sensors = (head as string).split(",").length - 1;
const sums = Array.from({ length: sensors }, () => ({
  sum: new Array<number>(168).fill(0),
  n: new Array<number>(168).fill(0),
}));
for (const row of rows) {
  const [time, ...cells] = row.split(",");
  // The wall time as written, read as if it were UTC: only its weekday and hour matter.
  const at = new Date(`${(time as string).replace(" ", "T")}Z`);
  const hour = ((at.getUTCDay() + 6) % 7) * 24 + at.getUTCHours();
  cells.forEach((cell, i) => {
    if (cell.trim() === "") return;
    const sensor = sums[i] as (typeof sums)[number];
    sensor.sum[hour] = (sensor.sum[hour] as number) + Number(cell);
    sensor.n[hour] = (sensor.n[hour] as number) + 1;
  });
}
const profile = new Array<number>(168).fill(0);
for (const { sum, n } of sums) {
  const total = sum.reduce((a, b) => a + b) / n.reduce((a, b) => a + b);
  sum.forEach((people, hour) => {
    profile[hour] = (profile[hour] as number) + people / (n[hour] as number) / total / sensors;
  });
}

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
console.log(`/**
 * People on foot by hour of the week, relative to the week's mean (1): Monday 00-01 first, local time.
 * Derived by tools/train/hour-of-week.ts from the City of Melbourne Pedestrian Counting System, ${sensors} sensors,
 * hourly counts 2012 to 2014 (CC BY 4.0, data.melbourne.vic.gov.au).
 */
// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: counts, not constants
// biome-ignore format: a day a row
export const HOUR_OF_WEEK: readonly number[] = [`);
days.forEach((day, d) => {
  const values = profile.slice(d * 24, d * 24 + 24).map((x) => x.toFixed(3));
  console.log(`  ${values.join(", ")}, // ${day}`);
});
console.log("];\n// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: counts, not constants");
