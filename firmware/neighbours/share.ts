import type { ComponentId, Event, Reading } from "../../controllers/model.ts";
import { type Duration, duration, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { rest } from "../hal/rest.ts";
import type { TopicSender } from "../hal/topics.ts";
import { LONGEST_COMING } from "../link/payload.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Border } from "./border.ts";
import { encodeMessage, neighbourTopic } from "./message.ts";

/** A border is told of at most so often: what comes meanwhile goes with the next. */
const NOT_SOONER = seconds(1);
/** So many signs of life within the time that one is valid: two of them may be lost. */
const SIGNS_A_VALIDITY = 3;

export interface ShareOptions {
  readonly node: string;
  readonly border: Border;
  readonly arrivals: Arrivals;
  readonly clock: Clock;
  readonly send: TopicSender;
}

/** Our side of one border. */
export interface Share {
  /** What the cabinet saw and found. Takes it and returns; what is to be told follows. */
  tell(readings: readonly Reading[], events: readonly Event[]): void;
  /** Tells the neighbour until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Messages handed over so far. */
  readonly sent: number;
}

/**
 * Tells a neighbour who may come to the border, as soon as our own counters see it, and otherwise that we see nobody. While one of
 * those counters was not heard yet, or has an alarm, it is told nothing: it then lights by its schedule, as with our cabinet dead.
 */
export function shareAt({ node, border, arrivals, clock, send }: ShareOptions): Share {
  const topic = neighbourTopic(node, border.node, border.name);
  const watchers = arrivals.watchersOf(border.id);
  const every: Duration = duration(border.staleAfter / SIGNS_A_VALIDITY);
  const heard = new Set<ComponentId>();
  const ill = new Set<ComponentId>();
  /** Monotonic ms: somebody may be at the border then. */
  let coming: { readonly earliest: number; readonly latest: number } | null = null;
  let news = false;
  let sentAt = Number.NEGATIVE_INFINITY;
  let sent = 0;
  let wake = () => {};

  const seesAll = (): boolean => watchers.size > 0 && [...watchers].every((id) => heard.has(id) && !ill.has(id));

  const expect = (earliest: number, latest: number) => {
    const now = clock.monotonic();
    if (coming && coming.latest < now) coming = null;
    if (coming && coming.earliest <= earliest && coming.latest >= latest) return;
    // The neighbour may have missed the message before: each tells of all who still may come.
    coming = coming
      ? { earliest: Math.min(coming.earliest, earliest), latest: Math.max(coming.latest, latest) }
      : { earliest, latest };
    news = true;
    wake();
  };

  const publish = () => {
    const now = clock.monotonic();
    const left = (at: number) => duration(Math.min(Math.max(0, at - now), LONGEST_COMING * 1000));
    const still = coming !== null && coming.latest > now ? coming : null;
    const bytes = encodeMessage({
      ...(clock.isSet() ? { at: clock.now() } : {}),
      ...(still && { coming: { earliest: left(still.earliest), latest: left(still.latest) } }),
    });
    const gone = send(topic, bytes, border.staleAfter);
    if (gone) sent++;
    sentAt = now;
    // Without a session it is tried again: who comes to the border is not to walk into the dark.
    news = !gone && still !== null;
  };

  return {
    get sent() {
      return sent;
    },
    tell(readings, events) {
      const offset = clock.monotonic() - clock.now();
      for (const reading of readings) {
        if (reading.kind !== "count") continue;
        if (watchers.has(reading.source)) heard.add(reading.source);
        for (const { border: id, earliest, latest } of arrivals.of(reading))
          if (id === border.id) expect(earliest + offset, latest + offset);
      }
      for (const event of events) {
        if (event.kind !== "alarm" || event.code !== "footfall.sensor") continue;
        if (event.active) ill.add(event.component);
        else ill.delete(event.component);
      }
    },
    async run(signal) {
      while (!signal.aborted) {
        const now = clock.monotonic();
        const due = sentAt + (news ? NOT_SOONER : every);
        if (now >= due) {
          if (seesAll()) publish();
          else {
            // Looked at again when a sign of life would be due.
            sentAt = now;
            news = false;
          }
          continue;
        }
        const { over, end } = rest(clock, duration(due - now), `news for ${border.node}`, signal);
        wake = end;
        await over;
      }
    },
  };
}
