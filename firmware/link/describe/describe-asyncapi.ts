/** The link's AsyncAPI 3.0 document, written from the modules' tables. */
import type { TSchema } from "typebox";
import { MODULES, RSMP4_DRAFT } from "../modules.ts";
import type { Module } from "../table.ts";
import { exampleOf } from "./example.ts";
import { groupMessages, type MessageGroup, type MessageSpec, messagesOf, sharedSchemas } from "./messages.ts";
import { NEIGHBOUR_API } from "./neighbour.ts";

type Json = Readonly<Record<string, unknown>>;

/** Who sends and who receives: one document serves both ends. */
const ENDS = { node: "cabinet", supervisor: "supervisor" } as const;

/** The document as JSON data. The operations of each end carry its tag. */
export function asyncApi(modules: readonly Module[] = MODULES): Json {
  const groups = groupMessages(messagesOf(modules));
  const shared = sharedSchemas(modules);
  const names = new Map([...shared].map(([name, schema]) => [JSON.stringify(schema), name]));
  return {
    asyncapi: "3.0.0",
    info: {
      title: "hulotte: a street cabinet and its supervisors",
      version: RSMP4_DRAFT,
      description: `RSMP 4 (draft of ${RSMP4_DRAFT}) over MQTT 5 with CBOR payloads. Written from the modules' tables.`,
      license: { name: "Apache-2.0" },
      tags: modules.map(({ name, title }) => ({ name, description: title })),
    },
    defaultContentType: "application/cbor",
    servers: {
      broker: {
        host: "broker.example.org:8883",
        protocol: "secure-mqtt",
        protocolVersion: "5",
        description: "TLS 1.3, a certificate for each cabinet",
      },
    },
    channels: {
      ...Object.fromEntries(groups.map((group) => [group.name, channelOf(group)])),
      neighbour: NEIGHBOUR_API.channel,
    },
    operations: {
      ...Object.fromEntries(groups.flatMap((group) => operationsOf(group, groups))),
      ...NEIGHBOUR_API.operations,
    },
    components: {
      messages: {
        ...Object.fromEntries(groups.map((group) => [group.name, messageOf(group)])),
        neighbour: NEIGHBOUR_API.message,
      },
      schemas: Object.fromEntries([
        ...[...shared].map(([name, schema]) => [name, withReferences(schema, names, true)] as const),
        ...groups.map(({ name, spec }) => [name, withReferences(spec.payload, names, false)] as const),
        ["neighbour", withReferences(NEIGHBOUR_API.schema, names, false)],
      ]),
    },
  };
}

const isMany = ({ codes }: MessageGroup): boolean => codes.length > 1;
const ref = (path: string): Json => ({ $ref: `#/${path}` });

function channelOf(group: MessageGroup): Json {
  const { name, spec, codes } = group;
  const rest = isMany(group) ? "{code}" : codes[0];
  const owner = {
    description:
      spec.to === "node" ? "RSMP id of the cabinet, one or more levels" : "RSMP id of the supervisor that asked",
  };
  return {
    address: [`{${spec.to}}`, spec.type, rest].filter(Boolean).join("/"),
    title: isMany(group) ? `${spec.type} of any code` : spec.title,
    messages: { [name]: ref(`components/messages/${name}`) },
    parameters: {
      [spec.to]: owner,
      ...(isMany(group) ? { code: { description: "Code, and channel where it has several", enum: codes } } : {}),
    },
  };
}

function messageOf(group: MessageGroup): Json {
  const { name, spec } = group;
  const { asks, answers, runs, signed } = spec;
  const correlation = { type: "string", format: "binary", minLength: 1, maxLength: 64 };
  const words = [
    signed === "must" ? "Signed: one COSE_Sign1 (Ed25519) around this payload." : "",
    spec.retain === "complete" ? "Retained if its last entry is a complete data set." : "",
    spec.retain === "full" ? "Retained if it is a full update." : "",
  ].filter(Boolean);
  return {
    name,
    title: isMany(group) ? `${spec.type} of any code` : spec.title,
    ...(words.length > 0 ? { description: words.join(" ") } : {}),
    contentType: signed === "must" ? 'application/cose; cose-type="cose-sign1"' : "application/cbor",
    payload: ref(`components/schemas/${name}`),
    ...(runs ? { headers: RUN_HEADERS } : {}),
    ...(asks || answers ? { correlationId: { location: "$message.header#/correlationData" } } : {}),
    bindings: {
      mqtt: {
        ...(asks || answers ? { correlationData: correlation } : {}),
        ...(asks ? { responseTopic: { type: "string", pattern: `^.+/${asks}/.+$` } } : {}),
        bindingVersion: "0.2.0",
      },
    },
    examples: [{ payload: exampleOf(spec.payload) }],
  };
}

/** MQTT 5 user properties of journaled entries. */
const RUN_HEADERS = {
  type: "object",
  properties: {
    run: { type: "string", pattern: "^[1-9][0-9]*$", description: "Counts starts of the channel; none: 0" },
    clock: { const: "unset", description: "The times were recorded before the cabinet knew the time" },
    next: { type: "string", pattern: "^[0-9]+$", description: "With a full update of alarms: seq of the next event" },
  },
};

function operationsOf(group: MessageGroup, groups: readonly MessageGroup[]): readonly (readonly [string, Json])[] {
  const { name, spec } = group;
  return (["node", "supervisor"] as const).map((end) => [
    `${ENDS[end]}.${name}`,
    {
      action: end === spec.from ? "send" : "receive",
      title: isMany(group) ? `${spec.type} of any code` : spec.title,
      channel: ref(`channels/${name}`),
      messages: [ref(`channels/${name}/messages/${name}`)],
      tags: [{ name: ENDS[end] }],
      bindings: {
        mqtt: {
          qos: spec.qos,
          ...(spec.retain === "always" ? { retain: true } : {}),
          ...NOT_KEPT(spec),
          bindingVersion: "0.2.0",
        },
      },
      ...(spec.asks ? { reply: replyOf(spec, groups) } : {}),
    },
  ]);
}

const NOT_KEPT = ({ retain }: MessageSpec): Json => (retain === "never" ? { retain: false } : {});

/** A command's result has a channel of its own; a history goes to the channel of whatever was asked for. */
function replyOf({ asks, code = "" }: MessageSpec, groups: readonly MessageGroup[]): Json {
  const answer = groups.find(({ spec, codes }) => spec.type === asks && codes.includes(code));
  if (asks === "result" && answer) return { channel: ref(`channels/${answer.name}`) };
  return {
    address: { location: "$message.header#/responseTopic", description: "<supervisor>/history/<code>[/<channel>]" },
  };
}

const plain = (schema: TSchema): unknown => JSON.parse(JSON.stringify(schema));

/** The schema as JSON data, with references in place of what is told once; of a schema that is told itself, only inside. */
function withReferences(schema: TSchema, names: ReadonlyMap<string, string>, isShared: boolean): unknown {
  const walk = (inner: unknown): unknown => {
    if (typeof inner !== "object" || inner === null) return inner;
    if (Array.isArray(inner)) return inner.map(walk);
    const name = names.get(JSON.stringify(inner));
    return name === undefined ? inside(inner) : ref(`components/schemas/${name}`);
  };
  const inside = (inner: object) => Object.fromEntries(Object.entries(inner).map(([key, value]) => [key, walk(value)]));
  return isShared ? inside(plain(schema) as object) : walk(plain(schema));
}
