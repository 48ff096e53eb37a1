import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localClock } from "../../controllers/lighting/local-time.ts";
import { type Duration, hours, type Instant, instant, seconds } from "../../controllers/units.ts";
import { formatProblem } from "../../firmware/config/problem.ts";
import { type CabinetConfig, readConfig } from "../../firmware/config/read.ts";
import type { Random } from "../../firmware/hal/random.ts";
import { readCall } from "../cli/options.ts";
import { Usage } from "../cli/usage.ts";
import { atspmTable } from "./atspm.ts";
import { countsFolder, type Folder } from "./counts.ts";
import { entriesIn, gather, type Told } from "./entries.ts";
import { fetchEntries } from "./fetch.ts";
import { crowdFlows, type Described, simplified, streetlights } from "./ngsi.ts";
import type { Noise } from "./noise.ts";

const HELP = `hulotte opendata: what a city may publish of a cabinet, from what the cabinet told

  hulotte opendata fetch         asks a cabinet for what it has kept and prints it, a JSON object a line
  hulotte opendata counts        writes people into a folder, as the tables of etalab's "comptage des mobilites" 0.2.0
  hulotte opendata ngsi          prints NGSI-LD entities: Streetlight, CrowdFlowObserved
  hulotte opendata atspm         prints events of signal priority, a line each: SignalID,Timestamp,EventCodeID,EventParam

      --cabinet FILE             the cabinet's configuration (default: cabinet.yaml)
      --from DAY --to DAY        days in UTC, 2026-11-18, both included (default: yesterday)
  fetch:
      --broker URL               the broker (default: the configuration's)
      --supervisor DIR           certificate.pem, key.pem and ca.pem, as \`hulotte provision supervisor\` wrote them
      --id ID                    our RSMP id at the broker (default: opendata)
  counts, ngsi, atspm:
      --input FILE               what \`fetch\` or a supervisor's onEntry printed; - is standard input (default)
  counts:
      --out DIR                  sites.csv, channels.csv, measures.csv, datapackage.json; what is in it already stays
      --step 15m|1h|6h|1d        length of a slot (default: 1h)
      --insee CODE               INSEE code of the commune
      --epsilon E [--cap N]      adds discrete Laplace noise of scale N/E to each count; N: the most that one person is
                                 assumed to add to one slot (default: 2 for 15m and 1h, else 4)
  ngsi:
      --simplified               key and value only
  atspm:
      --signal tlc/1=7115        ATSPM's SignalID of a junction; several with commas (default: tlc/1)
      --zone ZONE                IANA zone of the timestamps, which carry none (default: the site's)

Counts under 11 never left the cabinet: their slots, and those not counted, are there with an empty count. Light is published as
means of an hour, a day late.`;

const STEPS: Readonly<Record<string, { readonly step: Duration; readonly cap: number }>> = {
  "15m": { step: seconds(900), cap: 2 },
  "1h": { step: hours(1), cap: 2 },
  "6h": { step: hours(6), cap: 4 },
  "1d": { step: hours(24), cap: 4 },
};
const DAY = hours(24);
/** Who could foresee the noise could take it off. */
const SECURE: Random = { next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48 };

/** `hulotte opendata ...`. Resolves with the exit code; throws Usage. */
export async function runOpendata(
  argv: readonly string[],
  { random = SECURE, now = () => instant(Date.now()) }: { readonly random?: Random; readonly now?: () => Instant } = {},
): Promise<number> {
  const { values, positionals } = parse(argv);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined || command === "help") {
    console.log(HELP);
    return 0;
  }
  if (rest.length > 0 || !["fetch", "counts", "ngsi", "atspm"].includes(command))
    throw new Usage(`no command "opendata ${positionals.join(" ")}": allowed are opendata fetch, counts, ngsi, atspm`);
  const config = await configIn(values.cabinet);
  const span = spanOf(values.from, values.to, now());
  if (command === "fetch") {
    const answer = await fetchEntries({
      config,
      span,
      random,
      broker: values.broker,
      folder: values.supervisor,
      id: values.id,
    });
    if (!Array.isArray(answer)) {
      console.error(`${config.node}: ${String(answer)}`);
      return 1;
    }
    for (const told of answer as readonly Told[]) console.log(JSON.stringify(told));
    return 0;
  }
  const entries = await inputOf(values.input, config.node);
  if (command === "atspm") {
    const signals = signalsOf(values.signal, config);
    process.stdout.write(atspmTable(entries, { ...span, timeZone: zoneOf(values.zone, config), signals }));
    return 0;
  }
  const gathered = gather(entries);
  const { node, site, lamps } = config;
  const { longitude, latitude } = site;
  if (command === "ngsi") {
    const about: Described = { node, longitude, latitude, lamps };
    const releases = gathered.releases.filter(({ from, to }) => from >= span.from && to <= span.to);
    const entities = [
      ...streetlights(about, gathered.lampHours, gathered.failed, now()),
      ...crowdFlows(about, releases),
    ];
    console.log(JSON.stringify(values.simplified ? entities.map(simplified) : entities, null, 2));
    return 0;
  }
  if (values.out === undefined) throw new Usage("--out is missing: allowed is a folder");
  const { step, cap } = stepOf(values.step);
  const noise = noiseIn(values.epsilon, values.cap, cap);
  const insee = inseeOf(values.insee);
  try {
    const folder = countsFolder({
      about: {
        node,
        siteName: site.name,
        longitude,
        latitude,
        ...(insee === undefined ? {} : { insee }),
        zones: config.privacy.zones,
        kinds: new Map(config.counters.map(({ id, kind }) => [id, kind])),
        step: step / 1000,
      },
      releases: gathered.releases,
      ...span,
      ...(noise ? { noise } : {}),
      random,
      before: await folderIn(values.out),
    });
    await write(values.out, folder);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Usage(`--out ${values.out}: ${error.message}`);
  }
  return 0;
}

function parse(argv: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  return readCall(argv, {
    cabinet: text,
    from: text,
    to: text,
    broker: text,
    supervisor: text,
    id: text,
    input: text,
    out: text,
    step: text,
    insee: text,
    epsilon: text,
    cap: text,
    signal: text,
    zone: text,
    simplified: flag,
    help: { ...flag, short: "h" },
  });
}

async function configIn(path = "cabinet.yaml"): Promise<CabinetConfig> {
  const read = readConfig(await textIn("--cabinet", path));
  if (!read.ok) throw new Usage(read.problems.map((problem) => formatProblem(problem, path)).join("\n"));
  return read.config;
}

async function inputOf(path = "-", node: string): Promise<readonly Told[]> {
  const text = await textIn("--input", path === "-" ? "/dev/stdin" : path);
  try {
    return entriesIn(text, node);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Usage(`--input ${path}: ${error.message}`);
  }
}

function spanOf(from: string | undefined, to: string | undefined, now: Instant): { from: Instant; to: Instant } {
  const yesterday = Math.floor(now / DAY) * DAY - DAY;
  const begin = from === undefined ? yesterday : dayOf("--from", from);
  const end = to === undefined ? (from === undefined ? yesterday : begin) : dayOf("--to", to);
  if (end < begin) throw new Usage(`--to ${to}: allowed is ${from} or later`);
  if (end + DAY > now) throw new Usage(`--to ${to ?? from}: allowed are days that are over`);
  return { from: instant(begin), to: instant(end + DAY) };
}

function dayOf(option: string, text: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(day)) throw new Usage(`${option} ${text}: allowed is a day such as 2026-11-18`);
  return day;
}

function stepOf(text = "1h") {
  const step = Object.hasOwn(STEPS, text) ? STEPS[text] : undefined;
  if (!step) throw new Usage(`--step ${text}: allowed ${Object.keys(STEPS).join(", ")}`);
  return step;
}

function noiseIn(epsilon: string | undefined, cap: string | undefined, usual: number): Noise | null {
  if (epsilon === undefined && cap !== undefined) throw new Usage("--cap: allowed with --epsilon only");
  if (epsilon === undefined) return null;
  const numbers = { epsilon: Number(epsilon), cap: Number(cap ?? usual) };
  if (!(numbers.epsilon >= 0.01 && numbers.epsilon <= 10)) throw new Usage(`--epsilon ${epsilon}: allowed 0.01 to 10`);
  if (!Number.isInteger(numbers.cap) || numbers.cap < 1 || numbers.cap > 1000)
    throw new Usage(`--cap ${cap}: allowed 1 to 1000`);
  return numbers;
}

/** SignalIDs that somebody gave, by junction. */
function signalsOf(text: string | undefined, { junctions }: CabinetConfig): ReadonlyMap<string, string> {
  const ids = junctions.map(({ junction }) => junction.id);
  return new Map(
    (text?.split(",") ?? []).map((pair) => {
      const [junction = "", signal = ""] = pair.split("=");
      if (!ids.includes(junction) || !/^[\w-]{1,10}$/.test(signal))
        throw new Usage(`--signal ${pair}: allowed are ${ids.join(", ")}, each with = and up to 10 letters and digits`);
      return [junction, signal];
    }),
  );
}

function zoneOf(zone: string | undefined, { site }: CabinetConfig): string {
  if (zone === undefined) return site.timeZone;
  try {
    localClock(zone);
    return zone;
  } catch {
    throw new Usage(`--zone ${zone}: allowed is an IANA zone such as Europe/Paris or UTC`);
  }
}

function inseeOf(code: string | undefined): string | undefined {
  if (code === undefined || /^([013-9]\d|2[AB1-9])\d{3}$/.test(code)) return code;
  throw new Usage(`--insee ${code}: allowed are five characters such as 21231`);
}

async function textIn(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Usage(`${option} ${path}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

const KEPT = ["measures.csv", "datapackage.json"];

async function folderIn(path: string): Promise<Folder> {
  const found: Record<string, string> = {};
  for (const name of KEPT) {
    try {
      found[name] = await readFile(join(path, name), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return found;
}

/** A file is there as a whole or as it was: noise that is lost would be drawn again. */
async function write(path: string, folder: Folder): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const [name, text] of Object.entries(folder)) {
    await writeFile(join(path, `${name}.new`), text, { flush: true });
    await rename(join(path, `${name}.new`), join(path, name));
  }
}
