/** What lies before a vehicle that is followed, by what is known of it and of its approach. */
import type { Instant } from "../units.ts";
import { type Outlook, VEHICLE } from "./arrival.ts";
import { dwellOf, type Seconds } from "./dwell.ts";
import { expected } from "./learn.ts";
import type { GroupId } from "./model.ts";
import type { Learnt, PreparedApproaches, Track } from "./track-model.ts";

/** Vehicles thought to queue at a group. */
export type Queues = Readonly<Record<GroupId, number>>;

/** Of the speed, where nothing is learnt. */
const SPEED_DOUBT = 0.15;
/** m/s: how much the speed of one vehicle says of itself, after so many seconds. */
const OWN_DOUBT = 1;
const OWN_SECONDS = 4;
/** Wherever a vehicle is said to be, buses on that way are somewhat earlier or later than it says: wandering positions, m2. */
const WANDER = 3 ** 2;
/** Vehicles: how well a distance says how many stand there. */
const SPACING_DOUBT = 0.2;

export function outlookOf(
  { lines, settings }: PreparedApproaches,
  track: Track,
  learnt: Learnt,
  queues: Queues | undefined,
  now: Instant,
): Outlook {
  const { approach } = lines[track.line] as (typeof lines)[number];
  const { motion, halt } = track;
  const hour = settings.hourOfWeek(now);
  const lesson = learnt[approach.id];
  const dwell = (stop: number) =>
    dwellOf(approach.stops[stop] as (typeof approach.stops)[number], lesson?.dwells[stop], hour);
  const isAhead = (stop: number) => stop !== halt?.stop && !track.served.includes(stop);
  const queue = (): Seconds => {
    const most = Math.max(0, motion.distance / VEHICLE);
    const counted = queues?.[approach.group];
    if (counted !== undefined) return { mean: Math.min(counted, most), variance: 0.5 };
    if (track.queued) return { mean: most, variance: (SPACING_DOUBT * most) ** 2 + 0.25 };
    const usual = expected(lesson?.queue, hour, { mean: 0, variance: 0 });
    return { mean: Math.min(usual.mean, most), variance: usual.variance };
  };
  return {
    distance: motion.distance,
    variance: motion.dd + (track.point ? WANDER : 0),
    speed: motion.speed,
    cruise: cruiseOf(track, expected(lesson?.cruise, hour, said(approach.speed))),
    halts: approach.stops.flatMap((stop, i) =>
      isAhead(i) ? [{ distance: Math.min(stop.distance, motion.distance), dwell: dwell(i) }] : [],
    ),
    standing: halt && { dwell: dwell(halt.stop), elapsed: Math.max(0, (now - halt.since) / 1000) },
    queue: queue(),
  };
}

const said = (speed: number) => ({ mean: speed, variance: (SPEED_DOUBT * speed) ** 2 });

/** What others drive there, and what this one drove. */
function cruiseOf({ free }: Track, usual: Seconds): Seconds {
  if (free.seconds < OWN_SECONDS) return usual;
  const own = free.metres / free.seconds;
  const doubt = OWN_DOUBT ** 2 / (free.seconds / OWN_SECONDS) + 0.1;
  const part = usual.variance / (usual.variance + doubt);
  return { mean: usual.mean + part * (own - usual.mean), variance: Math.max(0.1, usual.variance * (1 - part)) };
}
