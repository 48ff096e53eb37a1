import type { Random } from "../../firmware/hal/random.ts";

/** What can be wrong with a gear or its lamp, to be set at run time with `Gear.suffer`. `NO_FAULTS` is a sound one. */
export interface GearFaults {
  /** The light source gives no light: open (no current) or shorted. Both are reported as lamp failure. */
  readonly lamp: "open" | "short" | null;
  /** The gear says that it has failed; the light stays. */
  readonly gearFailure: boolean;
  /** It hears and answers nothing; its light stays. */
  readonly mute: boolean;
  /** It does not answer a query with this chance, 0..1. */
  readonly misses: number;
  /** Its light burns at full while its level is 0: a contact or a transistor has welded. */
  readonly dayBurner: boolean;
  /** Too hot: after `lit` ms alight it shuts down, after `dark` ms it is back, again and again from now on. */
  readonly cycling: { readonly lit: number; readonly dark: number } | null;
  /** Its output stays at an arc level whatever it is told. `told`: QUERY ACTUAL LEVEL tells of it. */
  readonly stuck: { readonly at: number; readonly told: boolean } | null;
  /** Power of the lamp against what it should be: 1 is right. */
  readonly powerFactor: number;
  /** By how much of 1 the power factor grows (or falls) an hour from now on. */
  readonly powerDrift: number;
  /** Thermal derating: part of the light that is left, 0..1; 1: none. */
  readonly derating: number;
}

export const NO_FAULTS: GearFaults = {
  lamp: null,
  gearFailure: false,
  mute: false,
  misses: 0,
  dayBurner: false,
  cycling: null,
  stuck: null,
  powerFactor: 1,
  powerDrift: 0,
  derating: 1,
};

/** The faults of a gear with the time since when they are as they are. */
export interface Suffering extends GearFaults {
  /** Monotonic ms. */
  readonly since: number;
}

/** Whether a cycling lamp is in its dark part at monotonic `at`. */
export function shutDown({ cycling, since }: Suffering, at: number): boolean {
  return cycling !== null && (at - since) % (cycling.lit + cycling.dark) >= cycling.lit;
}

/** When a cycling lamp next shuts down or comes back, after `at`. */
export function nextTurn({ cycling, since }: Suffering, at: number): number {
  if (!cycling) return Number.POSITIVE_INFINITY;
  const period = cycling.lit + cycling.dark;
  const into = (at - since) % period;
  return at - into + (into < cycling.lit ? cycling.lit : period);
}

/** What the power is multiplied by at `at`; never below 0. */
export const powerFactor = ({ powerFactor, powerDrift, since }: Suffering, at: number): number =>
  Math.max(0, powerFactor + powerDrift * ((at - since) / 3_600_000));

export const misses = (faults: GearFaults, random: Random): boolean =>
  faults.misses > 0 && random.next() < faults.misses;
