/** Passages as a speed radar sees them: it knows how fast something comes or goes, not where it is. */

/** Something that passes, or may begin to. */
export interface Passage {
  readonly direction: "up" | "down";
  /** Reports of it, up to what makes it a passage, and whether it was counted. */
  readonly reports: number;
  readonly counted: boolean;
  /** ms of a clock that only goes on. */
  readonly at: number;
}

export interface Passed {
  readonly passage: Passage | null;
  /** Who began to pass with this report; null: nobody new. */
  readonly counted: { readonly direction: "up" | "down"; readonly speed: number } | null;
}

/** Slower are leaves and rain, faster are cars, m/s. */
const SLOWEST = 0.3;
const FASTEST = 11;
/** So many reports in a row the same way are somebody, not a flicker. */
const SURE = 3;
/** Who was not reported for so long has passed, ms. */
const GONE = 900;

/**
 * One report of a speed radar, m/s, above 0 in growing metres of the street. People who go the same way at the same time
 * are one passage: a radar of this kind cannot part them.
 */
export function passing(before: Passage | null, speed: number, at: number): Passed {
  const there = before && at - before.at <= GONE ? before : null;
  const pace = Math.abs(speed);
  if (!(pace >= SLOWEST && pace <= FASTEST)) return { passage: there, counted: null };
  const direction = speed > 0 ? "up" : "down";
  const goesOn = there?.direction === direction;
  // A single report the other way is a swinging arm, or the start of somebody else.
  const reports = goesOn ? Math.min(SURE, there.reports + 1) : 1;
  const counts = reports === SURE && !(goesOn && there.counted);
  const passage = { direction, reports, counted: counts || (goesOn && there.counted), at } as const;
  return { passage, counted: counts ? { direction, speed: pace } : null };
}
