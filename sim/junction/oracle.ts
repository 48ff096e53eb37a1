import { Bound } from "./oracle-bound.ts";
import { advance, allCrossed, type Entry, firstEntry, HEAD, type OracleStreet } from "./oracle-street.ts";

/** The signals of a small case as the oracle sees them: what may be chosen each second, and what comes of it. */
export interface OracleMachine<S> {
  /** What may be wanted. */
  readonly choices: readonly string[];
  /** The state in the second from `second` on, when `choice` is wanted. */
  step(state: S, choice: string, second: number): S;
  /** Equal for states from which the same choices have the same effects. */
  key(state: S, second: number): string;
  /** Of each queue: whether vehicles cross in the second from `second` on. */
  open(state: S, second: number): readonly boolean[];
  /** Of each queue: no choice opens it before this second. Used to give up early: too early is only slower. */
  opensAt(state: S, second: number): readonly number[];
  /** The state in the second from `second` on when nobody decides: no bus is there any more. */
  rest(state: S, second: number): S;
  /** Where no two queues can be open at once: the least time from closing one to opening another, s; else null. */
  readonly changeover: number | null;
}

export interface OracleResult {
  /** Person-seconds of all, and of those in buses. */
  readonly cost: number;
  readonly buses: number;
  /** States that were looked at. */
  readonly states: number;
}

/** Seconds after the last bus in which all must have gone. */
const REST = 600;

interface Node<S> {
  readonly state: S;
  entries: Entry[];
}

/** What comes when all buses have crossed; worked out once for a state, as far as anybody asks. */
class Rest<S> {
  readonly #machine: OracleMachine<S>;
  readonly #street: OracleStreet;
  readonly #pattern: (readonly boolean[])[] = [];
  readonly #from: number;
  #state: S;

  constructor(machine: OracleMachine<S>, street: OracleStreet, state: S, from: number) {
    this.#machine = machine;
    this.#street = street;
    this.#state = state;
    this.#from = from;
  }

  /** Charges an entry until everybody has gone, in place. Throws Error where somebody never goes. */
  charge(entry: Entry): void {
    for (let i = 0; i < REST; i++) if (!advance(this.#street, entry, this.#open(i), this.#from + i)) return;
    throw new Error(`not everybody has gone ${REST} s after the last bus`);
  }

  #open(i: number): readonly boolean[] {
    for (let next = this.#pattern.length; next <= i; next++) {
      this.#state = this.#machine.rest(this.#state, this.#from + next);
      this.#pattern.push(this.#machine.open(this.#state, this.#from + next));
    }
    return this.#pattern[i] as readonly boolean[];
  }
}

/** Charges an entry, in place, what comes from `second` on when nobody decides any more. Throws Error where somebody never goes. */
export function chargeRest<S>(
  machine: OracleMachine<S>,
  street: OracleStreet,
  state: S,
  entry: Entry,
  second: number,
): void {
  new Rest(machine, street, state, second).charge(entry);
}

/** Whether one is nowhere worse than another: cost, queues, and buses. More ahead of nobody has ever been better. */
export function dominates(street: OracleStreet, one: Entry, other: Entry): boolean {
  if ((one[0] as number) > (other[0] as number)) return false;
  const queues = HEAD + street.arrivals.length;
  for (let i = HEAD; i < queues; i++) if ((one[i] as number) > (other[i] as number)) return false;
  // Crossed is -2 and less than any number ahead; who is still to come is so in both, as time is the same.
  for (let i = queues; i < one.length; i++) if ((one[i] as number) > (other[i] as number)) return false;
  return true;
}

/** Adds an entry where none dominates it, and drops those that it dominates. */
function keep(street: OracleStreet, entries: Entry[], entry: Entry): Entry[] {
  for (const other of entries) if (dominates(street, other, entry)) return entries;
  const rest = entries.filter((other) => !dominates(street, entry, other));
  rest.push(entry);
  return rest;
}

/** What a search is held to. */
export interface SearchLimits {
  /** The cost of some way that is known: what cannot be better is given up. */
  readonly known?: number;
  /** Only so many of the most promising entries are kept each second: quick, feasible, and not always the best. */
  readonly width?: number;
  /** More than so many entries in one second: given up. */
  readonly most?: number;
}

/**
 * The least person-delay that any choice at each second could have had, with all arrivals known, from now until the last bus
 * has crossed; from then on nobody decides. Forward dynamic programming over (signals, queues, buses): exact without `width`.
 * The machine's signals must not depend on queues. Null where more than `most` entries would have to be kept at once.
 */
export function optimum<S>(
  machine: OracleMachine<S>,
  street: OracleStreet,
  start: { readonly state: S; readonly queues: readonly number[] },
  { known = Number.POSITIVE_INFINITY, width, most = Number.POSITIVE_INFINITY }: SearchLimits = {},
): OracleResult | null {
  const bound = new Bound(street, machine.changeover);
  let best: { cost: number; buses: number } | null = null;
  // A hair above: the known way itself must survive rounding.
  let ceiling = known * (1 + 1e-9) + 1e-6;
  let layer = new Map<string, Node<S>>([
    [machine.key(start.state, 0), { state: start.state, entries: [firstEntry(street, start.queues)] }],
  ]);
  let states = 1;
  for (let second = 0; layer.size > 0; second++) {
    const next = new Map<string, Node<S>>();
    let kept = 0;
    for (const { state, entries } of layer.values()) {
      const seen = new Set<string>();
      for (const choice of machine.choices) {
        const then = machine.step(state, choice, second);
        const key = machine.key(then, second + 1);
        if (seen.has(key)) continue;
        seen.add(key);
        const open = machine.open(then, second);
        const opens = machine.opensAt(then, second + 1);
        const rest = new Rest(machine, street, then, second + 1);
        const node = next.get(key) ?? { state: then, entries: [] };
        next.set(key, node);
        for (const entry of entries) {
          const after = entry.slice();
          const left = advance(street, after, open, second);
          const least = (after[0] as number) + bound.of(after, second + 1, opens, ceiling - (after[0] as number));
          if (least > ceiling) continue;
          if (!allCrossed(street, after)) {
            node.entries = keep(street, node.entries, after);
            continue;
          }
          if (left) rest.charge(after);
          const [cost, buses] = after as unknown as [number, number];
          if (best === null || cost < best.cost) best = { cost, buses };
          ceiling = Math.min(ceiling, cost);
        }
      }
    }
    for (const [key, { entries }] of next) {
      kept += entries.length;
      if (entries.length === 0) next.delete(key);
    }
    states += kept;
    if (kept > most) return null;
    layer = width !== undefined && kept > width ? narrowed(machine, bound, next, second + 1, width) : next;
  }
  if (best === null) throw new TypeError(`known is ${known}: allowed is what some way really costs`);
  return { ...best, states };
}

/** The most promising entries only. */
function narrowed<S>(
  machine: OracleMachine<S>,
  bound: Bound,
  layer: ReadonlyMap<string, Node<S>>,
  second: number,
  width: number,
): Map<string, Node<S>> {
  const all = [...layer].flatMap(([key, { state, entries }]) => {
    const opens = machine.opensAt(state, second);
    return entries.map((entry) => ({
      key,
      state,
      entry,
      promise: (entry[0] as number) + bound.of(entry, second, opens, Number.POSITIVE_INFINITY),
    }));
  });
  const kept = new Map<string, Node<S>>();
  for (const { key, state, entry } of all.sort((a, b) => a.promise - b.promise).slice(0, width)) {
    const node = kept.get(key) ?? { state, entries: [] };
    node.entries.push(entry);
    kept.set(key, node);
  }
  return kept;
}
