import { type RingEntry, WB_DALI } from "./wb-dali-registers.ts";

/** What a look at the ring brought: entries not seen before, in order, and how many were overwritten before them. */
export interface Look {
  readonly missed: number;
  readonly fresh: readonly RingEntry[];
}

const ahead = (counter: number, of: number): number => (counter - of + WB_DALI.counters) % WB_DALI.counters;

/** Follows the counters of a ring from look to look; the first look only says where it stands. */
export class RingReader {
  /** The last counter seen; null: before the first look, or the ring was empty. */
  #last: number | null = null;
  #looked = false;

  look(entries: readonly RingEntry[]): Look {
    const last = this.#last;
    const first = !this.#looked;
    this.#looked = true;
    const [newest] = [...entries].sort((a, b) => this.#order(b, entries) - this.#order(a, entries));
    if (!newest) return { missed: 0, fresh: [] };
    this.#last = newest.counter;
    if (first) return { missed: 0, fresh: [] };
    const sorted = [...entries].sort((a, b) => this.#order(a, entries) - this.#order(b, entries));
    if (last === null) return { missed: 0, fresh: sorted };
    const fresh = sorted.filter(({ counter }) => {
      const steps = ahead(counter, last);
      return steps > 0 && steps < WB_DALI.counters / 2;
    });
    // Nothing is where the last look left it, and nothing is ahead: the box has begun to count anew.
    const anew = fresh.length === 0 && !entries.some(({ counter }) => counter === last);
    if (anew) return { missed: 0, fresh: sorted };
    const [next] = fresh;
    return { missed: next ? ahead(next.counter, last) - 1 : 0, fresh };
  }

  /** Place among the entries of one ring, whose counters lie close together, past the turn of the counter too. */
  #order({ counter }: RingEntry, entries: readonly RingEntry[]): number {
    const origin = entries[0]?.counter ?? 0;
    const steps = ahead(counter, origin);
    return steps < WB_DALI.counters / 2 ? steps : steps - WB_DALI.counters;
  }
}
