import type { ComponentId } from "../model.ts";
import type { Instant } from "../units.ts";
import { apportioned, type LedgerRow, QUARTERS } from "./ledger-row.ts";

/** What the books say of a lamp over all closed hours. */
export interface LampTotal {
  /** mWh. */
  readonly energy: number;
  /** Seconds alight. */
  readonly lit: number;
  /** What its own counter shows more than the books, and what it showed last, mWh; absent where it has none. */
  readonly counter?: Counter;
}

export interface Counter {
  readonly more: number;
  readonly last: number;
  readonly at: Instant;
}

/** All of a ledger that must outlive a restart: plain data, by lamp id, so that another configuration keeps what it can. */
export interface LedgerBook {
  readonly totals: Readonly<Record<ComponentId, LampTotal>>;
  /** mWh of the cabinet itself, closed hours. */
  readonly own: number;
  /** The hour that is not over; its `hour` is 0 where wall time was not known. */
  readonly open: LedgerRow;
  /** The order of `open`. */
  readonly lamps: readonly ComponentId[];
  readonly sections: readonly string[];
}

/** A row as a configuration of these lamps has it; lamps that are new have nothing in it, those that are gone are left out. */
export function reordered(
  row: LedgerRow,
  from: Pick<LedgerBook, "lamps" | "sections">,
  lamps: readonly { readonly id: ComponentId; readonly street: string }[],
  sections: readonly string[],
): LedgerRow {
  const index = new Map(from.lamps.map((id, i) => [id, i]));
  const pick = (values: readonly number[], absent: number) =>
    lamps.map(({ id }) => values[index.get(id) ?? -1] ?? absent);
  const energy = pick(row.energy, 0);
  return {
    ...row,
    energy,
    source: pick(row.source, 0),
    light: pick(row.light, -1),
    lit: pick(row.lit, 0),
    quarters: sections.map((name) => {
      const whole = energy.reduce((sum, one, i) => sum + (lamps[i]?.street === name ? one : 0), 0);
      return apportioned(whole, row.quarters[from.sections.indexOf(name)] ?? new Array(QUARTERS).fill(0));
    }),
  };
}
