import type { ComponentId, FaultKind, Reading } from "../../controllers/model.ts";
import type { Clock } from "../hal/clock.ts";

/**
 * One voice for the faults of an output, which has two that may have one: the output itself, whose fault counts first, and what it
 * really gives. Passes all other readings on.
 */
export class OutputFault {
  readonly #id: ComponentId;
  readonly #clock: Clock;
  readonly #report: (reading: Reading) => void;
  #own: FaultKind | null = null;
  #given: FaultKind | null = null;
  #told: FaultKind | null = null;

  constructor(id: ComponentId, clock: Clock, report: (reading: Reading) => void) {
    this.#id = id;
    this.#clock = clock;
    this.#report = report;
  }

  readonly report = (reading: Reading): void => {
    if (reading.kind !== "fault" || reading.source !== this.#id) return this.#report(reading);
    this.#own = reading.fault;
    this.#say();
  };

  given(fault: FaultKind | null): void {
    this.#given = fault;
    this.#say();
  }

  #say(): void {
    const fault = this.#own ?? this.#given;
    if (fault === this.#told) return;
    this.#told = fault;
    this.#report({ kind: "fault", source: this.#id, fault, at: this.#clock.now() });
  }
}
