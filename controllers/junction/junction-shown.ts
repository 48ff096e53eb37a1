import { after, between, type Duration, duration, type Instant } from "../units.ts";
import type { Junction, JunctionEvent, Signal } from "./model.ts";
import type { Green } from "./request.ts";

/** How a group goes while nobody asks for priority, as far as it was seen. */
export interface Habit {
  /** Begin and end of its last green. */
  readonly begin: Instant | null;
  readonly end: Instant | null;
  /** Whether no call stood since it began. */
  readonly isFree: boolean;
  /** From green to green, and lengths of greens, of cycles that no call disturbed; newest last. */
  readonly cycles: readonly Duration[];
  readonly greens: readonly Duration[];
}

/** A controller that is not ours, by what its heads show. One entry a group, in the junction's order. */
export interface Watched {
  /** Null: not read back, or not now. */
  readonly signals: readonly (Signal | null)[];
  readonly habits: readonly Habit[];
}

const UNSEEN: Habit = { begin: null, end: null, isFree: false, cycles: [], greens: [] };
/** Cycles that are remembered, and those that must have been seen before anything is foretold. */
const MOST = 9;
const ENOUGH = 3;
/** Greens that are foretold. */
const AHEAD = 32;

export const startWatched = ({ groups }: Junction): Watched => ({
  signals: groups.map(() => null),
  habits: groups.map(() => UNSEEN),
});

/**
 * What is known of the heads a pass on. `isCalled`: priority was asked for, so that nothing is learnt of how they go
 * without. A wait is told of groups that are served in every cycle: of others nobody sees since when somebody waits.
 */
export function watchedAfter(
  { groups }: Junction,
  before: Watched,
  shown: readonly Signal[] | undefined,
  isCalled: boolean,
  now: Instant,
): { readonly watched: Watched; readonly events: readonly JunctionEvent[] } {
  const events: JunctionEvent[] = [];
  const signals: (Signal | null)[] = [];
  const habits: Habit[] = [];
  for (const [g, { id, onCall }] of groups.entries()) {
    const was = before.signals[g] ?? null;
    const old = before.habits[g] ?? UNSEEN;
    const habit = isCalled && old.isFree ? { ...old, isFree: false } : old;
    const said = shown?.find(({ group }) => group === id);
    if (!said || said.aspect === "dark" || said.aspect === "flashing-amber") {
      // A controller tells all its groups when one has changed: they are not all of now.
      signals.push(said && said.aspect === was?.aspect ? was : (said ?? null));
      habits.push({ ...habit, begin: null, end: null, isFree: false });
      continue;
    }
    if (said.aspect === was?.aspect) {
      signals.push(was);
      habits.push(habit);
      continue;
    }
    const since = was && said.since < was.since ? now : (Math.min(said.since, now) as Instant);
    signals.push({ ...said, since });
    if (was) events.push({ kind: "signal", group: id, aspect: said.aspect, at: since });
    if (said.aspect === "green") {
      if (!onCall && habit.end !== null)
        events.push({ kind: "wait", group: id, waited: between(habit.end, since), at: since });
      habits.push(begun(habit, was === null ? null : since, isCalled));
    } else habits.push(was?.aspect === "green" ? ended(habit, since) : habit);
  }
  return { watched: { signals, habits }, events };
}

/** `since`: null where nobody saw it begin. */
function begun(habit: Habit, since: Instant | null, isCalled: boolean): Habit {
  const { begin, isFree } = habit;
  const cycles =
    isFree && begin !== null && since !== null ? latest(habit.cycles, between(begin, since)) : habit.cycles;
  return { ...habit, cycles, begin: since, end: null, isFree: since !== null && !isCalled };
}

function ended(habit: Habit, end: Instant): Habit {
  const { begin, isFree } = habit;
  return { ...habit, end, greens: isFree && begin !== null ? latest(habit.greens, between(begin, end)) : habit.greens };
}

const latest = (times: readonly Duration[], time: Duration): readonly Duration[] => [...times, time].slice(-MOST);

/** Since when people wait at groups that are served in every cycle; null: they do not, or nobody knows. */
export const waitingAt = ({ groups }: Junction, { habits }: Watched): readonly (Instant | null)[] =>
  groups.map(({ onCall }, g) => (onCall ? null : (habits[g]?.end ?? null)));

/**
 * The greens that a group would get without priority until `until`: as its undisturbed cycles went, counted from its last
 * green. Null: too few were seen. Exact for a controller of fixed times that is not disturbed, else the usual.
 */
export function foretold(
  { signals, habits }: Watched,
  g: number,
  now: Instant,
  until: Instant,
): readonly Green[] | null {
  const habit = habits[g];
  if (!habit || habit.begin === null || habit.cycles.length < ENOUGH || habit.greens.length === 0) return null;
  const cycle = median(habit.cycles);
  const length = Math.min(median(habit.greens), cycle);
  if (length <= 0) return null;
  const greens: Green[] = [];
  const isGreen = signals[g]?.aspect === "green";
  if (isGreen) greens.push({ from: habit.begin, to: Math.max(now + 1, habit.begin + length) as Instant });
  let from: number = habit.begin + cycle;
  while (from + length <= now) from += cycle;
  // It is due and not there yet: any moment now.
  if (!isGreen) from = Math.max(from, now);
  for (; from < until && greens.length < AHEAD; from += cycle)
    greens.push({ from: from as Instant, to: after(from as Instant, duration(length)) });
  return greens;
}

const median = (times: readonly Duration[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] as Duration;
