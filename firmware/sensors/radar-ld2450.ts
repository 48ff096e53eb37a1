import { crossings, type Followed } from "../../controllers/footfall/line-crossing.ts";
import type { Direction } from "../../controllers/model.ts";
import { seconds } from "../../controllers/units.ts";
import { keepOpen } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { CounterOptions } from "./options.ts";
import { FrameReader } from "./radar-ld2450-frame.ts";
import { listen } from "./silence.ts";

/** Frames come ten times a second, also while nobody is there. */
const SILENCE = seconds(5);
/** How often a radar that counts nobody says that it lives. */
const HEARTBEAT = seconds(5);

/**
 * A Hi-Link LD2450 that looks across the way: who crosses the middle of its picture is counted, a reading `count` with the
 * direction; one of 0 people at least every 5 s while nobody does. Its x axis runs along the street. It follows three
 * people at a time: who comes beside three others is not seen. Faults: `sensor-silent`, `protocol`, and those of the port.
 */
export function radarLd2450(options: CounterOptions): Sensor {
  const { id, clock } = options;
  const tally = { frames: 0, discarded: 0 };
  return {
    id,
    tally: () => ({ ...tally }),
    run(report, signal) {
      return keepOpen({ ...options, source: id, report, signal }, async (stream, works) => {
        const reader = new FrameReader();
        let people: readonly Followed[] = [];
        let said: number = Number.NEGATIVE_INFINITY;

        const say = (count: number, direction: Direction) => {
          said = clock.monotonic();
          report({ kind: "count", source: id, people: count, direction, at: clock.now() });
        };

        await listen({ clock, stream, where: id, limit: SILENCE }, (chunk) => {
          const before = reader.discarded;
          const frames = reader.push(chunk);
          tally.discarded += reader.discarded - before;
          for (const targets of frames) {
            tally.frames++;
            works();
            const points = targets.map(({ x, y }) => ({ along: x, across: y }));
            const crossed = crossings(people, points, clock.monotonic());
            people = crossed.people;
            if (crossed.up > 0) say(crossed.up, "up");
            if (crossed.down > 0) say(crossed.down, "down");
          }
          if (frames.length > 0 && clock.monotonic() - said >= HEARTBEAT) say(0, "both");
          return frames.length > 0;
        });
      });
    },
  };
}
