import { figure, ticks, tickText } from "./scale.ts";
import { drawing, fitted, type Shape, shape, tidy, widthOf, words } from "./shape.ts";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Said behind the value. */
  readonly note?: string;
  /** What is compared with, and what is ours. */
  readonly kind: "reference" | "ours";
}

export interface BarsOptions {
  readonly title: string;
  readonly unit: string;
  readonly width: number;
}

const ROW = 34;
const THICK = 20;
const FOOT = 30;

/** Lying bars from nought, each with its name before it and its value behind it. */
export function bars(rows: readonly Bar[], { title, unit, width }: BarsOptions): Shape {
  const said = rows.map(({ value, note }) => `${figure(value)} ${unit}${note ? ` · ${note}` : ""}`);
  const left = Math.min(width * 0.3, Math.max(...rows.map(({ label }) => widthOf(label)), 40) + 12);
  const right = Math.max(...said.map(widthOf), 40) + 16;
  const scale = ticks(Math.max(...rows.map(({ value }) => value), 0), 4);
  const top = scale.at(-1) as number;
  const room = Math.max(40, width - left - right);
  const x = (value: number) => left + (room * value) / top;
  const height = rows.length * ROW + FOOT;
  return drawing(title, width, height, [
    ...scale.flatMap((value) => [
      shape("line", { class: "grid", x1: tidy(x(value)), x2: tidy(x(value)), y1: 0, y2: height - FOOT + 4 }),
      words(x(value), height - 10, tickText(value), "tick", "middle"),
    ]),
    ...rows.flatMap(({ label, value, kind }, i) => {
      const y = i * ROW + (ROW - THICK) / 2;
      return [
        words(left - 8, y + THICK / 2 + 4, fitted(label, left - 10), "label", "end"),
        shape("rect", { class: `bar ${kind}`, x: left, y, width: tidy(x(value) - left), height: THICK, rx: 2 }),
        words(x(value) + 6, y + THICK / 2 + 4, said[i] as string, "value"),
      ];
    }),
    words(width - 4, height - 10, unit, "tick", "end"),
  ]);
}
