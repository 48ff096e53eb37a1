/** Judges messages by the modules' tables: whatever a node or a supervisor publishes must be one that the tables have. */
import type { TSchema } from "typebox";
import { type Problem, problemOf } from "../check.ts";
import { isSign1, parseSign1 } from "../commands/cose.ts";
import { MODULES, RSMP4_DRAFT } from "../modules.ts";
import { NEIGHBOUR_MESSAGE } from "../payload.ts";
import type { Module } from "../table.ts";
import { MESSAGE_TYPES, NEIGHBOUR, parseTopic, type Topic } from "../topic.ts";
import { decode } from "../wire/cbor.ts";
import type { Delivery } from "../wire/connection.ts";
import { type MessageSpec, messagesOf } from "./messages.ts";

/** The first thing that is wrong with a message as it is published, or null. */
export type Judge = (topic: string, payload: Uint8Array, delivery: Delivery) => Problem | null;

const LONGEST_CORRELATION = 64;
const NUMBER = /^[1-9]\d{0,15}$/;
const COUNT = /^\d{1,15}$/;

/** Makes a judge for what nodes and supervisors of these modules say to each other. */
export function trafficJudge(modules: readonly Module[] = MODULES): Judge {
  const specs = new Map(messagesOf(modules).map((spec) => [keyOf(spec), spec]));
  return (text, payload, delivery) => {
    const topic = parseTopic(text);
    if (!topic && BETWEEN.test(text)) return ofNeighbour(payload, delivery);
    if (!topic) {
      const message = `is "${text}": allowed is <node>/<type>[/<code>[/<channel>]] with a type of ${MESSAGE_TYPES.join(", ")}`;
      return { field: "topic", message };
    }
    const spec = specs.get(keyOf(topic));
    if (!spec) return { field: "topic", message: `is "${text}": no module has such a code or channel` };
    return (
      ofDelivery(spec, topic, delivery) ??
      (spec.type === "status" && payload.length === 0 ? ofClear(delivery) : ofPayload(spec, payload, delivery))
    );
  };
}

/** `<from>/neighbour/<to>/<border>`, beside RSMP. */
const BETWEEN = new RegExp(`^[^/].*/${NEIGHBOUR}/.+/[^/]+$`);

function ofNeighbour(bytes: Uint8Array, { qos, retain }: Delivery): Problem | null {
  if (qos !== 0) return { field: "qos", message: `is ${qos}: allowed is 0` };
  if (retain) return { field: "retain", message: "is true: allowed is false" };
  const decoded = decode(bytes);
  if (!decoded.ok) return { field: "payload", message: `is ${decoded.hazard}: allowed is one CBOR item of JSON data` };
  return problemOf(NEIGHBOUR_MESSAGE, decoded.value);
}

const keyOf = ({ type, code, channel }: Pick<Topic, "type" | "code" | "channel">): string =>
  [type, code, channel].join(" ");

/** Properties of the message that do not hang on its payload. */
function ofDelivery(spec: MessageSpec, topic: Topic, delivery: Delivery): Problem | null {
  const { correlation, responseTopic, user = {} } = delivery;
  if (spec.asks) {
    const answer = responseTopic === undefined ? null : parseTopic(responseTopic);
    const same = answer?.type === spec.asks && answer.code === topic.code && answer.channel === topic.channel;
    const wanted = ["<supervisor>", spec.asks, topic.code, topic.channel]
      .filter((part) => part !== undefined)
      .join("/");
    if (!same) return { field: "response topic", message: `is ${responseTopic}: allowed is ${wanted}` };
  } else if (responseTopic !== undefined) {
    return { field: "response topic", message: `is ${responseTopic}: allowed is none` };
  }
  const length = correlation?.length ?? 0;
  const wants = spec.asks !== undefined || spec.answers !== undefined;
  if (wants ? length === 0 || length > LONGEST_CORRELATION : length > 0) {
    const allowed = wants ? `1 to ${LONGEST_CORRELATION} bytes` : "none";
    return { field: "correlation data", message: `has ${length} bytes: allowed ${allowed}` };
  }
  return ofUser(spec, user);
}

/** User properties: the draft and the version with presence, `run` and `clock` with what is journaled, `next` with all alarms of a code. */
function ofUser(spec: MessageSpec, user: Readonly<Record<string, string>>): Problem | null {
  const allowed: Readonly<Record<string, (value: string) => boolean>> = {
    ...(spec.type === "presence"
      ? { rsmp4: (value) => value === RSMP4_DRAFT, version: (value) => value.length > 0 }
      : {}),
    ...(spec.runs ? { run: (value) => NUMBER.test(value), clock: (value) => value === "unset" } : {}),
    ...(spec.type === "alarm" ? { next: (value) => COUNT.test(value) } : {}),
  };
  for (const [name, value] of Object.entries(user)) {
    if (!Object.hasOwn(allowed, name) || !allowed[name]?.(value))
      return { field: `user property ${name}`, message: `is "${value}": no ${spec.type} message has it so` };
  }
  return null;
}

/** A channel that stopped: the broker is to keep nothing. */
const ofClear = ({ qos, retain }: Delivery): Problem | null =>
  retain && qos === 1
    ? null
    : { field: "payload", message: "is empty: allowed is that only to clear what is retained" };

function ofPayload(spec: MessageSpec, bytes: Uint8Array, { qos, retain }: Delivery): Problem | null {
  if (qos !== spec.qos) return { field: "qos", message: `is ${qos}: allowed is ${spec.qos}` };
  const signed = isSign1(bytes);
  if (signed && spec.signed === undefined)
    return { field: "payload", message: "is signed: allowed is that for commands" };
  const content = signed ? parseSign1(bytes)?.payload : bytes;
  if (!content) return { field: "payload", message: "is no COSE_Sign1 as commands have" };
  const decoded = decode(content);
  if (!decoded.ok) return { field: "payload", message: `is ${decoded.hazard}: allowed is one CBOR item of JSON data` };
  const wrong = problemOf(spec.payload as TSchema, decoded.value);
  if (wrong) return wrong;
  return ofRetain(spec, retain, decoded.value) ?? ofEntries(spec, decoded.value);
}

function ofRetain(spec: MessageSpec, retain: boolean, value: unknown): Problem | null {
  const problem = (allowed: string) => ({ field: "retain", message: `is ${retain}: allowed is ${allowed}` });
  switch (spec.retain) {
    case "always":
      return retain ? null : problem("true");
    case "never":
      return retain ? problem("false") : null;
    case "full": {
      const full = (value as { full?: true }).full === true;
      return retain === full ? null : problem("true with full, false without");
    }
    case "complete": {
      if (!retain) return null;
      const last = (value as { entries: { values: object }[] }).entries.at(-1)?.values ?? {};
      const missing = spec.primary?.find((name) => !Object.hasOwn(last, name));
      return missing === undefined ? null : problem(`false: the last entry has no ${missing}`);
    }
  }
}

interface AnyEntry {
  readonly seq?: number;
  readonly ts: string;
  readonly next_ts?: string | null;
  readonly active?: boolean;
}
interface AnyEntries {
  readonly entries: readonly AnyEntry[];
  readonly full?: true;
  readonly done?: true;
  readonly complete?: boolean;
}

/** What no schema says: the order of entries, and empty messages. */
function ofEntries({ type }: MessageSpec, value: unknown): Problem | null {
  if (typeof value !== "object" || value === null || !("entries" in value)) return null;
  const { entries, full, done, complete } = value as AnyEntries;
  if (entries.length === 0 && !full && !done && complete !== true)
    return { field: "entries", message: "is empty: allowed is that only in a full update, or with done or complete" };
  if (full) {
    const ended = entries.findIndex(({ active }) => active === false);
    return ended < 0
      ? null
      : { field: `entries.${ended}.active`, message: "is false: allowed is true in a full update" };
  }
  for (const [i, { seq }] of entries.entries()) {
    const before = entries[i - 1]?.seq;
    if (seq !== undefined && before !== undefined && seq <= before)
      return { field: `entries.${i}.seq`, message: `is ${seq}: allowed is more than ${before}` };
  }
  const open = entries.findIndex(({ next_ts }) => next_ts === null);
  if ((type === "replay" || type === "history") && open >= 0 && open < entries.length - 1)
    return { field: `entries.${open}.next_ts`, message: "is null: allowed is that in the last entry" };
  return null;
}
