/** What a SUMO configuration and its files say, as far as signals and buses need it. */
import { Fault } from "../../firmware/hal/fault.ts";
import { type Network, type Programme, programmesIn, readNet } from "./net.ts";
import { type Element, named, readXml } from "./xml.ts";

/** What `.sumocfg` says: options by their name, wherever in the file they stand. */
export type Options = Readonly<Record<string, string>>;

export interface PlannedStop {
  readonly lane: string;
  /** Where a vehicle's front stands, m from the begin of the lane. */
  readonly at: number;
  /** s, as the timetable plans it. */
  readonly duration: number;
}

/** A way that buses are sent along, by their timetable. */
export interface BusRoute {
  readonly edges: readonly string[];
  readonly stops: readonly PlannedStop[];
}

export interface Scenario {
  readonly network: Network;
  /** By signal: the network's own, or the additional files' where those say one. */
  readonly programmes: ReadonlyMap<string, Programme>;
  readonly routes: readonly BusRoute[];
  /** Index into `routes`, by a vehicle's id, or by its flow's. */
  readonly routeOf: ReadonlyMap<string, number>;
  /** Vehicles of the timetable whose way is not in the files (SUMO finds it itself): they have no priority. */
  readonly unrouted: readonly string[];
  /** Signals for which the files have a programme of another number of links: the network's own is in force. */
  readonly unfit: readonly string[];
  /** s that braking into a stop and pulling out of it costs a bus, at the speed that is allowed (m/s). */
  readonly stopLoss: (speed: number) => number;
  /** Ids of all types of vehicles that are no buses. */
  readonly otherTypes: readonly string[];
  readonly busTypes: readonly string[];
}

/** SUMO's classes of public transport on the road. */
const BUS_CLASSES = new Set(["bus", "coach", "tram"]);

export function readOptions(text: string, where: string): Options {
  const found: Record<string, string> = {};
  const walk = (element: Element): void => {
    const { value } = element.attributes;
    if (value !== undefined) found[element.name] = value;
    for (const child of element.children) walk(child);
  };
  walk(readXml(text, where));
  return found;
}

export interface ScenarioTexts {
  readonly net: { readonly name: string; readonly text: string };
  /** Routes and additional files, in the order in which SUMO reads them. */
  readonly others: readonly { readonly name: string; readonly text: string }[];
}

/** Throws Fault `protocol` where a file is not what SUMO reads. */
export function readScenario({ net, others }: ScenarioTexts): Scenario {
  const network = readNet(readXml(net.text, net.name), net.name);
  const programmes = new Map(network.programmes);
  const roots = others.map(({ name, text }) => ({ name, root: readXml(text, name) }));
  const unfit: string[] = [];
  const links = linksOf(network);
  for (const { name, root } of roots) {
    for (const [id, programme] of programmesIn(root, name)) {
      if (programme.phases.every(({ state }) => state.length === links.get(id))) programmes.set(id, programme);
      else unfit.push(id);
    }
  }
  const things = roots.flatMap(({ root }) => root.children);
  const types = typesIn(things);
  const stops = new Map(
    things.flatMap((one) => (one.name === "busStop" || one.name === "trainStop" ? [[one.attributes["id"], one]] : [])),
  );
  const named_ = new Map(things.flatMap((one) => (one.name === "route" ? [[one.attributes["id"], one]] : [])));
  const routes: BusRoute[] = [];
  const known = new Map<string, number>();
  const routeOf = new Map<string, number>();
  const unrouted: string[] = [];
  for (const vehicle of things) {
    if (!["vehicle", "flow", "trip"].includes(vehicle.name)) continue;
    const { id = "", type = "DEFAULT_VEHTYPE", route: ref } = vehicle.attributes;
    if (!types.buses.has(type)) continue;
    const way = named(vehicle, "route")[0] ?? named_.get(ref);
    const edges = way?.attributes["edges"]?.trim().split(/\s+/);
    if (!way || !edges) {
      unrouted.push(id);
      continue;
    }
    const planned = [...named(way, "stop"), ...named(vehicle, "stop")].flatMap((stop) => {
      const place = placeOf(stop, stops, network);
      return place ? [{ ...place, duration: Number(stop.attributes["duration"] ?? 0) || 0 }] : [];
    });
    const route = { edges, stops: planned };
    const key = JSON.stringify(route);
    if (!known.has(key)) known.set(key, routes.push(route) - 1);
    routeOf.set(id, known.get(key) as number);
  }
  return {
    network,
    programmes,
    routes,
    routeOf,
    unrouted,
    unfit,
    stopLoss: types.stopLoss,
    otherTypes: types.others,
    busTypes: [...types.buses],
  };
}

/** Links of each signal. */
function linksOf({ connections }: Network): Map<string, number> {
  const links = new Map<string, number>();
  for (const { signal } of connections)
    if (signal) links.set(signal.id, Math.max(links.get(signal.id) ?? 0, signal.link + 1));
  return links;
}

/** SUMO's own for the class. */
const [ACCEL, DECEL] = [1.2, 4];

function typesIn(things: readonly Element[]) {
  const buses = new Set<string>();
  const losses: number[] = [];
  const others = ["DEFAULT_VEHTYPE"];
  const one = ({ attributes: { id = "", vClass = "passenger", accel, decel } }: Element): boolean => {
    const isBus = BUS_CLASSES.has(vClass);
    if (isBus) buses.add(id);
    else others.push(id);
    if (isBus) losses.push(1 / (Number(accel) || ACCEL) + 1 / (Number(decel) || DECEL));
    return isBus;
  };
  for (const thing of things) {
    if (thing.name === "vType") one(thing);
    if (thing.name === "vTypeDistribution") {
      const areBuses = named(thing, "vType").map(one);
      if (areBuses.length > 0 && areBuses.every(Boolean)) buses.add(thing.attributes["id"] ?? "");
    }
  }
  const loss = losses.reduce((sum, one) => sum + one, 0) / Math.max(1, losses.length);
  return { buses, others, stopLoss: (speed: number): number => (speed / 2) * loss };
}

/** A front stands at the end of a stop's place. */
function placeOf(
  stop: Element,
  stops: ReadonlyMap<string | undefined, Element>,
  network: Network,
): { lane: string; at: number } | null {
  const named = stop.attributes["busStop"] ?? stop.attributes["trainStop"];
  const place = named === undefined ? stop : stops.get(named);
  const lane = network.lanes.get(place?.attributes["lane"] ?? "");
  if (!place || !lane) return null;
  const end = Number(place.attributes["endPos"] ?? lane.length);
  if (!Number.isFinite(end)) throw new Fault("protocol", "stop", `endPos is ${place.attributes["endPos"]}`);
  // SUMO counts positions below 0 from the end of the lane.
  return { lane: lane.id, at: Math.min(lane.length, end < 0 ? lane.length + end : end) };
}

/** The files that a configuration names. SUMO reads additional files before routes. */
export const filesOf = (
  options: Options,
): { readonly net: string; readonly additional: readonly string[]; readonly routes: readonly string[] } => ({
  net: options["net-file"] ?? options["net"] ?? "",
  additional: listOf(options["additional-files"] ?? options["additional"]),
  routes: listOf(options["route-files"]),
});

const listOf = (text = ""): string[] => text.split(/[,;\s]+/).filter((one) => one !== "");
