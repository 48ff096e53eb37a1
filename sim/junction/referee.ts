/**
 * What a junction owes to people, said a third time and as plainly as can be: the exploration and the walks judge kernel,
 * engine, arbiter and monitor by it. It reads the junction as it was described and looks at nothing but what signals show.
 */
import type { Aspect, Junction, Signal } from "../../controllers/junction/model.ts";

/** Per group, ms on the walk's own clock. */
export interface Watched {
  readonly aspect: Aspect;
  readonly since: number;
  /** When its green ended last; at the start nobody knows, so then. */
  readonly ended: number;
  /** Since when somebody wants it and has no green; null: nobody. */
  readonly wanted: number | null;
}

export type Refereed = readonly Watched[];

/** At a start, when all is red and nobody knows what was before. */
export const kickOff = ({ groups }: Junction, now: number): Refereed =>
  groups.map(({ onCall }) => ({ aspect: "red", since: now, ended: now, wanted: onCall ? null : now }));

const moving = (aspect: Aspect): boolean => aspect === "green" || aspect === "amber" || aspect === "red-amber";

/** The next, or what was broken. Groups of `called` are wanted from `now` on. */
export function referee(
  { groups, intergreens }: Junction,
  before: Refereed,
  signals: readonly Signal[],
  called: (group: number) => boolean,
  now: number,
): Refereed | string {
  const next: Watched[] = [];
  for (const [i, { id, minGreen, amber, redAmber, maxWait, onCall }] of groups.entries()) {
    const was = before[i] as Watched;
    const { aspect, group } = signals[i] as Signal;
    if (group !== id) return `signal ${i} is of ${group}, not of ${id}`;
    const lasted = now - was.since;
    let { ended } = was;
    if (aspect !== was.aspect) {
      const way = `${was.aspect} ${aspect}`;
      if (way === "green amber" || way === "green red") {
        if (lasted < minGreen) return `${id}: green for ${lasted} of ${minGreen} ms`;
        if (amber > 0 !== (aspect === "amber")) return `${id}: ${way}, its amber is ${amber} ms`;
        ended = now;
      } else if (way === "amber red") {
        if (lasted !== amber) return `${id}: amber for ${lasted} of ${amber} ms`;
      } else if (way === "red green" || way === "red-amber green") {
        if (lasted !== redAmber && was.aspect === "red-amber")
          return `${id}: red-amber for ${lasted} of ${redAmber} ms`;
        if (was.aspect === "red" && redAmber > 0) return `${id}: green without red-amber`;
      } else if (way !== "red red-amber" || redAmber === 0) return `${id}: ${way}`;
    } else if (aspect === "amber" && lasted >= amber) return `${id}: amber for ${lasted} of ${amber} ms`;
    else if (aspect === "red-amber" && lasted >= redAmber) return `${id}: red-amber for ${lasted} of ${redAmber} ms`;

    const asked = called(i) || (!onCall && aspect !== "green");
    const wanted = aspect === "green" ? null : (was.wanted ?? (asked ? now : null));
    // What ends a wait is green: at this very moment it may still come in time.
    const waited = was.wanted === null ? 0 : now - was.wanted;
    if (waited > maxWait) return `${id}: wanted for ${waited} of ${maxWait} ms`;
    next.push({ aspect, since: aspect === was.aspect ? was.since : now, ended, wanted });
  }

  for (const [i, { id }] of groups.entries()) {
    const one = next[i] as Watched;
    if (!moving(one.aspect)) continue;
    for (const [j, { id: other }] of groups.entries()) {
      const apart = intergreens[other]?.[id];
      if (apart === undefined) continue;
      const two = next[j] as Watched;
      if (moving(two.aspect)) return `${id} and ${other} together: ${one.aspect} and ${two.aspect}`;
      const begins = one.aspect === "green" && before[i]?.aspect !== "green";
      if (begins && now - two.ended < apart) return `${id}: green ${now - two.ended} of ${apart} ms after ${other}`;
    }
  }
  return next;
}
