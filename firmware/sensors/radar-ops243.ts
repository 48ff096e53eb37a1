import { type Passage, passing } from "../../controllers/footfall/passage.ts";
import type { Reading } from "../../controllers/model.ts";
import { seconds } from "../../controllers/units.ts";
import { keepOpen } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { CounterOptions } from "./options.ts";
import { LineReader } from "./radar-ops243-line.ts";
import { listen } from "./silence.ts";

/** It says nothing while nobody moves: it is asked for its version so often, and answers at once. */
const ASK = seconds(2);
const SILENCE = seconds(5);
const HEARTBEAT = seconds(5);
const SET_UP = "OJ\nUM\n";
const VERSION = "?V\n";

/**
 * An OmniPreSense OPS243-A that looks along the way: who comes towards it or goes from it is counted once, a reading `count` with
 * direction (`up`: towards the radar) and speed, m/s; one of 0 people at least every 5 s while nobody does. People who go
 * the same way side by side are one to it. Cars (above 11 m/s) are not counted. Faults: `sensor-silent`, `protocol`, and
 * those of the port.
 */
export function radarOps243(options: CounterOptions): Sensor {
  const { id, clock } = options;
  const tally = { reports: 0, discarded: 0 };
  return {
    id,
    tally: () => ({ ...tally }),
    run(report, signal) {
      return keepOpen({ ...options, source: id, report, signal }, async (stream, works) => {
        const reader = new LineReader();
        const over = new AbortController();
        let passage: Passage | null = null;
        let said: number = Number.NEGATIVE_INFINITY;

        const say = (told: Pick<Extract<Reading, { kind: "count" }>, "people" | "direction" | "speed">) => {
          said = clock.monotonic();
          report({ kind: "count", source: id, ...told, at: clock.now() });
        };

        const ask = async () => {
          await stream.write(new TextEncoder().encode(SET_UP));
          for (;;) {
            await stream.write(new TextEncoder().encode(VERSION));
            await clock.sleep(ASK, `question to ${id}`, over.signal);
          }
        };
        // A line that is gone ends the listening, which says so.
        const asking = ask().catch(() => {});

        try {
          await listen({ clock, stream, where: id, limit: SILENCE }, (chunk) => {
            const before = reader.discarded;
            const lines = reader.push(chunk);
            tally.discarded += reader.discarded - before;
            for (const line of lines) {
              works();
              if (line.kind !== "speed") continue;
              tally.reports++;
              const passed = passing(passage, line.speed, clock.monotonic());
              passage = passed.passage;
              if (passed.counted) say({ people: 1, ...passed.counted });
            }
            if (lines.length > 0 && clock.monotonic() - said >= HEARTBEAT) say({ people: 0, direction: "both" });
            return lines.length > 0;
          });
        } finally {
          over.abort();
          await asking;
        }
      });
    },
  };
}
