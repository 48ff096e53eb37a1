import type { Direction, Reading } from "../../controllers/model.ts";
import { seconds } from "../../controllers/units.ts";
import { keepOpen } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import { type CountLine, LineReader, WRAP } from "./counter-line.ts";
import type { CounterOptions } from "./options.ts";
import { listen } from "./silence.ts";

/** Lines come each second. */
const SILENCE = seconds(5);
/** How often a counter that sees nobody says that it lives. */
const HEARTBEAT = seconds(5);
/** More people than this in one direction in one second is a counter that began anew, not a crowd. */
const CROWD = 20;
/** More lines lost than this, and the totals may have wrapped unseen. */
const GAP = 3600;

const forward = (from: number, to: number): number => (to - from + WRAP) % WRAP;

/**
 * A footfall counter that speaks `counter-line.ts`: readings `count` for each direction in which people passed, and one of 0
 * people at least every 5 s while nobody comes. The first line after an opening, and after the counter began anew, sets
 * the base and counts nobody. Faults: `sensor-silent`, `protocol` (only garbage comes), and those of the port.
 */
export function counterAscii(options: CounterOptions): Sensor {
  const { id, clock, log } = options;
  const tally = { lines: 0, discarded: 0, lost: 0, repeated: 0, restarts: 0 };

  return {
    id,
    tally: () => ({ ...tally }),
    run(report, signal) {
      return keepOpen({ ...options, source: id, report, signal }, async (stream, works) => {
        const reader = new LineReader();
        let base: CountLine | undefined;
        let said: number = Number.NEGATIVE_INFINITY;

        const say = (people: number, direction: Direction) => {
          said = clock.monotonic();
          const reading: Reading = { kind: "count", source: id, people, direction, at: clock.now() };
          report(reading);
        };

        const heard = (line: CountLine) => {
          tally.lines++;
          works();
          const step = base ? forward(base.seq, line.seq) : 0;
          if (base && step === 0 && line.up === base.up && line.down === base.down) tally.repeated++;
          else if (base) {
            const up = forward(base.up, line.up);
            const down = forward(base.down, line.down);
            if (step <= GAP && Math.max(up, down) <= CROWD * step) {
              tally.lost += step - 1;
              if (up > 0) say(up, "up");
              if (down > 0) say(down, "down");
            } else {
              tally.restarts++;
              log.warn({ source: id, from: base, to: line }, "counter began anew");
            }
          }
          base = line;
          if (clock.monotonic() - said >= HEARTBEAT) say(0, "both");
        };

        await listen({ clock, stream, where: id, limit: SILENCE }, (chunk) => {
          const before = reader.discarded;
          const lines = reader.push(chunk);
          tally.discarded += reader.discarded - before;
          for (const line of lines) heard(line);
          return lines.length > 0;
        });
      });
    },
  };
}
