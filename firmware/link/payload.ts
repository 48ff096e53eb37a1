/** The payloads of RSMP 4's message types, made from the modules' tables: TypeScript types, and schemas for both ways. */
import Type, { type TSchema } from "typebox";
import { closed, componentId, type Status, text, utc } from "./table.ts";

/** Most entries one message may hold. */
const MOST_ENTRIES = 1024;
/** Most components one map may hold: 16 lines of 64 gears. */
const MOST_COMPONENTS = 1024;

export type Presence = "online" | "shutdown" | "offline";
export type ChannelState = "running" | "stopped";

export interface StatusEntry {
  readonly ts: string;
  /** Attributes by name; one value, or a map from component to value. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly seq: number;
}
export interface StatusPayload {
  readonly entries: readonly StatusEntry[];
}

export interface AlarmEntry {
  readonly ts: string;
  readonly component?: string;
  readonly active: boolean;
  readonly values: { readonly message: string };
}
export interface AlarmPayload {
  readonly entries: readonly AlarmEntry[];
  readonly full?: true;
}

export interface CommandPayload {
  readonly component?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ThrottlePayload {
  readonly action: "start" | "stop";
}

/** Why a command was refused. Stable words: a supervisor decides by them, never by the message. */
export const REFUSALS = [
  /** Not CBOR as hulotte takes it; see `guard.ts`. */
  "malformed",
  /** A field is missing, unknown, of the wrong type or out of range. */
  "invalid",
  "unknown-code",
  "unknown-component",
  /** `until` is in the past, or too far ahead. */
  "expired",
  "too-far",
  /** The cabinet does not know the time, so no expiry can be judged. */
  "clock-unset",
  /** Too many commands are being worked on. */
  "busy",
  /** The cabinet took it and could not do it. */
  "failed",
] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface Refused {
  readonly ok: false;
  readonly error: { readonly kind: Refusal; readonly field: string; readonly message: string };
}
/** What a command came to. */
export type CommandResult<Values = Readonly<Record<string, unknown>>> =
  | { readonly ok: true; readonly values: Values }
  | Refused;

export const PRESENCE = Type.Union([Type.Literal("online"), Type.Literal("shutdown"), Type.Literal("offline")]);

export const CHANNEL_STATE = closed({ state: Type.Union([Type.Literal("running"), Type.Literal("stopped")]) });

export const THROTTLE = closed({ action: Type.Union([Type.Literal("start"), Type.Literal("stop")]) });

export const ALARM = closed({
  entries: Type.Array(
    closed({
      ts: utc(),
      component: Type.Optional(componentId()),
      active: Type.Boolean(),
      values: closed({ message: text(200) }),
    }),
    { maxItems: MOST_ENTRIES },
  ),
  full: Type.Optional(Type.Literal(true)),
});

export const RESULT = Type.Union([
  closed({ ok: Type.Literal(true), values: Type.Record(Type.String(), Type.Unknown()) }),
  closed({
    ok: Type.Literal(false),
    error: closed({
      kind: Type.Union(REFUSALS.map((kind) => Type.Literal(kind))),
      field: text(200),
      message: text(400),
    }),
  }),
]);

/** The shape of a command before its code's own values are looked at. */
export const COMMAND = closed({
  component: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  values: Type.Record(Type.String(), Type.Unknown()),
});

/** The attributes of a status, each optional: an event update carries only some. */
export function valuesSchema(status: Status): TSchema {
  const properties: Record<string, TSchema> = {};
  for (const [name, attribute] of Object.entries(status.attributes)) {
    properties[name] = Type.Optional(
      attribute.each
        ? Type.Record(componentId(), attribute.schema, { additionalProperties: false, maxProperties: MOST_COMPONENTS })
        : attribute.schema,
    );
  }
  return closed(properties);
}

export const statusSchema = (status: Status): TSchema =>
  closed({
    entries: Type.Array(closed({ ts: utc(), values: valuesSchema(status), seq: Type.Integer({ minimum: 0 }) }), {
      minItems: 1,
      maxItems: MOST_ENTRIES,
    }),
  });

/** An instant as payloads write it. RSMP 4 draft, "Status": ISO 8601 UTC with milliseconds. */
export const iso = (at: number): string => new Date(at).toISOString();
