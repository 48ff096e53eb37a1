import { milliseconds, seconds } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import { keepWorking } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { PulseOptions } from "./options.ts";
import { Pulses } from "./pulse.ts";

const SHORTEST = milliseconds(20);
const DEAD = milliseconds(60);
/** More people than this in one second at one counter are a contact that chatters. */
const CROWD = 20;
/** Nobody stands on a counter so long: its contact sticks, or its cable is crushed. */
const STUCK = seconds(30);
/** A contact has no words of its own: as long as its line is healthy this driver says for it that nobody came. */
const HEARTBEAT = seconds(5);
const LOOK = seconds(1);
/** A contact that was at fault is believed again after so long without it. */
const SETTLE = seconds(2);

/**
 * A footfall counter with a dry contact: a reading `count` of one person, direction `both`, at the end of each pulse, and one of 0 people
 * at least every 5 s while nobody comes. Silence is no fault: a cut wire looks like an empty street. Faults: `protocol`
 * (closed for 30 s, or chattering; what it says then counts nobody until it is quiet for 2 s), and those of the line.
 */
export function counterPulse(options: PulseOptions): Sensor {
  const { id, clock, activeWhen, shortest = SHORTEST, dead = DEAD } = options;
  const tally = { pulses: 0, noise: 0, dead: 0, doubted: 0 };

  return {
    id,
    tally: () => ({ ...tally }),
    async run(report, signal) {
      /** Its contact was at fault, and has not been seen well since. */
      let doubted = false;

      const doubt = (why: string) => {
        doubted = true;
        return new Fault("protocol", id, why);
      };

      await keepWorking({ ...options, source: id, report, signal }, async (works) => {
        const stream = await options.edges();
        const opened = clock.monotonic();
        const over = new AbortController();
        const both = AbortSignal.any([signal, over.signal]);
        const pulses = new Pulses({ activeWhen, shortest, dead, crowd: CROWD }, stream.high);
        let changed = opened;
        let said: number = Number.NEGATIVE_INFINITY;

        const say = (people: number) => {
          said = clock.monotonic();
          report({ kind: "count", source: id, people, direction: "both", at: clock.now() });
        };

        const look = () => {
          const now = clock.monotonic();
          if (pulses.active && now - changed >= STUCK) throw doubt(`closed for ${STUCK / 1000} s`);
          if (doubted && !pulses.active && now - opened >= SETTLE) doubted = false;
          if (doubted) return;
          works();
          if (now - said >= HEARTBEAT) say(0);
        };

        const count = async () => {
          for await (const edge of stream.changes) {
            changed = clock.monotonic();
            const pulse = pulses.edge(edge);
            if (pulse === "chatter") throw doubt("chatters");
            if (pulse === "noise") tally.noise++;
            if (pulse === "dead") tally.dead++;
            if (pulse !== "counted") continue;
            tally.pulses++;
            if (doubted) tally.doubted++;
            else say(1);
          }
        };

        const watch = async () => {
          for (;;) {
            look();
            await clock.sleep(LOOK, `look at ${id}`, both);
          }
        };

        try {
          signal.throwIfAborted();
          await Promise.race([count(), watch()]);
        } finally {
          over.abort();
          await stream.close();
        }
      });
    },
  };
}
