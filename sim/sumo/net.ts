/** What a SUMO network file says of roads and signals, as far as signals need it. */
import { Fault } from "../../firmware/hal/fault.ts";
import { type Element, named } from "./xml.ts";

export interface NetLane {
  readonly id: string;
  readonly edge: string;
  readonly index: number;
  /** m/s. */
  readonly speed: number;
  /** m. */
  readonly length: number;
}

export interface NetEdge {
  readonly id: string;
  /** "internal", "crossing", "walkingarea", or "normal". */
  readonly function: string;
  readonly lanes: readonly NetLane[];
}

/** From a lane to a lane; where it has a signal: whose and which of its links. */
export interface NetConnection {
  readonly from: string;
  readonly to: string;
  readonly fromLane: number;
  readonly toLane: number;
  /** The lane inside the junction. */
  readonly via?: string;
  readonly signal?: { readonly id: string; readonly link: number };
  /** Its place in the junction's right of way; null where the network has no inner lanes. */
  readonly request: number | null;
  readonly junction: string;
}

/** Right of way of one link at its junction: whom it meets, and to whom it yields, by the requests' numbers. */
export interface NetRequest {
  readonly foes: ReadonlySet<number>;
  readonly yieldsTo: ReadonlySet<number>;
}

export interface Phase {
  /** s. */
  readonly duration: number;
  /** A letter a link: G green, g green that yields, y amber, u red-amber, r and s red, o and O off. */
  readonly state: string;
  readonly min?: number;
  readonly max?: number;
}

export interface Programme {
  readonly signal: string;
  readonly id: string;
  readonly type: string;
  /** s. */
  readonly offset: number;
  readonly phases: readonly Phase[];
}

export interface Network {
  readonly edges: ReadonlyMap<string, NetEdge>;
  readonly lanes: ReadonlyMap<string, NetLane>;
  readonly connections: readonly NetConnection[];
  readonly requests: ReadonlyMap<string, readonly NetRequest[]>;
  /** By signal: the last that was said is in force. */
  readonly programmes: ReadonlyMap<string, Programme>;
}

/** Reads the root of a `.net.xml`. Throws Fault `protocol` where it is none. */
export function readNet(root: Element, where: string): Network {
  if (root.name !== "net") throw new Fault("protocol", where, `<${root.name}> is no network: <net> is`);
  const edges = new Map(named(root, "edge").map((edge) => [textOf(edge, "id", where), edgeOf(edge, where)]));
  const lanes = new Map([...edges.values()].flatMap((edge) => edge.lanes.map((lane) => [lane.id, lane])));
  const junctions = named(root, "junction");
  const junctionOf = new Map(
    // Where turns wait inside a junction is an inner junction: it names the same lanes, and its requests are others.
    junctions
      .filter(({ attributes }) => attributes["type"] !== "internal")
      .flatMap((junction) =>
        (junction.attributes["incLanes"] ?? "").split(" ").map((lane) => [lane, junction.attributes["id"] as string]),
      ),
  );
  const connections = named(root, "connection").map((one) => connectionOf(one, junctionOf, where));
  const requests = new Map(
    junctions.map((junction) => [
      junction.attributes["id"] as string,
      named(junction, "request").map(({ attributes }) => ({
        foes: bitsOf(attributes["foes"]),
        yieldsTo: bitsOf(attributes["response"]),
      })),
    ]),
  );
  return { edges, lanes, connections, requests, programmes: programmesIn(root, where) };
}

/** Signal programmes in a network file or an additional file. */
export function programmesIn(root: Element, where: string): Map<string, Programme> {
  return new Map(
    named(root, "tlLogic").map((logic) => {
      const signal = textOf(logic, "id", where);
      const phases = named(logic, "phase").map((phase) => ({
        duration: numberOf(phase, "duration", where),
        state: textOf(phase, "state", where),
        ...("minDur" in phase.attributes ? { min: numberOf(phase, "minDur", where) } : {}),
        ...("maxDur" in phase.attributes ? { max: numberOf(phase, "maxDur", where) } : {}),
      }));
      const { programID: id = "0", type = "static", offset = "0" } = logic.attributes;
      return [signal, { signal, id, type, offset: Number(offset) || 0, phases }];
    }),
  );
}

function edgeOf(edge: Element, where: string): NetEdge {
  const id = textOf(edge, "id", where);
  const lanes = named(edge, "lane").map((lane) => ({
    id: textOf(lane, "id", where),
    edge: id,
    index: numberOf(lane, "index", where),
    speed: numberOf(lane, "speed", where),
    length: numberOf(lane, "length", where),
  }));
  return { id, function: edge.attributes["function"] ?? "normal", lanes };
}

function connectionOf(one: Element, junctionOf: ReadonlyMap<string, string>, where: string): NetConnection {
  const [from, to] = [textOf(one, "from", where), textOf(one, "to", where)];
  const [fromLane, toLane] = [numberOf(one, "fromLane", where), numberOf(one, "toLane", where)];
  const { via, tl, linkIndex } = one.attributes;
  // An inner edge has the number of its first lane's link: `:J_4_1` is the link after `:J_4_0`, which is link 4 of J.
  const numbers = /_(\d+)_(\d+)$/.exec(via ?? "");
  // A pedestrian crossing is an inner edge itself: `:J_c0`. Its connections are in no right of way that is needed here.
  return {
    from,
    to,
    fromLane,
    toLane,
    ...(via === undefined ? {} : { via }),
    ...(tl === undefined ? {} : { signal: { id: tl, link: Number(linkIndex) } }),
    request: numbers ? Number(numbers[1]) + Number(numbers[2]) : null,
    junction: junctionOf.get(`${from}_${fromLane}`) ?? "",
  };
}

/** "0110": the last digit is request 0. */
function bitsOf(digits = ""): Set<number> {
  const found = new Set<number>();
  for (let i = 0; i < digits.length; i++) if (digits[digits.length - 1 - i] === "1") found.add(i);
  return found;
}

function textOf({ name, attributes }: Element, attribute: string, where: string): string {
  const text = attributes[attribute];
  if (text === undefined) throw new Fault("protocol", where, `<${name}> has no ${attribute}`);
  return text;
}

function numberOf(element: Element, attribute: string, where: string): number {
  const text = textOf(element, attribute, where);
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new Fault("protocol", where, `<${element.name}> ${attribute} is "${text}": allowed is a number`);
  return value;
}
