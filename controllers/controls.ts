import { type ControlState, controlAfter, IDLE, isActive, windowOf } from "./lighting/dynamic.ts";
import { type InForce, inForce } from "./lighting/schedule.ts";
import type { ComponentId, DynamicControl, Inputs, Schedule, Site } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { Instant } from "./units.ts";

/** A dynamic control with what follows from the site alone. */
export interface PreparedControl {
  readonly control: DynamicControl;
  /** The name of the schedule it belongs to. */
  readonly schedule: string;
  readonly sources: ReadonlySet<ComponentId>;
  /** When it may act; null: always. */
  readonly windows: readonly Schedule[] | null;
}

/** What is known of the dynamic controls, and which act. Immutable. */
export interface Controls {
  /** By control of the site. */
  readonly states: readonly ControlState[];
  /** By control: what its windows say, kept while that holds. */
  readonly windows: readonly (readonly InForce[])[];
  /** By programme: those that act, the strongest first; the very same array while they are the same. */
  readonly acting: readonly (readonly DynamicControl[])[];
  /** Before then no other act without news; null where only news can change them. */
  readonly changesAt: Instant | null;
}

const NONE: readonly DynamicControl[] = [];

/** The controls of all schedules, in their order. */
export const preparedControls = ({ schedules }: Site): PreparedControl[] =>
  schedules.flatMap(({ name, dynamic = [] }) =>
    dynamic.map((control) => ({
      control,
      schedule: name,
      sources: new Set(control.source.kind === "people" ? control.source.counters : [control.source.sensor]),
      windows: control.during?.map(({ from, to }) => windowOf(from, to)) ?? null,
    })),
  );

/** Before anything was heard: none acts. */
export const noControls = ({ controls, programmes }: Pick<Prepared, "controls" | "programmes">): Controls => ({
  states: controls.map(() => IDLE),
  windows: controls.map(() => []),
  acting: programmes.map(() => NONE),
  changesAt: null,
});

/**
 * Brings readings to the controls they are for, and says which act at `now`, where `schedules` say what each programme has in
 * force. When the wall clock was set all are forgotten: nobody knows how long ago it was. `acting` is the very same array where it did not change.
 */
export function controlsAfter(
  { controls, local, site }: Prepared,
  before: Controls,
  { readings, moved }: { readonly readings: Inputs["readings"]; readonly moved: boolean },
  schedules: readonly InForce[],
  now: Instant,
): Controls {
  if (controls.length === 0) return before;
  let changesAt: Instant | null = null;
  const changes = (at: Instant) => {
    if (changesAt === null || at < changesAt) changesAt = at;
  };
  const active = new Map<string, DynamicControl[]>();
  const states: ControlState[] = [];
  const windows: (readonly InForce[])[] = [];
  for (const [i, { control, schedule, sources, windows: during }] of controls.entries()) {
    let state = moved ? IDLE : (before.states[i] as ControlState);
    for (const reading of readings) {
      if (sources.has(reading.source)) state = controlAfter(control, state, reading, now);
    }
    states.push(state);
    const said = (during ?? []).map((window, j) => {
      const kept = before.windows[i]?.[j];
      return kept && kept.from <= now && now < kept.to ? kept : inForce(window, local, site.sun, now);
    });
    windows.push(said);
    if (!isActive(state, now)) continue;
    changes(state.until as Instant);
    for (const { to } of said) changes(to);
    if (during !== null && said.every(({ period }) => period === null)) continue;
    const list = active.get(schedule);
    if (list) list.push(control);
    else active.set(schedule, [control]);
  }
  const acting = schedules.map((said, i) => {
    const now = active.get(said.schedule) ?? NONE;
    const then = before.acting[i] ?? NONE;
    return then.length === now.length && then.every((control, j) => control === now[j]) ? then : now;
  });
  const same = acting.every((one, i) => one === before.acting[i]);
  return { states, windows, acting: same ? before.acting : acting, changesAt };
}
