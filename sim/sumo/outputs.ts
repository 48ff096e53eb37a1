/** What SUMO wrote at the end of a run. */
import { type Element, named, readXml } from "./xml.ts";

/** Means over the vehicles that arrived; seconds. */
export interface Trips {
  readonly count: number;
  readonly duration: number;
  /** Standing, without its stops. */
  readonly waiting: number;
  /** Against driving as fast as it may, without its stops. */
  readonly timeLoss: number;
  /** How often it stood. */
  readonly stops: number;
  /** Before it could be set on the road at all. */
  readonly departDelay: number;
}

/** By whether a vehicle's type is a bus. */
export function tripsIn(text: string, isBus: (type: string) => boolean): { bus: Trips; others: Trips } {
  const trips = named(readXml(text, "tripinfo"), "tripinfo");
  const mean = (of: readonly Element[]): Trips => {
    const average = (attribute: string): number =>
      of.length === 0 ? 0 : of.reduce((sum, { attributes }) => sum + Number(attributes[attribute]), 0) / of.length;
    return {
      count: of.length,
      duration: average("duration"),
      waiting: average("waitingTime"),
      timeLoss: average("timeLoss"),
      stops: average("waitingCount"),
      departDelay: average("departDelay"),
    };
  };
  const { bus = [], others = [] } = Object.groupBy(trips, ({ attributes }) =>
    isBus(attributes["vType"] ?? "") ? "bus" : "others",
  );
  return { bus: mean(bus), others: mean(others) };
}

/** Seconds lost on lanes, summed, and vehicles that left one of them. */
export function lostOn(text: string, lanes: ReadonlySet<string>): { lost: number; left: number } {
  let [lost, left] = [0, 0];
  const walk = (element: Element): void => {
    if (element.name === "lane" && lanes.has(element.attributes["id"] ?? "")) {
      lost += Number(element.attributes["timeLoss"] ?? 0);
      left += Number(element.attributes["left"] ?? 0);
    }
    for (const child of element.children) walk(child);
  };
  walk(readXml(text, "lane data"));
  return { lost, left };
}

export interface Safety {
  readonly teleports: number;
  readonly collisions: number;
  readonly emergencyStops: number;
}

export function safetyIn(text: string): Safety {
  const root = readXml(text, "statistics");
  const of = (name: string, attribute: string): number => Number(named(root, name)[0]?.attributes[attribute] ?? 0);
  return {
    teleports: of("teleports", "total"),
    collisions: of("safety", "collisions"),
    emergencyStops: of("safety", "emergencyStops"),
  };
}
