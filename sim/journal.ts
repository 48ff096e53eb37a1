import { instant } from "../controllers/units.ts";
import { Fault } from "../firmware/hal/fault.ts";
import type { JournalState } from "../firmware/hal/journal.ts";
import {
  type Batch,
  DiskError,
  type JournalDisk,
  type Kept,
  type Note,
  type Position,
  type StoredRecord,
  type Victim,
} from "../firmware/hal/journal-disk.ts";

/** A disk for a journal in memory: it outlives processes, can be made to fail, and has room as long as it is `ok`. */
export interface MemoryDisk {
  /** What it does with whatever is written: takes it while `ok`; reading works unless it is `damaged`. */
  state: JournalState;
  /** Makes what it holds unreadable: the journal begins anew. */
  damage(): void;
  /** Opens it for a process. Throws Fault `port-busy` while another has it. */
  open(suspect: boolean): Promise<JournalDisk>;
}

/** What a record takes beside its body. */
const OVERHEAD = 100;

const size = ({ body }: StoredRecord) => body.length + OVERHEAD;

const victim = ({ id, class: kind, rank, at, since, body }: StoredRecord): Victim => ({
  id,
  class: kind,
  rank,
  at,
  isUndated: since !== null,
  size: body.length,
});

interface Content {
  lastId: number;
  firstRun: number;
  rebuilt: number;
  totals: Kept["totals"];
  readonly streams: Map<string, Map<number, StoredRecord>>;
  readonly byId: Map<number, StoredRecord>;
  readonly positions: Map<string, Position>;
  readonly notes: Map<string, Note>;
  bytes: number;
  pending: number;
}

const empty = (rebuilt: number, firstRun: number): Content => ({
  lastId: 0,
  firstRun,
  rebuilt,
  totals: { dropped: { periodic: 0, event: 0, result: 0, alarm: 0 }, quarantined: 0 },
  streams: new Map(),
  byId: new Map(),
  positions: new Map(),
  notes: new Map(),
  bytes: 0,
  pending: 0,
});

export function memoryDisk(): MemoryDisk {
  let content = empty(0, 0);
  let spoilt = false;
  let owner: JournalDisk | null = null;

  const disk: MemoryDisk = {
    state: "ok",
    damage() {
      spoilt = true;
    },
    async open(suspect) {
      if (owner) throw new Fault("port-busy", "journal");
      if (disk.state === "damaged") throw new DiskError("damaged");
      if (spoilt || suspect) {
        const highest = Math.max(-1, content.firstRun, ...[...content.positions.values()].map(({ run }) => run));
        content = empty(content.rebuilt + 1, highest + 1);
        spoilt = false;
      }
      const mine = content;
      const check = (writes: boolean) => {
        if (owner !== opened) throw new DiskError("damaged");
        if (spoilt) throw new DiskError("damaged", true);
        if (disk.state === "damaged" || (writes && disk.state !== "ok")) throw new DiskError(disk.state as "full");
      };
      const opened = memoryOpen(mine, check, () => {
        if (owner === opened) owner = null;
      });
      owner = opened;
      return opened;
    },
  };
  return disk;
}

function memoryOpen(content: Content, check: (writes: boolean) => void, close: () => void): JournalDisk {
  const { streams, byId, notes, positions } = content;
  const remove = (id: number) => {
    const record = byId.get(id);
    if (!record) return;
    byId.delete(id);
    streams.get(record.stream)?.delete(id);
    content.bytes -= size(record);
    if (record.rank > 0) content.pending--;
  };
  const put = (record: StoredRecord) => {
    const was = byId.get(record.id);
    if (was) {
      content.bytes -= size(was);
      if (was.rank > 0) content.pending--;
    }
    byId.set(record.id, record);
    const stream = streams.get(record.stream) ?? new Map<number, StoredRecord>();
    streams.set(record.stream, stream.set(record.id, record));
    content.bytes += size(record);
    if (record.rank > 0) content.pending++;
  };
  const change = (id: number, how: (record: StoredRecord) => StoredRecord) => {
    const record = byId.get(id);
    if (record) put(how(record));
  };

  const write = ({ records, delivered, refused, dates, drop, totals, ...batch }: Batch) => {
    check(true);
    for (const record of records) {
      put(record);
      content.lastId = Math.max(content.lastId, record.id);
    }
    for (const [stream, position] of batch.positions) positions.set(stream, position);
    for (const id of delivered) change(id, (record) => ({ ...record, rank: 0 }));
    for (const [id] of refused) change(id, (record) => ({ ...record, rank: 0 }));
    for (const { id, at, dated } of dates) change(id, (record) => ({ ...record, at, dated, since: null }));
    for (const id of drop) remove(id);
    for (const [key, { value, until }] of batch.notes) notes.set(key, { value, until });
    if (batch.forget !== null) for (const [key, { until }] of notes) if (until < batch.forget) notes.delete(key);
    content.totals = totals;
  };

  /** Of one stream, or of all. In the order in which they were put, which is that of ids. */
  function* find(limit: number, wanted: (record: StoredRecord) => boolean, stream?: string) {
    check(false);
    let found = 0;
    for (const record of (stream === undefined ? byId : streams.get(stream))?.values() ?? []) {
      if (found >= limit) return;
      if (!wanted(record)) continue;
      found++;
      yield record;
    }
  }

  return {
    kept: {
      lastId: content.lastId,
      positions: new Map(positions),
      firstRun: content.firstRun,
      totals: content.totals,
      rebuilt: content.rebuilt,
    },
    get bytes() {
      return content.bytes;
    },
    get used() {
      return content.bytes;
    },
    get records() {
      return byId.size;
    },
    get pendingRecords() {
      return content.pending;
    },
    get notes() {
      return notes.size;
    },
    write,
    sync: async () => check(true),
    tidy: async () => {},
    pending: (stream, after, last, limit) => [
      ...find(limit, ({ id, rank }) => rank > 0 && id > after && id <= last, stream),
    ],
    range: (stream, from, to, after, last, limit) => [
      ...find(limit, ({ id, at }) => id > after && id <= last && at >= from && at < to, stream),
    ],
    ends(stream, last) {
      const ids = [...find(Number.POSITIVE_INFINITY, ({ id }) => id <= last, stream)].map(({ id }) => id);
      const [oldest] = ids;
      const newest = ids.at(-1);
      return oldest === undefined || newest === undefined ? null : { oldest, newest };
    },
    note(key) {
      check(false);
      return notes.get(key) ?? null;
    },
    firstToGo(limit) {
      const all = [...find(Number.POSITIVE_INFINITY, () => true)];
      return all
        .sort((a, b) => a.rank - b.rank || a.id - b.id)
        .slice(0, limit)
        .map(victim);
    },
    oldest: (limit) => [...find(limit, () => true)].map(victim),
    undated: () => [...find(Number.POSITIVE_INFINITY, ({ since }) => since !== null)],
    lastDate(before) {
      const earlier = [...find(Number.POSITIVE_INFINITY, ({ id, dated }) => dated && id < before)];
      const at = earlier.at(-1)?.at;
      return at === undefined ? null : instant(at);
    },
    close,
  };
}
