/** How good the estimate is, on rides with receivers' errors that it knows nothing of: its own error, and whether its spread says the truth. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type RideOptions, ride } from "../../sim/junction/ride.ts";
import { instant, metres, seconds } from "../units.ts";
import { placeOf, planeAround } from "./approach-line.ts";
import type { Approach, ApproachStop } from "./model.ts";
import type { VehicleWord } from "./request-model.ts";
import { startTracks, track } from "./track.ts";
import { keyOf, type Learnt, prepareApproaches } from "./track-model.ts";

const plane = planeAround({ latitude: 47.322, longitude: 5.0415 });
const STOP: ApproachStop = { distance: metres(180), dwell: seconds(18), spread: seconds(9) };
const priority = { timeToLive: seconds(30), horizon: seconds(120) } as Parameters<
  typeof prepareApproaches
>[0]["priority"];
const approach = (stops: readonly ApproachStop[]): Approach => ({
  id: 1,
  name: "west",
  group: "A1",
  line: [
    [-420, -90],
    [-300, -80],
    [-150, -20],
    [0, 0],
  ].map(([x = 0, y = 0]) => placeOf(plane, { x, y })),
  exit: metres(15),
  speed: 11,
  stops,
});

interface Trial {
  readonly stops?: readonly ApproachStop[];
  readonly ride?: RideOptions;
  readonly rides?: number;
  /** Rides from which it learns before. */
  readonly taught?: number;
  /** Positions and nothing else. */
  readonly bare?: true;
}

/** 80 % of a normal distribution lie within so many deviations. */
const EIGHTY = 1.2816;

function trial({ stops = [], ride: options = {}, rides = 100, taught = 0, bare }: Trial) {
  const way = approach(stops);
  const prepared = prepareApproaches({ approaches: [way], priority });
  let learnt: Learnt = {};
  const errors: number[] = [];
  const bySpeed: number[] = [];
  const byTimetable: number[] = [];
  const dwell = stops.reduce((sum, stop) => sum + stop.dwell / 1000, 0);
  let inside = 0;
  const kinds: string[] = [];
  for (let seed = 1; seed <= taught + rides; seed++) {
    const { fixes, crosses } = ride(way, seed, options);
    const start = 1_800_000_000_000 + seed * 600_000;
    let tracks = startTracks(learnt);
    for (const fix of fixes) {
      const at = instant(start + fix.t * 1000);
      const said = bare ? {} : { speed: fix.speed, heading: fix.heading };
      const word: VehicleWord = {
        kind: "position",
        source: "f",
        vehicle: "v",
        place: fix.place,
        ...said,
        facts: {},
        at,
      };
      const tracked = track(prepared, tracks, [word], at);
      tracks = tracked.tracks;
      if (seed <= taught) continue;
      kinds.push(...tracked.words.map(({ kind }) => kind).filter((kind) => kind !== "update"));
      const arrival = tracked.arrivals.get(keyOf("f", "v"));
      if (!arrival || fix.t > crosses - 1) continue;
      const error = (arrival.mean - start) / 1000 - crosses;
      errors.push(error);
      if (Math.abs(error) <= (EIGHTY * arrival.spread) / 1000) inside++;
      bySpeed.push(fix.t + fix.truth / Math.max(1, fix.speed) - crosses);
      byTimetable.push(
        fix.t + fix.truth / way.speed + (fix.truth > (stops[0]?.distance ?? Infinity) ? dwell : 0) - crosses,
      );
    }
    learnt = tracks.learnt;
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
  return {
    covered: inside / errors.length,
    error: mean(errors),
    bias: errors.reduce((sum, value) => sum + value, 0) / errors.length,
    bySpeed: mean(bySpeed),
    byTimetable: mean(byTimetable),
    kinds,
    learnt,
  };
}

const between = (value: number, low: number, high: number, what: string) =>
  assert.ok(value >= low && value <= high, `${what} ${value.toFixed(3)}: wanted ${low} to ${high}`);

test("a free way: as exact as its speed says, and its spread is true", () => {
  const { covered, error, bySpeed, byTimetable, kinds } = trial({});
  between(covered, 0.75, 0.93, "covered");
  between(error, 0, 1.6, "error");
  assert.ok(error < 1.15 * bySpeed && error < 0.7 * byTimetable, `${error} ${bySpeed} ${byTimetable}`);
  assert.equal(kinds, Array.from({ length: 100 }, () => ["request", "passed"]).flat());
});

test("a stop on the way: far better than way by speed, and its spread is true", () => {
  const { covered, error, bySpeed, byTimetable, kinds, bias } = trial({ stops: [STOP] });
  between(covered, 0.75, 0.9, "covered");
  assert.ok(error < 0.2 * bySpeed && error < 0.8 * byTimetable, `${error} ${bySpeed} ${byTimetable}`);
  between(Math.abs(bias), 0, 2.5, "bias");
  assert.equal(kinds, Array.from({ length: 100 }, () => ["request", "passed"]).flat());
});

test("poor receivers, and feeds that say positions and nothing else, or speak each ten seconds", () => {
  const poor = trial({ stops: [STOP], ride: { wander: 10, jitter: 4 } });
  between(poor.covered, 0.72, 0.9, "poor covered");
  const bare = trial({ stops: [STOP], bare: true });
  between(bare.covered, 0.72, 0.9, "bare covered");
  assert.ok(bare.error < 0.25 * bare.bySpeed);
  const rare = trial({ stops: [STOP], ride: { every: 10 } });
  between(rare.covered, 0.75, 0.92, "rare covered");
  for (const { kinds } of [poor, bare, rare]) {
    assert.is(kinds.filter((kind) => kind === "passed").length, 100);
    assert.ok(kinds.filter((kind) => kind === "request").length <= 102);
  }
});

test("an approach that is other than was said is learnt: who halts, how long, how fast", () => {
  const other: RideOptions = { halts: 0.5, dwellFactor: 0.5, speedFactor: 0.7 };
  const untaught = trial({ stops: [STOP], ride: other, rides: 60 });
  const taught = trial({ stops: [STOP], ride: other, rides: 60, taught: 60 });
  assert.ok(taught.error < 0.85 * untaught.error, `${taught.error} ${untaught.error}`);
  between(taught.covered, 0.75, 0.93, "taught covered");
  const lesson = taught.learnt[1]!;
  between(lesson.cruise.all.mean, 7, 8.4, "speed");
  between(lesson.dwells[0]!.halts.all.mean, 0.35, 0.65, "halts");
  between(Math.exp(lesson.dwells[0]!.log.all.mean), 6, 12, "dwell");
});

test.run();
