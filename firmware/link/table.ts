/** The words in which a module of RSMP 4 is written down as data: statuses with channels, alarms, commands. */
import Type, { type Static, type TSchema } from "typebox";

/** How values of a window become one. RSMP 4 draft, "Status", aggregation. */
export const AGGREGATES = ["sum", "avg", "min", "max", "median", "count", "std"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** Publishing rules of one channel of a status. RSMP 4 draft, "Status" and "Channel". Spans in ms. */
export interface ChannelSpec {
  /** Left out where the status has only one channel. */
  readonly name?: string;
  readonly qos: 0 | 1;
  /**
   * What it carries: names of attributes, or aggregates of them over the periodic window (`activePower.avg`), never both in one
   * channel. All attributes where left out.
   */
  readonly attributes?: readonly string[];
  /** Complete, retained updates, aligned to multiples of this since 1970 UTC. */
  readonly periodic: number;
  /** Changes make an event at once, at multiples of a span since 1970 UTC if anything changed, or never. Default: at once. */
  readonly event?: "change" | { readonly every: number } | "none";
  /** Changes within this span after an event update go out together. Windows are told so long after their end. */
  readonly minInterval: number;
  /** Updates gather for so long and go out as one message. */
  readonly batch?: number;
  /** Most components in one entry of an event update or a window: more are several entries, each small enough for a slow link. */
  readonly most?: number;
  readonly start: "running" | "stopped";
  /** Started by a throttle it stops by itself after so long, unless the throttle says how long or it is started again. */
  readonly prune?: number;
  /** Every entry is journaled, and replayed after an outage. */
  readonly replay?: true;
  /** Moment by moment it tells where people are: it stands still unless live data is allowed (`cabinet.live.allow`). */
  readonly personal?: true;
}

/** One attribute of a status. `change` triggers an event update; `along` only goes with one. */
export interface Attribute<S extends TSchema = TSchema, Each extends boolean = boolean> {
  readonly title: string;
  readonly send: "change" | "along";
  /** Whether the attribute is a map from component id to value. */
  readonly each: Each;
  /** Of the value: of one component's value where `each`. */
  readonly schema: S;
  readonly unit?: string;
  /** Aggregates are rounded to multiples of this; to tenths where left out. */
  readonly step?: number;
}

export interface Status {
  readonly title: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly channels: readonly [ChannelSpec, ...ChannelSpec[]];
}

export interface Alarm {
  readonly title: string;
}

export interface Command {
  readonly title: string;
  /** The first level of the components it works on: an address that names any other is refused; null: the node as a whole. */
  readonly component: string | null;
  readonly values: TSchema;
  /** What a successful result carries. */
  readonly result: TSchema;
  /** It moves lights, signals or gates, or what guards them: refused unless it is signed. */
  readonly signed: boolean;
}

export interface Module {
  readonly name: string;
  readonly title: string;
  readonly statuses: Readonly<Record<string, Status>>;
  readonly alarms: Readonly<Record<string, Alarm>>;
  readonly commands: Readonly<Record<string, Command>>;
}

/** The values of a status as TypeScript sees them. */
export type ValuesOf<S extends Status> = {
  readonly [A in keyof S["attributes"]]: S["attributes"][A] extends Attribute<infer V, infer Each>
    ? Each extends true
      ? Readonly<Record<string, Static<V>>>
      : Static<V>
    : never;
};

/** What a name in a channel's list means: an attribute, or an aggregate of one. */
export interface AttributeSource {
  /** The attribute's own name. */
  readonly base: string;
  readonly attribute: Attribute;
  readonly aggregate: Aggregate | null;
}

/** Reads `activePower` or `activePower.avg`; null where the status has no such attribute, or its values cannot be aggregated so. */
export function sourceOf(status: Status, name: string): AttributeSource | null {
  const own = Object.hasOwn(status.attributes, name) ? status.attributes[name] : undefined;
  if (own) return { base: name, attribute: own, aggregate: null };
  const dot = name.lastIndexOf(".");
  const base = name.slice(0, Math.max(0, dot));
  const aggregate = AGGREGATES.find((one) => one === name.slice(dot + 1));
  const attribute = Object.hasOwn(status.attributes, base) ? status.attributes[base] : undefined;
  if (!attribute || !aggregate || (aggregate !== "count" && !isNumeric(attribute.schema))) return null;
  return { base, attribute, aggregate };
}

/** Names of what a channel carries, in the order of its table. */
export const channelAttributes = (status: Status, spec: ChannelSpec): readonly string[] =>
  spec.attributes ?? Object.keys(status.attributes);

const isNumeric = (schema: TSchema): boolean =>
  "type" in schema && (schema.type === "number" || schema.type === "integer");

const extras = (unit: string | undefined, step: number | undefined) => ({
  ...(unit === undefined ? {} : { unit }),
  ...(step === undefined ? {} : { step }),
});

/** An attribute with one value for the whole node. */
export const whole = <S extends TSchema>(
  send: "change" | "along",
  title: string,
  schema: S,
  unit?: string,
  step?: number,
): Attribute<S, false> => ({ title, send, each: false, schema, ...extras(unit, step) });

/** An attribute with a value for each component. */
export const each = <S extends TSchema>(
  send: "change" | "along",
  title: string,
  schema: S,
  unit?: string,
  step?: number,
): Attribute<S, true> => ({ title, send, each: true, schema, ...extras(unit, step) });

/** A component id as a payload holds it. */
export const COMPONENT = "^[^\\s/,]+(/[^\\s/,]+)*$";
export const componentId = () => Type.String({ pattern: COMPONENT, maxLength: 128, examples: ["lamp/1/5"] });

/** A component id, or several of one group: the names in the last level are listed, with ranges. RSMP 4 draft, "Components". */
export const componentIds = () =>
  Type.String({ pattern: "^[^\\s/,]+(/[^\\s/,]+)*(,[^\\s/,]+)*$", maxLength: 256, examples: ["lamp/1/5"] });

/** A short text for people or a name from the configuration. */
export const text = (maxLength: number) => Type.String({ maxLength });

/** Light in percent of full. */
export const percent = () => Type.Number({ minimum: 0, maximum: 100 });

/** An instant: ISO 8601, UTC, up to milliseconds. RSMP 4 draft, "Status", `ts`. */
export const utc = () =>
  Type.String({
    pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$",
    description: "ISO 8601 UTC, for instance 2026-02-24T10:00:00.000Z",
    examples: ["2026-02-24T10:00:00.000Z"],
  });

/** An object with these properties and no other. */
export const closed = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });
