/** What people see of a junction moment by moment: which vehicles come, and which stages are meant. */
import type { JunctionDecision } from "../../controllers/junction/junction-state.ts";
import type { Junction, TentativePlan } from "../../controllers/junction/model.ts";
import { type Duration, type Instant, instant, minutes } from "../../controllers/units.ts";
import type { StatusValues } from "../link/modules.ts";
import { iso } from "../link/payload.ts";

type Coming = StatusValues<"tlc.priority.approach">["vehicles"][string][number];
type Meant = StatusValues<"tlc.priority.plan">["plan"][string][number];

const MOST_VEHICLES = 32;
const MOST_STAGES = 24;
/** No further than a person looks ahead. */
const AHEAD: Duration = minutes(3);
/** Ends are told in tenths of a second: a clock that is steered would change them each pass. */
const STEP = 100;

/** Vehicles that are followed or that ask, the nearest first; never who they are. */
export function comingTo({ approaches }: Junction, { state, requests }: JunctionDecision): Coming[] {
  const now = state.at;
  const asking = new Map(requests.map((request) => [`${request.source} ${request.id}`, request]));
  const coming: Coming[] = [];
  for (const [key, { line, motion, facts }] of state.tracks.vehicles) {
    const approach = approaches.filter((one) => one.line.length > 0)[line];
    if (!approach) continue;
    const request = asking.get(key);
    asking.delete(key);
    coming.push({
      a: approach.id,
      d: Math.round(motion.distance),
      ...(request ? etaOf(request.arrival, now) : {}),
      ...(facts.line === undefined ? {} : { l: facts.line.slice(0, 40) }),
      ...(facts.lateness === undefined ? {} : { late: Math.round(facts.lateness) }),
    });
  }
  // Those who only say when they come.
  for (const { approach, arrival, line, lateness } of asking.values()) {
    if (approach === undefined) continue;
    coming.push({
      a: approach,
      ...etaOf(arrival, now),
      ...(line === undefined ? {} : { l: line.slice(0, 40) }),
      ...(lateness === undefined ? {} : { late: Math.round(lateness) }),
    });
  }
  const far = ({ d, e }: Coming) => d ?? (e ?? 0) * 10;
  return coming.sort((a, b) => far(a) - far(b)).slice(0, MOST_VEHICLES);
}

const etaOf = ({ mean, spread }: { readonly mean: Instant; readonly spread: Duration }, now: Instant) => ({
  e: Math.round(Math.max(0, mean - now) / 1000),
  s: Math.round(spread / 100) / 10,
});

/** The stages of a plan from now on, each with its end. */
export function stagesOf(plan: TentativePlan, now: Instant, toWall: (at: Instant) => Instant): Meant[] {
  return plan
    .filter(({ from, to }) => to > now && from < now + AHEAD)
    .slice(0, MOST_STAGES)
    .map(({ stage, to }) => ({ s: stage, to: iso(instant(Math.round(toWall(to) / STEP) * STEP)) }));
}
