import { duration } from "../controllers/units.ts";
import type { ByteStream } from "../firmware/hal/bytes.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type { VirtualClock } from "./clock.ts";

/** Real time between two looks at the clock when nothing is due. */
const IDLE = 20;
/** A machine that stood still for longer, real ms, does not make up for it: simulated time stood still too. */
const MOST_LAG = 1000;

export interface Pace {
  /** Simulated time per real time, 1 to 60. */
  speed: number;
  /** Brings simulated time up to the present before something from outside is let in. */
  catchUp(): Promise<void>;
  /** The stream, its chunks arriving in simulated time: a device behind it sees the clock where it should be. */
  live(stream: ByteStream): ByteStream;
}

/** Lets simulated time pass as fast as `real` time does, times `speed`, until the signal aborts. */
export function pace(clock: VirtualClock, real: Clock, signal: AbortSignal): Pace {
  let speed = 1;
  let base = { real: real.monotonic() as number, simulated: clock.monotonic() as number };
  let waiting: (() => void)[] = [];
  let advancing = false;
  let poke = new AbortController();

  const rebase = () => {
    base = { real: real.monotonic(), simulated: clock.monotonic() };
  };
  const due = () => base.simulated + (real.monotonic() - base.real) * speed - clock.monotonic();

  const run = async () => {
    while (!signal.aborted) {
      const letIn = waiting;
      waiting = [];
      if (due() > MOST_LAG * speed) rebase();
      advancing = true;
      await clock.advance(duration(Math.max(0, due())));
      advancing = false;
      for (const done of letIn) done();
      if (letIn.length > 0) await clock.advance(duration(0)); // what was let in may have set timers
      const next = clock.nextAt;
      const wait = next === undefined ? IDLE : Math.min(IDLE, (next - clock.now() - due()) / speed);
      if (waiting.length > 0) continue;
      poke = new AbortController();
      const stop = AbortSignal.any([signal, poke.signal]);
      await real.sleep(duration(Math.max(0, wait)), "pace", stop).catch(() => {});
    }
    for (const done of waiting) done();
  };
  run().catch(() => {});

  const catchUp = () =>
    new Promise<void>((resolve) => {
      // While time is being made up for, who comes is let in at once: else a time-out that is due could overtake bytes
      // that have long been waiting.
      if (signal.aborted || advancing) return resolve();
      waiting.push(resolve);
      poke.abort();
    });

  return {
    get speed() {
      return speed;
    },
    set speed(value: number) {
      if (!(value >= 1 && value <= 60)) throw new TypeError(`speed ${value}: allowed 1 to 60`);
      rebase();
      speed = value;
      poke.abort();
    },
    catchUp,
    live: (stream) => ({
      write: (bytes) => stream.write(bytes),
      close: () => stream.close(),
      chunks: (async function* () {
        for await (const chunk of stream.chunks) {
          await catchUp();
          yield chunk;
        }
      })(),
    }),
  };
}
