import type { Junction } from "../../controllers/junction/model.ts";
import { metres, seconds } from "../../controllers/units.ts";
import type { BusLine } from "./corridor-bus.ts";
import { corridorJunction, type Way } from "./corridor-junction.ts";

/** What lines and junctions are made of. */
interface Layout {
  readonly junctions: number;
  /** Buses an hour each way on the main street, and on the street that crosses its middle. */
  readonly buses: number;
  readonly crossing: number;
  readonly adapt?: (junction: Junction) => Junction;
}

/** Where stops are: near side, 60 m before the line, or far side, soon after the junction before. */
const NEAR = { distance: 60, dwell: 18, spread: 7 };
const FAR = { distance: 320, dwell: 20, spread: 8 };

/** One line along the main street both ways, one across its middle. */
export function linesOn({ junctions, buses, crossing }: Layout): BusLine[] {
  const order = Array.from({ length: junctions }, (_, index) => index);
  const stopsOf = (ways: readonly number[]): BusLine["stops"] =>
    Object.fromEntries(
      ways.flatMap((junction, place) => {
        if (place === 2) return [[junction, FAR] as const];
        return place % 3 === 0 ? [[junction, NEAR] as const] : [];
      }),
    );
  const back = order.toReversed();
  const line = (name: string, way: Way, ways: readonly number[], hourly: number, stops = stopsOf(ways)): BusLine[] =>
    hourly > 0 && ways.length > 0
      ? [{ name, way, junctions: ways, headway: 3600 / hourly, spread: 300 / hourly, stops }]
      : [];
  return [
    ...line("1 east", "A1", order, buses),
    ...line("1 west", "A2", back, buses),
    ...line("2 south", "B1", order.slice(Math.floor(junctions / 2)).slice(0, 1), crossing, {}),
  ];
}

/** The junctions, with approaches and stops where lines have them. */
export function junctionsOn(settings: Layout, lines: readonly BusLine[]): Junction[] {
  return Array.from({ length: settings.junctions }, (_, index) => {
    const serving = lines.filter(({ junctions }) => junctions.includes(index));
    const stops = Object.fromEntries(
      serving.map(({ way, stops }) => {
        const stop = stops[index];
        return [
          way,
          stop ? [{ distance: metres(stop.distance), dwell: seconds(stop.dwell), spread: seconds(stop.spread) }] : [],
        ];
      }),
    );
    const made = corridorJunction({ index, stops, ways: serving.map(({ way }) => way) });
    return settings.adapt?.(made) ?? made;
  });
}
