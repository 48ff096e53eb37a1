/** R09 telegrams from a radio modem: buses and trams that announce themselves by points along their way. */
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { type Duration, type Instant, seconds } from "../../controllers/units.ts";
import { counting, type Feed, type FeedOptions } from "./feed.ts";
import { gate } from "./gate.ts";
import { TelegramReader } from "./r09-reader.ts";
import type { Status, Telegram } from "./r09-telegram.ts";

/** Time from a point to the stop line. */
export type PointTimes = Readonly<Partial<Record<Status, Duration>>>;

/** 150 m at 10 m/s, and at the light [NV: a city's points lie where it put them]. Behind a stop nobody knows how far it is. */
const TIMES: PointTimes = { "pre-registration": seconds(15), registration: seconds(0) };

export interface R09Options extends FeedOptions {
  /** Of the city's points, where they are other than usual. */
  readonly times?: PointTimes;
}

/**
 * Chunks of a serial line into words: a request from the points before the light, `passed` from the one behind it. A request's
 * name is the pseudonym of line and run with the movement, so that all its points speak of one request. R09 proves nothing: who has a
 * transmitter can ask in any name, as often as the rate limit lets one vehicle.
 */
export function r09Feed({ source, pseudonyms, times = {} }: R09Options): Feed<Uint8Array> {
  const reader = new TelegramReader();
  const count = counting(["telegrams", "repaired", "flooded"]);
  const open = gate();
  const usual = { ...TIMES, ...times };
  return {
    tally: () => ({ ...count.tally(), discarded: reader.discarded }),
    take(chunk, now) {
      const words: VehicleWord[] = [];
      for (const { telegram, repaired } of reader.push(chunk)) {
        if (!open.message(now)) {
          count.add("flooded");
          continue;
        }
        count.add("telegrams");
        if (repaired) count.add("repaired");
        words.push(wordOf(telegram, source, pseudonyms.of(`r09 ${telegram.line}/${telegram.run}`, now), usual, now));
      }
      return words;
    },
  };
}

function wordOf(telegram: Telegram, source: string, vehicle: string, times: PointTimes, at: Instant): VehicleWord {
  const { junction, direction, status, line, delay } = telegram;
  const id = `${vehicle}/${junction}/${direction}`;
  if (status === "de-registration") return { kind: "passed", source, id, at };
  const eta = times[status];
  return {
    kind: "request",
    source,
    id,
    movement: { r09: { junction, direction } },
    ...(eta === undefined ? {} : { eta }),
    vehicle,
    facts: { line: String(line), lateness: delay * 60 },
    at,
  };
}
