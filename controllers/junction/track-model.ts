/** What the tracker knows, and what it holds for true. Data only. */
import type { Duration, Instant } from "../units.ts";
import { type ApproachLine, lineOf, type Plane, type Point, planeAround } from "./approach-line.ts";
import type { DwellLesson } from "./dwell.ts";
import { hourOfWeek, type Lesson } from "./learn.ts";
import type { Junction } from "./model.ts";
import type { Arrival, VehicleFacts } from "./request-model.ts";
import type { Motion } from "./track-filter.ts";

/** Limits of what is believed. All [NV] for a city: set them with its own vehicles. */
export interface TrackSettings {
  /** Words that were said longer ago are old, ms: said again by somebody else, or late. */
  readonly longestAge: number;
  /** And so far from the future at most, ms: clocks differ. */
  readonly aheadOfTime: number;
  /** No vehicle is faster, m/s. */
  readonly fastest: number;
  /** Vehicles that can ask at one approach in a minute: no more can drive there. */
  readonly vehiclesAMinute: number;
  /** Vehicles that are followed at once, all approaches together. */
  readonly vehicles: number;
  /** Hour of the week where the junction is, 0 to 167; for what is learnt by it. */
  readonly hourOfWeek: (at: Instant) => number;
}

export const TRACKING: TrackSettings = {
  longestAge: 30_000,
  aheadOfTime: 2000,
  fastest: 40,
  vehiclesAMinute: 20,
  vehicles: 256,
  hourOfWeek,
};

/** The approaches of a junction, measured. */
export interface PreparedApproaches {
  readonly plane: Plane;
  readonly lines: readonly ApproachLine[];
  /** Circles around each approach, outside which no position matters: [x, y, radius]. */
  readonly area: readonly (readonly [number, number, number])[];
  readonly timeToLive: Duration;
  readonly horizon: Duration;
  readonly settings: TrackSettings;
}

/** Metres around an approach in which a position is still of one who was on it. */
const AROUND = 100;

/** Throws TypeError for a line of places that are all one. */
export function prepareApproaches(
  { approaches, priority }: Pick<Junction, "approaches" | "priority">,
  settings: Partial<TrackSettings> = {},
): PreparedApproaches {
  const origin = approaches.find(({ line }) => line.length > 0)?.line.at(-1) ?? { latitude: 0, longitude: 0 };
  const plane = planeAround(origin);
  // Without a line no position is understood, and requests that say when they come still are.
  const lines = approaches.filter(({ line }) => line.length > 0).map((approach) => lineOf(plane, approach));
  const area = lines.map(({ points, approach }) => {
    const [x, y] = [middle(points.map((p) => p.x)), middle(points.map((p) => p.y))];
    const far = Math.max(...points.map((p) => Math.hypot(p.x - x, p.y - y)));
    return [x, y, far + approach.exit + AROUND] as const;
  });
  const { timeToLive, horizon } = priority;
  return { plane, lines, area, timeToLive, horizon, settings: { ...TRACKING, ...settings } };
}

const middle = (values: readonly number[]): number => (Math.min(...values) + Math.max(...values)) / 2;

/** A vehicle on an approach. */
export interface Track {
  readonly source: string;
  readonly vehicle: string;
  /** Index of its line. */
  readonly line: number;
  readonly motion: Motion;
  /** Where it was last: null where it said its distance itself. */
  readonly point: Point | null;
  /** When that was said. */
  readonly at: Instant;
  /** Degrees, of the way it last went where it says none. */
  readonly heading: number | null;
  readonly facts: VehicleFacts;
  /** Stops that are behind it, by their index. */
  readonly served: readonly number[];
  /** The stop at which it stands, by its index, and since when. */
  readonly halt: { readonly stop: number; readonly since: Instant } | null;
  /** When it last left a stop. */
  readonly departed: Instant | null;
  /** It stands, at no stop: in a queue, or before the signal. */
  readonly queued: boolean;
  /** Metres and seconds that nothing held it. */
  readonly free: { readonly metres: number; readonly seconds: number };
  /** It had to queue. */
  readonly hasQueued: boolean;
  /** Positions in a row that were on no approach. */
  readonly off: number;
  /** When it was first seen there. */
  readonly began: Instant;
  /** Who asks for it: nobody yet, the tracker, or it asked itself. */
  readonly asking: "nobody" | "tracker" | "itself";
}

/** A request that a vehicle made itself. */
export interface Asked {
  readonly source: string;
  readonly id: string;
  readonly vehicle: string | null;
  /** ms, as it was said at `at`. */
  readonly eta: number | null;
  readonly at: Instant;
}

/** What an approach taught: plain data, kept or shared as JSON. */
export interface ApproachLesson {
  /** m/s that vehicles drive when nothing holds them. */
  readonly cruise: Lesson;
  /** Vehicles before one that had to queue; 0 where one had not. */
  readonly queue: Lesson;
  /** By index of the stop. */
  readonly dwells: readonly DwellLesson[];
}

/** By the id of the approach. */
export type Learnt = Readonly<Record<number, ApproachLesson>>;

/** Why a word about a vehicle was left aside. */
export const REFUSALS = ["old", "repeated", "nonsense", "too-fast", "elsewhere", "too-many"] as const;
export type TrackRefusal = (typeof REFUSALS)[number];

export interface Tracks {
  readonly vehicles: ReadonlyMap<string, Track>;
  /** Vehicles that passed or went away: what was said of them before then is not believed any more. */
  readonly gone: ReadonlyMap<string, Instant>;
  readonly asked: ReadonlyMap<string, Asked>;
  /** By index of the line: when vehicles asked, within a minute. */
  readonly recent: readonly (readonly Instant[])[];
  readonly learnt: Learnt;
  readonly refused: Readonly<Record<TrackRefusal, number>>;
}

/** Key of all that is told of one request. */
export const keyOf = (source: string, id: string): string => `${source} ${id}`;

export type Arrivals = ReadonlyMap<string, Arrival>;
