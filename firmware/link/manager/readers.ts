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
import type { ChannelSpec, Status } from "../table.ts";
import { decode } from "../wire/cbor.ts";
import type { Message } from "../wire/connection.ts";

/** A channel that the tables know, and what its messages must be. */
export interface KnownChannel {
  readonly status: Status;
  readonly spec: ChannelSpec;
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
export function runOf({ user }: Message): number | null {
  const run = user["run"];
  if (run === undefined) return 0;
  return typeof run === "string" && /^[0-9]{1,15}$/.test(run) ? Number(run) : null;
}
