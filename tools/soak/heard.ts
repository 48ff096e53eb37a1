/** What a supervisor was given, to be compared with what the cabinet recorded. */

import { instant } from "../../controllers/units.ts";
import type { Journal, JournalRecord } from "../../firmware/hal/journal.ts";
import { ALARMS, STATUSES } from "../../firmware/link/modules.ts";
import {
  type AlarmBody,
  alarmStream,
  bodyOf,
  type StatusBody,
  statusStream,
} from "../../firmware/link/service/records.ts";
import type { AlarmEvent, ChannelEntry, LostEntries } from "../../firmware/link/supervisor.ts";

/** One entry: where it stands in its stream, and what it says. */
interface Item {
  readonly run: number;
  readonly seq: number;
  readonly text: string;
}

export interface Heard {
  readonly entry: (entry: ChannelEntry) => void;
  readonly alarm: (event: AlarmEvent) => void;
  readonly lost: (lost: LostEntries) => void;
  readonly count: number;
  readonly streams: ReadonlyMap<string, readonly Item[]>;
  readonly losses: readonly LostEntries[];
}

export function listen(): Heard {
  const streams = new Map<string, Item[]>();
  const losses: LostEntries[] = [];
  let count = 0;
  const note = (stream: string, item: Item) => {
    const known = streams.get(stream) ?? [];
    streams.set(stream, known);
    known.push(item);
    count++;
  };
  return {
    entry: ({ code, channel, run, seq, values }) => {
      if (isRecorded(code, channel)) note(statusStream(code, channel), { run, seq, text: canonical(values) });
    },
    alarm: ({ code, run, seq, component, active }) =>
      note(alarmStream(code), { run, seq, text: canonical({ component, active }) }),
    lost: (lost) => void losses.push(lost),
    get count() {
      return count;
    },
    streams,
    losses,
  };
}

/** How what was given differs from what was recorded. All 0: every record once, in order, and nothing else. */
export interface Difference {
  readonly recorded: number;
  readonly missing: number;
  readonly repeated: number;
  readonly disordered: number;
  readonly invented: number;
  readonly examples: readonly string[];
}

const FIRST = instant(0);
const LAST = instant(8.64e15);

const isRecorded = (code: string, channel: string | undefined) =>
  channelsOf(code).some((spec) => spec.name === channel && spec.replay);
const channelsOf = (code: string) =>
  (Object.hasOwn(STATUSES, code) ? STATUSES[code as keyof typeof STATUSES].channels : []) as readonly {
    readonly name?: string;
    readonly replay?: true;
  }[];

/** Compares with everything that the journal holds, delivered or not. */
export function compare(journal: Pick<Journal, "range">, { streams }: Pick<Heard, "streams">): Difference {
  const names = [
    ...Object.keys(STATUSES).flatMap((code) =>
      channelsOf(code).flatMap(({ name, replay }) => (replay ? [statusStream(code, name)] : [])),
    ),
    ...Object.keys(ALARMS).map(alarmStream),
  ];
  const sum = { recorded: 0, missing: 0, repeated: 0, disordered: 0, invented: 0 };
  const examples: string[] = [];
  const blame = (kind: keyof typeof sum, what: string) => {
    sum[kind]++;
    if (examples.length < 20) examples.push(`${kind}: ${what}`);
  };
  for (const stream of names) {
    const recorded = new Map(all(journal, stream).map((record) => [`${record.run}/${record.seq}`, textOf(record)]));
    sum.recorded += recorded.size;
    const seen = new Set<string>();
    let before: Item | undefined;
    for (const item of streams.get(stream) ?? []) {
      const place = `${item.run}/${item.seq}`;
      const found = recorded.get(place);
      if (found !== item.text) blame("invented", `${stream} ${place}: ${item.text}, recorded ${found}`);
      if (seen.has(place)) blame("repeated", `${stream} ${place}`);
      if (before && (item.run < before.run || (item.run === before.run && item.seq < before.seq)))
        blame("disordered", `${stream} ${place} after ${before.run}/${before.seq}`);
      seen.add(place);
      before = item;
    }
    for (const place of recorded.keys()) if (!seen.has(place)) blame("missing", `${stream} ${place}`);
  }
  return { ...sum, examples };
}

function all(journal: Pick<Journal, "range">, stream: string): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (;;) {
    const more = journal.range(stream, FIRST, LAST, records.at(-1)?.id ?? 0, 500);
    if (more.length === 0) return records;
    records.push(...more);
  }
}

function textOf(record: JournalRecord): string {
  if (!record.stream.startsWith("alarm/")) return canonical(bodyOf<StatusBody>(record).values ?? {});
  const { component, active } = bodyOf<AlarmBody>(record);
  return canonical({ component, active });
}

/** JSON with the keys in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
