/** One figure: `ok` follows from the value, never from opinion. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most it may be; with `least` the least. */
  readonly target: number;
  readonly least?: true;
  /** What belongs to it: parts of the value, counts. */
  readonly parts?: Readonly<Record<string, number | string>>;
  /** What else must be so; false: the figure is not ok, whatever its value. */
  readonly holds?: boolean;
}

/** Prints a figure as one JSON object on standard output. Progress goes to standard error, by `progress`. */
export function print(figure: Figure): void {
  const { name, value, unit, target, least, parts } = figure;
  const said = { name, value: Number(value.toPrecision(4)), unit, target, least, ok: isOk(figure), ...parts };
  console.log(JSON.stringify(said));
}

/** Whether a figure reaches its target, and all holds that must. */
export const isOk = ({ value, target, least, holds = true }: Figure): boolean =>
  holds && (least ? value >= target : value <= target);

export const progress = (text: string): void => void process.stderr.write(`${text}\n`);

/** The p-th percentile (nearest rank). Throws TypeError without values. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new TypeError("no values");
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] as number;
}

export const median = (values: readonly number[]): number => percentile(values, 50);
