import type { Position, StoredRecord } from "./journal-disk.ts";

/** A record that is not on the disk yet. */
export interface Staged {
  record: StoredRecord;
  /** Tells who appended it, once. */
  done: ((record: StoredRecord) => void) | null;
}

/** What is in memory before it is on the disk: within limits, for a disk may be away for months. */
export interface RingLimits {
  readonly bytes: number;
  readonly records: number;
}

/** Records on their way to the disk, by id. */
export class JournalRing {
  #items: Staged[] = [];
  #bytes = 0;

  get items(): readonly Staged[] {
    return this.#items;
  }

  /** The oldest, as many as have so many bytes together; at least one, where there is one. */
  first(bytes: number): { readonly records: readonly StoredRecord[]; readonly bytes: number } {
    const records: StoredRecord[] = [];
    let sum = 0;
    for (const { record } of this.#items) {
      if (records.length > 0 && sum + record.body.length > bytes) break;
      records.push(record);
      sum += record.body.length;
    }
    return { records, bytes: sum };
  }

  exceeds(limits: RingLimits): boolean {
    return this.#items.length > limits.records || this.#bytes > limits.bytes;
  }

  push(item: Staged): void {
    this.#items.push(item);
    this.#bytes += item.record.body.length;
  }

  /** Takes out what is too much: the least important first, of these the oldest. */
  shrink(limits: RingLimits): Staged[] {
    const dropped: Staged[] = [];
    while (this.exceeds(limits)) {
      let victim = 0;
      for (const [i, { record }] of this.#items.entries())
        if (record.rank < (this.#items[victim] as Staged).record.rank) victim = i;
      for (const item of this.#items.splice(victim, 1)) {
        this.#bytes -= item.record.body.length;
        dropped.push(item);
      }
    }
    return dropped;
  }

  /** Takes out those up to `last`: they are on the disk. */
  take(last: number): Staged[] {
    const taken = this.#items.filter(({ record }) => record.id <= last);
    this.#items = this.#items.filter(({ record }) => record.id > last);
    this.#bytes = this.#items.reduce((sum, { record }) => sum + record.body.length, 0);
    return taken;
  }

  /** Tells all who appended and do not know yet. */
  tell(): void {
    for (const item of this.#items) {
      item.done?.(item.record);
      item.done = null;
    }
  }

  /** Nobody waits for it any more; false where it is not here. */
  settle(id: number): boolean {
    const item = this.#items.find(({ record }) => record.id === id);
    if (item) item.record = { ...item.record, rank: 0 };
    return item !== undefined;
  }

  /** Gives those that nobody was told of other numbers. */
  renumber(next: (stream: string) => Position): void {
    for (const item of this.#items) if (item.done) item.record = { ...item.record, ...next(item.record.stream) };
  }

  date(change: (record: StoredRecord) => StoredRecord): void {
    for (const item of this.#items) item.record = change(item.record);
  }
}
