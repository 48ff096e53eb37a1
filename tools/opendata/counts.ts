/** The folder of tables that a city publishes: written once, and never drawn anew. */
import { LEAST, type Release, SPANS } from "../../controllers/footfall/privacy.ts";
import { type Instant, seconds } from "../../controllers/units.ts";
import type { Random } from "../../firmware/hal/random.ts";
import {
  channelRow,
  csvOf,
  measureRow,
  measuresIn,
  type Published,
  type Row,
  SCHEMA_VERSION,
  siteRow,
  type Table,
} from "./etalab.ts";
import { type Noise, noisy } from "./noise.ts";
import { slotsOf } from "./slots.ts";

/** Files by name. */
export type Folder = Readonly<Record<string, string>>;

export interface CountsOptions {
  readonly about: Published;
  readonly releases: readonly Release[];
  readonly from: Instant;
  readonly to: Instant;
  readonly noise?: Noise;
  /** Unpredictable: who could repeat the noise could take it off. */
  readonly random: Random;
  /** What the folder holds already. */
  readonly before: Folder;
}

const FILES: Readonly<Record<Table, string>> = { site: "sites.csv", channel: "channels.csv", measure: "measures.csv" };
const DESCRIPTION = "datapackage.json";

/**
 * The folder with the slots of [from, to) added. What was published stays as it is: a count, and with noise every slot, for who
 * sees a count with other noise again and again finds its mean. A folder that was made with other noise or steps is a RangeError.
 */
export function countsFolder({ about, releases, from, to, noise, random, before }: CountsOptions): Folder {
  const terms = termsOf(about.step, noise);
  const told = termsIn(before[DESCRIPTION]);
  if (told !== null && JSON.stringify(told) !== JSON.stringify(terms))
    throw new RangeError(
      `the folder was published with ${JSON.stringify(told)}, now it is ${JSON.stringify(terms)}: go on with the same. ` +
        "The same counts with other noise, or in other steps with it, tell more than either: each one's epsilon adds up",
    );
  const text = before[FILES.measure];
  const known = text === undefined ? [] : measuresIn(text);
  if (known === null) throw new RangeError(`${FILES.measure} is not a table that this command wrote`);
  const keyOf = ({ channel_id, start_datetime }: Row<"measure">) => `${start_datetime} ${channel_id}`;
  const rows = new Map(known.map((row) => [keyOf(row), row]));
  const trusted = releases.filter(({ people }) => people >= LEAST);
  for (const { id } of about.zones) {
    for (const slot of slotsOf(trusted, id, { from, to }, seconds(about.step))) {
      const row = measureRow(about.node, id, slot);
      const old = rows.get(keyOf(row));
      if (old && (noise || old.count !== "")) continue;
      const count = slot.count === null || !noise ? slot.count : noisy(slot.count, noise, random);
      rows.set(keyOf(row), measureRow(about.node, id, { ...slot, count }));
    }
  }
  const newest = trusted.reduce<number | null>((latest, one) => Math.max(latest ?? 0, one.to), null);
  const measures = [...rows].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row);
  return {
    [FILES.site]: csvOf("site", [siteRow(about)]),
    [FILES.channel]: csvOf(
      "channel",
      about.zones.map((zone) => channelRow(about, zone, newest)),
    ),
    [FILES.measure]: csvOf("measure", measures),
    [DESCRIPTION]: `${JSON.stringify(descriptionOf(about, terms), null, 2)}\n`,
  };
}

/** What may not change in a folder. */
function termsOf(step: number, noise: Noise | undefined) {
  return {
    timeStep: step,
    ...(noise ? { mechanism: "discrete Laplace", epsilon: noise.epsilon, cap: noise.cap } : {}),
  };
}

function termsIn(description: string | undefined): object | null {
  if (description === undefined) return null;
  try {
    const { timeStep, mechanism, epsilon, cap } = (JSON.parse(description) as { privacy: Record<string, unknown> })
      .privacy;
    return { timeStep, ...(mechanism === undefined ? {} : { mechanism, epsilon, cap }) };
  } catch {
    throw new RangeError(`${DESCRIPTION} is not one that this command wrote`);
  }
}

/** Frictionless Data Package. */
const descriptionOf = ({ node, siteName }: Published, terms: ReturnType<typeof termsOf>) => ({
  profile: "data-package",
  name: `comptage-${node.toLowerCase().replaceAll(/[^a-z0-9._-]/g, "-")}`,
  title: `Comptage de passages, ${siteName}`,
  licenses: [{ name: "etalab-2.0", title: "Licence Ouverte 2.0", path: "https://spdx.org/licenses/etalab-2.0.html" }],
  resources: (Object.keys(FILES) as Table[]).map((table) => ({
    name: table,
    path: FILES[table],
    profile: "tabular-data-resource",
    schema: `https://raw.githubusercontent.com/etalab/schema-comptage-mobilites-${table}/v${SCHEMA_VERSION}/schema.json`,
  })),
  privacy: {
    ...terms,
    least: LEAST,
    mergedInto: SPANS.map((span) => span / 1000),
    note:
      `Fewer than ${LEAST} passages, none at all too, are merged into longer windows, and else not told: an empty count says ` +
      "neither. Epsilon, where it is given, is of each count by itself, for a person who passes at most `cap` times in it; " +
      "which windows could be told is not covered by it.",
  },
});
