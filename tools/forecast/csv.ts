import { type HourlyCounts, wallHour } from "../../controllers/footfall/hourly.ts";

/** The file is not what it must be; the message names line and column. */
export class CsvProblem extends Error {}

const MOST_SENSORS = 500;
const MOST_VALUES = 40_000_000;
const TIME = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.0+)?)?$/;

/**
 * Reads hourly counts: a first line of names (local time, then the sensors), then a line an hour; an empty cell was not
 * counted. Hours may be missing. The hour that comes twice when clocks go back may be there twice: it becomes the mean.
 * The grid begins at midnight of the first day, ends with its last, and has two empty days more.
 */
export function readCounts(text: string): HourlyCounts {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  while (lines.at(-1)?.trim() === "") lines.pop();
  const [head, ...rows] = lines;
  if (head === undefined || rows.length === 0)
    throw new CsvProblem("line 1: allowed is a line of names, then a line an hour");
  const sensors = cellsOf(head).slice(1);
  if (sensors.length === 0)
    throw new CsvProblem("line 1: allowed is local time, then a column for each sensor, parted by commas");
  if (sensors.length > MOST_SENSORS)
    throw new CsvProblem(`line 1: ${sensors.length} sensors: allowed are up to ${MOST_SENSORS}`);
  for (const [i, name] of sensors.entries()) {
    if (name === "") throw new CsvProblem(`line 1, column ${i + 2}: a sensor without a name`);
    if (sensors.indexOf(name) !== i) throw new CsvProblem(`line 1, column ${i + 2}: a second sensor "${name}"`);
  }

  const hours = rows.map((row, i) => hourOf(cellsOf(row)[0] ?? "", i + 2));
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const hour of hours) {
    first = Math.min(first, hour);
    last = Math.max(last, hour);
  }
  const from = Math.floor(first / 24) * 24;
  const length = (Math.floor(last / 24) + 3) * 24 - from;
  if (length * sensors.length > MOST_VALUES)
    throw new CsvProblem(`${length} hours of ${sensors.length} sensors: allowed are up to ${MOST_VALUES} values`);
  const people = sensors.map(() => new Float32Array(length).fill(Number.NaN));
  const seen = new Uint8Array(length);
  for (const [i, row] of rows.entries()) {
    const t = (hours[i] as number) - from;
    const times = (seen[t] ?? 0) + 1;
    if (times > 2) throw new CsvProblem(`line ${i + 2}: the hour ${cellsOf(row)[0]} for the third time`);
    seen[t] = times;
    const cells = cellsOf(row);
    if (cells.length !== sensors.length + 1)
      throw new CsvProblem(`line ${i + 2}: ${cells.length} columns: allowed are ${sensors.length + 1}, as in line 1`);
    for (const [s, values] of people.entries()) {
      const value = countOf(cells[s + 1] as string, i + 2, s + 2, sensors[s] as string);
      const before = values[t] as number;
      values[t] =
        times === 2 && !Number.isNaN(before) && !Number.isNaN(value)
          ? (before + value) / 2
          : Number.isNaN(value)
            ? before
            : value;
    }
  }
  return { from, sensors, people };
}

const cellsOf = (row: string): string[] => row.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));

function hourOf(text: string, line: number): number {
  const found = TIME.exec(text);
  if (!found)
    throw new CsvProblem(
      `line ${line}, column 1: "${text.slice(0, 40)}": allowed is local time, as 2014-12-31 23:00:00`,
    );
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (minute !== 0 || second !== 0)
    throw new CsvProblem(`line ${line}, column 1: "${text}": allowed is the begin of an hour, :00:00`);
  const wall = wallHour(year, month, day, hour);
  const back = new Date(wall * 3_600_000);
  if (hour > 23 || back.getUTCFullYear() !== year || back.getUTCMonth() + 1 !== month || back.getUTCDate() !== day)
    throw new CsvProblem(`line ${line}, column 1: "${text}": there is no such time`);
  return wall;
}

function countOf(cell: string, line: number, column: number, sensor: string): number {
  if (cell === "") return Number.NaN;
  const value = Number(cell);
  if (Number.isFinite(value) && value >= 0 && value <= 1e9) return value;
  throw new CsvProblem(
    `line ${line}, column ${column} (${sensor}): "${cell.slice(0, 40)}": allowed is a number from 0, or nothing where nobody counted`,
  );
}
