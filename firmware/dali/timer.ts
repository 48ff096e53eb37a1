import type { Duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";

const CALLED_OFF = new Error("timer called off");
const nothing = () => {};

/** Calls `fire` after `d` of the clock's time. Returns how to call it off; calling off twice, or too late, does nothing. */
export function after(clock: Clock, d: Duration, name: string, fire: () => void): () => void {
  const abort = new AbortController();
  clock.sleep(d, name, abort.signal).then(fire, nothing);
  return () => abort.abort(CALLED_OFF);
}
