import type { DETECTOR_USES } from "../../controllers/junction/model.ts";
import type { ComponentId, Reading } from "../../controllers/model.ts";
import type { Line } from "../config/junctions.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Ports } from "../hal/ports.ts";
import type { Random } from "../hal/random.ts";
import { keepWorking } from "../hal/reopen.ts";
import { watchLine } from "./watch-line.ts";

export interface DetectorOptions {
  readonly id: ComponentId;
  readonly use: (typeof DETECTOR_USES)[number];
  readonly line: Line;
  readonly ports: Pick<Ports, "input">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Watches a detector until the signal aborts. One that fails is a fault reading, and counts as occupied where it calls: nobody waits for
 * ever because a wire broke. Where it extends or checks in it counts as free.
 */
export async function runDetector(
  options: DetectorOptions,
  seen: (occupied: boolean) => void,
  report: (reading: Reading) => void,
  signal: AbortSignal,
): Promise<void> {
  const { id, use, line, ports, clock } = options;
  await keepWorking(
    {
      ...options,
      source: id,
      signal,
      report(reading) {
        if (reading.kind === "fault" && reading.fault !== null) seen(use === "call");
        report(reading);
      },
    },
    async (works) => {
      await watchLine({ ports, line, clock, name: id, signal }, (on) => {
        works();
        seen(on);
      });
    },
  );
}
