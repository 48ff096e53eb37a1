/** A place in a stream: which of its runs, and the number in it. Runs and numbers are counted from 0, without gaps. */
export interface Place {
  readonly run: number;
  readonly seq: number;
}

/** Between these two nothing is had: both ends are. `after` is null where the stream began with the gap. */
export interface Gap {
  readonly after: Place | null;
  readonly before: Place;
}

/** What became of an entry that was offered. */
export type Taken = "next" | "held" | "repeated";

export const comparePlaces = (a: Place, b: Place): number => a.run - b.run || a.seq - b.seq;

/**
 * Puts the entries of one stream into their order, each once, however they come: what follows what was given goes out at once,
 * what does not is held until what is between has come or is given up. Pure: it knows no time and asks nobody.
 */
export class Sequence<E extends Place> {
  #position: Place | null;
  /** In order, without duplicates, all after the position. */
  readonly #held: E[] = [];

  /** Goes on after `position`; null: wherever `begin` says, or at run 0, seq 0. */
  constructor(position: Place | null = null) {
    this.#position = position;
  }

  /** The last that was given. */
  get position(): Place | null {
    return this.#position;
  }

  get held(): number {
    return this.#held.length;
  }

  /** The first and the last of those that are held. */
  get first(): E | undefined {
    return this.#held[0];
  }
  get last(): E | undefined {
    return this.#held.at(-1);
  }

  /** Takes an entry. `next`: it, and perhaps what was held, can be had from `take` now. */
  offer(entry: E): Taken {
    if (this.#position && comparePlaces(entry, this.#position) <= 0) return "repeated";
    let at = this.#held.length;
    for (; at > 0; at--) {
      const order = comparePlaces(entry, this.#held[at - 1] as E);
      if (order === 0) return "repeated";
      if (order > 0) break;
    }
    this.#held.splice(at, 0, entry);
    return at === 0 && this.#follows(entry) ? "next" : "held";
  }

  /** What can be given now, in order. */
  take(): E[] {
    let count = 0;
    for (const entry of this.#held) {
      if (!this.#follows(entry)) break;
      this.#position = { run: entry.run, seq: entry.seq };
      count++;
    }
    return count === 0 ? [] : this.#held.splice(0, count);
  }

  /** What keeps the first of those that are held from being given; null: nothing is held. */
  gap(): Gap | null {
    const [first] = this.#held;
    return first && !this.#follows(first)
      ? { after: this.#position, before: { run: first.run, seq: first.seq } }
      : null;
  }

  /**
   * Everything that the node has of the time of the gap has come. Where the gap is no more than the begin of a run, or of
   * what is known, nothing is missing, and `take` has what was held; returns whether it was so.
   */
  confirm(): boolean {
    const gap = this.gap();
    if (!gap || (gap.after && gap.before.seq > 0)) return false;
    this.#skip(gap);
    return true;
  }

  /** Gives the first gap up: `take` has what was held behind it. Returns what was lost, null for nothing. */
  giveUp(): Gap | null {
    const gap = this.gap();
    if (gap) this.#skip(gap);
    return gap;
  }

  /** Goes on after this place, where nothing was had yet: who wants nothing from before. */
  begin(after: Place): void {
    if (this.#position === null) this.#position = { run: after.run, seq: after.seq };
  }

  /** The node counts anew: forgets how far it was. Returns what was held. */
  reset(): E[] {
    this.#position = null;
    return this.#held.splice(0);
  }

  #follows(entry: Place): boolean {
    const { run, seq } = this.#position ?? { run: 0, seq: -1 };
    return entry.run === run && entry.seq === seq + 1;
  }

  #skip({ before }: Gap): void {
    this.#position = { run: before.run, seq: before.seq - 1 };
  }
}
