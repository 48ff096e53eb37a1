import type { Direction, FaultKind } from "../../controllers/model.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { TopicOptions } from "./options.ts";

/** More people at once is a counter that began anew, or nonsense. */
const CROWD = 1000;
const LONGEST_PAYLOAD = 4096;
/** Messages a second that are worked on. */
const MOST_A_SECOND = 20;

const DIRECTIONS: ReadonlySet<unknown> = new Set<Direction>(["up", "down", "both"]);

/**
 * A footfall counter of another system, on a topic of the cockpit's broker: a reading `count` for each message, of 0 people too.
 * Totals that grow are counted by their difference; the first one, and one after they began anew, counts nobody. Fault: `protocol`
 * (a message that has no number of people). How long it may be silent is its configuration's `staleAfter`.
 */
export function counterMqtt({ id, clock, log, feed, decode, people, direction, cumulated }: TopicOptions): Sensor {
  const tally = { messages: 0, discarded: 0, flooded: 0, restarts: 0 };
  let fault: FaultKind | null = null;
  let base: number | null = null;
  let second = 0;
  let taken = 0;

  const hasRoom = (): boolean => {
    const now = Math.floor(clock.monotonic() / 1000);
    if (now !== second) [second, taken] = [now, 0];
    return ++taken <= MOST_A_SECOND;
  };

  /** People since the message before; null where it says none that can be. */
  const counted = (message: unknown): number | null => {
    const number = fieldOf(message, people);
    if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) return null;
    if (!cumulated) return number <= CROWD ? number : null;
    const step = base === null ? 0 : number - base;
    base = number;
    if (step >= 0 && step <= CROWD) return step;
    tally.restarts++;
    log.warn({ source: id, to: number }, "counter began anew");
    return 0;
  };

  return {
    id,
    tally: () => ({ ...tally }),
    async run(report, signal) {
      const say = (now: FaultKind | null) => {
        if (now === fault) return;
        fault = now;
        report({ kind: "fault", source: id, fault, at: clock.now() });
      };
      const take = (payload: Uint8Array) => {
        if (!hasRoom()) {
          tally.flooded++;
          return;
        }
        const message = payload.length > LONGEST_PAYLOAD ? undefined : decode(payload);
        const number = message === undefined ? null : counted(message);
        if (number === null) {
          tally.discarded++;
          say("protocol");
          return;
        }
        tally.messages++;
        say(null);
        const way = fieldOf(message, direction);
        const at = clock.now();
        report({
          kind: "count",
          source: id,
          people: number,
          direction: DIRECTIONS.has(way) ? (way as Direction) : "both",
          at,
        });
      };
      feed.listen(take, signal);
      if (!signal.aborted)
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    },
  };
}

/** The value at a path such as `data.people`; the whole for `.`. */
function fieldOf(message: unknown, path: string): unknown {
  if (path === ".") return message;
  return path
    .split(".")
    .reduce<unknown>(
      (inner, step) => (typeof inner === "object" ? (inner as Record<string, unknown> | null)?.[step] : undefined),
      message,
    );
}
