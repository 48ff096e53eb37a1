import { ticks, tickText } from "./scale.ts";
import { drawing, type Shape, shape, tidy, widthOf, words } from "./shape.ts";

export interface BandPoint {
  /** Of the axis; an empty one is not told. */
  readonly label: string;
  /** null: not known, or not to be told. */
  readonly value: number | null;
  readonly low: number | null;
  readonly middle: number | null;
  readonly high: number | null;
}

export interface BandOptions {
  readonly title: string;
  /** What goes up the axis. */
  readonly unit: string;
  /** What the line, the middle of the band and the band are. */
  readonly names: readonly [string, string, string];
  readonly width: number;
  readonly height: number;
}

const HEAD = 30;
const FOOT = 26;

/** What was counted as a line over what was expected as a band; where either is not known there is a gap. */
export function band(points: readonly BandPoint[], { title, unit, names, width, height }: BandOptions): Shape {
  const most = Math.max(0, ...points.flatMap(({ value, high }) => [value ?? 0, high ?? 0]));
  const scale = ticks(most, 4);
  const top = scale.at(-1) as number;
  const left = Math.max(...scale.map((value) => widthOf(tickText(value)))) + 14;
  const x = (i: number) => left + ((width - left - 14) * i) / Math.max(1, points.length - 1);
  const y = (value: number) => HEAD + (height - HEAD - FOOT) * (1 - value / top);
  const at = (i: number, value: number) => `${tidy(x(i))} ${tidy(y(value))}`;
  const bands = stretches(points, ({ low, high }) => low !== null && high !== null).map(({ from, to }) => {
    const upper = points.slice(from, to).map((point, i) => at(from + i, point.high as number));
    const lower = points.slice(from, to).map((point, i) => at(from + i, point.low as number));
    return shape("path", { class: "band", d: `M${[...upper, ...lower.reverse()].join(" L")} Z` });
  });
  const line = (kind: string, of: (point: BandPoint) => number | null) =>
    stretches(points, (point) => of(point) !== null).map(({ from, to }) => {
      const path = points.slice(from, to).map((point, i) => at(from + i, of(point) as number));
      // One point alone is no line: it is a dot of the line's width.
      return shape("path", { class: kind, d: `M${path.join(" L")}${path.length === 1 ? " h0.01" : ""}` });
    });
  return drawing(title, width, height, [
    ...scale.flatMap((value) => [
      shape("line", { class: "grid", x1: left, x2: width - 14, y1: tidy(y(value)), y2: tidy(y(value)) }),
      words(left - 6, y(value) + 4, tickText(value), "tick", "end"),
    ]),
    ...points.flatMap(({ label }, i) =>
      label === "" ? [] : [words(x(i), height - 8, label, "tick", i === 0 ? "start" : "middle")],
    ),
    ...bands,
    ...line("middle", ({ middle }) => middle),
    ...line("line", ({ value }) => value),
    words(4, 12, unit, "tick"),
    ...key(
      [
        ["band", names[2], bands.length > 0],
        ["middle", names[1], points.some(({ middle }) => middle !== null)],
        ["line", names[0], true],
      ],
      width,
    ),
  ]);
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

function stretches(points: readonly BandPoint[], known: (point: BandPoint) => boolean): Stretch[] {
  const found: Stretch[] = [];
  let from = -1;
  for (let i = 0; i <= points.length; i++) {
    const point = points[i];
    const is = point !== undefined && known(point);
    if (is && from < 0) from = i;
    if (!is && from >= 0) {
      found.push({ from, to: i });
      from = -1;
    }
  }
  return found;
}

type Mark = readonly [kind: "band" | "middle" | "line", name: string, isThere: boolean];

/** From the right; only of what is there. */
function key(marks: readonly Mark[], width: number): Shape[] {
  const parts: Shape[] = [];
  let right = width - 14;
  for (const [kind, name] of marks.filter(([, , isThere]) => isThere)) {
    right -= widthOf(name);
    parts.push(words(right, 12, name, "tick"));
    right -= 24;
    const mark = kind === "band" ? "M0 3 h18 v10 h-18 Z" : "M0 8 h18";
    parts.push(shape("path", { class: kind, d: mark, transform: `translate(${tidy(right)} 0)` }));
    right -= 16;
  }
  return parts;
}
