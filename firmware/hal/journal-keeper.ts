/** Longer than other files: what a record goes through between its append and its end is one state, and reads as one. */
import { milliseconds, seconds } from "../../controllers/units.ts";
import type { Clock } from "./clock.ts";
import {
  type Journal,
  type JournalHealth,
  type JournalLimits,
  type JournalRecord,
  type JournalState,
  type NewRecord,
  RECORD_CLASSES,
  streamName,
} from "./journal.ts";
import { BLIND, renumbered } from "./journal-blind.ts";
import { bounded, dated } from "./journal-dates.ts";
import {
  type Batch,
  DiskError,
  type JournalDisk,
  NOTHING,
  type Note,
  type OpenDisk,
  type Position,
  type StoredRecord,
  type Totals,
} from "./journal-disk.ts";
import { JournalNumbers } from "./journal-numbers.ts";
import { Pace } from "./journal-pace.ts";
import { JournalRing } from "./journal-ring.ts";
import { JournalRoom } from "./journal-room.ts";
import type { Random } from "./random.ts";

/** Records that are in no hurry go to the disk together, so long after the first of them, ms. */
const GROUP = 500;
/** What may be told twice, such as that a record was delivered, waits so long for something to go with, ms; so much of it does not wait. */
const LAZY = 30_000;
const MANY = 256;
const RETRY = { first: seconds(1), most: seconds(60) };
/** What is held in memory for a disk that is slow, and for one that is away: that may be for months. */
const SLOW = { bytes: 4 << 20, records: 16_000 };
const AWAY = { bytes: 512 << 10, records: 2000 };
const MOST_BODY = 64 << 10;
/** Of bodies written at once, bytes. */
const CHUNK = 256 << 10;

interface WaitingNote extends Note {
  readonly done: (() => void)[];
}

/** A journal whose process can die. */
export interface KeptJournal extends Journal {
  /** Ends it at once, as the death of the process does: what is not written is lost, the files are let go. May be called twice. */
  abandon(): void;
}

/**
 * The journal over a disk: numbers records, writes them in groups, keeps them in memory while the disk fails, drops what there is no room
 * for, and dates again what happened before time was known. Rejects with Fault `port-busy`; a disk that does not work is no fault.
 */
export async function keepJournal(
  open: OpenDisk,
  limits: JournalLimits,
  clock: Clock,
  random: Random,
): Promise<KeptJournal> {
  const keeper = new Keeper(open, limits, clock, random);
  await keeper.begin();
  return keeper;
}

class Keeper implements KeptJournal {
  readonly #open: OpenDisk;
  readonly #clock: Clock;
  readonly #numbers: JournalNumbers;
  readonly #room: JournalRoom;
  readonly #pace: Pace;
  readonly #boot: number;
  readonly #ring = new JournalRing();
  readonly #delivered = new Set<number>();
  readonly #refused = new Map<number, number>();
  readonly #notes = new Map<string, WaitingNote>();
  #quarantined = 0;
  #rebuilt = 0;
  #disk: JournalDisk | null = null;
  #attached = false;
  /** The disk's last id when it came late. */
  #border: number | null = null;
  #suspect = false;
  #state: JournalState = "ok";
  #nextId = 1;
  /** Records up to this id are on the disk for sure; up to that one they are written. */
  #durable = 0;
  #written = 0;
  #allDated = true;
  #retry = RETRY.first;
  #closing: Promise<void> | null = null;
  #dead = false;
  #listener: () => void = () => {};

  constructor(open: OpenDisk, limits: JournalLimits, clock: Clock, random: Random) {
    this.#open = open;
    this.#clock = clock;
    this.#numbers = new JournalNumbers(clock, random);
    this.#room = new JournalRoom(limits, clock);
    this.#pace = new Pace(clock, () => this.#attempt());
    this.#boot = Math.floor(random.next() * 2 ** 48);
  }

  async begin(): Promise<void> {
    try {
      await this.#attach();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#nextId = BLIND + 1;
      this.#durable = BLIND;
      this.#failed(error);
      return;
    }
    if (!this.#allDated && this.#clock.isSet()) await this.#attempt();
  }

  async append(record: NewRecord): Promise<JournalRecord> {
    const { stream, class: kind, at, body } = record;
    streamName(stream);
    if (body.length > MOST_BODY) throw new TypeError(`body of ${body.length} bytes: allowed 0 to ${MOST_BODY}`);
    if (this.#closing !== null) throw new TypeError("the journal is closed");
    if (this.#state !== "ok") this.#numbers.setApart(stream);
    const isSet = this.#clock.isSet();
    const mono = this.#clock.monotonic() - (this.#clock.now() - at);
    if (!isSet) this.#allDated = false;
    const stored: StoredRecord = {
      id: this.#nextId++,
      stream,
      class: kind,
      at,
      body: body.slice(),
      ...this.#numbers.take(stream),
      dated: isSet,
      since: isSet ? null : { boot: this.#boot, mono },
      rank: RECORD_CLASSES.indexOf(kind) + 1,
    };
    return new Promise((resolve) => {
      this.#ring.push({ record: stored, done: (final) => resolve(this.#shown(final)) });
      if (this.#state !== "ok") this.#ring.tell();
      this.#makeRoom();
      this.#want(kind === "alarm" || kind === "result" || this.#ring.exceeds(AWAY) ? 0 : GROUP);
    });
  }

  restart(stream: string): void {
    if (this.#numbers.restart(stream)) this.#want(LAZY);
  }

  position(stream: string): Position {
    return this.#numbers.position(stream);
  }

  delivered(ids: readonly number[]): void {
    for (const id of ids) if (this.#ring.settle(id) || id <= this.#written) this.#delivered.add(id);
    this.#want(this.#delivered.size > MANY ? 0 : LAZY);
  }

  quarantine(id: number, reason: number): void {
    if (this.#ring.settle(id) || id <= this.#written) this.#refused.set(id, reason);
    this.#quarantined++;
    this.#want(this.#refused.size > MANY ? 0 : LAZY);
  }

  waiting(): readonly string[] {
    return this.#numbers.streams.filter((stream) => this.pending(stream, 0, 1).length > 0);
  }

  pending(stream: string, after: number, limit: number): readonly JournalRecord[] {
    const asked = limit + this.#delivered.size + this.#refused.size;
    const kept = this.#read((disk) => disk.pending(stream, after, this.#durable, asked), []);
    const waits = ({ id, rank }: StoredRecord) => rank > 0 && !this.#delivered.has(id) && !this.#refused.has(id);
    const found = [...kept, ...this.#inMemory(stream, after)].filter(waits);
    return found.slice(0, limit).map((record) => this.#shown(record));
  }

  range(stream: string, from: number, to: number, after: number, limit: number): readonly JournalRecord[] {
    const kept = this.#read((disk) => disk.range(stream, from, to, after, this.#durable, limit), []);
    const here = this.#inMemory(stream, after).filter(({ at }) => at >= from && at < to);
    return [...kept, ...here].slice(0, limit).map((record) => this.#shown(record));
  }

  ends(stream: string): { readonly oldest: number; readonly newest: number } | null {
    const kept = this.#read((disk) => disk.ends(stream, this.#durable), null);
    const here = this.#inMemory(stream, 0);
    const oldest = kept?.oldest ?? here[0]?.id;
    const newest = here.at(-1)?.id ?? kept?.newest;
    return oldest === undefined || newest === undefined ? null : { oldest, newest };
  }

  async note(key: string, value: Uint8Array, until: number): Promise<void> {
    if (this.#closing !== null) throw new TypeError("the journal is closed");
    return new Promise((resolve) => {
      const done = [...(this.#notes.get(key)?.done ?? []), resolve];
      this.#notes.set(key, { value: value.slice(), until, done });
      if (this.#state !== "ok") {
        this.#tellNotes();
        this.#forgetNotes();
      }
      this.#want(0);
    });
  }

  noted(key: string): Uint8Array | null {
    const note = this.#notes.get(key) ?? this.#read((disk) => disk.note(key), null);
    return note && note.until > this.#clock.now() ? note.value.slice() : null;
  }

  get notes(): number {
    const fresh = [...this.#notes.keys()].filter((key) => !this.#read((disk) => disk.note(key), null));
    return this.#read((disk) => disk.notes, 0) + fresh.length;
  }

  get health(): JournalHealth {
    const here = this.#ring.items.filter(({ record }) => record.id > this.#written);
    const settled = [...this.#delivered, ...this.#refused.keys()].filter((id) => id <= this.#written).length;
    const pending = this.#read((disk) => disk.pendingRecords, 0) - settled;
    return {
      state: this.#state,
      records: this.#read((disk) => disk.records, 0) + here.length,
      pending: Math.max(0, pending) + here.filter(({ record }) => record.rank > 0).length,
      bytes: this.#read((disk) => disk.bytes, 0),
      dropped: this.#room.dropped,
      quarantined: this.#quarantined,
      rebuilt: this.#rebuilt,
    };
  }

  onHealth(listener: () => void): void {
    this.#listener = listener;
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#pace.end();
      // As much as goes to the disk at once, until nothing waits or the disk takes no more.
      for (let before = Number.POSITIVE_INFINITY; this.#ring.items.length < before; ) {
        before = this.#ring.items.length;
        await this.#attempt();
        if (this.#ring.items.length === 0) break;
      }
      this.#letGo();
    })();
    return this.#closing;
  }

  abandon(): void {
    this.#closing ??= Promise.resolve();
    this.#dead = true;
    this.#pace.end().catch(() => {});
    this.#letGo();
  }

  /** While the disk fails, only its time to be tried again counts. */
  #want(within: number): void {
    if (this.#state === "ok") this.#pace.want(within);
  }

  /** Never rejects. */
  async #attempt(): Promise<void> {
    let numbers: ReadonlyMap<string, Position> = new Map();
    try {
      const disk = this.#disk ?? (await this.#attach());
      this.#date(disk);
      const { records, bytes } = this.#ring.first(CHUNK);
      const last = records.at(-1)?.id ?? this.#written;
      const isCut = records.length < this.#ring.items.length;
      this.#trim(disk, bytes);
      const rest = this.#ring.items.slice(records.length).map(({ record }) => record);
      numbers = this.#numbers.unknown(records, rest);
      const batch = this.#batch(records, numbers);
      const wasOk = this.#state === "ok";
      disk.write(batch);
      this.#written = Math.max(this.#written, last);
      await disk.sync();
      if (this.#disk !== disk) return;
      // Meanwhile a read failed, and they were told under other numbers: they are written again under these.
      if (wasOk && this.#state !== "ok") return;
      this.#durable = Math.max(this.#durable, last);
      this.#done(batch, last);
      if (isCut) this.#pace.want(0);
      await disk.tidy();
    } catch (error) {
      this.#numbers.forget(numbers.keys());
      this.#failed(error);
    }
  }

  #batch(records: readonly StoredRecord[], positions: ReadonlyMap<string, Position>): Batch {
    return {
      ...NOTHING,
      records,
      positions,
      delivered: [...this.#delivered],
      refused: [...this.#refused],
      notes: new Map(this.#notes),
      forget: this.#room.forgets ? this.#clock.now() : null,
      totals: this.#totals(),
    };
  }

  #totals = (): Totals => ({ dropped: this.#room.dropped, quarantined: this.#quarantined });

  #done(batch: Batch, last: number): void {
    for (const { record, done } of this.#ring.take(last)) done?.(record);
    for (const id of batch.delivered) this.#delivered.delete(id);
    for (const [id] of batch.refused) this.#refused.delete(id);
    for (const [key, note] of batch.notes) {
      const waiting = this.#notes.get(key);
      if (waiting === note) this.#notes.delete(key);
      for (const done of (note as WaitingNote).done.splice(0)) done();
    }
    this.#retry = RETRY.first;
    if (this.#state === "ok") return;
    // While somebody was told of what is in memory only, the disk does not work yet.
    if (this.#ring.items.length > 0 || this.#notes.size > 0) return this.#pace.want(0);
    this.#state = "ok";
    this.#numbers.together();
    this.#listener();
  }

  #failed(error: unknown): void {
    const { state, corrupt } = error instanceof DiskError ? error : new DiskError("damaged", false, error);
    const before = this.#state;
    this.#state = state;
    if (before === "ok") {
      // Nobody was told of these yet: from now on their numbers are not safe.
      this.#ring.renumber((stream) => {
        this.#numbers.setApart(stream);
        return this.#numbers.take(stream);
      });
    }
    this.#ring.tell();
    this.#tellNotes();
    if (state === "damaged") {
      this.#suspect ||= corrupt;
      this.#letGo();
    }
    this.#makeRoom();
    if (before !== state) this.#listener();
    this.#pace.want(this.#retry);
    this.#retry = milliseconds(Math.min(RETRY.most, this.#retry * 2));
  }

  async #attach(): Promise<JournalDisk> {
    const opened = await this.#open(this.#suspect);
    this.#suspect = false;
    if (this.#dead) {
      opened.close();
      throw new DiskError("damaged");
    }
    const isBlind = this.#nextId > BLIND;
    if (isBlind) this.#border ??= opened.kept.lastId;
    const disk = this.#border === null ? opened : renumbered(opened, this.#border);
    const { kept } = disk;
    const isAnew = this.#attached && kept.rebuilt !== this.#rebuilt;
    this.#numbers.learn(kept, isAnew);
    if (!this.#attached) {
      this.#room.learn(kept.totals);
      this.#quarantined += kept.totals.quarantined;
    }
    this.#attached = true;
    this.#rebuilt = kept.rebuilt;
    this.#nextId = Math.max(this.#nextId, kept.lastId + 1);
    if (!isBlind || kept.lastId > BLIND) this.#durable = kept.lastId;
    this.#written = this.#durable;
    if (disk.undated().length > 0) this.#allDated = false;
    this.#disk = disk;
    return disk;
  }

  #letGo(): void {
    const disk = this.#disk;
    this.#disk = null;
    try {
      disk?.close();
    } catch {
      // it does not work, and this is known
    }
  }

  /** Once time is known, what happened before gets its date. */
  #date(disk: JournalDisk): void {
    if (this.#allDated || !this.#clock.isSet()) return;
    this.#ring.date((record) => dated(record, this.#clock, this.#boot));
    const undated = disk.undated();
    const own = undated.map((record) => dated(record, this.#clock, this.#boot)).filter((record) => record.dated);
    const others = undated.filter(({ since }) => since?.boot !== this.#boot);
    const dates = [...own, ...bounded(others, (id) => disk.lastDate(id))];
    disk.write({ ...NOTHING, dates, totals: this.#totals() });
    this.#allDated = true;
  }

  #trim(disk: JournalDisk, coming: number): void {
    const before = this.#room.dropped;
    const isMore = this.#room.make(disk, coming, this.#isMissed, (victims, dropped) =>
      disk.write({ ...NOTHING, drop: victims.map(({ id }) => id), totals: { ...this.#totals(), dropped } }),
    );
    if (RECORD_CLASSES.some((kind) => this.#room.dropped[kind] > before[kind])) this.#listener();
    if (isMore) this.#pace.want(0);
  }

  #makeRoom(): void {
    const dropped = this.#ring.shrink(this.#state === "ok" ? SLOW : AWAY);
    for (const { record, done } of dropped) done?.(record);
    const missed = dropped.map(({ record }) => record).filter(this.#isMissed);
    // They never come to the disk, so nothing else would forget what became of them.
    for (const { record } of dropped) {
      if (record.id <= this.#written) continue;
      this.#delivered.delete(record.id);
      this.#refused.delete(record.id);
    }
    this.#room.count(missed);
    if (missed.length > 0) this.#listener();
  }

  #isMissed = ({ id, rank }: Pick<StoredRecord, "id" | "rank">): boolean =>
    rank > 0 && !this.#delivered.has(id) && !this.#refused.has(id);

  #tellNotes(): void {
    for (const { done } of this.#notes.values()) for (const tell of done.splice(0)) tell();
  }

  /** Those whose time is over, while the disk takes none: that may be for months. */
  #forgetNotes(): void {
    if (!this.#room.forgets) return;
    const now = this.#clock.now();
    for (const [key, { until }] of this.#notes) if (until < now) this.#notes.delete(key);
  }

  /** Those not on the disk are shown only while it fails: else they will be there in a moment, or never were. */
  #inMemory(stream: string, after: number): StoredRecord[] {
    if (this.#state === "ok") return [];
    const records = this.#ring.items.map(({ record }) => record);
    return records.filter(({ id, stream: its }) => its === stream && id > after && id > this.#durable);
  }

  #shown(record: StoredRecord): JournalRecord {
    const { rank: _, since: __, ...shown } = dated(record, this.#clock, this.#boot);
    return { ...shown, body: record.body.slice() };
  }

  #read<T>(ask: (disk: JournalDisk) => T, otherwise: T): T {
    if (!this.#disk) return otherwise;
    try {
      return ask(this.#disk);
    } catch (error) {
      this.#failed(error);
      return otherwise;
    }
  }
}
