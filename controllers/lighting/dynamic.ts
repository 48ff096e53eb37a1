import type { DayTime, DynamicControl, Operation, Reading, Schedule } from "../model.ts";
import { after, type Instant, type Level, level, minutes } from "../units.ts";

/** What is remembered of the source of one dynamic control. */
export interface ControlState {
  /** It was dark at its light sensor. */
  readonly dark: boolean;
  /** It acts before then; null: it never did. */
  readonly until: Instant | null;
}

export const IDLE: ControlState = { dark: false, until: null };

/** A light sensor that says nothing for so long is not believed any more: it may have lost its line. */
const BELIEVED = minutes(15);

/**
 * After a reading of one of the control's sources, none later than `now`. People set it going for `hold`; so does dark,
 * from its end on. The very same object where nothing is new.
 */
export function controlAfter(
  control: DynamicControl,
  before: ControlState,
  reading: Reading,
  now: Instant,
): ControlState {
  const { source, hold } = control;
  const at = reading.at < now ? reading.at : now;
  if (source.kind === "people") {
    return reading.kind === "count" && reading.people > 0 ? until(before, false, after(at, hold)) : before;
  }
  if (reading.kind !== "light") return before;
  const dark = before.dark ? reading.light <= source.above : reading.light < source.below;
  if (dark) return until(before, true, after(after(at, BELIEVED), hold));
  return before.dark ? { dark: false, until: after(at, hold) } : before;
}

const until = (before: ControlState, dark: boolean, end: Instant): ControlState =>
  before.until !== null && before.until >= end && before.dark === dark ? before : { dark, until: end };

/** Whether it acts at `now`, as far as its source says. */
export const isActive = (state: ControlState, now: Instant): boolean => state.until !== null && now < state.until;

/** The time in which a control may act, as a schedule that is lit then. */
export const windowOf = (from: DayTime, to: DayTime): Schedule => ({
  name: "during",
  periods: [{ from, level: level(100), adaptive: false }],
  off: to,
});

/**
 * The level that controls make of a fixed one: each, from the weakest to the strongest, changes what those under it made.
 * Given strongest first, as a schedule lists them. TALQ 2.7.1 DynamicControl, EffectOperation.
 */
export const programmeLevel = (fixed: Level, acting: readonly DynamicControl[]): Level =>
  acting.reduceRight((below, { operation, level: own }) => level(clamped(OPERATE[operation](below, own))), fixed);

const OPERATE: Readonly<Record<Operation, (below: number, own: number) => number>> = {
  set: (_, own) => own,
  max: Math.max,
  min: Math.min,
  add: (below, own) => below + own,
  multiply: (below, own) => (below * own) / 100,
};

const clamped = (percent: number): number => Math.min(100, Math.max(0, percent));
