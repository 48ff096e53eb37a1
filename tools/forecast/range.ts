import { wallHour } from "../../controllers/footfall/hourly.ts";
import { Usage } from "../cli/usage.ts";
import type { Span } from "./evaluate.ts";

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;

/** `FROM..TO` of dates, both included: days, months or years (`2012..2013`). Throws Usage. */
export function spanFrom(text: string | undefined, option: string): Span {
  if (text === undefined) throw new Usage(`${option} is missing: allowed is FROM..TO, such as 2012-01-01..2013-12-31`);
  const parts = text.split("..");
  const [from, to] = parts.map((part) => DATE.exec(part));
  if (parts.length !== 2 || !from || !to)
    throw wrong(option, text, "FROM..TO, such as 2012-01-01..2013-12-31 or 2012..2013");
  const span = { from: begin(from, option, text), to: end(to, option, text) };
  if (span.from >= span.to) throw wrong(option, text, "a FROM that is not after TO");
  return span;
}

const wrong = (option: string, text: string, allowed: string) => new Usage(`${option} ${text}: allowed is ${allowed}`);

const begin = (found: RegExpExecArray, option: string, text: string) => hourOf(found, 0, option, text);
const end = (found: RegExpExecArray, option: string, text: string) => hourOf(found, 1, option, text);

/** The begin of the day, month or year, or of the `next` one. */
function hourOf([, year, month, day]: RegExpExecArray, next: 0 | 1, option: string, text: string): number {
  const [y, m, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  const date = new Date(Date.UTC(y, m - 1, d));
  if (date.getUTCMonth() + 1 !== m || date.getUTCDate() !== d)
    throw wrong(option, text, "dates that are in the calendar");
  if (day !== undefined) return wallHour(y, m, d + next, 0);
  return month === undefined ? wallHour(y + next, 1, 1, 0) : wallHour(y, m + next, 1, 0);
}
