import type { ComponentId } from "../../controllers/model.ts";
import type { Level } from "../../controllers/units.ts";
import type { DaliLamp } from "./pending.ts";
import type { Sequence } from "./sequence.ts";
import { setColourTemperatures, type Tunable } from "./sequences/colour-temperature.ts";
import { colourOrders, type TunableLamp, warmDim } from "./warm-dim.ts";

interface Tuned {
  readonly address: number;
  readonly mirekAt: (light: Level) => number;
  /** undefined: not yet known; null: it has no colour temperature. */
  can: Tunable | null | undefined;
  /** What it has been told, mirek; null where nobody knows. */
  told: number | null;
}

/** The lamps of a line whose colour follows their light (warm-dim), and what they have been told. */
export class Tuning {
  readonly #lamps: ReadonlyMap<ComponentId, Tuned>;
  #groups: ReadonlyMap<number, ReadonlySet<number>> = new Map();

  /** Throws TypeError for a curve that is none. */
  constructor(lamps: readonly DaliLamp[]) {
    this.#lamps = new Map(
      lamps.flatMap(({ id, address, warmDim: points }): [ComponentId, Tuned][] =>
        points ? [[id, { address, mirekAt: warmDim(points), can: undefined, told: null }]] : [],
      ),
    );
  }

  /** Whether any lamp of the line is to be tuned. */
  get any(): boolean {
    return this.#lamps.size > 0;
  }

  /** Whether it is still to be found out what a lamp can do. */
  asks(lamp: ComponentId): boolean {
    return this.#lamps.get(lamp)?.can === undefined && this.#lamps.has(lamp);
  }

  /** What a lamp can do was read; null: it cannot be tuned. */
  learnt(lamp: ComponentId, can: Tunable | null): void {
    const tuned = this.#lamps.get(lamp);
    if (tuned) tuned.can = can;
  }

  /** Groups whose members are known. */
  use(groups: ReadonlyMap<number, ReadonlySet<number>>): void {
    this.#groups = groups;
  }

  /** These lamps may have another colour now. */
  lost(lamps: Iterable<ComponentId>): void {
    for (const id of lamps) {
      const tuned = this.#lamps.get(id);
      if (tuned) tuned.told = null;
    }
  }

  /** Gives lamps the colours of the light they are about to be given. Uses DTR0 and DTR1 where there is anything to say. */
  *before(steps: readonly { readonly lamp: DaliLamp; readonly level: Level }[]): Sequence<void> {
    const wanted = new Map<number, number>();
    for (const { lamp, level } of steps) {
      const tuned = this.#lamps.get(lamp.id);
      // in the dark nobody sees it
      if (tuned?.can && level > 0) wanted.set(tuned.address, tuned.mirekAt(level));
    }
    if (wanted.size === 0) return;
    const able = [...this.#lamps.values()].filter((tuned): tuned is Tuned & { can: Tunable } => Boolean(tuned.can));
    const lamps = able.map(({ address, can: { range }, told }): TunableLamp => ({ address, range, told }));
    const groups = new Map([...this.#groups].map(([group, members]) => [group, [...members]]));
    const orders = colourOrders(lamps, wanted, groups);
    yield* setColourTemperatures(
      orders,
      able.every(({ can }) => can.activates),
    );
    for (const { mirek, addresses } of orders) {
      for (const tuned of able) if (addresses.includes(tuned.address)) tuned.told = mirek;
    }
  }
}
