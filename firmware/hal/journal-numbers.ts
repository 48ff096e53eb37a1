import type { Clock } from "./clock.ts";
import { streamName } from "./journal.ts";
import { freshRun, type Kept, type Position, type StoredRecord } from "./journal-disk.ts";
import type { Random } from "./random.ts";

/** The runs and numbers of all streams, and which of them the disk does not know yet. */
export class JournalNumbers {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #positions = new Map<string, Position>();
  readonly #moved = new Set<string>();
  readonly #apart = new Set<string>();
  #firstRun = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  get streams(): readonly string[] {
    return [...this.#positions.keys()];
  }

  position(stream: string): Position {
    return this.#positions.get(streamName(stream)) ?? { run: this.#firstRun, seq: 0 };
  }

  /** The numbers of a record that is made now. */
  take(stream: string): Position {
    const { run, seq } = this.position(stream);
    this.#move(stream, { run, seq: seq + 1 });
    return { run, seq };
  }

  /** Begins a new run, if the one there is was used; tells whether. */
  restart(stream: string): boolean {
    const { run, seq } = this.position(stream);
    if (seq > 0) this.#move(stream, { run: run + 1, seq: 0 });
    return seq > 0;
  }

  /** What is numbered while the disk fails may be lost with the process: it gets a run that nobody gets again, once until `together`. */
  setApart(stream: string): void {
    if (this.#apart.has(stream)) return;
    this.#apart.add(stream);
    this.#move(stream, { run: freshRun(this.position(stream).run, this.#clock, this.#random), seq: 0 });
  }

  /** The disk works again. */
  together(): void {
    this.#apart.clear();
  }

  /** Learns what the disk has; `isAnew`: it has lost what it had. What memory knows is later. */
  learn(kept: Kept, isAnew: boolean): void {
    for (const [stream, position] of kept.positions)
      if (!this.#positions.has(stream)) this.#positions.set(stream, position);
    if (isAnew) for (const stream of this.#positions.keys()) this.#moved.add(stream);
    this.#firstRun = Math.max(this.#firstRun, kept.firstRun);
  }

  /** What is to be written with these records, while those of `rest` are not written yet. It counts as known from here on. */
  unknown(records: readonly StoredRecord[], rest: readonly StoredRecord[]): Map<string, Position> {
    const streams = new Set([...this.#moved, ...records.map(({ stream }) => stream)]);
    this.#moved.clear();
    const next = (stream: string): Position => {
      const { run, seq } = rest.find((record) => record.stream === stream) ?? this.position(stream);
      return { run, seq };
    };
    return new Map([...streams].map((stream) => [stream, next(stream)]));
  }

  /** It is not known after all. */
  forget(streams: Iterable<string>): void {
    for (const stream of streams) this.#moved.add(stream);
  }

  #move(stream: string, position: Position): void {
    this.#positions.set(stream, position);
    this.#moved.add(stream);
  }
}
