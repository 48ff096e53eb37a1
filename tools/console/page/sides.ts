/** On which side of its street a lamp stands: no message tells, so that the page decides, always alike. */
import { corridor, type Lane, type Place, pointAt, STREET_WIDTH } from "./street-plan.ts";

/** Metres from the middle of the street to a lamp's foot. */
export const AT_WALL = STREET_WIDTH / 2 - 0.7;

interface Placed extends Place {
  readonly id: string;
  readonly group: string;
}

/**
 * 1 is left of growing metres, -1 right. Of a street's groups the two largest take a side each; a lone group, and every
 * smaller one, changes sides from lamp to lamp. No lamp stands in the mouth of another street.
 */
export function sidesOf(lamps: readonly Placed[], lanes: readonly Lane[]): Map<string, 1 | -1> {
  const side = new Map<string, 1 | -1>();
  for (const lane of lanes) {
    const here = lamps.filter(({ street }) => street === lane.street);
    const groups = [...Map.groupBy(here, ({ group }) => group).values()].sort((a, b) => b.length - a.length);
    groups.forEach((group, number) => {
      const isRow = groups.length > 1 && number < 2;
      [...group]
        .sort((a, b) => a.position - b.position)
        .forEach((lamp, i) => {
          const wanted = (isRow ? number : i) % 2 === 0 ? 1 : -1;
          side.set(lamp.id, isInMouth(lane, lamp.position, wanted, lanes) ? opposite(wanted) : wanted);
        });
    });
  }
  return side;
}

const opposite = (side: 1 | -1): 1 | -1 => (side === 1 ? -1 : 1);

function isInMouth(lane: Lane, position: number, side: 1 | -1, lanes: readonly Lane[]): boolean {
  const { x, y } = pointAt(lane, position, AT_WALL * side);
  return lanes.some((other) => {
    if (other === lane) return false;
    const { x0, x1, y0, y1 } = corridor(other, STREET_WIDTH);
    return x > x0 && x < x1 && y > y0 && y < y1;
  });
}
