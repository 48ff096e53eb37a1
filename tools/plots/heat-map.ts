import { drawing, fitted, type Shape, shape, tidy, widthOf, words } from "./shape.ts";

/** Rows of one group stand together under its name. `values`: 0 to 100, null where it is not known. */
export interface HeatRow {
  readonly group: string;
  readonly label: string;
  readonly values: readonly (number | null)[];
}

export interface HeatMapOptions {
  readonly title: string;
  /** Of each column; an empty one is not told. */
  readonly columns: readonly string[];
  /** What the ends of the scale mean. */
  readonly scale: readonly [string, string];
  readonly width: number;
}

/** Colours of the style sheet, dark to light. */
export const STEPS = 10;
const HEAD = 18;
const FOOT = 54;
const GAP = 4;
const stepOf = (value: number): number => Math.min(STEPS - 1, Math.floor((value / 100) * STEPS));

/** Rows of cells, the lighter the more; cells that are alike stand as one. */
export function heatMap(rows: readonly HeatRow[], { title, columns, scale, width }: HeatMapOptions): Shape {
  const groups = [...Map.groupBy(rows, ({ group }) => group)];
  const left = Math.min(width * 0.28, Math.max(...groups.map(([name]) => widthOf(name)), 40) + 12);
  // A group is at least as high as its name.
  const thick = Math.max(2, Math.min(14, 520 / Math.max(1, rows.length)));
  const cell = (width - left - 8) / Math.max(1, columns.length);
  const parts: Shape[] = [];
  let y = HEAD;
  for (const [name, members] of groups) {
    const height = Math.max(members.length * thick, 14);
    const each = height / members.length;
    parts.push(words(left - 8, y + height / 2 + 4, fitted(name, left - 10), "label", "end"));
    for (const [i, { label, values }] of members.entries()) {
      parts.push(shape("g", {}, shape("title", {}, label), ...cells(values, left, y + i * each, cell, each)));
    }
    y += height + GAP;
  }
  const told = columns.flatMap((text, i) =>
    text === "" ? [] : [words(left + i * cell, 12, text, "tick", i === 0 ? "start" : "middle")],
  );
  return drawing(title, width, y + FOOT - GAP, [...told, ...parts, ...legend(scale, left, y + 12)]);
}

function* runs(values: readonly (number | null)[]): Generator<{ from: number; to: number; step: number | null }> {
  let from = 0;
  const steps = values.map((value) => (value === null ? null : stepOf(value)));
  for (let i = 1; i <= steps.length; i++) {
    if (i < steps.length && steps[i] === steps[from]) continue;
    yield { from, to: i, step: steps[from] ?? null };
    from = i;
  }
}

function cells(values: readonly (number | null)[], left: number, y: number, cell: number, height: number): Shape[] {
  return [...runs(values)].map(({ from, to, step }) =>
    shape("rect", {
      class: step === null ? "unknown" : `heat${step}`,
      x: tidy(left + from * cell),
      y: tidy(y),
      width: tidy((to - from) * cell),
      height: tidy(height),
    }),
  );
}

function legend([low, high]: readonly [string, string], x: number, y: number): Shape[] {
  const size = 16;
  const start = x + widthOf(low) + 8;
  const end = start + STEPS * size;
  return [
    words(x, y + 12, low, "tick"),
    ...Array.from({ length: STEPS }, (_, step) =>
      shape("rect", { class: `heat${step}`, x: tidy(start + step * size), y, width: size, height: size }),
    ),
    words(end + 8, y + 12, high, "tick"),
    shape("rect", { class: "unknown", x: tidy(end + widthOf(high) + 28), y, width: size, height: size }),
    words(end + widthOf(high) + 50, y + 12, "not known", "tick"),
  ];
}
