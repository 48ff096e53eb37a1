import type { Met } from "./district-walk.ts";

/** Somebody on the way, and how far they have come. */
export interface Walker {
  readonly met: readonly Met[];
  next: number;
  lamp: number;
}

/** What happens to somebody, at the time that it says. */
export interface Taken {
  readonly walker: Walker;
  readonly met: Met;
}

const dueAt = ({ met, next }: Walker): number => (met[next] as Met).at;

/** Who is on the way, by the time at which something happens to them next: a binary heap. */
export class Walkers {
  readonly #heap: Walker[] = [];
  /** How many set out. */
  added = 0;

  /** When something happens to somebody; Infinity with nobody on the way. */
  get dueAt(): number {
    const first = this.#heap[0];
    return first ? dueAt(first) : Number.POSITIVE_INFINITY;
  }

  add(met: readonly Met[]): void {
    this.added += 1;
    let i = this.#heap.length;
    const walker: Walker = { met, next: 0, lamp: -1 };
    this.#heap.push(walker);
    while (i > 0) {
      const above = (i - 1) >> 1;
      const parent = this.#heap[above] as Walker;
      if (dueAt(parent) <= dueAt(walker)) break;
      this.#heap[i] = parent;
      i = above;
    }
    this.#heap[i] = walker;
  }

  /** Whom something happens to first, and what: it is theirs no more. Null with nobody on the way. */
  take(): Taken | null {
    const walker = this.#heap[0];
    if (!walker) return null;
    const met = walker.met[walker.next] as Met;
    walker.next += 1;
    if (walker.next < walker.met.length) this.#sink(walker);
    else {
      const last = this.#heap.pop() as Walker;
      if (this.#heap.length > 0) this.#sink(last);
    }
    return { walker, met };
  }

  /** Puts a walker where it belongs, from the top down. */
  #sink(walker: Walker): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && dueAt(heap[below + 1] as Walker) < dueAt(heap[below] as Walker)) below += 1;
      if (dueAt(heap[below] as Walker) >= dueAt(walker)) break;
      heap[i] = heap[below] as Walker;
      i = below;
    }
    heap[i] = walker;
  }
}
