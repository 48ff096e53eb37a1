import type { Ack, Delivery } from "../wire/connection.ts";

/**
 * Whether the broker keeps the last complete message of a topic, and everything that was told after it came through: then a session
 * that goes on with what the broker kept need not say it again.
 */
export class Kept {
  #isKept = false;
  #failures = 0;

  /** Of a message that is handed over: what it returns is told what became of it. Nobody acknowledges one of quality of service 0. */
  sent({ qos, retain }: Pick<Delivery, "qos" | "retain">): (ack: Ack) => void {
    const before = this.#failures;
    return ({ kind }) => {
      if (kind !== "acknowledged") this.failed();
      else if (qos === 1 && retain && before === this.#failures) this.#isKept = true;
    };
  }

  /** Something did not come through, or will come another way. */
  failed(): void {
    this.#failures++;
    this.#isKept = false;
  }

  get isKept(): boolean {
    return this.#isKept;
  }
}
