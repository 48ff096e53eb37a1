import type { Duration } from "../../../controllers/units.ts";
import type { To } from "../command.ts";
import { dtr0, setFadeTime } from "../commands/gear.ts";
import { ask, type Sequence } from "../sequence.ts";

/** The fade time (IEC 62386-102 9.5) of code 1..15 in ms, 0.5 s * sqrt(2^code); 0 is "use the extended fade time", at reset none. */
export const fadeTimeOf = (code: number): number => (code === 0 ? 0 : 500 * Math.sqrt(2 ** code));

/** The code whose fade time is nearest to `time` (by ratio); 0 for anything below half of the shortest, 0.7 s. */
export function fadeTimeCode(time: Duration): number {
  if (time < fadeTimeOf(1) / 2) return 0;
  return Math.min(15, Math.max(1, Math.round(Math.log2((time / 500) ** 2))));
}

/**
 * Sets the fade time of gear, 0..15. Run it as a transaction: another's DTR0 between the two commands would set that
 * instead.
 */
export function* setFadeTimeTo(to: To, code: number): Sequence<void> {
  yield* ask(dtr0(code));
  yield* ask(setFadeTime(to));
}
