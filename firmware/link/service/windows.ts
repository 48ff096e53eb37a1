import { type Aggregate, type Status, sourceOf } from "../table.ts";
import type { Part, Values } from "./picture.ts";
import { Series } from "./series.ts";

/** Closed windows that nobody fetched; past this the oldest go. */
const MOST_CLOSED = 96;
/** Where the table names no resolution. */
const STEP = 0.1;
/** What is told with a time so long before a window's begin is late, and not of a clock that was set. ms. */
const MOST_LATE = 5000;

/** What one closed window came to. `at`: its end. */
export interface ClosedWindow {
  readonly at: number;
  readonly parts: readonly Part[];
}

interface Column {
  readonly name: string;
  readonly base: string;
  readonly aggregate: Aggregate;
  readonly each: boolean;
  readonly step: number;
}

/**
 * Aggregates of a status's attributes over windows that end at multiples of `length` since 1970 UTC. What is told at the very
 * end of a window belongs to it: a sum over a minute is told when the minute is over. A window that was not seen from its begin
 * is not told: after a start, and after the clock was set, the first is the next whole one. RSMP 4 draft, "Status", aggregation.
 */
export class Windows {
  readonly #columns: readonly Column[];
  readonly #length: number;
  readonly #grace: number;
  readonly #most: number;
  /** By base attribute, then component (`""` for the node as a whole). */
  readonly #series = new Map<string, Map<string, Series>>();
  readonly #wanted = new Map<string, Aggregate[]>();
  #closed: ClosedWindow[] = [];
  /** Of the open window, or of the next where none is open; null before the first instant is known. */
  #begin: number | null = null;
  #open = false;

  /** A window is told `grace` after its end, for what is told late of it. `most`: most components in one part. */
  constructor(status: Status, names: readonly string[], length: number, grace: number, most: number) {
    this.#length = length;
    this.#grace = grace;
    this.#most = most;
    this.#columns = names.map((name) => {
      const source = sourceOf(status, name);
      if (!source?.aggregate) throw new TypeError(`attribute ${name}: allowed are aggregates, or none`);
      const { base, aggregate, attribute } = source;
      this.#wanted.set(base, [...(this.#wanted.get(base) ?? []), aggregate]);
      this.#series.set(base, new Map());
      return { name, base, aggregate, each: attribute.each, step: attribute.step ?? STEP };
    });
  }

  /** Forgets what was measured: the first window is the next whole one. */
  restart(now: number): void {
    this.#closed = [];
    this.#await(now);
  }

  /** Takes values; those of other attributes are let pass. */
  update(values: Values, at: number): void {
    this.#pass(at, true);
    for (const [base, value] of Object.entries(values)) {
      const series = this.#series.get(base);
      if (!series) continue;
      const isEach = this.#columns.some((column) => column.base === base && column.each);
      for (const [component, one] of isEach ? Object.entries(value as Values) : [["", value] as const]) {
        let known = series.get(component);
        if (!known) {
          known = new Series(this.#wanted.get(base) ?? []);
          series.set(component, known);
        }
        known.tell(one, at);
      }
    }
  }

  /** The oldest window that is over and was not taken yet. */
  take(now: number): ClosedWindow | null {
    this.#pass(now, false);
    return this.#closed.shift() ?? null;
  }

  /** When the window that is open, or will be next, is told; 0 where one is closed already; null while nothing was told. */
  get wakeAt(): number | null {
    if (this.#closed.length > 0) return 0;
    if (!this.#any()) return null;
    return this.#begin === null ? 0 : this.#begin + this.#length + this.#grace;
  }

  /** Time is `at`, now or of something told: closes the window that is over, opens the one that began. */
  #pass(at: number, told: boolean): void {
    this.#begin ??= this.#boundary(at);
    // The clock was set back: what was measured is of no window.
    if (this.#begin - at > (this.#open ? MOST_LATE : this.#length)) this.#await(at);
    // Where more than a window passed unseen the clock was set, or nobody asked: nothing vouches for those between.
    if (!this.#open && at - this.#begin >= 2 * this.#length) this.#await(at);
    this.#enter(at, told);
    const end = this.#begin + this.#length;
    if (!this.#open || (told ? at <= end : at < end + this.#grace)) return;
    this.#close(end);
    this.#open = false;
    const follows = told ? at - end <= this.#length : at - end < this.#length;
    this.#begin = follows ? end : this.#boundary(at);
    this.#enter(at, told);
  }

  /** What is told at the very begin belongs to the window before. */
  #enter(at: number, told: boolean): void {
    const begin = this.#begin as number;
    if (this.#open || (told ? at <= begin : at < begin)) return;
    this.#open = true;
    for (const series of this.#all()) series.begin(begin);
  }

  #await(at: number): void {
    this.#open = false;
    this.#begin = this.#boundary(at);
  }

  #close(end: number): void {
    for (const series of this.#all()) series.settle(end);
    if (!this.#any()) return;
    this.#closed.push({ at: end, parts: this.#parts() });
    if (this.#closed.length > MOST_CLOSED) this.#closed.shift();
  }

  #parts(): readonly Part[] {
    const components = [
      ...new Set(this.#columns.filter(({ each }) => each).flatMap(({ base }) => [...this.#of(base).keys()])),
    ];
    const count = Math.max(1, Math.ceil(components.length / this.#most));
    return Array.from({ length: count }, (_, i) => ({
      values: this.#values(components.slice(i * this.#most, (i + 1) * this.#most), i === 0),
      complete: count === 1,
    }));
  }

  #values(components: readonly string[], withWhole: boolean): Values {
    const values: Record<string, unknown> = {};
    for (const { name, base, aggregate, each, step } of this.#columns) {
      const series = this.#of(base);
      const of = (component: string) => round(series.get(component)?.of(aggregate) ?? null, step);
      if (each) {
        const told = components.map((component) => [component, of(component)]).filter(([, value]) => value !== null);
        if (told.length > 0) values[name] = Object.fromEntries(told);
      } else if (withWhole) {
        const value = of("");
        if (value !== null) values[name] = value;
      }
    }
    return values;
  }

  #of(base: string): ReadonlyMap<string, Series> {
    return this.#series.get(base) ?? new Map();
  }

  *#all(): Iterable<Series> {
    for (const series of this.#series.values()) yield* series.values();
  }

  #any(): boolean {
    return this.#series.values().some((series) => series.size > 0);
  }

  #boundary = (at: number): number => Math.ceil(at / this.#length) * this.#length;
}

/** A multiple of the step, without the dust of binary fractions. */
const round = (value: number | null, step: number): number | null =>
  value === null ? null : Number((Math.round(value / step) * step).toPrecision(12));
