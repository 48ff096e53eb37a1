/**
 * Every message that RSMP 4 has for some modules, as data. Traffic is judged by it, and the AsyncAPI document, the CDDL and the
 * reference page are written from it.
 */
import Type, { type TSchema } from "typebox";
import { MODULES } from "../modules.ts";
import {
  ALARM,
  ALARM_VALUES,
  CHANNEL_STATE,
  COMMAND,
  channelValuesSchema,
  FETCH,
  historySchema,
  PRESENCE,
  RESULT,
  replaySchema,
  statusEntries,
  THROTTLE,
} from "../payload.ts";
import { type Attribute, type Command, closed, componentId, type Module, utc } from "../table.ts";
import type { MessageType } from "../topic.ts";

export interface MessageSpec {
  readonly type: MessageType;
  /** None for presence only. */
  readonly code?: string;
  readonly channel?: string;
  readonly title: string;
  /** Who publishes it. */
  readonly from: "node" | "supervisor";
  /** Whose id the topic begins with: answers go to the topics of who asked. */
  readonly to: "node" | "supervisor";
  readonly qos: 0 | 1;
  /** `complete`: if its last entry is a complete data set; `full`: if and only if it is a full update. */
  readonly retain: "always" | "never" | "complete" | "full";
  /** The whole payload. */
  readonly payload: TSchema;
  /** It asks for an answer of this type: Response Topic and Correlation Data are there. */
  readonly asks?: "result" | "history";
  /** It is an answer: Correlation Data is that of the question. */
  readonly answers?: "command" | "fetch";
  /** Its entries are of the journal: the user property `run` may be there. */
  readonly runs?: true;
  /** Attributes of which each is in a complete data set. */
  readonly primary?: readonly string[];
  /** May come as one COSE_Sign1 around the payload; `must` where the table wants it. */
  readonly signed?: "may" | "must";
}

const KEPT = { qos: 1, retain: "always" } as const;
const ONCE = { qos: 1, retain: "never" } as const;
const FROM_NODE = { from: "node", to: "node" } as const;
const ASKS = { from: "supervisor", to: "node", ...ONCE } as const;
const ANSWERS = { from: "node", to: "supervisor", ...ONCE } as const;

export function messagesOf(modules: readonly Module[] = MODULES): readonly MessageSpec[] {
  return [
    { type: "presence", title: "Whether the node is there", ...FROM_NODE, ...KEPT, payload: PRESENCE },
    ...modules.flatMap((module) => [...statusMessages(module), ...alarmMessages(module), ...commandMessages(module)]),
  ];
}

const statusMessages = ({ statuses }: Module): readonly MessageSpec[] =>
  Object.entries(statuses).flatMap(([code, status]) =>
    status.channels.flatMap((spec): MessageSpec[] => {
      const { title } = status;
      const values = channelValuesSchema(status, spec);
      const of = { code, ...(spec.name === undefined ? {} : { channel: spec.name }), title };
      const runs = spec.replay ? ({ runs: true } as const) : {};
      const primary = Object.entries(status.attributes).filter(([name, { send }]) =>
        isPrimary(spec.attributes, name, send),
      );
      return [
        {
          type: "status",
          ...of,
          ...FROM_NODE,
          qos: spec.qos,
          retain: "complete",
          payload: statusEntries(values),
          primary: primary.map(([name]) => name),
          ...runs,
        },
        { type: "channel", ...of, ...FROM_NODE, ...KEPT, payload: CHANNEL_STATE },
        { type: "throttle", ...of, ...ASKS, payload: THROTTLE },
        ...(spec.replay
          ? [{ type: "replay", ...of, ...FROM_NODE, ...ONCE, payload: replaySchema(values), runs: true } as const]
          : []),
        { type: "fetch", ...of, ...ASKS, payload: FETCH, asks: "history" },
        { type: "history", ...of, ...ANSWERS, payload: historySchema(values), answers: "fetch", ...runs },
      ];
    }),
  );

/** Aggregates are no attributes: a window in which nothing was told has none of them, and is complete all the same. */
const isPrimary = (carried: readonly string[] | undefined, name: string, send: Attribute["send"]): boolean =>
  send === "change" && (carried?.includes(name) ?? true);

const alarmMessages = ({ alarms }: Module): readonly MessageSpec[] =>
  Object.entries(alarms).flatMap(([code, { title }]): MessageSpec[] => [
    { type: "alarm", code, title, ...FROM_NODE, qos: 1, retain: "full", payload: ALARM, runs: true },
    { type: "fetch", code, title, ...ASKS, payload: FETCH, asks: "history" },
    { type: "history", code, title, ...ANSWERS, payload: historySchema(ALARM_VALUES), answers: "fetch", runs: true },
  ]);

const commandMessages = ({ commands }: Module): readonly MessageSpec[] =>
  Object.entries(commands).flatMap(([code, command]): MessageSpec[] => [
    {
      type: "command",
      code,
      title: command.title,
      ...ASKS,
      payload: commandSchema(command),
      asks: "result",
      signed: command.signed ? "must" : "may",
    },
    { type: "result", code, title: command.title, ...ANSWERS, payload: resultSchema(command), answers: "command" },
  ]);

/** A command with the values of its own code. */
const commandSchema = ({ component, values }: Command): TSchema => {
  const { component: address, ...others } = COMMAND.properties;
  if (component === null) return closed({ ...others, values });
  return closed({ ...others, component: Type.String({ minLength: 1, maxLength: 256 }), values });
};

/** A result with the values of its own code. */
const resultSchema = ({ result }: Command): TSchema => {
  const [done, ...refusals] = RESULT.anyOf;
  return Type.Union([closed({ ...done.properties, values: result }), ...refusals]);
};

/** Schemas that others hold, by the name under which documents tell them once: the values of each channel, times, components. */
export function sharedSchemas(modules: readonly Module[] = MODULES): ReadonlyMap<string, TSchema> {
  const values = modules.flatMap(({ statuses }) =>
    Object.entries(statuses).flatMap(([code, status]) =>
      status.channels.map((spec): [string, TSchema] => [
        ["values", code, spec.name].filter((part) => part !== undefined).join("."),
        channelValuesSchema(status, spec),
      ]),
    ),
  );
  return new Map([["instant", utc()], ["component", componentId()], ...values]);
}

/** Messages that differ in nothing but code, channel and title: one description serves them all. */
export interface MessageGroup {
  /** `<type>` where there are many, else `<type>.<code>[.<channel>]`. */
  readonly name: string;
  readonly spec: MessageSpec;
  /** Of each, `<code>[/<channel>]`; empty for presence. */
  readonly codes: readonly string[];
}

export function groupMessages(specs: readonly MessageSpec[]): readonly MessageGroup[] {
  const alike = Map.groupBy(specs, ({ code: _, channel: __, title: ___, ...others }) => JSON.stringify(others));
  const groups = new Map<string, MessageGroup>();
  for (const members of alike.values()) {
    const [spec] = members as [MessageSpec];
    const own = [spec.type, spec.code, spec.channel].filter((part) => part !== undefined).join(".");
    const name = members.length > 1 && !groups.has(spec.type) ? spec.type : own;
    groups.set(name, { name, spec, codes: members.flatMap((one) => codeOf(one) ?? []) });
  }
  return [...groups.values()];
}

const codeOf = ({ code, channel }: MessageSpec): string | undefined =>
  channel === undefined ? code : `${code}/${channel}`;
