import type { ComponentId, Reading } from "../../controllers/model.ts";

/** How many lamps are in which state. A lamp that says it has failed is counted there alone. */
export interface LampCounts {
  readonly lit: number;
  readonly dark: number;
  readonly failed: number;
  /** Nothing was read of them, or nothing since they or their line failed. */
  readonly unknown: number;
}

/** Counts lamps by state from what was read of them, not from what they were told. Which lamp it was is told nobody. */
export class LampCounter {
  /** Whether each lamp gives light; absent where that is not known. */
  readonly #lit = new Map<ComponentId, boolean>();
  readonly #failed = new Set<ComponentId>();
  readonly #lamps: ReadonlySet<ComponentId>;
  readonly #ofLine: ReadonlyMap<ComponentId, readonly { readonly id: ComponentId }[]>;

  constructor(lamps: readonly { readonly id: ComponentId; readonly line: ComponentId }[]) {
    this.#lamps = new Set(lamps.map(({ id }) => id));
    this.#ofLine = Map.groupBy(lamps, ({ line }) => line);
  }

  reading(reading: Reading): void {
    const { kind, source } = reading;
    if (kind === "level" && this.#lamps.has(source)) this.#lit.set(source, reading.level > 0);
    if (kind === "lamp" && this.#lamps.has(source)) {
      if (reading.lampFailure) this.#failed.add(source);
      else this.#failed.delete(source);
    }
    if (kind !== "fault" || reading.fault === null) return;
    this.#lit.delete(source);
    for (const { id } of this.#ofLine.get(source) ?? []) this.#lit.delete(id);
  }

  counts(): LampCounts {
    const counts = { lit: 0, dark: 0, failed: 0, unknown: 0 };
    for (const lamp of this.#lamps) {
      const lit = this.#lit.get(lamp);
      if (this.#failed.has(lamp)) counts.failed++;
      else if (lit === undefined) counts.unknown++;
      else counts[lit ? "lit" : "dark"]++;
    }
    return counts;
  }
}
