/** The words of commissioning: what is known before, what is found, what it came to. Plain data, so that it can be kept. */
import type { Duration } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Sequence } from "../sequence.ts";

/** What tells one unit from all others wherever it goes: memory bank 0 (IEC 62386-102 9.10.6). */
export interface UnitIdentity {
  readonly gtin?: string;
  readonly serial?: string;
}

/** A lamp as the cabinet knows it from before. */
export interface KnownLamp {
  /** Short address 0..63. */
  readonly address: number;
  /** The random address it had, 0..0xFFFFFE; absent or null where nobody wrote it down. */
  readonly randomAddress?: number | null;
  readonly identity?: UnitIdentity;
}

/** Which lamp is to have which address, whatever it has now: all that is told of the lamp must agree. */
export interface Place {
  readonly address: number;
  readonly serial?: string;
  readonly gtin?: string;
  readonly randomAddress?: number;
}

/** How a lamp that is `changed` changed: it has another random address, another short address, or is another lamp in its place. */
export type Change = "randomised" | "moved" | "replaced";

/** What became of one lamp. */
export type LampResult =
  /** At its address as before. `randomAddress` null: it would not tell. */
  | ({ readonly kind: "unchanged"; readonly address: number } & Seen)
  /** `was`: the short address it was known by. */
  | ({
      readonly kind: "changed";
      readonly address: number;
      readonly was: number;
      readonly how: readonly Change[];
    } & Seen)
  /** Nobody answers at its address, and it was not found elsewhere. */
  | ({ readonly kind: "missing"; readonly address: number } & Seen)
  /** `address` null: it has none; the trouble of its random address says why. */
  | ({ readonly kind: "new"; readonly address: number | null } & Seen);

export interface Seen {
  /**
   * As it was found. Only its lowest byte is asked of new units, all of it where anything did not fit together: of one that
   * missed a byte of the search address it may be wrong until the next run, which asks each known lamp.
   */
  readonly randomAddress: number | null;
  readonly identity?: UnitIdentity;
}

/** What could not be put right. */
export type Trouble =
  /** All addresses are used: this unit has none. */
  | { readonly kind: "no-free-address"; readonly randomAddress: number }
  /** Units that draw the same random address each time, or that do not obey RANDOMISE: they share this address. */
  | { readonly kind: "inseparable"; readonly address: number; readonly randomAddress: number }
  /** It is there and does not take a short address. */
  | { readonly kind: "not-addressable"; readonly randomAddress: number }
  /** Units without a short address are left that no search finds. */
  | { readonly kind: "not-found" };

/** A lamp that could take the place of the only one that is missing. */
export interface Offer {
  /** The address of the missing lamp. */
  readonly address: number;
  /** The new one, and the address it has until the offer is taken (`moveUnit`). */
  readonly from: number;
  readonly randomAddress: number | null;
}

export interface CommissioningResult {
  /** Known lamps by address, then new ones by address, then those without. */
  readonly lamps: readonly LampResult[];
  readonly troubles: readonly Trouble[];
  /** There where exactly one known lamp is missing and exactly one new one was found, and it was not put in its place. */
  readonly offer: Offer | null;
  /** Forward frames, both of a pair sent twice. */
  readonly frames: number;
  readonly elapsed: Duration;
}

/** A unit that was given an address. */
export interface Assigned {
  readonly randomAddress: number;
  readonly address: number;
}

/** What must outlive a power cut of the cabinet: hand it in again as `saved`, with the same lamps. */
export interface CommissioningState {
  readonly version: 1;
  /** New units that have their address. */
  readonly assigned: readonly Assigned[];
}

export const PHASES = ["survey", "conflicts", "search", "identities", "done"] as const;
export type Phase = (typeof PHASES)[number];

export interface Progress {
  readonly phase: Phase;
  /** Units that are known to be there by now. */
  readonly found: number;
  /** How many there will be, as far as it can be told. */
  readonly expected: number;
  readonly frames: number;
  readonly elapsed: Duration;
  /** The most likely time to the end, at the pace so far. */
  readonly left: Duration;
}

export interface CommissioningOptions {
  /** Control gear (16-bit frames, IEC 62386-102) or control devices (24-bit, IEC 62386-103). Default gear. */
  readonly units?: "gear" | "devices";
  readonly clock: Pick<Clock, "monotonic">;
  /** Lamps from before, each address once. They keep their addresses. */
  readonly known?: readonly KnownLamp[];
  /** Addresses for new units, in this order; default: all that no known lamp has. */
  readonly free?: readonly number[];
  /** How many units there are on the bus, known and new, where somebody counted. */
  readonly expected?: number;
  /** Which lamp is to go where: needs `identify` where it is told by serial or GTIN. */
  readonly places?: readonly Place[];
  /** Gives the address of the only missing lamp to the only new one, instead of offering it. */
  readonly replaceMissing?: boolean;
  /** Reads who a unit is, by its short address; null where it does not tell. */
  readonly identify?: (address: number) => Sequence<UnitIdentity | null>;
  /** The state that `onSave` gave last, of a run that was cut off. */
  readonly saved?: CommissioningState;
  /** Called with each state worth keeping, before the bus goes on. */
  readonly onSave?: (state: CommissioningState) => void;
  readonly onProgress?: (progress: Progress) => void;
}
