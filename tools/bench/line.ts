/** One figure: `ok` follows from the value, never from opinion. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most it may be. */
  readonly target: number;
  /** What belongs to it: parts of the value, counts. */
  readonly parts?: Readonly<Record<string, number | string>>;
  /** What else must be so; false: the figure is not ok, whatever its value. */
  readonly holds?: boolean;
}

/** Prints a figure as one JSON object on standard output. Progress goes to standard error, by `progress`. */
export function print({ name, value, unit, target, parts, holds = true }: Figure): void {
  const ok = holds && value <= target;
  console.log(JSON.stringify({ name, value: Number(value.toPrecision(4)), unit, target, ok, ...parts }));
}

export const progress = (text: string): void => void process.stderr.write(`${text}\n`);

/** The p-th percentile (nearest rank). Throws TypeError without values. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new TypeError("no values");
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] as number;
}

export const median = (values: readonly number[]): number => percentile(values, 50);
