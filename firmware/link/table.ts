/** The words in which a module of RSMP 4 is written down as data: statuses with channels, alarms, commands. */
import Type, { type Static, type TSchema } from "typebox";

/** Publishing rules of one channel of a status. RSMP 4 draft, "Status" and "Channel". Spans in ms. */
export interface ChannelSpec {
  /** Left out where the status has only one channel. */
  readonly name?: string;
  readonly qos: 0 | 1;
  /** Complete, retained updates, aligned to multiples of this since 1970 UTC. */
  readonly periodic: number;
  /** Changes within this span after an event update go out together. */
  readonly minInterval: number;
  readonly start: "running" | "stopped";
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
  /** The first level of the components it works on: an address that names any other is refused. */
  readonly component: string;
  readonly values: TSchema;
  /** What a successful result carries. */
  readonly result: TSchema;
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

const UNITS = (unit: string | undefined) => (unit === undefined ? {} : { unit });

/** An attribute with one value for the whole node. */
export const whole = <S extends TSchema>(
  send: "change" | "along",
  title: string,
  schema: S,
  unit?: string,
): Attribute<S, false> => ({ title, send, each: false, schema, ...UNITS(unit) });

/** An attribute with a value for each component. */
export const each = <S extends TSchema>(
  send: "change" | "along",
  title: string,
  schema: S,
  unit?: string,
): Attribute<S, true> => ({ title, send, each: true, schema, ...UNITS(unit) });

/** A component id as a payload holds it. */
export const COMPONENT = "^[^\\s/,]+(/[^\\s/,]+)*$";
export const componentId = () => Type.String({ pattern: COMPONENT, maxLength: 128 });

/** A short text for people or a name from the configuration. */
export const text = (maxLength: number) => Type.String({ maxLength });

/** Light in percent of full. */
export const percent = () => Type.Number({ minimum: 0, maximum: 100 });

/** An instant: ISO 8601, UTC, up to milliseconds. RSMP 4 draft, "Status", `ts`. */
export const utc = () =>
  Type.String({
    pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$",
    description: "ISO 8601 UTC, for instance 2026-02-24T10:00:00.000Z",
  });

/** An object with these properties and no other. */
export const closed = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });
