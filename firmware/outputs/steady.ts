import type { FaultKind } from "../../controllers/model.ts";
import type { Duration } from "../../controllers/units.ts";

/** A finding that counts only when it has lasted: what comes and goes faster changes nothing. Pure but for what it remembers. */
export class Steady {
  readonly #lasting: Duration;
  #told: FaultKind | null = null;
  /** What is found now instead of what was told, and since when. */
  #other: { readonly found: FaultKind | null; readonly since: number } | undefined;

  constructor(lasting: Duration) {
    this.#lasting = lasting;
  }

  /** What counts at `now`, where this is found. */
  look(found: FaultKind | null, now: number): FaultKind | null {
    if (found === this.#told) this.#other = undefined;
    else if (this.#other?.found !== found) this.#other = { found, since: now };
    if (this.#other && now - this.#other.since >= this.#lasting) {
      this.#told = this.#other.found;
      this.#other = undefined;
    }
    return this.#told;
  }
}
