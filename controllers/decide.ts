import { alarmsAfter, clockFinding, findings } from "./alarms.ts";
import { watchClock } from "./clock-watch.ts";
import { diagnose } from "./diagnose.ts";
import { silentAt } from "./footfall/silence.ts";
import { closesAt, countWindows } from "./footfall/window.ts";
import { countsOf, hear, silenceFindings } from "./hear.ts";
import { inForce } from "./lighting/schedule.ts";
import type { Event, Inputs, Target } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import { settleDue } from "./settle.ts";
import type { State } from "./state.ts";
import { touch } from "./touch.ts";
import { after, hours, type Instant, instant, minutes } from "./units.ts";

/** What a pass decides. */
export interface Decision {
  readonly state: State;
  /** One per lamp, in the order of the site; the very same array as the pass before where nothing changed. */
  readonly targets: readonly Target[];
  /** What is worth telling: alarms, then footfall, then changed targets. */
  readonly events: readonly Event[];
  /** When to ask again if nothing arrives: after `now`, at most an hour. Without inputs no target changes before it. */
  readonly wakeAt: Instant;
}

const LONGEST_SLEEP = hours(1);
/** A pass that comes so much later than asked for means that the wall clock was set forward. */
const LATE = minutes(1);

/**
 * The whole decision of a cabinet, pure: what every lamp should be at `now`, given the state of the pass before and what
 * arrived since. Composes the controllers and holds no rule of its own. Withdrawals of one pass come before its wishes.
 * Counts, wishes and withdrawals for what is not on the site are left out.
 */
export function decide(prepared: Prepared, state: State, inputs: Inputs, now: Instant): Decision {
  const { site, local } = prepared;
  const { clockSet } = inputs;
  const moved = now < state.at || now > after(state.wakeAt, LATE) || clockSet !== state.clockSet;

  const counts = countsOf(prepared, inputs.readings, now);
  const counters = hear(prepared, state.counters, counts, moved, now);
  const schedules = site.schedules.map((schedule, i) => {
    const said = state.schedules[i];
    return said && said.from <= now && now < said.to ? said : inForce(schedule, local, site.sun, now);
  });
  const touched = touch(prepared, state, { inputs, counts, counters, moved }, now);
  const settled = settleDue({ prepared, schedules, counters, clockSet }, touched, state.targets, now);

  const windows = countWindows(state.window, clockSet ? counts : [], now);
  const examination = { before: state.diagnoses, targets: state.targets, readings: inputs.readings, moved };
  const { diagnoses, found } = diagnose(prepared, examination, now);
  const watch = watchClock(state, clockSet, now);
  const alarmed = alarmsAfter(state.alarms, [
    ...inputs.readings.flatMap(findings),
    ...found,
    ...silenceFindings(prepared, state.counters, counters),
    ...(clockSet === state.clockSet ? [] : [clockFinding(clockSet, now)]),
    ...watch.found,
  ]);

  const wakes = [after(now, LONGEST_SLEEP)];
  if (settled.dueAt !== null) wakes.push(settled.dueAt);
  const closes = closesAt(windows.open);
  if (closes !== null) wakes.push(closes);
  for (const counter of counters) {
    if (counter.silentSince === null) wakes.push(silentAt(counter, site.adaptive.staleAfter));
  }
  const wakeAt = instant(Math.min(...wakes));
  const { lamps, targets } = settled;
  return {
    state: {
      at: now,
      wakeAt,
      clockSet,
      jumpedAt: watch.jumpedAt,
      schedules,
      counters,
      lamps,
      targets,
      diagnoses,
      window: windows.open,
      alarms: alarmed.alarms,
    },
    targets,
    events: [
      ...alarmed.events,
      ...windows.closed,
      ...settled.changed.map((target) => ({ kind: "target", target, at: now }) as const),
    ],
    wakeAt,
  };
}
