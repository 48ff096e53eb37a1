/** A picture of a bus as lines of a terminal. */
import { fromArc } from "../../../controllers/lighting/curve.ts";
import type { Picture, PictureLine, SeenLamp } from "./picture.ts";

export interface ViewOptions {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Whether colours may be used. */
  readonly colour: boolean;
  readonly now: number;
  /** When the picture began. */
  readonly began: number;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
type Style = keyof typeof CODES;

const BAR = 20;
/** Columns of a cell, and of what is before a row of them. */
const CELL = 4;
const LABEL = 4;

/** So many lines at most, none longer than the width. */
export function view(picture: Picture, options: ViewOptions): string[] {
  const { width, height, colour } = options;
  const paint = (style: Style, text: string) => (colour && text !== "" ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text);
  const head = header(picture, options, paint);
  const lamps = lampRows(picture, width, paint);
  const help = [paint("dim", cut("q or Ctrl-C ends   own ->   other master *>   its answer *<   trouble !!", width))];
  const room = Math.max(0, height - head.length - lamps.length - help.length - 1);
  const lines = room === 0 ? [] : picture.lines.slice(-room).map((line) => lineOf(line, options, paint));
  const rule = paint("dim", "─".repeat(width));
  return [...head, ...lamps, rule, ...lines, ...blank(room - lines.length), ...help].slice(0, height);
}

type Paint = (style: Style, text: string) => string;

function header(picture: Picture, { title, width, now }: ViewOptions, paint: Paint): string[] {
  const { own, foreign, errors, missed } = picture.counts;
  const used = picture.utilisation(now);
  const full = Math.round(used * BAR);
  const state = picture.fault === null ? "" : cut(` ${picture.fault.toUpperCase()}`, width);
  const bar = cut(`${"█".repeat(full)}${"░".repeat(BAR - full)} ${Math.round(used * 100)} %`, width);
  const counts = cut(`  own ${own}  other masters ${foreign}  errors ${errors}  unseen ${missed}`, width - bar.length);
  return [
    paint("bold", cut(title, width - state.length)) + paint("red", state),
    `${paint(used > 0.8 ? "yellow" : "green", bar)}${errors + missed > 0 ? paint("yellow", counts) : counts}`,
  ];
}

/** Each address that was seen, in a grid of sixteen or, where that is too wide, eight or four. */
function lampRows({ lamps }: Picture, width: number, paint: Paint): string[] {
  const perRow = [16, 8].find((count) => LABEL + count * CELL <= width) ?? 4;
  if (LABEL + perRow * CELL > width) return [];
  const rows: string[] = [];
  for (let first = 0; first < 64; first += perRow) {
    const row = Array.from({ length: perRow }, (_, i) => lamps.get(first + i));
    if (row.every((lamp) => lamp === undefined)) continue;
    rows.push(`${paint("dim", `A${first}`.padEnd(LABEL))}${row.map((lamp) => cell(lamp, paint)).join("")}`);
  }
  return rows.length > 0 ? rows : [paint("dim", cut("no gear was seen yet", width))];
}

function cell(lamp: SeenLamp | undefined, paint: Paint): string {
  if (!lamp) return paint("dim", "   ·");
  if (lamp.silent) return paint("red", "   ?");
  const level =
    lamp.level === undefined
      ? "-"
      : lamp.level === 0
        ? "0"
        : String(Math.max(1, Math.round(fromArc(lamp.level, "logarithmic"))));
  return paint(
    lamp.failure ? "red" : lamp.level === 0 ? "dim" : "cyan",
    `${level}${lamp.failure ? "!" : ""}`.padStart(4),
  );
}

function lineOf(line: PictureLine, { width, began }: ViewOptions, paint: Paint): string {
  const text = cut(plainLine(line, began), width);
  if (line.mark === "!!") return paint("red", text);
  return line.mark === "->" ? text : paint("yellow", text);
}

/** `    12.345  ->  QueryActualLevel(A5)  254 (100 %)` */
export const plainLine = ({ at, mark, what, answer }: PictureLine, began: number): string =>
  `${((at - began) / 1000).toFixed(3).padStart(10)}  ${mark}  ${answer === "" ? what : `${what.padEnd(34)}  ${answer}`}`;

const cut = (text: string, width: number): string =>
  text.length <= width ? text : width < 1 ? "" : `${text.slice(0, width - 1)}…`;
const blank = (count: number): string[] => new Array<string>(Math.max(0, count)).fill("");
