import type { ComponentId, Reading } from "../../controllers/model.ts";

/**
 * Something that sees: a counter, a meter, a contact. It owns its device: opens it, keeps it open, reopens it after a fault
 * with capped back-off, and reports what it sees.
 */
export interface Sensor {
  readonly id: ComponentId;
  /** Works until the signal aborts, then closes its device. Faults and their end are readings too; never throws. */
  run(report: (reading: Reading) => void, signal: AbortSignal): Promise<void>;
  /** What happened since the start, by name, for a technician: `discarded` bytes above all. Only ever grows. */
  tally(): Readonly<Record<string, number>>;
}
