import { alarmsAfter, allFindings, clockFinding } from "./alarms.ts";
import { classEvents, classesAfter } from "./classes.ts";
import { watchClock } from "./clock-watch.ts";
import { controlsAfter } from "./controls.ts";
import { diagnose } from "./diagnose.ts";
import { closesAt, countWindows } from "./footfall/window.ts";
import { countsOf, hear, silenceFindings } from "./hear.ts";
import { type ClassInForce, endsAt } from "./lighting/class-in-force.ts";
import { inForce } from "./lighting/schedule.ts";
import type { Event, Inputs, Target } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import { settleDue } from "./settle.ts";
import type { State } from "./state.ts";
import { touch } from "./touch.ts";
import { believed, trustAfter, trustFindings } from "./trust.ts";
import { after, hours, type Instant, minutes } from "./units.ts";

/** What a pass decides. */
export interface Decision {
  readonly state: State;
  /** One per lamp, in the order of the site; the very same array as the pass before where nothing changed. */
  readonly targets: readonly Target[];
  /** What is worth telling: alarms, then footfall, classes, and changed targets. */
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

  const spoken = countsOf(prepared, inputs.readings, now);
  const trust = trustAfter(prepared, state.trust, spoken, { moved, clockSet }, now);
  const counts = believed(trust, spoken);
  const heard = hear(prepared, state, counts, moved, now);
  const schedules = prepared.programmes.map((programme, i) => {
    const said = state.schedules[i];
    return said && said.from <= now && now < said.to ? said : inForce(programme, local, site.sun, now);
  });
  const controls = controlsAfter(prepared, state.controls, { readings: inputs.readings, moved }, schedules, now);
  const { acting } = controls;
  const classes = classesAfter(prepared, state.classes, { inputs, counts, heard, moved }, now);
  const touched = touch(prepared, state, { inputs, counts, heard, proven: trust.proven, classes, acting, moved }, now);
  const settled = settleDue(
    { prepared, schedules, acting, counters: heard.counters, proven: trust.proven, classes, clockSet },
    state,
    touched,
    now,
  );

  const people = (count: (typeof counts)[number]) => !site.counters[count.counter]?.presence;
  const windows = countWindows(state.window, clockSet ? counts.filter(people) : [], now);
  const examination = { before: state.diagnoses, targets: state.targets, readings: inputs.readings, moved };
  const { diagnoses, found } = diagnose(prepared, examination, now);
  const watch = watchClock(state, clockSet, now);
  const alarmed = alarmsAfter(state.alarms, [
    ...allFindings(inputs.readings),
    ...found,
    ...silenceFindings(prepared, state.counters, heard),
    ...trustFindings(prepared, state.trust, trust, now),
    ...(clockSet === state.clockSet ? [] : [clockFinding(clockSet, now)]),
    ...watch.found,
  ]);

  let wakeAt = after(now, LONGEST_SLEEP);
  const wake = (at: Instant | null) => {
    if (at !== null && at < wakeAt) wakeAt = at;
  };
  wake(settled.dueAt);
  wake(closesAt(windows.open));
  wake(heard.silentAt);
  wake(controls.changesAt);
  for (const [i, { selection }] of prepared.selections.entries()) wake(endsAt(selection, classes[i] as ClassInForce));
  const { lamps, due, dueAt, targets } = settled;
  return {
    state: {
      at: now,
      wakeAt,
      clockSet,
      jumpedAt: watch.jumpedAt,
      schedules,
      controls,
      counters: heard.counters,
      silentAt: heard.silentAt,
      trust,
      classes,
      lamps,
      due,
      dueAt,
      targets,
      diagnoses,
      window: windows.open,
      alarms: alarmed.alarms,
    },
    targets,
    events: [
      ...alarmed.events,
      ...windows.closed,
      ...classEvents(prepared, state, classes, now),
      ...settled.changed.map((target) => ({ kind: "target", target, at: now }) as const),
    ],
    wakeAt,
  };
}
