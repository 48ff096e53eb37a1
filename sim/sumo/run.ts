import type { Strategy as Priority } from "../../controllers/junction/junction.ts";
import type { JunctionEvent } from "../../controllers/junction/model.ts";
import type { MonitorFault } from "../../controllers/junction/monitor.ts";
import { instant } from "../../controllers/units.ts";
import { busesIn, subscribeBus, timetableId } from "./buses.ts";
import { BusDelay, type Lost, zoneLanes } from "./delay.ts";
import { detectorId } from "./extra-files.ts";
import type { SumoJunction } from "./junction-of.ts";
import type { Scenario } from "./scenario.ts";
import type { Order, Told, Traci } from "./traci.ts";
import { LANE, SIGNAL, SIMULATION } from "./traci-words.ts";
import { type WorkedJunction, workedJunction } from "./worked.ts";

export interface RunOptions {
  readonly traci: Traci;
  readonly scenario: Scenario;
  readonly junctions: readonly SumoJunction[];
  /** What works the signals; null: SUMO, by the programmes it has loaded. */
  readonly priority: Priority | null;
  /** Ends the run at that second, whoever is still on the road; absent: when all have arrived. */
  readonly until?: number;
  /** Asked each second. */
  readonly onSecond?: (second: number) => void;
}

export interface RunResult {
  readonly seconds: number;
  readonly lostAt: ReadonlyMap<string, Lost>;
  readonly monitorFaults: readonly (MonitorFault & { readonly signal: string })[];
  readonly events: readonly JunctionEvent[];
}

/** Plays a scenario to its end, second by second. Virtual time: as fast as both can. */
export async function playSumo({
  traci,
  scenario,
  junctions,
  priority,
  until,
  onSecond,
}: RunOptions): Promise<RunResult> {
  const { network, routeOf, routes } = scenario;
  const bus = new BusDelay(zoneLanes(network, new Set(junctions.map(({ signal }) => signal))), (lane) =>
    scenario.stopLoss(network.lanes.get(lane)?.speed ?? 0),
  );
  const route = (id: string): number | undefined => routeOf.get(timetableId(id, routeOf) ?? "");
  const ways = waysOf(scenario);
  const worked = priority === null ? [] : junctions.map((sumo) => work(sumo, priority));
  const lanes = new Set(worked.flatMap(({ lanes }) => lanes));
  await traci.order([
    {
      kind: "subscribe",
      domain: "simulation",
      object: "",
      variables: [SIMULATION.time, SIMULATION.departed, SIMULATION.expected],
    },
    ...worked.map(
      ({ one }): Order => ({
        kind: "subscribe",
        domain: "signal",
        object: one.sumo.signal,
        variables: [SIGNAL.state],
      }),
    ),
    ...[...lanes].map(
      (lane): Order => ({
        kind: "subscribe",
        domain: "laneArea",
        object: detectorId(lane),
        variables: [LANE.halting],
      }),
    ),
  ]);
  let seconds = 0;
  let isWorked = false;
  for (;;) {
    const told = await traci.step();
    const simulation = told.simulation.get("") ?? new Map();
    seconds = Number(simulation.get(SIMULATION.time));
    const buses = busesIn(told);
    bus.see(buses);
    const queues = queuesIn(told, lanes);
    const now = instant(Math.round(seconds * 1000));
    const orders = worked.flatMap(({ one }): Order[] => {
      const { signal } = one.sumo;
      const shown = shownOf(told, one);
      const state = one.decide({ buses, queues, shown: isWorked ? shown : null }, now);
      return isWorked && state === shown ? [] : [{ kind: "state", signal, state }];
    });
    isWorked = true;
    const departed = (simulation.get(SIMULATION.departed) as readonly string[] | undefined) ?? [];
    orders.push(...departed.filter((id) => route(id) !== undefined).map(subscribeBus));
    await traci.order(orders);
    onSecond?.(seconds);
    if (Number(simulation.get(SIMULATION.expected)) === 0 || seconds >= (until ?? Number.POSITIVE_INFINITY)) break;
  }
  return {
    seconds,
    lostAt: bus.bySignal,
    monitorFaults: worked.flatMap(({ one }) => (one.fault ? [{ ...one.fault, signal: one.sumo.signal }] : [])),
    events: worked.flatMap(({ one }) => one.events),
  };

  function work(sumo: SumoJunction, strategy: Priority): { one: WorkedJunction; lanes: string[] } {
    const lanesOf = lanesByGroup(scenario, sumo);
    const edgeAt = (index: number, from: number, link: number): number => {
      const edges = routes[index]?.edges ?? [];
      const way = ways.get(`${sumo.signal} ${link}`);
      return edges.findIndex((edge, i) => i >= from && way?.has(`${edge} ${edges[i + 1]}`));
    };
    return { one: workedJunction(sumo, strategy, route, edgeAt, lanesOf), lanes: [...lanesOf.values()].flat() };
  }
}

/** By signal and link: from which edge to which it leads. */
function waysOf({ network }: Scenario): Map<string, Set<string>> {
  const ways = new Map<string, Set<string>>();
  for (const { signal, from, to } of network.connections) {
    if (!signal) continue;
    const key = `${signal.id} ${signal.link}`;
    ways.set(key, (ways.get(key) ?? new Set()).add(`${from} ${to}`));
  }
  return ways;
}

/** By group: the lanes at whose end it is. A lane with several groups counts for the first alone: nobody sees who turns where. */
function lanesByGroup({ network }: Scenario, sumo: SumoJunction): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const taken = new Set<string>();
  for (const { signal, from, fromLane } of network.connections) {
    const group = signal?.id === sumo.signal ? sumo.groupOf.get(signal.link) : undefined;
    const lane = `${from}_${fromLane}`;
    if (group === undefined || taken.has(lane) || !network.lanes.has(lane)) continue;
    taken.add(lane);
    found.set(group, [...(found.get(group) ?? []), lane]);
  }
  return found;
}

const queuesIn = (told: Told, lanes: ReadonlySet<string>): Map<string, number> =>
  new Map([...lanes].map((lane) => [lane, Number(told.laneArea.get(detectorId(lane))?.get(LANE.halting) ?? 0)]));

const shownOf = (told: Told, { sumo }: WorkedJunction): string | null =>
  (told.signal.get(sumo.signal)?.get(SIGNAL.state) as string | undefined) ?? null;
