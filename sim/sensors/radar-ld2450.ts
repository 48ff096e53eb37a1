import type { ByteStream } from "../../firmware/hal/bytes.ts";
import { encodeFrame, TARGETS } from "../../firmware/sensors/radar-ld2450-frame.ts";
import type { VirtualClock } from "../clock.ts";
import type { CounterTwin } from "./twin.ts";

const EVERY_MS = 100;
/** How far to each side it sees people, m, and how fast they go, m/s. */
const SIDE = 2.4;
const PACE = 1.4;
const RESOLUTION = 0.36;

interface Walker {
  readonly way: 1 | -1;
  readonly lane: number;
  along: number;
}

/** A radar that sees people go by in three lanes; who finds none free comes when one is. */
export function radarLd2450Twin(clock: VirtualClock): CounterTwin {
  const far = new Set<ByteStream>();
  const waiting: (1 | -1)[] = [];
  let walkers: Walker[] = [];
  let silent = false;

  const say = (bytes: Uint8Array) => {
    for (const end of far) end.write(bytes).catch(() => far.delete(end));
  };

  const tick = () => {
    clock.after(EVERY_MS, "simulated radar", tick);
    for (const walker of walkers) walker.along += walker.way * PACE * (EVERY_MS / 1000);
    walkers = walkers.filter(({ along }) => Math.abs(along) <= SIDE);
    for (let lane = 0; lane < TARGETS && waiting.length > 0; lane++) {
      if (walkers.some((walker) => walker.lane === lane)) continue;
      const way = waiting.shift() as 1 | -1;
      walkers.push({ way, lane, along: -way * SIDE });
    }
    if (silent) return;
    const targets = walkers.map(({ along, lane, way }) => {
      const y = 1.5 + lane * 1.2;
      return { x: along, y, speed: (way * PACE * along) / Math.hypot(along, y), resolution: RESOLUTION };
    });
    say(encodeFrame(targets));
  };
  clock.after(EVERY_MS, "simulated radar", tick);

  return {
    attach: (end) => void far.add(end),
    pass(direction, people = 1) {
      for (let i = 0; i < people; i++) waiting.push(direction === "up" ? 1 : -1);
    },
    silence(on) {
      silent = on;
    },
    restart() {
      waiting.length = 0;
      walkers = [];
    },
    say,
  };
}
