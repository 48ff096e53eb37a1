import { alarmStream, statusStream } from "../service/records.ts";
import type { AlarmEvent, Source } from "./entries.ts";
import type { Place } from "./sequence.ts";

/** A stream that a node records: a channel that is replayed, or the events of an alarm code. */
export interface StreamId {
  readonly type: "status" | "alarm";
  readonly node: string;
  readonly code: string;
  readonly channel?: string;
}

/** An entry on its way to the user. */
export interface Item extends Place {
  readonly ts: string;
  readonly source: Source;
  /** Of the message it came in, its part. */
  readonly bytes: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly complete: boolean;
}

/** Its name among those of its node, as the node's journal has it. */
export const nameOf = ({ type, code, channel }: StreamId): string =>
  type === "alarm" ? alarmStream(code) : statusStream(code, channel);

/** Its name among all, as positions have it. */
export const keyOf = (id: StreamId): string => `${id.node} ${nameOf(id)}`;

/** The stream of a position's name. A name that no stream can have is a TypeError. */
export function idOf(key: string): StreamId {
  const [, node = "", type, code = "", channel] = /^(\S+) (status|alarm)\/([^/]+)(?:\/([^/]+))?$/.exec(key) ?? [];
  if (type !== "status" && type !== "alarm") {
    throw new TypeError(`resume has "${key}": allowed is "<node> status/<code>[/<channel>]" or "<node> alarm/<code>"`);
  }
  return { type, node, code, ...(channel === undefined ? {} : { channel }) };
}

/** An event of an alarm as the user gets it. */
export const alarmEventOf = ({ node, code }: StreamId, { run, seq, ts, source, values }: Item): AlarmEvent =>
  ({ node, code, run, seq, ts, source, ...values }) as AlarmEvent;
