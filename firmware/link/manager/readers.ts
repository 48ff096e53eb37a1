import { type Check, compile } from "../compile.ts";
import { alarmOf } from "../modules.ts";
import {
  ALARM,
  ALARM_VALUES,
  CHANNEL_STATE,
  channelValuesSchema,
  historySchema,
  PRESENCE,
  RESULT,
  replaySchema,
  statusSchema,
} from "../payload.ts";
import { type ChannelSpec, channelAttributes, type Status, sourceOf } from "../table.ts";
import { decode } from "../wire/cbor.ts";
import type { Message } from "../wire/connection.ts";

/** A channel that the tables know, and what its messages must be. */
export interface KnownChannel {
  readonly status: Status;
  readonly spec: ChannelSpec;
  /** Its entries are windows of a length of time, each told once when it is over, and nothing else. */
  readonly isWindows: boolean;
  readonly live: Check;
  readonly replay: Check;
  readonly history: Check;
}

/** Decodes and checks what nodes send, by the modules' tables. Each schema is compiled once, when its first message comes. */
export class Readers {
  readonly presence = compile(PRESENCE);
  readonly channelState = compile(CHANNEL_STATE);
  readonly alarm = compile(ALARM);
  readonly alarmHistory = compile(historySchema(ALARM_VALUES));
  readonly result = compile(RESULT);
  readonly #statuses: Readonly<Record<string, Status>>;
  readonly #channels = new Map<string, KnownChannel>();

  constructor(statuses: Readonly<Record<string, Status>>) {
    this.#statuses = statuses;
  }

  /** null for a code or channel that no table has. */
  channel(code: string, channel: string | undefined): KnownChannel | null {
    const key = `${code}/${channel ?? ""}`;
    const known = this.#channels.get(key);
    if (known) return known;
    const status = Object.hasOwn(this.#statuses, code) ? this.#statuses[code] : undefined;
    const spec = status?.channels.find(({ name }) => name === channel);
    if (!status || !spec) return null;
    const values = channelValuesSchema(status, spec);
    const made = {
      status,
      spec,
      isWindows: channelAttributes(status, spec).some((name) => sourceOf(status, name)?.aggregate),
      live: compile(statusSchema(status, spec)),
      replay: compile(replaySchema(values)),
      history: compile(historySchema(values)),
    };
    this.#channels.set(key, made);
    return made;
  }

  /** What a history of this must be; null for what no table has. */
  history(code: string, channel: string | undefined): Check | null {
    if (alarmOf(code)) return channel === undefined ? this.alarmHistory : null;
    return this.channel(code, channel)?.history ?? null;
  }
}

/** The value of a payload, where it is CBOR and as `check` wants it; else null. */
export function read<T>(check: Check, bytes: Uint8Array): T | null {
  const decoded = decode(bytes);
  return decoded.ok && check(decoded.value) ? (decoded.value as T) : null;
}

/** Which run the entries of a message belong to; null for what is no number. */
export const runOf = ({ user }: Message): number | null => (user["run"] === undefined ? 0 : countOf(user["run"]));

/** Of a full update of alarms: the number that the next event will have; null for what is no number, or none. */
export const nextOf = ({ user }: Message): number | null => countOf(user["next"]);

const countOf = (word: unknown): number | null =>
  typeof word === "string" && /^[0-9]{1,15}$/.test(word) ? Number(word) : null;
