import { whole } from "../frame.ts";
import type { CommissioningState, KnownLamp, Trouble, UnitIdentity } from "./model.ts";

/** A unit that answers at a short address. */
export interface Unit {
  /** null: it does not tell. */
  readonly randomAddress: number | null;
  /** What it said first, where we made it draw another. */
  readonly before?: number | null;
  readonly identity?: UnitIdentity;
}

/** How many short addresses there are. */
export const ADDRESSES = 64;
const ALL: readonly number[] = Array.from({ length: ADDRESSES }, (_, address) => address);

/** Who is where, as far as it is known by now, and which addresses are left. */
export class Roll {
  readonly units = new Map<number, Unit>();
  /** New units that were given an address, by it: what must be kept. */
  readonly assigned = new Map<number, number>();
  /** Somebody is there whom nobody has asked yet. */
  readonly occupied = new Set<number>();
  /** Addresses where somebody was asked for. */
  readonly asked = new Set<number>();
  /** Known addresses that several units had, of whom nobody is known: the first of them that is found gets it. */
  readonly vacated: number[] = [];
  readonly troubles: Trouble[] = [];
  /** New units that have no address. */
  readonly without: number[] = [];
  readonly #free: readonly number[];

  constructor(known: readonly KnownLamp[], free: readonly number[] | undefined, saved: CommissioningState | undefined) {
    const kept = new Set(known.map(({ address }) => address));
    this.#free = (free ?? ALL).filter((address) => !kept.has(whole("free address", address, ADDRESSES - 1)));
    for (const { address, randomAddress } of saved?.assigned ?? []) this.assigned.set(address, randomAddress);
  }

  get state(): CommissioningState {
    const assigned = [...this.assigned].map(([address, randomAddress]) => ({ address, randomAddress }));
    return { version: 1, assigned };
  }

  /** Addresses of whom nothing is known. */
  get unasked(): number[] {
    return ALL.filter((one) => this.occupied.has(one) || !(this.asked.has(one) || this.units.has(one)));
  }

  /** The next address that a new unit may have. */
  get nextFree(): number | undefined {
    return [...this.vacated, ...this.#free].find((address) => !this.units.has(address) && !this.occupied.has(address));
  }

  /** A unit took the address it was given. */
  take(address: number, randomAddress: number): void {
    this.units.set(address, { randomAddress });
    this.assigned.set(address, randomAddress);
  }

  /** A unit that has its address already drew another random address. */
  drew(address: number, randomAddress: number): void {
    const unit = this.units.get(address);
    if (unit?.randomAddress === randomAddress) return;
    const before = unit && (unit.before !== undefined ? unit.before : unit.randomAddress);
    this.units.set(address, { ...unit, randomAddress, ...(before !== undefined && { before }) });
    if (this.assigned.has(address)) this.assigned.set(address, randomAddress);
  }

  /** A unit went from one address to another. */
  moved(from: number, to: number): void {
    const unit = this.units.get(from);
    if (!unit) return;
    this.units.delete(from);
    this.units.set(to, unit);
    const randomAddress = this.assigned.get(from);
    this.assigned.delete(from);
    if (randomAddress !== undefined) this.assigned.set(to, randomAddress);
  }

  /** The short address of the unit with this random address. */
  at(randomAddress: number): number | undefined {
    return this.units.entries().find(([, unit]) => unit.randomAddress === randomAddress)?.[0];
  }
}
