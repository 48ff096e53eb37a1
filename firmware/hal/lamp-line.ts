import type { ComponentId, Reading, Step } from "../../controllers/model.ts";

/**
 * A line of lamps: a DALI bus behind a gateway, or the channels of a 0-10 V output. It owns its device: opens it, keeps it
 * open, reopens it after a fault with capped back-off, and reports what it sees.
 */
export interface LampLine {
  readonly id: ComponentId;
  /**
   * Takes steps for its lamps and returns at once. Only the latest step of a lamp counts: one that waits is replaced.
   * Steps given while the line is down are dropped; the line's fault and its end say so.
   */
  apply(steps: readonly Step[]): void;
  /** Works until the signal aborts, then drains nothing and closes its device. Reports through `report`; never throws. */
  run(report: (reading: Reading) => void, signal: AbortSignal): Promise<void>;
  /** Sends its lamps to their fail-safe level before an ordered end; gives up when the signal aborts. */
  failSafe(signal: AbortSignal): Promise<void>;
}
