/** What priority gave and cost in an hour, by line and by signal group: sums, and never a vehicle. */
import type { GroupId, JunctionEvent } from "../../controllers/junction/model.ts";
import { hours, type Instant, instant } from "../../controllers/units.ts";

const HOUR = hours(1);
/** Lines of one hour; what else comes is one line without a name. */
const MOST_LINES = 63;
const LONGEST_LINE = 40;

interface LineSum {
  vehicles: number;
  waited: number;
  wouldHaveWaited: number;
  late: number;
}

/** As `tlc.priority.hours` has it; seconds. */
export interface HourSums {
  readonly from: Instant;
  readonly to: Instant;
  readonly vehicles: number;
  readonly waited: number;
  readonly wouldHaveWaited: number;
  readonly late: number;
  readonly unused: number;
  readonly unusedGreen: number;
  readonly lines: readonly (Readonly<LineSum> & { readonly line: string })[];
  readonly waits: readonly {
    readonly group: GroupId;
    readonly served: number;
    readonly mean: number;
    readonly longest: number;
  }[];
}

export class HourLedger {
  #from: Instant;
  readonly #lines = new Map<string, LineSum>();
  readonly #waits = new Map<GroupId, { served: number; waited: number; longest: number }>();
  #unused = 0;
  #unusedGreen = 0;

  /** Counts from `now` on: an hour that had begun is told from there. */
  constructor(now: Instant) {
    this.#from = now;
  }

  add(event: JunctionEvent): void {
    switch (event.kind) {
      case "passage": {
        const name = (event.line ?? "").slice(0, LONGEST_LINE);
        const line = this.#lines.has(name) || this.#lines.size < MOST_LINES ? name : "";
        const sum = this.#lines.get(line) ?? { vehicles: 0, waited: 0, wouldHaveWaited: 0, late: 0 };
        sum.vehicles++;
        sum.waited += event.waited;
        sum.wouldHaveWaited += event.wouldHaveWaited;
        if (event.late) sum.late++;
        this.#lines.set(line, sum);
        return;
      }
      case "unused":
        this.#unused++;
        this.#unusedGreen += event.green;
        return;
      case "wait": {
        const sum = this.#waits.get(event.group) ?? { served: 0, waited: 0, longest: 0 };
        sum.served++;
        sum.waited += event.waited;
        sum.longest = Math.max(sum.longest, event.waited);
        this.#waits.set(event.group, sum);
        return;
      }
      case "signal":
      case "stage":
      case "mode":
      case "request":
      case "indiana":
        return;
    }
  }

  /** The hour that is over, or null while it lasts. A clock that was set back begins anew. */
  over(now: Instant): HourSums | null {
    const end = instant((Math.floor(this.#from / HOUR) + 1) * HOUR);
    if (now >= end) return this.close(end, instant(Math.floor(now / HOUR) * HOUR));
    if (now < this.#from) this.#from = now;
    return null;
  }

  /** What there is up to `to`; then it counts from `next` on. */
  close(to: Instant, next: Instant = to): HourSums {
    const lines = [...this.#lines].map(([line, { vehicles, waited, wouldHaveWaited, late }]) => ({
      line,
      vehicles,
      waited: inSeconds(waited),
      wouldHaveWaited: inSeconds(wouldHaveWaited),
      late,
    }));
    const sum = (of: (line: (typeof lines)[number]) => number) => lines.reduce((all, line) => all + of(line), 0);
    const sums: HourSums = {
      from: this.#from,
      to,
      vehicles: sum(({ vehicles }) => vehicles),
      waited: tenths(sum(({ waited }) => waited)),
      wouldHaveWaited: tenths(sum(({ wouldHaveWaited }) => wouldHaveWaited)),
      late: sum(({ late }) => late),
      unused: this.#unused,
      unusedGreen: inSeconds(this.#unusedGreen),
      lines,
      waits: [...this.#waits].map(([group, { served, waited, longest }]) => ({
        group,
        served,
        mean: inSeconds(waited / served),
        longest: inSeconds(longest),
      })),
    };
    this.#lines.clear();
    this.#waits.clear();
    this.#unused = 0;
    this.#unusedGreen = 0;
    this.#from = next;
    return sums;
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
const inSeconds = (ms: number): number => Math.round(ms / 100) / 10;
