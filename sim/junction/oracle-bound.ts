import {
  CROSSED,
  comeIn,
  DISCHARGE,
  type Entry,
  HEAD,
  type OracleStreet,
  queueAfter,
  queueCost,
} from "./oracle-street.ts";

/**
 * What an entry will cost at least. Each queue for itself, open from the first second in which it can be; where no two can
 * be open at once, also all queues together: in any time no more goes than one stop line lets go, less a changeover for
 * each further queue that is served, and no more than stands in those that are. Buses each for itself.
 */
export class Bound {
  readonly #street: OracleStreet;
  readonly #changeover: number | null;
  readonly #known = new Map<number, number>();
  /** Tenths that have come to a queue before a second: [queue][second]. */
  readonly #come: readonly Float64Array[];

  constructor(street: OracleStreet, changeover: number | null) {
    this.#street = street;
    this.#changeover = changeover;
    this.#come = street.arrivals.map((_, q) => {
      const sums = new Float64Array(street.horizon + 1);
      for (let s = 0; s < street.horizon; s++) sums[s + 1] = (sums[s] as number) + comeIn(street, q, s);
      return sums;
    });
  }

  /** From `second` on; `most` is what is enough to know. */
  of(entry: Entry, second: number, opens: readonly number[], most: number): number {
    const { arrivals, buses } = this.#street;
    let queues = 0;
    for (let q = 0; q < arrivals.length; q++)
      queues += this.#queue(q, entry[HEAD + q] as number, second, opens[q] as number);
    let riders = 0;
    for (const [b, bus] of buses.entries()) {
      const ahead = entry[HEAD + arrivals.length + b] as number;
      if (ahead === CROSSED) continue;
      const from = Math.max(second, opens[bus.queue] as number);
      // In the second in which it crosses it is not charged.
      if (ahead >= 0) riders += bus.persons * (from - second + Math.floor(ahead / DISCHARGE));
      else riders += bus.persons * Math.max(0, from - Math.max(second, bus.arrives));
    }
    if (this.#changeover === null || queues + riders > most) return queues + riders;
    return Math.max(queues, this.#together(entry, second, opens, most - riders)) + riders;
  }

  #queue(queue: number, standing: number, second: number, opensAt: number): number {
    if (standing === 0 && opensAt <= second) return 0;
    const key = ((queue * 256 + Math.min(opensAt - second, 255)) * 512 + second) * 8192 + standing;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let now = standing;
    let cost = 0;
    for (let at = second; now > 0 || at < opensAt; at++) {
      now = queueAfter(this.#street, queue, now, at >= opensAt, at);
      cost += queueCost(this.#street, now);
    }
    this.#known.set(key, cost);
    return cost;
  }

  #together(entry: Entry, second: number, opens: readonly number[], most: number): number {
    const { horizon, arrivals } = this.#street;
    const n = arrivals.length;
    const has: number[] = new Array(n).fill(0);
    const fullest = arrivals.map((_, q) => q);
    const then = Math.min(second, horizon);
    let cost = 0;
    for (let at = second; ; at++) {
      const until = Math.min(at + 1, horizon);
      let all = 0;
      for (let q = 0; q < n; q++) {
        const come = this.#come[q] as Float64Array;
        const stock = (entry[HEAD + q] as number) + (come[until] as number) - (come[then] as number);
        has[q] = stock;
        all += stock;
      }
      // Insertion: the order hardly changes from second to second.
      for (let i = 1; i < n; i++)
        for (let k = i; k > 0 && (has[fullest[k] as number] as number) > (has[fullest[k - 1] as number] as number); k--)
          [fullest[k - 1], fullest[k]] = [fullest[k] as number, fullest[k - 1] as number];
      let gone = 0;
      for (let first = 0; first < n; first++) {
        let time = at + 1 - Math.max(second, opens[first] as number);
        if (time <= 0) continue;
        let stock = has[first] as number;
        gone = Math.max(gone, Math.min(stock, DISCHARGE * time));
        // The fullest of the others come next: nobody knows a better order for so much at once.
        for (let i = 0; i < n; i++) {
          if (fullest[i] === first) continue;
          time -= this.#changeover as number;
          if (time <= 0) break;
          stock += has[fullest[i] as number] as number;
          gone = Math.max(gone, Math.min(stock, DISCHARGE * time));
        }
      }
      const stand = all - gone;
      cost += queueCost(this.#street, stand);
      if (cost > most || (stand <= 0 && at >= horizon)) return cost;
    }
  }
}
