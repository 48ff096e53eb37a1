/** GTFS-Realtime: pages of vehicle positions, and of delays where the same feed says them. */
import type { VehicleFacts, VehicleWord } from "../../controllers/junction/request-model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import { counting, type Feed, type FeedOptions } from "./feed.ts";
import { gate } from "./gate.ts";
import { type RealtimeVehicle, readPage } from "./gtfs-message.ts";

const LONGEST_PAGE = 16_000_000;
const FASTEST = 40;
const STOPPED = 1;
const MOST_LATE = 7200;
const LAST_SECOND = 8.64e12;
/** Delays that are kept from pages that say nothing else. */
const MOST_DELAYS = 20_000;

/**
 * Pages into positions. A vehicle whose page says neither when it was there nor when the page was made is left out: nobody could
 * tell a position of now from one of an hour ago. Delays are those of its trip, from this page or from one before.
 */
export function gtfsRealtimeFeed({ source, pseudonyms, near }: FeedOptions): Feed<Uint8Array> {
  const count = counting([
    ...(["pages", "positions", "delays", "flooded", "too-long", "not-a-page", "too-often"] as const),
    ...(["other-entities", "no-place", "elsewhere", "no-time", "no-name"] as const),
  ]);
  const open = gate();
  const delays = new Map<string, number>();

  const wordOf = (one: RealtimeVehicle, made: number | undefined, now: Instant): VehicleWord | null => {
    const refuse = (why: Parameters<typeof count.add>[0]) => {
      count.add(why);
      return null;
    };
    const { latitude, longitude } = one;
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return refuse("no-place");
    if (near && !near({ latitude, longitude })) return refuse("elsewhere");
    const said = one.timestamp ?? made;
    if (said === undefined || !(said > 0 && said <= LAST_SECOND)) return refuse("no-time");
    const name = one.id || one.label || one.trip;
    if (!name) return refuse("no-name");
    const vehicle = pseudonyms.of(`gtfs-rt ${name}`, now);
    if (!open.position(vehicle, now)) return refuse("too-often");
    count.add("positions");
    const { speed, bearing, status, route } = one;
    const late = one.trip === undefined ? undefined : delays.get(one.trip);
    const facts: VehicleFacts = {
      ...(route && route.length <= 40 ? { line: route } : {}),
      ...(late === undefined ? {} : { lateness: late }),
    };
    return {
      kind: "position",
      source,
      vehicle,
      place: { latitude, longitude },
      ...(speed !== undefined && speed >= 0 && speed <= FASTEST ? { speed } : {}),
      ...(bearing !== undefined && bearing >= 0 && bearing <= 360 ? { heading: bearing } : {}),
      // Only what is said: the format's own default, in transit, is what most feeds mean by silence.
      ...(status === STOPPED ? { atStop: true } : {}),
      facts,
      at: instant(said * 1000),
    };
  };

  return {
    tally: count.tally,
    take(bytes, now) {
      const refuse = (why: Parameters<typeof count.add>[0]) => {
        count.add(why);
        return [];
      };
      if (!open.message(now)) return refuse("flooded");
      if (bytes.length > LONGEST_PAGE) return refuse("too-long");
      const page = readPage(bytes);
      if (!page) return refuse("not-a-page");
      count.add("pages");
      for (let i = 0; i < page.others; i++) count.add("other-entities");
      for (const { trip, delay } of page.delays) {
        if (Math.abs(delay) > MOST_LATE) continue;
        count.add("delays");
        delays.delete(trip);
        if (delays.size >= MOST_DELAYS) delays.delete(delays.keys().next().value as string);
        delays.set(trip, delay);
      }
      return page.vehicles.flatMap((one) => wordOf(one, page.timestamp, now) ?? []);
    },
  };
}
