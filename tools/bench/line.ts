/** One figure: `ok` follows from the value, never from opinion. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most it may be. */
  readonly target: number;
}

/** Prints a figure as one JSON object on standard output. Progress goes to standard error, by `progress`. */
export function print({ name, value, unit, target }: Figure): void {
  console.log(JSON.stringify({ name, value: Number(value.toPrecision(4)), unit, target, ok: value <= target }));
}

export const progress = (text: string): void => void process.stderr.write(`${text}\n`);

/** The p-th percentile (nearest rank). Throws TypeError without values. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new TypeError("no values");
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] as number;
}

export const median = (values: readonly number[]): number => percentile(values, 50);
