/** The tables of etalab's "comptage des mobilites" 0.2.0: sites, channels, measures. https://github.com/etalab/schema-comptage-mobilites-measure */
import type { Zone } from "../../controllers/footfall/privacy.ts";
import type { Slot } from "./slots.ts";

export const SCHEMA_VERSION = "0.2.0";
export const TABLES = {
  site: [
    "site_id",
    "parent_site_id",
    "site_name",
    "fr_insee_code",
    "xlong",
    "ylat",
    "external_ids",
    "infrastructure_type",
  ],
  channel: [
    "channel_id",
    "channel_provider_id",
    "site_provider_id",
    "site_id",
    "mobility_type",
    "comment",
    "counter_transmission_type",
    "publication_transmission_type",
    "counter_type",
    "direction",
    "provider_direction_code",
    "provider_direction_name",
    "data_provider_name",
    "temporality",
    "started_at",
    "ended_at",
    "last_updated_at",
    "time_step",
    "provider_portal_url",
  ],
  measure: ["channel_id", "counter_id", "start_datetime", "end_datetime", "count"],
} as const;
export type Table = keyof typeof TABLES;
export type Row<T extends Table> = Readonly<Partial<Record<(typeof TABLES)[T][number], string>>>;

/** What the schema calls a counter of this kind; nothing where the kind does not say how it sees people. */
const COUNTER_TYPES: Readonly<Record<string, string>> = {
  amg8833: "PASSIVE INFRARED",
  mlx90640: "PASSIVE INFRARED",
  ld2450: "RADAR SENSOR",
  ops243: "RADAR SENSOR",
};

export interface Published {
  readonly node: string;
  readonly siteName: string;
  readonly longitude: number;
  readonly latitude: number;
  /** Of the commune, where it is known. */
  readonly insee?: string;
  readonly zones: readonly Zone[];
  /** Kind of each counter, by its id. */
  readonly kinds: ReadonlyMap<string, string>;
  /** s. */
  readonly step: number;
}

export const channelId = (node: string, zone: string): string => `${node}/${zone}`;

export const siteRow = ({ node, siteName, longitude, latitude, insee }: Published): Row<"site"> => ({
  site_id: node,
  site_name: siteName,
  fr_insee_code: insee ?? "",
  xlong: degrees(longitude),
  ylat: degrees(latitude),
});

/** `updated`: end of the newest window known, ms since 1970; null where none is. */
export function channelRow(about: Published, zone: Zone, updated: number | null): Row<"channel"> {
  const types = new Set(zone.counters.map((counter) => COUNTER_TYPES[about.kinds.get(counter) ?? ""] ?? ""));
  return {
    channel_id: channelId(about.node, zone.id),
    site_id: about.node,
    mobility_type: "PEDESTRIAN",
    comment: zone.counters.length > 1 ? `${zone.counters.length} compteurs ensemble` : "",
    counter_transmission_type: "REMOTE TRANSMISSION",
    publication_transmission_type: "MANUAL",
    counter_type: types.has("") ? "" : [...types].join(","),
    temporality: "PERMANENT",
    last_updated_at: updated === null ? "" : utc(updated),
    time_step: String(about.step),
  };
}

/** The slot is there even where its count is not: that cell is empty. */
export const measureRow = (node: string, zone: string, { from, to, count }: Slot): Row<"measure"> => ({
  channel_id: channelId(node, zone),
  counter_id: zone,
  start_datetime: utc(from),
  end_datetime: utc(to),
  count: count === null ? "" : String(count),
});

/** RFC 4180, with a header, lines ended by LF. */
export function csvOf<T extends Table>(table: T, rows: readonly Row<T>[]): string {
  const names: readonly string[] = TABLES[table];
  const cells = rows.map((row) => names.map((name) => cell((row as Record<string, string>)[name] ?? "")).join(","));
  return `${[names.join(","), ...cells].join("\n")}\n`;
}

/** Reads what `csvOf("measure", ...)` wrote; null for anything else. */
export function measuresIn(text: string): readonly Row<"measure">[] | null {
  const [header, ...lines] = text.trimEnd().split("\n");
  if (header !== TABLES.measure.join(",")) return null;
  const rows: Row<"measure">[] = [];
  for (const line of lines) {
    const cells = line.split(",");
    if (cells.length !== TABLES.measure.length) return null;
    rows.push(Object.fromEntries(TABLES.measure.map((name, i) => [name, cells[i] ?? ""])));
  }
  return rows;
}

/** At least four decimals, as the schema asks for. */
const degrees = (value: number): string => {
  const text = String(value);
  return (text.split(".")[1] ?? "").length >= 4 ? text : value.toFixed(4);
};

const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const utc = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");
