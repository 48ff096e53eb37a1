import type { Clock } from "../../hal/clock.ts";
import type { Ack } from "./connection.ts";

/** How good the way to the broker is. Counts only grow. */
export interface LinkQuality {
  /** From handing a message over to its PUBACK, smoothed, ms; null before the first. */
  readonly roundTrip: number | null;
  readonly acknowledged: number;
  readonly refused: number;
  /** Handed over, and the session ended before its PUBACK came. */
  readonly lost: number;
}

/** Weight of a new round trip: as TCP smooths its own (RFC 6298, 2.3). */
const NEW = 1 / 8;

/** Measures the way to the broker by the messages that go anyway. */
export class QualityMeter {
  readonly #clock: Pick<Clock, "monotonic">;
  #roundTrip: number | null = null;
  #acknowledged = 0;
  #refused = 0;
  #lost = 0;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** A message of quality of service 1 is handed over. Returns what is to be told once what became of it. */
  sent(): (ack: Ack) => void {
    const at = this.#clock.monotonic();
    return ({ kind }) => {
      if (kind === "lost") {
        this.#lost++;
        return;
      }
      if (kind === "acknowledged") this.#acknowledged++;
      else this.#refused++;
      const took = this.#clock.monotonic() - at;
      this.#roundTrip = this.#roundTrip === null ? took : this.#roundTrip + (took - this.#roundTrip) * NEW;
    };
  }

  get quality(): LinkQuality {
    return {
      roundTrip: this.#roundTrip,
      acknowledged: this.#acknowledged,
      refused: this.#refused,
      lost: this.#lost,
    };
  }
}
