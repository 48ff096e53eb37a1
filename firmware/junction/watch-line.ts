import type { Duration } from "../../controllers/units.ts";
import { seconds } from "../../controllers/units.ts";
import type { Line } from "../config/junctions.ts";
import type { Clock } from "../hal/clock.ts";
import type { Ports } from "../hal/ports.ts";

/** An edge can be missed (the kernel's GPIO files keep no queue), so the pin is also read now and then. */
const REREAD = seconds(2);

export interface LineWatch {
  readonly ports: Pick<Ports, "input">;
  readonly line: Line;
  readonly clock: Clock;
  readonly name: string;
  readonly reread?: Duration;
  readonly signal: AbortSignal;
}

/** Tells whether a line stands at its level: once it is open, and after each change. Rejects with the pin's Fault, or as the signal aborts. */
export async function watchLine(
  { ports, line, clock, name, reread = REREAD, signal }: LineWatch,
  seen: (on: boolean) => void,
): Promise<void> {
  const pin = await ports.input(line.pin);
  let known: boolean | undefined;
  const take = (high: boolean) => {
    const on = high === (line.when === "high");
    if (on === known || signal.aborted) return;
    known = on;
    seen(on);
  };
  const changes = async () => {
    for await (const high of pin.changes) take(high);
  };
  const look = async () => {
    for (;;) {
      take(await pin.read());
      await clock.sleep(reread, `reread ${name}`, signal);
    }
  };
  try {
    signal.throwIfAborted();
    await Promise.race([changes(), look()]);
  } finally {
    await pin.close();
  }
}
