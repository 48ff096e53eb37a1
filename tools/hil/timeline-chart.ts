import type { Report, StepReport } from "../../sim/scenarios/model.ts";
import { expectedAndSeen, whenOf } from "./report-text.ts";
import { content, counted, escaped, moment } from "./text.ts";
import type { Lane, Lanes, Mark, Stretch, Tone } from "./timeline-lanes.ts";

/** Height of every lane's drawing in its own units; widths are milliseconds. */
const HEIGHT = 20;
/** About so many numbers on the axis. */
const TICKS = 8;
/** How wide a frame is drawn at least, as a share of the chart: a bit is far below a pixel. */
const DOTS: ReadonlySet<Tone> = new Set(["message", "action", "bad"]);

/** The chart of one run: HTML with one inline SVG for each lane, all on the same axis, `from` to `to` ms. */
export function chart(report: Report, lanes: Lanes, anchor: string): string {
  const { from, to, sections } = lanes;
  const lane = (one: Lane, kind: string) => laneOf(one, kind, from, to);
  return [
    `<div class="chart" data-from="${from}" data-to="${to}" role="group" aria-label="${escaped(`What happened over time on ${report.target}`)}">`,
    '<div class="scroll"><div class="wide">',
    axisOf(from, to),
    '<h4 class="section">Steps</h4>',
    ...report.steps.map((step, i) => stepOf(step, i, from, to, anchor)),
    ...sections.flatMap(({ title, lanes: ones }) => [
      `<h4 class="section">${content(title)}</h4>`,
      ...ones.map((one) => lane(one, title.startsWith("Light") ? "lamp" : one.marks.length > 0 ? "ticks" : "state")),
    ]),
    '<div class="cursor" hidden></div>',
    "</div></div>",
    "</div>",
  ].join("\n");
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
const percent = (at: number, from: number, to: number): string => `${(((at - from) / (to - from)) * 100).toFixed(3)}%`;

const drawing = (from: number, to: number, inside: string): string =>
  `<svg viewBox="${round(from)} 0 ${round(to - from)} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${
    from < 0 ? `<rect class="before" x="${round(from)}" y="0" width="${round(-from)}" height="${HEIGHT}"/>` : ""
  }${inside}</svg>`;

const row = (label: string, plot: string, kind: string): string =>
  `<div class="lane ${kind}"><span class="label" title="${escaped(label)}">${content(label)}</span>${plot}</div>`;

function axisOf(from: number, to: number): string {
  const rough = (to - from) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = ([1, 2, 5, 10].find((n) => n * power >= rough) as number) * power;
  const marks: string[] = [];
  for (let at = Math.ceil(from / every) * every; at <= to; at += every) {
    marks.push(`<i style="left:${percent(at, from, to)}">${Number((at / 1000).toFixed(2))}</i>`);
  }
  return `<div class="lane axis" aria-hidden="true"><span class="label">seconds</span><div class="plot">${marks.join("")}</div></div>`;
}

/** A step: the time it was allowed, the time it took, the moment it came true; a link to its row in the table. */
function stepOf(step: StepReport, index: number, from: number, to: number, anchor: string): string {
  const { due, began, deadline, happened, ended, verdict } = step;
  const shapes: string[] = [];
  const bar = (kind: string, a: number, b: number, y: number, height: number) =>
    shapes.push(
      `<rect class="${kind}" x="${round(a)}" y="${y}" width="${round(Math.max(0, b - a))}" height="${height}"/>`,
    );
  const begins = began ?? due;
  if (begins !== undefined && deadline !== undefined) bar("allowed", begins, deadline, 4, 12);
  if (begins !== undefined && ended !== undefined) bar("took", begins, ended, 7, 6);
  if (begins !== undefined) shapes.push(`<path class="edge" d="M${round(begins)} 2v16"/>`);
  if (happened !== undefined) shapes.push(`<path class="dot true" d="M${round(happened)} 10h0"/>`);
  if (verdict === "failed" || verdict === "broken")
    shapes.push(`<path class="dot wrong" d="M${round(ended ?? deadline ?? begins ?? to)} 10h0"/>`);
  const words = [step.text, verdict, ...expectedAndSeen(step), whenOf(step)].filter(Boolean).join("\n");
  const label = `${index + 1}  ${step.text}`;
  return (
    `<a class="lane step ${verdict}" href="#${anchor}-step-${index + 1}" data-tip="${escaped(words)}">` +
    `<span class="label">${content(label)}</span><span class="plot">${drawing(from, to, shapes.join(""))}</span>` +
    `<span class="unseen">${content(`, ${verdict}`)}</span></a>`
  );
}

/** A lane with what it says at each moment, for the pointer and the arrow keys, as data of the page's own script. */
function laneOf(lane: Lane, kind: string, from: number, to: number): string {
  const inside = lane.marks.length > 0 ? marksOf(lane.marks) : stretchesOf(lane.stretches);
  const entries = [...lane.marks, ...lane.stretches].map(({ at, text }) => [round(at), text]);
  const summary = `${lane.label}: ${counted(entries.length, lane.marks.length > 0 ? "mark" : "change")}. Arrow keys go from one to the next.`;
  const plot =
    `<div class="plot" tabindex="0" role="group" aria-label="${escaped(summary)}" data-lasting="${lane.stretches.length > 0}">` +
    `${drawing(from, to, inside)}<script type="application/json">${json(entries)}</script></div>`;
  return row(lane.label, plot, kind);
}

/** One path for each tone: five thousand frames are four elements. */
function marksOf(marks: readonly Mark[]): string {
  const tones = [...new Set(marks.map(({ tone }) => tone))];
  return tones
    .map((tone) => {
      const mine = marks.filter((mark) => mark.tone === tone);
      if (DOTS.has(tone))
        return `<path class="dot ${tone}" d="${mine.map(({ at }) => `M${round(at)} 10h0`).join("")}"/>`;
      const [y, length] = LINES[tone] ?? [2, 16];
      return `<path class="tick ${tone}" d="${mine.map(({ at }) => `M${round(at)} ${y}v${length}`).join("")}"/>`;
    })
    .join("");
}

/** Where a frame's line begins, and how long it is: what the cabinet says stands on the line, what gear answers hangs below. */
const LINES: Readonly<Partial<Record<Tone, readonly [number, number]>>> = {
  command: [0, 13],
  query: [7, 6],
  answer: [13, 5],
  spoilt: [13, 7],
};

function stretchesOf(stretches: readonly Stretch[]): string {
  const tones = [...new Set(stretches.map(({ tone }) => tone))];
  return tones
    .map((tone) => {
      const shapes = stretches.filter((one) => one.tone === tone && one.share > 0);
      const path = shapes.map(({ at, until, share }) => {
        const top = round(HEIGHT * (1 - Math.min(1, share) * 0.9));
        return `M${round(at)} ${HEIGHT}V${top}H${round(until)}V${HEIGHT}z`;
      });
      return path.length > 0 ? `<path class="area ${tone}" d="${path.join("")}"/>` : "";
    })
    .join("");
}

/** JSON that may stand inside a script element: nothing in it can end the element. */
export const json = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The steps as a table, for reading and for those who cannot see the chart. */
export function stepTable({ steps }: Report, file: string, anchor: string): string {
  const time = (ms: number | undefined) => (ms === undefined ? "" : moment(ms));
  const rows = steps.map((step, i) => {
    const details = expectedAndSeen(step).map((line) => `<p class="detail">${content(line)}</p>`);
    const note = step.note === undefined ? "" : `<p class="note">${content(step.note)}</p>`;
    return [
      `<tr id="${anchor}-step-${i + 1}" class="${step.verdict}" tabindex="-1"><td>${i + 1}</td>`,
      `<td><p>${content(step.text)}</p>${note}${details.join("")}<p class="where">${content(`${file}:${step.line}`)}</p></td>`,
      `<td class="verdict">${step.verdict}</td>`,
      ...[step.due, step.began, step.deadline, step.happened, step.ended].map(
        (ms) => `<td class="time">${time(ms)}</td>`,
      ),
      "</tr>",
    ].join("");
  });
  return [
    '<table class="steps"><thead><tr><th>#</th><th>step</th><th>verdict</th>',
    "<th>due</th><th>began</th><th>allowed until</th><th>came true</th><th>ended</th></tr></thead><tbody>",
    ...rows,
    "</tbody></table>",
  ].join("\n");
}
