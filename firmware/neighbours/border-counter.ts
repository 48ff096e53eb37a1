import { aheadOf } from "../../controllers/lighting/light-ahead.ts";
import type { Adaptive, Reading } from "../../controllers/model.ts";
import { duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { rest } from "../hal/rest.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { TopicFeed } from "../hal/topics.ts";
import { type Rate, TokenBucket } from "../link/wire/limits.ts";
import type { Border } from "./border.ts";
import { messageReader, type NeighbourMessage } from "./message.ts";

/** What is worked on of one neighbour, which says something once a second at most. */
const FROM_A_NEIGHBOUR: Rate = { perSecond: 2, burst: 10 };
/** A message is thought to have been under way for so long at most: wall clocks differ. */
const MOST_AGE = 10_000;
/** Light is asked for anew so often at most while somebody may come, ms. */
const NOT_SOONER = 1000;
/** While nobody comes it waits to be woken, ms. */
const NOBODY = 3_600_000;

export interface BorderCounterOptions {
  readonly border: Border;
  readonly law: Adaptive;
  readonly feed: TopicFeed;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Those who come from the next cabinet, as a counter: while somebody may come over the border it counts one, again and again,
 * beginning so early that light is up in time; each message else counts nobody, which says that the neighbour lives. What a
 * neighbour says can only light lamps, for 15 minutes at most; its wall clock may be wrong.
 */
export function borderCounter({ border, law, feed, clock, log }: BorderCounterOptions): Sensor {
  const { id } = border;
  const read = messageReader();
  const bucket = new TokenBucket(FROM_A_NEIGHBOUR);
  const tally = { messages: 0, discarded: 0, flooded: 0 };
  const repeat = Math.max(NOT_SOONER, law.hold);
  const lead = (aheadOf(law, law) / law.fastest) * 1000 + (law.up === undefined ? 0 : 100_000 / law.up);
  /** Monotonic ms. */
  let window: { readonly from: number; readonly to: number } | null = null;
  let wake = () => {};
  let report: (reading: Reading) => void = () => {};

  const count = (people: 0 | 1) =>
    report({ kind: "count", source: id, people, direction: border.inward, at: clock.now() });

  const take = (bytes: Uint8Array) => {
    const now = clock.monotonic();
    if (!bucket.take(now)) {
      tally.flooded++;
      return;
    }
    const message = read(bytes);
    if (!message.ok) {
      tally.discarded++;
      if (tally.discarded === 1) log.warn({ node: border.node, why: message.why }, "a neighbour is not understood");
      return;
    }
    tally.messages++;
    const { coming } = message.message;
    if (coming) {
      const from = now + coming.earliest - ageOf(message.message, clock) - lead;
      const to = now + coming.latest;
      // Nobody takes back who was said to come.
      const open = window !== null && window.to >= now ? window : { from, to };
      window = { from: Math.min(open.from, from), to: Math.max(open.to, to) };
      wake();
    }
    // Where somebody is there already, it is counted now: this says only that the neighbour lives.
    count(0);
  };

  return {
    id,
    tally: () => ({ ...tally }),
    async run(hear, signal) {
      report = hear;
      feed.listen(take, signal);
      let countedAt = Number.NEGATIVE_INFINITY;
      while (!signal.aborted) {
        const now = clock.monotonic();
        const due = window ? Math.max(window.from, Math.min(countedAt + repeat, window.to)) : now + NOBODY;
        if (window && now >= due) {
          if (now >= window.to) window = null;
          countedAt = now;
          count(1);
          continue;
        }
        const { over, end } = rest(clock, duration(due - now), `arrivals at ${id}`, signal);
        wake = end;
        await over;
      }
      report = () => {};
    },
  };
}

/** How long a message was under way, as far as both clocks agree; 0 where they do not say. */
function ageOf({ at }: NeighbourMessage, clock: Clock): number {
  if (at === undefined || !clock.isSet()) return 0;
  return Math.min(Math.max(0, clock.now() - at), MOST_AGE);
}
