/** A body that comes to the temperature of its surroundings with a time constant. */
export interface Warmth {
  readonly celsius: number;
  /** Time constant, ms. */
  readonly settles: number;
}

/** The same body after `ms` in which it was drawn to `celsius`: exact, whatever the step. */
export const hold = ({ celsius, settles }: Warmth, to: number, ms: number): Warmth => ({
  celsius: to + (celsius - to) * Math.exp(-ms / settles),
  settles,
});
