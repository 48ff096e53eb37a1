import { fromArc, toArc } from "../../controllers/lighting/curve.ts";
import type { Reading } from "../../controllers/model.ts";
import type { Instant, Level } from "../../controllers/units.ts";
import type { Answer } from "./command.ts";
import type { Status } from "./commands/gear.ts";
import type { DaliLamp } from "./pending.ts";

/** So many polls in a row without an answer, and the gear counts as missing. */
const MISSES = 3;

/**
 * What is known of one lamp, and which Readings follow from what was seen of it. `ms` is monotonic time, `at` wall time
 * for the Reading. Says a level when it differs from the one said last, failures and absence when they change.
 */
export class LampWatch {
  readonly lamp: DaliLamp;
  readonly #report: (reading: Reading) => void;
  #said: Level | undefined;
  #given: Level | undefined;
  /** How many commands it was given: a query that began before the last of them tells nothing. */
  #commands = 0;
  #fadesUntil = 0;
  #failures: string | undefined;
  #misses = 0;
  #missing = false;

  constructor(lamp: DaliLamp, report: (reading: Reading) => void) {
    this.lamp = lamp;
    this.#report = report;
  }

  /** The line was down: the lamp may be anywhere. */
  forget(): void {
    this.#said = undefined;
    this.#given = undefined;
    this.#fadesUntil = 0;
    this.#misses = 0;
  }

  /** A command for it begins to be sent; it fades until `until`, at the latest. */
  commanded(until: number): void {
    this.#commands++;
    this.#fadesUntil = until;
  }

  /** The command was sent: the lamp will be at `level`. */
  given(level: Level, until: number, at: Instant): void {
    this.#given = level;
    this.#fadesUntil = until;
    this.#sayLevel(level, at);
  }

  /** Called when a level query begins; what it returns takes the answer. */
  asksLevel(ms: number): (answer: Answer<number | null>, at: Instant) => void {
    const { commands, fades } = { commands: this.#commands, fades: ms < this.#fadesUntil };
    return (answer, at) => {
      this.#seen(answer.kind !== "none", at);
      if (answer.kind !== "value" || answer.value === null || fades || commands !== this.#commands) return;
      const { curve } = this.lamp;
      const asGiven = this.#given !== undefined && toArc(this.#given, curve) === answer.value;
      this.#sayLevel(asGiven ? (this.#given as Level) : fromArc(answer.value, curve), at);
    };
  }

  status(answer: Answer<Status>, at: Instant): void {
    this.#seen(answer.kind !== "none", at);
    if (answer.kind !== "value") return;
    const { lampFailure, controlGearFailure: gearFailure } = answer.value;
    const failures = `${lampFailure} ${gearFailure}`;
    if (failures === this.#failures) return;
    this.#failures = failures;
    this.#report({ kind: "lamp", source: this.lamp.id, lampFailure, gearFailure, at });
  }

  #sayLevel(level: Level, at: Instant): void {
    if (level === this.#said) return;
    this.#said = level;
    this.#report({ kind: "level", source: this.lamp.id, level, at });
  }

  #seen(answered: boolean, at: Instant): void {
    this.#misses = answered ? 0 : this.#misses + 1;
    const missing = answered ? false : this.#missing || this.#misses >= MISSES;
    if (missing === this.#missing) return;
    this.#missing = missing;
    this.#report({ kind: "fault", source: this.lamp.id, fault: missing ? "gear-missing" : null, at });
  }
}
