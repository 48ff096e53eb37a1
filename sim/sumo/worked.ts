import { LOOSE_BOUNDS } from "../../controllers/junction/bounds-limits.ts";
import {
  decideJunction,
  type JunctionState,
  type PreparedJunction,
  prepareJunction,
  type Strategy,
  startJunction,
} from "../../controllers/junction/junction.ts";
import { kernelHash } from "../../controllers/junction/kernel-hash.ts";
import type { Aspect, GroupId, JunctionEvent, Signal } from "../../controllers/junction/model.ts";
import { type MonitorFault, type MonitorState, startMonitor, watch } from "../../controllers/junction/monitor.ts";
import { monitorTable } from "../../controllers/junction/monitor-table.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { type Instant, instant, metres } from "../../controllers/units.ts";
import { REACH } from "./approaches.ts";
import type { Bus } from "./buses.ts";
import type { SumoJunction } from "./junction-of.ts";
import { lettersOf } from "./letters.ts";

/** A junction of SUMO's that hulotte works: real decisions, and the real monitor on what SUMO says its heads show. */
export interface WorkedJunction {
  readonly sumo: SumoJunction;
  /** What its signals show from now on, as SUMO's letters. */
  decide(told: WorkedInputs, now: Instant): string;
  /** What the monitor found wrong, if anything; stays. */
  readonly fault: MonitorFault | null;
  /** In the cabinet's time: it works whole cycles before SUMO's first second. */
  readonly events: JunctionEvent[];
}

export interface WorkedInputs {
  readonly buses: readonly Bus[];
  /** By lane: vehicles that stand on its detector. */
  readonly queues: ReadonlyMap<string, number>;
  /** SUMO's letters of the second that has passed; null in the first. */
  readonly shown: string | null;
}

const SOURCE = "sumo";
/** A bus is told of until it is so far behind the place where it has left the junction, m: trackers smooth what they hear. */
const BEHIND = 40;
/** The cabinet has worked for so many cycles when SUMO's first second comes: as in a street, it is in step by then. */
const CYCLES_BEFORE = 12;
const ASPECT_OF: Readonly<Record<string, Aspect>> = {
  G: "green",
  g: "green",
  y: "amber",
  u: "red-amber",
  r: "red",
  s: "red",
  o: "flashing-amber",
  O: "dark",
};

interface Followed {
  readonly approach: number;
  readonly distance: number;
  readonly driven: number;
}

/** A junction that has worked its base plan until `now`, with nobody there. `onSecond` is told what it shows. */
function startInStep(
  prepared: PreparedJunction,
  from: Instant,
  now: Instant,
  onSecond: (signals: readonly Signal[], at: Instant) => void,
): JunctionState {
  const start = startJunction(prepared, from);
  const inputs = { words: [], detectors: [], clockSet: true };
  let [state, wakeAt] = [start, from];
  for (let at = from; at < now; at = instant(at + 1000)) {
    if (at >= wakeAt) ({ state, wakeAt } = decideJunction(prepared, state, inputs, at));
    onSecond(state.engine.signals, at);
  }
  // What it thought of traffic that was not counted is nothing that a cabinet would have learnt.
  return { ...state, demand: { ...start.demand, at: now } };
}

/**
 * `routeOf`: a bus's route by its id. `lanesOf`: which lanes end at a group's stop line. A bus that has two stop lines
 * of the junction before it is told of as two vehicles.
 */
export function workedJunction(
  sumo: SumoJunction,
  strategy: Strategy,
  routeOf: (bus: string) => number | undefined,
  edgeAt: (route: number, from: number, link: number) => number,
  lanesOf: ReadonlyMap<GroupId, readonly string[]>,
): WorkedJunction {
  const { junction, signal } = sumo;
  const prepared = prepareJunction(junction, { strategy, bounds: LOOSE_BOUNDS });
  const letters = lettersOf(sumo);
  const table = monitorTable(junction);
  const hash = kernelHash(prepared.table);
  const [plan] = junction.plans;
  const before = CYCLES_BEFORE * (plan?.kind === "fixed" ? plan.cycle : 0);
  let state: JunctionState | null = null;
  let monitor: MonitorState | null = null;
  let [wakeAt, last] = [0, ""];
  let shownSince = instant(0);
  let followed = new Map<string, Followed>();
  const events: JunctionEvent[] = [];
  const leaders = junction.groups.map(
    ({ id }) => [id, [...sumo.groupOf].find(([, group]) => group === id)?.[0] as number] as const,
  );

  function wordsOf(buses: readonly Bus[], now: Instant): VehicleWord[] {
    const words: VehicleWord[] = [];
    const seen = new Map<string, Followed>();
    const tell = (vehicle: string, bus: Bus, one: Followed): void => {
      words.push({
        kind: "position",
        source: SOURCE,
        vehicle,
        place: { approach: one.approach, distance: metres(one.distance) },
        speed: bus.speed,
        atStop: bus.atStop,
        facts: { type: "bus" },
        at: now,
      });
      seen.set(vehicle, one);
    };
    for (const bus of buses) {
      const route = routeOf(bus.id);
      if (route === undefined) continue;
      for (const ahead of bus.ahead) {
        if (ahead.signal !== signal || ahead.distance > REACH) continue;
        const group = sumo.groupOf.get(ahead.link);
        const edge = edgeAt(route, bus.edge, ahead.link);
        const of = sumo.approaching.filter((one) => one.group === group);
        const approach = (of.find(({ routes }) => routes.has(`${route} ${edge}`)) ?? of[0])?.approach;
        const vehicle = `${bus.id} ${edge}`;
        if (approach !== undefined)
          tell(vehicle, bus, {
            approach: followed.get(vehicle)?.approach ?? approach,
            distance: ahead.distance,
            driven: bus.driven,
          });
      }
      // Behind the stop line SUMO says nothing more of it: it is told of until it has left the junction.
      for (const [vehicle, last] of followed) {
        if (seen.has(vehicle) || !vehicle.startsWith(`${bus.id} `)) continue;
        const distance = last.distance - (bus.driven - last.driven);
        const exit = junction.approaches[last.approach]?.exit ?? 0;
        if (distance < 5 && last.distance > -exit - BEHIND)
          tell(vehicle, bus, { ...last, distance, driven: bus.driven });
      }
    }
    followed = seen;
    return words;
  }

  /** The monitor is asked at the change and shortly before the next, as one that looks each 50 ms would see it. */
  function see(read: readonly Pick<Signal, "group" | "aspect">[], from: Instant): void {
    for (const at of [from, instant(from + 999)]) {
      const pass = watch(table, monitor ?? startMonitor(table, from), read, { heartbeat: from, otherHash: hash }, at);
      monitor = pass.state;
      worked.fault = pass.fault;
    }
  }

  const worked = {
    sumo,
    fault: null as MonitorFault | null,
    events,
    decide({ buses, queues, shown }: WorkedInputs, second: Instant): string {
      const now = instant(second + before);
      state ??= startInStep(prepared, second, now, see);
      if (shown !== null) {
        const read = leaders.map(([group, link]) => ({ group, aspect: ASPECT_OF[shown[link] ?? ""] ?? "dark" }));
        see(read, shownSince);
      }
      shownSince = now;
      const words = wordsOf(buses, now);
      // As in a cabinet: something came, or it is time.
      if (words.length === 0 && now < wakeAt) return last;
      const decision = decideJunction(
        prepared,
        state,
        {
          words,
          detectors: [],
          queues: Object.fromEntries(
            [...lanesOf].map(([group, lanes]) => [
              group,
              lanes.reduce((sum, lane) => sum + (queues.get(lane) ?? 0), 0),
            ]),
          ),
          clockSet: true,
        },
        now,
      );
      state = decision.state;
      events.push(...decision.events);
      wakeAt = decision.wakeAt;
      last = letters(decision.signals);
      return last;
    },
  };
  return worked;
}
