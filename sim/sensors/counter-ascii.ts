import type { ByteStream } from "../../firmware/hal/bytes.ts";
import { encodeLine, WRAP } from "../../firmware/sensors/counter-line.ts";
import type { VirtualClock } from "../clock.ts";
import type { CounterTwin } from "./twin.ts";

const EVERY_MS = 1000;

/** A counter that says its totals each second to whoever is at the other end. Its totals live on when the plug is pulled. */
export function counterAsciiTwin(clock: VirtualClock): CounterTwin {
  const far = new Set<ByteStream>();
  const twin = { seq: 0, up: 0, down: 0, silent: false };

  const tick = () => {
    clock.after(EVERY_MS, "simulated counter", tick);
    if (twin.silent) return;
    const line = encodeLine(twin);
    twin.seq = (twin.seq + 1) % WRAP;
    for (const end of far) end.write(line).catch(() => far.delete(end));
  };
  clock.after(EVERY_MS, "simulated counter", tick);

  return {
    attach: (end) => void far.add(end),
    pass(direction, people = 1) {
      twin[direction] = (twin[direction] + people) % WRAP;
    },
    silence(on) {
      twin.silent = on;
    },
    restart() {
      Object.assign(twin, { seq: 0, up: 0, down: 0 });
    },
    say(bytes) {
      for (const end of far) end.write(bytes).catch(() => far.delete(end));
    },
  };
}
