import { minutes } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";

/** At most one event of the alarm in so long. */
const TOLD_EVERY = minutes(1);
/** It ends when nothing was refused for so long. */
const ENDS_AFTER = minutes(10);

export interface RefusalAlarmOptions {
  readonly clock: Clock;
  /** Tells the alarm `cabinet.command`. */
  readonly tell: (active: boolean, message: string) => void;
  /** Aborting ends it; the alarm is left as it is. */
  readonly signal: AbortSignal;
}

/** Makes one alarm of the refusals of what nobody entitled sent: of the first at once, of a flood once a minute. */
export class RefusalAlarm {
  readonly #options: RefusalAlarmOptions;
  #count = 0;
  #last = "";
  /** Monotonic, ms. */
  #lastAt = 0;
  #untold = false;
  #standing = false;

  constructor(options: RefusalAlarmOptions) {
    this.#options = options;
  }

  /** `issuer`: the RSMP id that the sender gave, which may be anybody's; null where none could be read. */
  refused(why: string, issuer: string | null): void {
    this.#count++;
    this.#last = issuer === null ? why : `${why}, said to be from ${issuer}`;
    this.#lastAt = this.#options.clock.monotonic();
    this.#untold = true;
    if (!this.#standing) void this.#stand();
  }

  /** Never rejects. */
  async #stand(): Promise<void> {
    const { clock, signal, tell } = this.#options;
    this.#standing = true;
    while (this.#standing) {
      if (this.#untold) tell(true, `${this.#last}; ${this.#count} refused`);
      this.#untold = false;
      await clock.sleep(TOLD_EVERY, "refused commands", signal).catch(() => {
        // At its end, or with a clock that is gone: the next refusal begins anew.
        this.#standing = false;
      });
      if (!this.#standing || clock.monotonic() - this.#lastAt < ENDS_AFTER) continue;
      this.#standing = false;
      this.#count = 0;
      tell(false, "no more commands are refused");
    }
  }
}
