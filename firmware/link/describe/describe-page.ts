/** The link's reference page, written from the modules' tables: what a cockpit can hear of a node and tell it. */

import { MODULES, RSMP4_DRAFT } from "../modules.ts";
import { channelValuesSchema, REFUSALS } from "../payload.ts";
import { type ChannelSpec, COMPONENT, channelAttributes, type Module, type Status, sourceOf, utc } from "../table.ts";
import { MESSAGE_TYPES, type MessageType } from "../topic.ts";
import { exampleOf, type Words } from "./example.ts";
import { type MessageSpec, messagesOf } from "./messages.ts";
import { NEIGHBOUR_LINES } from "./neighbour.ts";

/** A component as examples of a module name one. */
const COMPONENTS: Readonly<Record<string, string>> = {
  footfall: "counter/1",
  energy: "meter/1",
  access: "door/1",
  tlc: "sg/1",
};

const TYPES: Readonly<Record<MessageType, string>> = {
  presence: "whether the node is there; `offline` is its last will",
  status: "live values of a channel; an empty retained message when the channel stops",
  channel: "whether a channel runs",
  throttle: "starts or stops a channel",
  replay: "what a channel recorded while there was no session",
  fetch: "asks for what was recorded between two instants",
  history: "the answer to fetch",
  command: "asks the node to do something",
  result: "the answer to command",
  alarm: "alarms that began or ended, or (`full`) all that stand",
};

/** The text, Markdown. */
export function referencePage(modules: readonly Module[] = MODULES): string {
  return [...head(messagesOf(modules)), ...NEIGHBOUR_LINES, ...modules.flatMap(moduleLines)].join("\n");
}

const head = (specs: readonly MessageSpec[]): readonly string[] => [
  "# Reference of the cockpit link",
  "",
  `RSMP 4 (draft of ${RSMP4_DRAFT}) over MQTT 5 with CBOR payloads. This page, \`asyncapi.yaml\` and \`rsmp4.cddl\` are written from the`,
  "modules' tables in `../modules/`: `hulotte link page`, `hulotte link asyncapi`, `hulotte link cddl`; `hulotte link topics NODE` lists a",
  "node's topics.",
  "",
  "## Messages",
  "",
  ...table(
    ["Type", "Topic", "From", "QoS", "Retained", "What it tells"],
    MESSAGE_TYPES.map((type) =>
      messageRow(
        type,
        specs.filter((spec) => spec.type === type),
      ),
    ),
  ),
  "",
  "A status with one channel leaves the channel's name out of every topic. Asking messages carry MQTT's Response Topic",
  "(`<supervisor>/result/<code>` or `<supervisor>/history/<code>[/<channel>]`) and Correlation Data, which the answer repeats. The user property",
  "`run` counts the starts of a journaled channel (none: 0), and `clock: unset` marks entries whose time was not known when they were recorded.",
  "`next` of a full update is the `seq` that the next event of the alarm code will have: whoever had the one before has missed nothing.",
  "Signed commands are one COSE_Sign1 (RFC 9052, Ed25519) around the payload.",
  "",
  `A command that is not done is answered with one of ${REFUSALS.map((kind) => `\`${kind}\``).join(", ")}.`,
  "",
];

function messageRow(type: MessageType, specs: readonly MessageSpec[]): readonly string[] {
  const [spec] = specs as [MessageSpec];
  const rest = type === "presence" ? "" : `/<code>${specs.some(({ channel }) => channel) ? "[/<channel>]" : ""}`;
  const qos = [...new Set(specs.map((one) => one.qos))].toSorted().join(" or ");
  const retained = {
    always: "yes",
    never: "no",
    complete: "complete data sets",
    full: "full updates",
  } as const satisfies Record<MessageSpec["retain"], string>;
  return [`\`${type}\``, `\`<${spec.to}>/${type}${rest}\``, spec.from, qos, retained[spec.retain], TYPES[type]];
}

function moduleLines(module: Module): readonly string[] {
  const component = COMPONENTS[module.name] ?? "lamp/1/5";
  return [
    `## ${module.title} (\`${module.name}\`)`,
    "",
    ...Object.entries(module.statuses).flatMap(([code, status]) => statusLines(code, status, component)),
    ...alarmLines(module),
    ...commandLines(module, component),
  ];
}

const statusLines = (code: string, status: Status, component: string): readonly string[] => [
  `### Status \`${code}\``,
  "",
  `${status.title}.`,
  "",
  ...table(
    ["Attribute", "What it is", "Values", "Unit", "For each component", "Makes an event"],
    Object.entries(status.attributes).map(([name, { title, schema, unit = "", each, send }]) => [
      `\`${name}\``,
      title,
      valuesOf(schema as Words),
      unit,
      each ? "yes" : "",
      send === "change" ? "yes" : "",
    ]),
  ),
  "",
  ...table(
    ["Channel", "Carries", "Begins", "Complete every", "Events", "QoS", "Replay"],
    status.channels.map((spec) => channelRow(status, spec)),
  ),
  "",
  ...example(`<node>/status/${code}${slash(status.channels[0].name)}`, {
    entries: [
      { ts: exampleOf(utc()), values: exampleOf(channelValuesSchema(status, status.channels[0]), component), seq: 42 },
    ],
  }),
];

const slash = (name: string | undefined): string => (name === undefined ? "" : `/${name}`);

function channelRow(status: Status, spec: ChannelSpec): readonly string[] {
  const { name, start, periodic, event = "change", minInterval, batch, prune, qos, replay, personal } = spec;
  const ends = prune === undefined ? "" : `; ends by itself after ${span(prune)}`;
  const allowed = personal ? "; starts while live data is allowed" : "";
  const names = channelAttributes(status, spec);
  const isAll =
    names.length === Object.keys(status.attributes).length && names.every((one) => !sourceOf(status, one)?.aggregate);
  const events = {
    none: "none",
    change: `on change, ${span(minInterval)} apart`,
    every: `if changed, every ${typeof event === "object" ? span(event.every) : ""}`,
  }[typeof event === "object" ? "every" : event];
  return [
    name === undefined ? "" : `\`${name}\``,
    isAll ? "all" : names.map((one) => `\`${one}\``).join(", "),
    start === "running" ? "running" : `stopped${allowed}${ends}`,
    span(periodic),
    batch === undefined ? events : `${events}, gathered for ${span(batch)}`,
    `${qos}`,
    replay ? "yes" : "",
  ];
}

const alarmLines = ({ alarms }: Module): readonly string[] =>
  Object.keys(alarms).length === 0
    ? []
    : [
        "### Alarms",
        "",
        ...table(
          ["Code", "What it tells"],
          Object.entries(alarms).map(([code, { title }]) => [`\`${code}\``, title]),
        ),
        "",
      ];

const commandLines = ({ commands }: Module, component: string): readonly string[] =>
  Object.entries(commands).flatMap(([code, command]) => {
    const { values, result, component: address, signed, title } = command;
    return [
      `### Command \`${code}\``,
      "",
      `${title}. ${signed ? "Signed." : "Need not be signed."} ${address === null ? "It is for the node as a whole." : `Components: \`${address}\`, a group, a list or a range.`}`,
      "",
      `- values: ${valuesOf(values as Words)}`,
      `- result: ${valuesOf(result as Words)}`,
      "",
      ...example(`<node>/command/${code}`, {
        id: "5f0c2b7e9d41",
        issuer: "cockpit",
        issued: "2026-02-24T10:00:00.000Z",
        expires: "2026-02-24T10:01:00.000Z",
        ...(address === null ? {} : { component: `${address}/1/2-6,9` }),
        values: exampleOf(values, component),
      }),
    ];
  });

const example = (topic: string, payload: unknown): readonly string[] => [
  `\`${topic}\`:`,
  "",
  "```json",
  JSON.stringify(payload),
  "```",
  "",
];

const table = (titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  row(titles),
  row(titles.map(() => "---")),
  ...rows.map(row),
];
const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

/** A span in the largest unit that it fills. */
function span(ms: number): string {
  for (const [unit, length] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ] as const)
    if (ms >= length && ms % length === 0) return `${ms / length} ${unit}`;
  return `${ms} ms`;
}

/** What a schema allows, in words. */
function valuesOf(schema: Words): string {
  const { anyOf, minimum, maximum, minItems, maxItems, maxLength, properties = {}, required = [] } = schema;
  if (JSON.stringify(schema) === JSON.stringify(utc())) return "instant";
  if (anyOf?.every((one) => one.const !== undefined)) return anyOf.map((one) => `\`${one.const}\``).join(", ");
  if (anyOf) return anyOf.map(valuesOf).join("; or ");
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((one) => `\`${one}\``).join(", ");
  switch (schema.type) {
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "integer":
    case "number": {
      const kind = schema.type === "integer" ? "whole" : "";
      const least = minimum === undefined ? "" : maximum === undefined ? `from ${minimum}` : `${minimum} to`;
      const most = maximum === undefined ? "" : maximum === Number.MAX_SAFE_INTEGER ? "2^53 - 1" : `${maximum}`;
      return [kind, least, most].filter(Boolean).join(" ") || "number";
    }
    case "string":
      if (schema.pattern === COMPONENT) return "component";
      return schema.description ?? (maxLength === undefined ? "text" : `text up to ${maxLength} characters`);
    case "array":
      return `list of ${minItems ?? 0} to ${maxItems ?? "many"}: ${valuesOf(schema.items ?? {})}`;
    case "object": {
      const told = Object.entries(properties).map(
        ([name, inner]) => `\`${name}\`${required.includes(name) ? "" : " (may be left out)"}: ${valuesOf(inner)}`,
      );
      return told.length === 0 ? "none" : `{ ${told.join("; ")} }`;
    }
    default:
      return "any";
  }
}
