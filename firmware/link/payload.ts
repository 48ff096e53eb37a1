/** The payloads of RSMP 4's message types, made from the modules' tables: TypeScript types, and schemas for both ways. */
import Type, { type TSchema } from "typebox";
import {
  type Aggregate,
  type ChannelSpec,
  channelAttributes,
  closed,
  componentId,
  componentIds,
  type Status,
  sourceOf,
  text,
  utc,
} from "./table.ts";

/** Most entries one message may hold. */
export const MOST_ENTRIES = 1024;
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

/** An entry of a replay or a history. */
export interface PastEntry extends StatusEntry {
  /** Of the next entry kept; null where there is none yet. */
  readonly next_ts: string | null;
}
export interface ReplayPayload {
  readonly entries: readonly PastEntry[];
  readonly done?: true;
  readonly beginning?: true;
}
export interface FetchPayload {
  readonly from: string;
  readonly to: string;
}
export interface HistoryPayload {
  readonly entries: readonly PastEntry[];
  readonly complete: boolean;
  readonly beginning?: true;
  readonly end?: true;
}

export interface AlarmEntry {
  readonly ts: string;
  /** In a full update of very many also several of one group that say the same, with a comma: `lamp/1/0-62,63`. */
  readonly component?: string;
  readonly active: boolean;
  readonly values: {
    readonly message: string;
    /** Somebody of the cockpit has seen it. */
    readonly acknowledged?: true;
    /** It is not told to people until then. */
    readonly suspended?: string;
  };
  /** Number of the event, counted as a channel's `seq`; a full update repeats that of the event that made it so. */
  readonly seq?: number;
}
export interface AlarmPayload {
  readonly entries: readonly AlarmEntry[];
  readonly full?: true;
}

/** Without a signature the first four may be left out: then the Correlation Data is the id. With one they must be there. */
export interface CommandPayload {
  /** Unique for the issuer. */
  readonly id?: string;
  /** RSMP id of who sends it. */
  readonly issuer?: string;
  readonly issued?: string;
  /** It may not begin after that. */
  readonly expires?: string;
  readonly component?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ThrottlePayload {
  readonly action: "start" | "stop";
  /** With `start`: it stops by itself after so long, s. */
  readonly timeout?: number;
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
  /** The cabinet takes it only with the cockpit's signature. */
  "unsigned",
  /** Signed by nobody it knows, by a key that is revoked or out of its time, or altered. */
  "signature",
  /** The key may not do this. */
  "forbidden",
  /** Too many commands are being worked on, or came. */
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

const seq = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const PRESENCE = Type.Union([Type.Literal("online"), Type.Literal("shutdown"), Type.Literal("offline")]);

export const CHANNEL_STATE = closed({ state: Type.Union([Type.Literal("running"), Type.Literal("stopped")]) });

export const THROTTLE = closed({
  action: Type.Union([Type.Literal("start"), Type.Literal("stop")]),
  timeout: Type.Optional(Type.Number({ minimum: 1, maximum: 86_400 })),
});

export const FETCH = closed({ from: utc(), to: utc() });

export const ALARM = closed({
  entries: Type.Array(
    closed({
      ts: utc(),
      component: Type.Optional(componentIds()),
      active: Type.Boolean(),
      values: closed({
        message: text(200),
        acknowledged: Type.Optional(Type.Literal(true)),
        suspended: Type.Optional(utc()),
      }),
      seq: Type.Optional(seq()),
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
  id: Type.Optional(Type.String({ pattern: "^[!-~]{8,64}$", examples: ["5f0c2b7e9d41"] })),
  issuer: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  issued: Type.Optional(utc()),
  expires: Type.Optional(utc()),
  component: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  values: Type.Record(Type.String(), Type.Unknown()),
});

/** The attributes of a status, each optional: an update carries only some. */
export const valuesSchema = (status: Status): TSchema => valuesOf(status, Object.keys(status.attributes));

/** What one channel's entries may carry: its attributes, or their aggregates (`activePower.avg`). */
export const channelValuesSchema = (status: Status, spec: ChannelSpec): TSchema =>
  valuesOf(status, channelAttributes(status, spec));

function valuesOf(status: Status, names: readonly string[]): TSchema {
  const properties: Record<string, TSchema> = {};
  for (const name of names) {
    const source = sourceOf(status, name);
    if (!source) throw new TypeError(`attribute ${name}: allowed ${Object.keys(status.attributes).join(", ")}`);
    const { attribute, aggregate } = source;
    const schema = aggregate === null ? attribute.schema : aggregateSchema(attribute.schema, aggregate);
    properties[name] = Type.Optional(
      attribute.each
        ? Type.Record(componentId(), schema, { additionalProperties: false, maxProperties: MOST_COMPONENTS })
        : schema,
    );
  }
  return closed(properties);
}

function aggregateSchema(schema: TSchema, aggregate: Aggregate): TSchema {
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  switch (aggregate) {
    case "count":
      return Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
    case "sum":
      return Type.Number();
    case "std":
      return Type.Number({ minimum: 0 });
    case "avg":
    case "min":
    case "max":
    case "median":
      return Type.Number({
        ...(minimum === undefined ? {} : { minimum }),
        ...(maximum === undefined ? {} : { maximum }),
      });
  }
}

/** A status message whose entries hold these values. */
export const statusEntries = (values: TSchema) =>
  closed({
    entries: Type.Array(closed({ ts: utc(), values, seq: seq() }), { minItems: 1, maxItems: MOST_ENTRIES }),
  });

/** A status message: of one channel, or, without one, of any that carries the status's own attributes. */
export const statusSchema = (status: Status, spec?: ChannelSpec): TSchema =>
  statusEntries(spec ? channelValuesSchema(status, spec) : valuesSchema(status));

const pastEntries = (values: TSchema) =>
  Type.Array(closed({ ts: utc(), next_ts: Type.Union([utc(), Type.Null()]), values, seq: seq() }), {
    maxItems: MOST_ENTRIES,
  });

export const replaySchema = (values: TSchema): TSchema =>
  closed({
    entries: pastEntries(values),
    done: Type.Optional(Type.Literal(true)),
    beginning: Type.Optional(Type.Literal(true)),
  });

export const historySchema = (values: TSchema): TSchema =>
  closed({
    entries: pastEntries(values),
    complete: Type.Boolean(),
    beginning: Type.Optional(Type.Literal(true)),
    end: Type.Optional(Type.Literal(true)),
  });

/** An event of an alarm as values of a history: the draft has none of alarms, hulotte answers all the same. */
export const ALARM_VALUES = closed({
  component: Type.Optional(componentId()),
  active: Type.Boolean(),
  message: text(200),
});

/** An instant as payloads write it. RSMP 4 draft, "Status": ISO 8601 UTC with milliseconds. */
export const iso = (at: number): string => new Date(at).toISOString();

/** Longer than this no neighbour is believed that somebody comes, s. */
export const LONGEST_COMING = 900;

/**
 * What a cabinet tells its neighbour on `<from>/neighbour/<to>/<border>`, beside RSMP: each message says that it sees all the ways to
 * the border. Modelled on uCIFI 3460 (a publisher and a validity, which is the message's expiry); no numbers of people.
 */
export const NEIGHBOUR_MESSAGE = closed({
  at: Type.Optional(utc()),
  coming: Type.Optional(
    closed({
      earliest: Type.Number({
        minimum: 0,
        maximum: LONGEST_COMING,
        description: "Somebody is at the border so soon at the earliest, s from sending",
      }),
      latest: Type.Number({ minimum: 0, maximum: LONGEST_COMING, description: "And so late at the latest, s" }),
    }),
  ),
});
