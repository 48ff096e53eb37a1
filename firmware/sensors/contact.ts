import { seconds } from "../../controllers/units.ts";
import { keepWorking } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { ContactOptions } from "./options.ts";

/** An edge can be missed (the kernel's GPIO files keep no queue), so the pin is also read now and then. */
const REREAD = seconds(5);

/**
 * A contact on an input pin: a reading `contact` when it is first seen and after each change. Faults: those of the pin.
 */
export function contact(options: ContactOptions): Sensor {
  const { id, clock, openWhen } = options;
  const tally = { changes: 0, missed: 0 };

  return {
    id,
    tally: () => ({ ...tally }),
    async run(report, signal) {
      let known: boolean | undefined;

      const seen = (high: boolean): boolean => {
        const open = high === (openWhen === "high");
        if (open === known) return false;
        if (known !== undefined) tally.changes++;
        known = open;
        report({ kind: "contact", source: id, open, at: clock.now() });
        return true;
      };

      await keepWorking({ ...options, source: id, report, signal }, async (works) => {
        const pin = await options.input();
        const over = new AbortController();
        const both = AbortSignal.any([signal, over.signal]);
        const watch = async () => {
          for await (const high of pin.changes) seen(high);
        };
        const reread = async () => {
          for (;;) {
            await clock.sleep(REREAD, `reread ${id}`, both);
            if (seen(await pin.read())) tally.missed++;
          }
        };
        try {
          signal.throwIfAborted();
          seen(await pin.read());
          works();
          await Promise.race([watch(), reread()]);
        } finally {
          over.abort();
          await pin.close();
        }
      });
    },
  };
}
