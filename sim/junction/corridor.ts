import {
  decideJunction,
  type JunctionDecision,
  type JunctionState,
  type PreparedJunction,
  prepareJunction,
  startJunction,
} from "../../controllers/junction/junction.ts";
import type { GroupId, Junction, JunctionInputs, Signal } from "../../controllers/junction/model.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import { SeededRandom } from "../random.ts";
import { CorridorBus, POSITIONING, type Positioning } from "./corridor-bus.ts";
import { junctionsOn, linesOn } from "./corridor-lines.ts";
import { type CorridorMeasures, CorridorTally } from "./corridor-measures.ts";
import { Crossing } from "./corridor-people.ts";
import { CorridorTraffic, TRAFFIC, type TrafficSettings } from "./corridor-traffic.ts";
import { normal } from "./normal.ts";

export const STRATEGIES = ["none", "simple", "hulotte"] as const;
export type CorridorStrategy = (typeof STRATEGIES)[number];

export interface CorridorSettings {
  readonly strategy: CorridorStrategy;
  readonly seed: number;
  /** Seconds that are not measured, before those that are. */
  readonly warmUp: number;
  readonly hours: number;
  readonly junctions: number;
  readonly traffic: TrafficSettings;
  readonly positioning: Positioning;
  /** People on foot an hour at each crossing. */
  readonly walkers: number;
  /** Whether queues are counted, and told to the junction. */
  readonly counted: boolean;
  /** 1 is coordinated, 2 actuated. */
  readonly plan: 1 | 2;
  /** Buses an hour each way on the main street, and on the street that crosses its middle. */
  readonly buses: number;
  readonly crossing: number;
  /** What is different at each junction: the settings of its priority, another programme. */
  readonly adapt?: (junction: Junction) => Junction;
  /** Sees each pass of each junction. */
  readonly watch?: (junction: number, inputs: JunctionInputs, decision: JunctionDecision, now: Instant) => void;
}

export const CORRIDOR: CorridorSettings = {
  strategy: "hulotte",
  seed: 1,
  warmUp: 600,
  hours: 1,
  junctions: 5,
  traffic: TRAFFIC,
  positioning: POSITIONING,
  walkers: 40,
  counted: true,
  plan: 1,
  buses: 12,
  crossing: 7,
};

const START = Date.UTC(2026, 5, 1, 7);

interface Node {
  readonly junction: Junction;
  readonly prepared: PreparedJunction;
  readonly crossings: readonly Crossing[];
  state: JunctionState;
  signals: readonly Signal[];
  wakeAt: Instant;
  words: VehicleWord[];
  occupied: Set<string>;
}

/**
 * Runs the corridor: every junction decided by the runtime's own `decideJunction`, at whole seconds. The same seed has the
 * same vehicles, people and dwells whatever the strategy. Pure but for its own vehicles; an hour takes a second or so.
 */
export function runCorridor(given: Partial<CorridorSettings> = {}): CorridorMeasures {
  const settings = { ...CORRIDOR, ...given };
  const random = new SeededRandom(settings.seed);
  const lines = linesOn(settings);
  const traffic = new CorridorTraffic(random.fork("traffic"), settings.junctions, settings.traffic);
  const at = (second: number): Instant => instant(START + second * 1000);
  const nodes: Node[] = junctionsOn(settings, lines).map((junction, index) => {
    const prepared = prepareJunction(junction, { strategy: settings.strategy });
    const walkers = junction.groups.filter(({ kind }) => kind === "pedestrian");
    return {
      junction,
      prepared,
      crossings: walkers.map(({ id }) => new Crossing(random.fork(`walk ${index} ${id}`), index, id, settings.walkers)),
      state: startJunction(prepared, at(0)),
      signals: [],
      wakeAt: at(0),
      words: [],
      occupied: new Set(),
    };
  });
  const depots = lines.map((line) => {
    const own = random.fork(line.name);
    return { line, random: own, next: own.next() * line.headway, sent: 0 };
  });
  let buses: CorridorBus[] = [];
  const inbox: { due: number; junction: number; word: VehicleWord }[] = [];
  let tally = new CorridorTally();
  let skipCars = 0;
  const end = settings.warmUp + Math.round(settings.hours * 3600);

  for (let now = 1; now <= end; now++) {
    if (now === settings.warmUp + 1) {
      tally = new CorridorTally();
      skipCars = traffic.delays.length;
      for (const { crossings } of nodes) for (const crossing of crossings) crossing.waits.length = 0;
    }
    traffic.arrive(now);
    for (const depot of depots)
      if (depot.next <= now) {
        const id = `${depot.line.name} ${++depot.sent}`;
        buses.push(new CorridorBus(depot.random.fork(id), depot.line, id));
        depot.next += Math.max(20, normal(depot.random, depot.line.headway, depot.line.spread));
      }
    for (const bus of buses) {
      if (bus.junction !== null) bus.move(now, traffic.queue(bus.junction, bus.line.way));
      for (const told of bus.words(settings.positioning, at(now)))
        inbox.push({ due: now + settings.positioning.latency, ...told });
    }
    for (let first = inbox[0]; first && first.due <= now; first = inbox[0]) {
      inbox.shift();
      nodes[first.junction]?.words.push(first.word);
    }
    for (const [index, node] of nodes.entries()) {
      const pressed = node.crossings.filter((crossing) => crossing.arrive(now)).map(({ group }) => group);
      decide(settings, traffic, node, index, pressed, now, at(now), tally);
      const green = new Set(node.signals.filter(({ aspect }) => aspect === "green").map(({ group }) => group));
      for (const crossing of node.crossings) crossing.step(now, green.has(crossing.group));
      for (const { id, kind } of node.junction.groups) {
        if (kind === "pedestrian") continue;
        for (const gone of traffic.queue(index, id).step(now, green.has(id)))
          if (gone.kind === "car") traffic.crossed(gone, index, id, now);
          else tally.passages.push(gone.crossed(now));
      }
    }
    buses = buses.filter((bus) => bus.drives());
  }
  const { entered, left, inside } = traffic;
  return tally.measures(
    traffic.delays.slice(skipCars),
    nodes.flatMap(({ crossings }) => crossings.flatMap(({ waits }) => waits)),
    nodes[0]?.junction.priority.carPersons ?? 1,
    settings.hours,
    { entered, left, inside },
  );
}

/** Asks the runtime where something arrived or it wished to be asked again. */
function decide(
  settings: CorridorSettings,
  traffic: CorridorTraffic,
  node: Node,
  index: number,
  pressed: readonly GroupId[],
  second: number,
  now: Instant,
  tally: CorridorTally,
): void {
  const { junction, words } = node;
  const detectors: { id: string; occupied: boolean; at: Instant }[] = [];
  for (const { id, group, use } of junction.detectors) {
    const occupied = use === "call" ? pressed.includes(group) : traffic.occupied(index, group, second);
    if (occupied === node.occupied.has(id)) continue;
    if (occupied) node.occupied.add(id);
    else node.occupied.delete(id);
    detectors.push({ id, occupied, at: now });
  }
  if (words.length === 0 && detectors.length === 0 && now < node.wakeAt) return;
  const counted = junction.groups
    .filter(({ kind }) => kind !== "pedestrian")
    .map(({ id }) => [id, traffic.queue(index, id).length] as const);
  const inputs: JunctionInputs = {
    words,
    detectors,
    clockSet: true,
    plan: settings.plan,
    ...(settings.counted ? { queues: Object.fromEntries(counted) } : {}),
  };
  const decision = decideJunction(node.prepared, node.state, inputs, now);
  settings.watch?.(index, inputs, decision, now);
  node.state = decision.state;
  node.signals = decision.signals;
  node.wakeAt = decision.wakeAt;
  node.words = [];
  tally.hear(index, decision.events);
}
