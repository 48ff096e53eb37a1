/**
 * NGSI-LD entities of the Smart Data Models (CC BY 4.0): Streetlight (dataModel.Streetlighting 0.2.1) and CrowdFlowObserved
 * (dataModel.Transportation). ETSI GS CIM 009, normalized representation.
 */
import { LEAST, type Release } from "../../controllers/footfall/privacy.ts";
import { hours, type Instant } from "../../controllers/units.ts";

const CONTEXTS = [
  "https://raw.githubusercontent.com/smart-data-models/dataModel.Streetlighting/master/context.jsonld",
  "https://raw.githubusercontent.com/smart-data-models/dataModel.Transportation/master/context.jsonld",
  "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld",
];

/** Light is told this long after: from fresh levels one sees who is out. */
export const DELAY = hours(24);

/** Mean light of lamps over the hour that ended at `at`, percent, by lamp. */
export interface LampHour {
  readonly at: Instant;
  readonly means: Readonly<Record<string, number>>;
}

export interface Described {
  readonly node: string;
  readonly longitude: number;
  readonly latitude: number;
  readonly lamps: readonly { readonly id: string; readonly street: string; readonly power: number }[];
}

export type Property =
  | { readonly type: "Property"; readonly value: unknown; readonly observedAt?: string; readonly unitCode?: string }
  | { readonly type: "GeoProperty"; readonly value: unknown }
  | { readonly type: "Relationship"; readonly object: string };
export interface Entity {
  readonly id: string;
  readonly type: string;
  readonly "@context": readonly string[];
  readonly [name: string]: string | readonly string[] | Property;
}

/**
 * Each lamp with its newest mean of an hour that is over for `DELAY` at `now`; a lamp of which there is none is left out. Lamps
 * have the cabinet's place: the configuration knows streets by metres, not by coordinates. `failed`: lamps that say so.
 */
export function streetlights(
  about: Described,
  lampHours: readonly LampHour[],
  failed: ReadonlySet<string>,
  now: Instant,
): readonly Entity[] {
  const newest = new Map<string, { readonly at: Instant; readonly mean: number }>();
  for (const { at, means } of lampHours) {
    if (at > now - DELAY) continue;
    for (const [lamp, mean] of Object.entries(means)) {
      const known = newest.get(lamp);
      if (!known || known.at <= at) newest.set(lamp, { at, mean });
    }
  }
  return about.lamps.flatMap(({ id, street, power }) => {
    const told = newest.get(id);
    if (!told) return [];
    const observed = utc(told.at);
    return [
      entity("Streetlight", [about.node, id], {
        location: place(about),
        status: property(failed.has(id) ? "defectiveLamp" : "ok"),
        powerState: property(told.mean === 0 ? "off" : told.mean < 50 ? "low" : "on", observed),
        illuminanceLevel: property(Math.round(told.mean) / 100, observed),
        controllingMethod: property("individual"),
        powerRating: { type: "Property", value: power, unitCode: "WTT" },
        address: property({ streetAddress: street }),
        refStreetlightControlCabinet: { type: "Relationship", object: urn("StreetlightControlCabinet", [about.node]) },
      }),
    ];
  });
}

/** One entity for each window told; those of fewer people than are told are left out, whoever handed them in. */
export const crowdFlows = (about: Described, releases: readonly Release[]): readonly Entity[] =>
  releases
    .filter(({ people }) => people >= LEAST)
    .map(({ zone, people, from, to }) =>
      entity("CrowdFlowObserved", [about.node, zone, utc(from)], {
        location: place(about),
        dateObserved: property(`${utc(from)}/${utc(to)}`),
        dateObservedFrom: time(from),
        dateObservedTo: time(to),
        peopleCount: property(people),
      }),
    );

/** Key and value only: the simplified representation, which the models' JSON Schemas describe. */
export const simplified = ({ "@context": context, ...entity }: Entity): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(
    Object.entries(entity).map(([name, value]) => {
      if (typeof value !== "object" || !("type" in value)) return [name, value];
      if (value.type === "Relationship") return [name, value.object];
      return [name, isTime(value.value) ? value.value["@value"] : value.value];
    }),
  ),
  "@context": context,
});

const entity = (type: string, names: readonly string[], properties: Readonly<Record<string, Property>>): Entity => ({
  id: urn(type, names),
  type,
  ...properties,
  "@context": CONTEXTS,
});

const urn = (type: string, names: readonly string[]): string =>
  `urn:ngsi-ld:${type}:${names.map((name) => name.replaceAll("/", ":")).join(":")}`;
const property = (value: unknown, observedAt?: string): Property => ({
  type: "Property",
  value,
  ...(observedAt === undefined ? {} : { observedAt }),
});
const place = ({ longitude, latitude }: Described): Property => ({
  type: "GeoProperty",
  value: { type: "Point", coordinates: [longitude, latitude] },
});
const time = (at: number): Property => property({ "@type": "DateTime", "@value": utc(at) });
const isTime = (value: unknown): value is { "@value": string } =>
  typeof value === "object" && value !== null && "@value" in value;
const utc = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");
