/** A line for tests and benches of sequences: clock, bus, gear, an ideal gateway and the scheduler above it. */
import { type Duration, instant, minutes, watts } from "../controllers/units.ts";
import type { DaliGateway } from "../firmware/dali/gateway.ts";
import { BusScheduler } from "../firmware/dali/scheduler.ts";
import type { Sequence } from "../firmware/dali/sequence.ts";
import { type Heard, SimulatedBus } from "./bus.ts";
import { VirtualClock } from "./clock.ts";
import { Gear, type GearOptions } from "./gear.ts";
import { idealGateway } from "./ideal-gateway.ts";
import { Noise, type NoiseOptions } from "./noise.ts";
import { SeededRandom } from "./random.ts";

export interface SimulatedLineOptions {
  readonly seed?: number;
  /** Options of gear number `index`; absent: 60 W, short address = index (none from 64 on). `address: null`: none yet. */
  readonly gear?: (index: number) => Partial<GearOptions>;
  readonly noise?: NoiseOptions;
  /** The share of bus time for priority 5; 1 where absent: a bench wants the wire full. */
  readonly pollShare?: number;
}

/** What was on the wire since the counters were made. */
export interface Traffic {
  /** Forward frames, both of a pair sent twice. */
  readonly forward: number;
  /** Backward frames and framing errors. */
  readonly backward: number;
}

export interface SimulatedLine {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly bus: SimulatedBus;
  readonly gear: readonly Gear[];
  readonly gateway: DaliGateway;
  readonly scheduler: BusScheduler;
  /** Frames so far. */
  traffic(): Traffic;
  /** Runs a sequence on `scheduler.run` at priority 3 to its end, at most `limit` of virtual time (default 30 min). */
  run<T>(sequence: Sequence<T>, limit?: Duration): Promise<T>;
}

/** Makes `n` gear on a bus with an ideal gateway. Everything follows from `seed` (default 1). */
export function simulatedLine(n: number, options: SimulatedLineOptions = {}): SimulatedLine {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(options.seed ?? 1);
  const bus = new SimulatedBus(clock, random.fork("bus"));
  if (options.noise) bus.noise = new Noise(options.noise, random.fork("noise"));
  const gear = Array.from({ length: n }, (_, index) => {
    const address = index < 64 ? index : null;
    const own = options.gear?.(index) ?? {};
    const made = new Gear({ clock, random: random.fork(`gear ${index}`), address, power: watts(60), ...own });
    bus.add(made);
    return made;
  });
  let [forward, backward] = [0, 0];
  bus.onFrame((heard: Heard) => void (heard.kind === "forward" ? forward++ : backward++));
  const gateway = idealGateway(bus, { keepsEvents: false });
  const scheduler = new BusScheduler(gateway, clock, options.pollShare ?? 1);
  return {
    clock,
    random,
    bus,
    gear,
    gateway,
    scheduler,
    traffic: () => ({ forward, backward }),
    run: (sequence, limit = minutes(30)) => clock.run(scheduler.run(sequence, { priority: 3 }), limit),
  };
}
