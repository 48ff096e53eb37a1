import { between, type Instant, seconds } from "../units.ts";
import { type GroupId, INDIANA, type Junction, type JunctionEvent } from "./model.ts";
import type { Live } from "./request.ts";
import { waitFor } from "./request-life.ts";

/** Green that began so long after the vehicle would have crossed came late; who crosses in none so long after stood, too. */
const LATE = seconds(2);

/**
 * A vehicle that passed the stop line at `at` in the green since `green` (null: in none; undefined: nobody knows): what it
 * waited, and what it would have under the base plan as it was when it was activated. Where that is not known it is said to
 * be the same. `isGiven`: whether priority is given here at all; if not, none was late.
 */
export function passageOf(
  junction: Junction,
  live: Live,
  at: Instant,
  green: Instant | null | undefined,
  isGiven: boolean,
): readonly JunctionEvent[] {
  const { group, approach, line, state } = live.request;
  const due = live.due ?? at;
  const waited = between(due, at);
  return [
    { kind: "indiana", code: INDIANA.checkOut, parameter: numberOf(junction, group), at },
    {
      kind: "passage",
      group,
      ...(approach === undefined ? {} : { approach }),
      ...(line === undefined ? {} : { line }),
      waited,
      wouldHaveWaited: waitFor(live.base, due) ?? waited,
      late: isGiven && state === "activated" && green !== undefined && (green ?? at) > due + LATE,
      at,
    },
  ];
}

/** A group's number for those who count: from 1, in the junction's order. */
export const numberOf = (junction: Junction, group: GroupId): number =>
  junction.groups.findIndex(({ id }) => id === group) + 1;

/** Requests that were received are vehicles that checked in. */
export const checkIns = (
  junction: Junction,
  events: readonly JunctionEvent[],
  now: Instant,
): readonly JunctionEvent[] =>
  events.flatMap((event) =>
    event.kind === "request" && event.request.state === "received" && event.request.group !== ""
      ? [
          {
            kind: "indiana",
            code: INDIANA.checkIn,
            parameter: numberOf(junction, event.request.group),
            at: now,
          } as const,
        ]
      : [],
  );
