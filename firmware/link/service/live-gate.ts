/** Who may have live data, and for how long: from levels, counts and power as they change one sees where people walk. */
import { type Duration, duration, hours, type Instant } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import { refuse } from "../commands/refuse.ts";
import type { CommandHandler } from "../link.ts";

/** Nobody; for as long as a signed `cabinet.live.allow` says; or whoever the broker lets throttle. */
export type LivePolicy = "never" | "signed" | "anyone";

/** A shift. Whoever looks for longer says so again. */
export const LONGEST_ALLOWED = hours(12);

export interface LiveGateOptions {
  readonly policy: LivePolicy;
  /** The node's: its wall time is that of commands, its monotonic time bounds what was allowed whatever becomes of the wall clock. */
  readonly clock: Pick<Clock, "now" | "monotonic">;
}

/** Open while channels that tell where people are may run. */
export class LiveGate {
  readonly #policy: LivePolicy;
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  /** By the clock's monotonic time. */
  #closesAt: Duration = duration(0);

  constructor({ policy, clock }: LiveGateOptions) {
    this.#policy = policy;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#policy === "anyone" || (this.#policy === "signed" && this.#clock.monotonic() < this.#closesAt);
  }

  /** When it closes by itself, by the wall clock as it is now; null where it is closed, or never does. */
  get closesAt(): number | null {
    if (this.#policy !== "signed" || !this.isOpen) return null;
    return this.#clock.now() + (this.#closesAt - this.#clock.monotonic());
  }

  /** Opens it until then, or closes it where that is past; the last word counts. False where it may not be open so long. */
  allow(until: Instant): boolean {
    const lasts = until - this.#clock.now();
    if (lasts > LONGEST_ALLOWED) return false;
    this.#closesAt = duration(Math.max(0, this.#clock.monotonic() + lasts));
    return true;
  }

  /** Does `cabinet.live.allow`. */
  readonly obey: CommandHandler<"cabinet.live.allow"> = async ({ values }) => {
    const until = Date.parse(values.until);
    if (this.#policy === "never") return refuse("forbidden", "", "this cabinet never tells live data");
    if (!this.allow(until as Instant))
      return refuse("too-far", "values.until", `is ${values.until}: allowed are 12 hours from now at most`);
    return { ok: true, values: { until: values.until } };
  };
}
