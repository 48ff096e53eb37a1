import { readFile } from "node:fs/promises";
import { localClock } from "../../controllers/lighting/local-time.ts";
import type { Lamp, Site } from "../../controllers/model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import { formatProblem, readConfig, siteOf } from "../../firmware/config/read.ts";
import { readCall } from "../cli/options.ts";
import { Usage } from "../cli/usage.ts";
import { type Night, nightOf } from "./night.ts";

export const PROGRAMME_HELP = `hulotte programme: what the control programme of a lamp says for a night

  hulotte programme [CABINET.yaml]    one table of times and levels from noon to noon, without people and operators
      --lamp ID                       the lamp (default: the file's first)
      --date YYYY-MM-DD               the day on which the night begins (default: today at the cabinet)
      --json                          the same for a program`;

const DAY = 86_400_000;

/** `hulotte programme ...`. Resolves with the exit code: 0, or 2 where the file is wrong. Throws Usage for a wrong call. */
export async function runProgramme(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  if (values.help || positionals[0] === "help") {
    console.log(PROGRAMME_HELP);
    return 0;
  }
  if (positionals.length > 1) throw new Usage(`one file at a time: ${positionals.join(" ")}`);
  const path = positionals[0] ?? "cabinet.yaml";
  const site = await siteIn(path);
  if (!site) return 2;
  const lamp = lampOf(site, values.lamp);
  const date = values.date === undefined ? localClock(site.timeZone).day(instant(Date.now())) : dateOf(values.date);
  const night = nightOf(site, lamp, date);
  if (values.json) console.log(JSON.stringify(jsonOf(lamp, date, night), null, 2));
  else for (const line of linesOf(site, lamp, date, night)) console.log(line);
  return 0;
}

function parse(argv: readonly string[]) {
  return readCall(argv, {
    lamp: { type: "string" },
    date: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
}

async function siteIn(path: string): Promise<Site | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    console.error(`${path}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return null;
  }
  const read = readConfig(text);
  if (read.ok) return siteOf(read.config);
  for (const problem of read.problems) console.error(formatProblem(problem, path));
  return null;
}

function lampOf({ lamps }: Site, id: string | undefined): Lamp {
  const lamp = id === undefined ? lamps[0] : lamps.find((candidate) => candidate.id === id);
  if (lamp) return lamp;
  if (id === undefined) throw new Usage("the file has no lamps");
  const [first, last] = [lamps[0]?.id, lamps.at(-1)?.id];
  throw new Usage(`--lamp ${id}: no such lamp; the file has ${lamps.length}, ${first} to ${last}`);
}

function dateOf(text: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00Z`) : Number.NaN;
  if (Number.isNaN(at) || shown(at / DAY) !== text || at < DAY)
    throw new Usage(`--date ${text}: allowed a day such as 2026-12-25`);
  return at / DAY;
}

const shown = (date: number): string => new Date(date * DAY).toISOString().slice(0, 10);
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The table, one text a line. */
export function linesOf(site: Site, lamp: Lamp, date: number, { calendar, rows }: Night): readonly string[] {
  const local = localClock(site.timeZone);
  const clock = (at: Instant) => {
    const seconds = Math.round(local.minutes(instant(Math.floor(at / 1000) * 1000)) * 60);
    return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
      .map((part) => `${Math.floor(part)}`.padStart(2, "0"))
      .join(":");
  };
  const follows = calendar
    ? `calendar ${calendar.name}, ${calendar.rule === null ? "no rule" : `rule ${calendar.rule + 1}`}: schedule ${calendar.schedule}`
    : `schedule ${lamp.schedule}`;
  const controls = site.schedules.find(({ name }) => name === (calendar?.schedule ?? lamp.schedule))?.dynamic ?? [];
  return [
    `${lamp.id}, night of ${WEEKDAYS[new Date(date * DAY).getUTCDay()]} ${shown(date)}, ${site.timeZone}`,
    follows,
    "",
    "local     UTC       light  follows people  since",
    ...rows.map(({ at, level, light, adaptive, why, schedule }, i) => {
      const given = `${Math.round(light)} %`.padStart(5);
      const held = light > level ? `; the schedule's ${level} % is under the class` : "";
      const since =
        i === 0 && level === 0 ? "the night before is over" : `${why}${level === 0 ? "" : ` of ${schedule}`}${held}`;
      return `${clock(at)}  ${new Date(at).toISOString().slice(11, 19)}  ${given}  ${adaptive ? "yes" : "no "}             ${since}`;
    }),
    ...(controls.length > 0
      ? ["", `dynamic controls may change this: ${controls.map(({ name }) => name).join(", ")}`]
      : []),
  ];
}

const jsonOf = (lamp: Lamp, date: number, { calendar, rows }: Night) => ({
  lamp: lamp.id,
  date: shown(date),
  calendar,
  rows: rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() })),
});
