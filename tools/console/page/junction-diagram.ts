/** The stage diagram: two minutes as they ran and a minute as it is meant, over the same as it would have run without priority. */
import { fitted } from "../../plots/shape.ts";
import { svg } from "./dom.ts";
import { type Change, changesOf, type Rows, type Span } from "./junction-story.ts";

const BEFORE = 120_000;
const AFTER = 60_000;
/** A line of time each so often, ms. */
const TICK = 30_000;
const ROW = 34;
const TOP = 16;
const GAP = 26;
const NAME = 16;
export const HEIGHT = TOP + 2 * (NAME + ROW) + GAP + 22;
/** Kinds of fill for stages; more stages begin again. */
const FILLS = 8;

/** Drawn for `width` px. Nothing is known of a junction's stages: no rows. */
export function drawDiagram(rows: Rows, stages: readonly string[], now: number, width: number): SVGSVGElement {
  const x = (time: number) => ((time - now + BEFORE) / (BEFORE + AFTER)) * width;
  const within = ({ from, to }: Span) => to > now - BEFORE && from < now + AFTER;
  const [first, second] = [TOP + NAME, TOP + NAME + ROW + GAP + NAME];
  const bottom = second + ROW;

  const block = (row: string, y: number) => (span: Span) => {
    const [from, to] = [Math.max(0, x(span.from)), Math.min(width, x(span.to))];
    const fill = Math.max(0, stages.indexOf(span.stage)) % FILLS;
    const parts: SVGElement[] = [];
    const rect = (a: number, b: number, when: string) => {
      if (b - a > 0.5)
        parts.push(
          svg("rect", { class: `stage${fill} ${when}`, x: a, y, width: Math.max(0.5, b - a - 1), height: ROW, rx: 3 }),
        );
    };
    rect(from, Math.min(to, x(now)), "past");
    rect(Math.max(from, x(now)), to, "meant");
    // The words stand where most of the span is.
    const isPast = x(now) - from > to - x(now);
    const [a, b] = isPast ? [from, Math.min(to, x(now))] : [Math.max(from, x(now)), to];
    const words = fitted(span.stage, b - a - 16);
    if (b - a > 24)
      parts.push(
        svg(
          "text",
          { class: `in ${isPast ? "past" : "meant"}`, x: (a + b) / 2, y: y + ROW / 2 + 4, "text-anchor": "middle" },
          words,
        ),
      );
    return svg("g", { "data-row": row, "data-stage": span.stage }, ...parts);
  };
  /** Up to where words stand below the first row: what has no room keeps its frame, and its words in the drawing's own. */
  let taken = 0;
  const mark = (change: Change) => {
    const [from, to] = [Math.max(0, x(change.from)), Math.min(width, x(change.to))];
    const seconds = Math.round((change.to - change.from) / 1000);
    const text = { extended: `+${seconds} s`, early: `${seconds} s early`, inserted: "put in" }[change.kind];
    const half = text.length * 3.4;
    const middle = Math.min(width - half, Math.max(half, (from + to) / 2));
    const hasRoom = middle - half >= taken;
    if (hasRoom) taken = middle + half + 6;
    return svg(
      "g",
      { class: `change ${change.kind}`, "data-change": change.kind },
      svg("rect", { x: from, y: first - 2, width: Math.max(2, to - from), height: ROW + 4, rx: 3 }),
      ...(hasRoom ? [svg("text", { x: middle, y: first + ROW + 15, "text-anchor": "middle" }, text)] : []),
    );
  };
  const changes = changesOf(rows)
    .filter(within)
    .sort((a, b) => a.from - b.from);
  const ticks = [];
  for (let time = -BEFORE + TICK; time < AFTER; time += TICK) {
    const label = time === 0 ? "now" : `${time > 0 ? "+" : "−"}${Math.abs(time / 1000)} s`;
    ticks.push(
      svg("path", { class: time === 0 ? "now" : "tick", d: `M${x(now + time).toFixed(1)} ${TOP - 10}V${bottom + 4}` }),
      svg("text", { class: "tick", x: x(now + time), y: bottom + 18, "text-anchor": "middle" }, label),
    );
  }
  const inWords = changes.map(({ stage, kind, from, to }) => `${stage} ${kind} by ${Math.round((to - from) / 1000)} s`);
  return svg(
    "svg",
    {
      class: "stage-diagram",
      viewBox: `0 0 ${width} ${HEIGHT}`,
      width,
      height: HEIGHT,
      role: "img",
      "aria-label": `Stages of two minutes and of the next one. Priority changed: ${inWords.join(", ") || "nothing"}.`,
    },
    svg("text", { class: "row", x: 0, y: first - 7 }, "As it runs"),
    ...rows.ran.filter(within).map(block("ran", first)),
    svg("text", { class: "row", x: 0, y: second - 7 }, "As it would run without priority"),
    ...rows.usual.filter(within).map(block("usual", second)),
    ...changes.map(mark),
    ...ticks,
  );
}
