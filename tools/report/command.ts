/** `hulotte report energy`: what was saved, and all that is assumed in saying so. */
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { localClock } from "../../controllers/lighting/local-time.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import { DEFAULTS } from "../../firmware/config/defaults.ts";
import { formatProblem, readConfig } from "../../firmware/config/read.ts";
import { fileStore } from "../../firmware/linux/store.ts";
import { readOptionsOnly } from "../cli/options.ts";
import { Usage } from "../cli/usage.ts";
import {
  type Baseline,
  baselineOf,
  DEFAULT_BASELINE,
  DEFAULT_PROGRAMME,
  type Programme,
  programmeOf,
} from "./baseline.ts";
import { csvOf } from "./csv.ts";
import { ledgerUse } from "./from-ledger.ts";
import { htmlOf } from "./html.ts";
import { jsonOf } from "./json.ts";
import type { CabinetUse } from "./model.ts";

const HELP = `hulotte report energy: the energy of a cabinet, of a city, or of a simulated district

  hulotte report energy --cabinet CABINET.yaml --state DIR [--cabinet ... --state ...] --from DATE --to DATE
      from the books that cabinets keep; many pairs are summed as a city
      --state DIR          where that cabinet keeps its state (default: .hulotte beside its file)
  hulotte report energy --simulate strict|floors --from DATE --to DATE
      from a played district: strict keeps to the class table, floors lights empty streets less
      --seed N             of its people (default: 1)
      --width METRES       of its streets that is lit (default: 7)
      --counter-power W    of each counter, day and night (default: 0.6)

      --from, --to         local dates, such as 2026-01-01; the day of --to is not in it
      --baseline TEXT      the lamps of before (default: "${DEFAULT_BASELINE}")
      --programme TEXT     when the fixed programme is at the reduced class (default: ${DEFAULT_PROGRAMME})
      --format FORMAT      html, csv, json (default: by the name of --out, else html)
      --out FILE           (default: standard output)

Ends with 0 when it is written, 2 when the call or a file is wrong.`;

const FORMATS = ["html", "csv", "json"] as const;
type Format = (typeof FORMATS)[number];
const SIMULATED = { strict: "strict class table", floors: "permitted floors" } as const;

/** Resolves with the exit code. Rejects with `Usage` for a wrong call. */
export async function runReport(argv: readonly string[]): Promise<number> {
  const [what, ...rest] = argv;
  if (what === undefined || what === "help" || what === "--help" || rest.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  if (what !== "energy") throw new Usage(`no report "${what}": allowed energy`);
  const { values } = parsed(rest);
  const baseline = baselineOf(values.baseline);
  if (!baseline) throw new Usage(`--baseline "${values.baseline}": allowed is a text such as "${DEFAULT_BASELINE}"`);
  const programme = programmeOf(values.programme);
  if (!programme) throw new Usage(`--programme "${values.programme}": allowed is a time such as ${DEFAULT_PROGRAMME}`);
  const format = formatOf(values.format, values.out);
  const period = { from: dateOf("--from", values.from), to: dateOf("--to", values.to) };
  if (period.to <= period.from) throw new Usage(`--to ${values.to}: allowed is a day after --from ${values.from}`);

  const uses =
    values.simulate === undefined
      ? await fromBooks(values.cabinet, values.state, { ...period, baseline, programme })
      : [await simulated(values, { ...period, baseline, programme })];
  if (!uses) return 2;
  const { timeZone } = uses[0] as CabinetUse;
  const [from, to] = [localDay(timeZone, period.from), localDay(timeZone, period.to)];
  const text = { html: () => htmlOf(uses, from, to), csv: () => csvOf(uses), json: () => jsonOf(uses, from, to) }[
    format
  ]();
  if (values.out === undefined) process.stdout.write(text);
  else await writeFile(values.out, text);
  return 0;
}

interface Asked {
  /** Local dates, in days since 1970. */
  readonly from: number;
  readonly to: number;
  readonly baseline: Baseline;
  readonly programme: Programme;
}

const localDay = (timeZone: string, day: number): Instant => localClock(timeZone).at(day, 0);
const HOUR = 3_600_000;
/** Books are kept by UTC hours. */
const wholeHour = (at: Instant): Instant => instant(Math.floor(at / HOUR) * HOUR);

async function fromBooks(
  files: readonly string[],
  states: readonly string[],
  asked: Asked,
): Promise<CabinetUse[] | null> {
  if (files.length === 0) throw new Usage("--cabinet is missing: allowed is a cabinet.yaml, or --simulate");
  if (states.length > 0 && states.length !== files.length)
    throw new Usage(`${states.length} times --state for ${files.length} times --cabinet: allowed is one each, or none`);
  const now = instant(Date.now());
  const uses: CabinetUse[] = [];
  for (const [i, file] of files.entries()) {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new Usage(`${file}: cannot be read: ${error.code}`);
    });
    const read = readConfig(text);
    if (!read.ok) {
      for (const problem of read.problems) console.error(formatProblem(problem, file));
      return null;
    }
    const { config } = read;
    const store = fileStore(resolve(states[i] ?? join(dirname(file), ".hulotte")));
    const [from, to] = [asked.from, asked.to].map((day) => wholeHour(localDay(config.site.timeZone, day))) as [
      Instant,
      Instant,
    ];
    uses.push(await ledgerUse({ config, store, now, ...asked, from, to }));
  }
  return uses;
}

async function simulated(values: ReturnType<typeof parsed>["values"], asked: Asked): Promise<CabinetUse> {
  const { demonstrationDistrict } = await import("../../sim/district.ts");
  const { yearUse } = await import("./from-year.ts");
  const mode = SIMULATED[values.simulate as keyof typeof SIMULATED];
  if (!mode) throw new Usage(`--simulate ${values.simulate}: allowed ${Object.keys(SIMULATED).join(", ")}`);
  const district = demonstrationDistrict(mode);
  const { timeZone } = district.site;
  const [from, to] = [localDay(timeZone, asked.from), localDay(timeZone, asked.to)];
  const days = (to - from) / (24 * HOUR);
  return yearUse({
    district,
    ...asked,
    from,
    to,
    seed: numberOf("--seed", values.seed),
    width: numberOf("--width", values.width),
    own: DEFAULTS.own,
    counterPower: numberOf("--counter-power", values["counter-power"]),
    onHour(at) {
      const day = (at - from) / (24 * HOUR);
      if (process.stderr.isTTY && day % 10 === 0) process.stderr.write(`\r${day} of ${Math.round(days)} days`);
    },
  });
}

function parsed(args: readonly string[]) {
  return readOptionsOnly(args, {
    cabinet: { type: "string", multiple: true, default: [] },
    state: { type: "string", multiple: true, default: [] },
    simulate: { type: "string" },
    seed: { type: "string", default: "1" },
    width: { type: "string", default: "7" },
    "counter-power": { type: "string", default: "0.6" },
    from: { type: "string" },
    to: { type: "string" },
    baseline: { type: "string", default: DEFAULT_BASELINE },
    programme: { type: "string", default: DEFAULT_PROGRAMME },
    format: { type: "string" },
    out: { type: "string" },
  });
}

function formatOf(format: string | undefined, out: string | undefined): Format {
  const name = format ?? FORMATS.find((one) => out?.endsWith(`.${one}`)) ?? "html";
  const found = FORMATS.find((one) => one === name);
  if (!found) throw new Usage(`--format ${name}: allowed ${FORMATS.join(", ")}`);
  return found;
}

function dateOf(option: string, text: string | undefined): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text ?? "") ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) throw new Usage(`${option} ${text ?? "is missing"}: allowed is a date such as 2026-01-01`);
  return at / (24 * HOUR);
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0) || !Number.isFinite(value))
    throw new Usage(`${option} ${text}: allowed is a number above 0`);
  return value;
}
