import type { JournalDisk } from "./journal-disk.ts";

/** Ids given out while the disk had not been read yet begin after this: no disk has ever come so far. */
export const BLIND = 2 ** 52;

/**
 * A disk that came late, seen with the ids that were given out meanwhile: those up to `border` are its own, the next one is BLIND + 1. So
 * ids only grow for whoever heard of some, and the disk never sees the great ones.
 */
export function renumbered(disk: JournalDisk, border: number): JournalDisk {
  const inside = (id: number) => (id > BLIND ? id - BLIND + border : Math.min(id, border));
  const outside = (id: number) => (id > border ? id - border + BLIND : id);
  const ours = <R extends { readonly id: number }>(records: readonly R[]) =>
    records.map((one) => ({ ...one, id: outside(one.id) }));
  return {
    kept: { ...disk.kept, lastId: outside(disk.kept.lastId) },
    get bytes() {
      return disk.bytes;
    },
    get used() {
      return disk.used;
    },
    get records() {
      return disk.records;
    },
    get pendingRecords() {
      return disk.pendingRecords;
    },
    get notes() {
      return disk.notes;
    },
    write: (batch) =>
      disk.write({
        ...batch,
        records: batch.records.map((one) => ({ ...one, id: inside(one.id) })),
        delivered: batch.delivered.map(inside),
        refused: batch.refused.map(([id, reason]) => [inside(id), reason] as const),
        dates: batch.dates.map((date) => ({ ...date, id: inside(date.id) })),
        drop: batch.drop.map(inside),
      }),
    sync: () => disk.sync(),
    tidy: () => disk.tidy(),
    pending: (stream, after, last, limit) => ours(disk.pending(stream, inside(after), inside(last), limit)),
    range: (stream, from, to, after, last, limit) =>
      ours(disk.range(stream, from, to, inside(after), inside(last), limit)),
    ends(stream, last) {
      const ends = disk.ends(stream, inside(last));
      return ends && { oldest: outside(ends.oldest), newest: outside(ends.newest) };
    },
    note: (key) => disk.note(key),
    firstToGo: (limit) => ours(disk.firstToGo(limit)),
    oldest: (limit) => ours(disk.oldest(limit)),
    undated: () => ours(disk.undated()),
    lastDate: (before) => disk.lastDate(inside(before)),
    close: () => disk.close(),
  };
}
