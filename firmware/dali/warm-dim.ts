import { type Level, level } from "../../controllers/units.ts";
import { mirek } from "./commands/colour.ts";
import { BROADCAST, type GearAddress, group, short } from "./frame.ts";

/** A point of a warm-dim curve: at so much light, percent of full, so many kelvin. */
export interface WarmPoint {
  readonly light: Level;
  readonly kelvin: number;
}

/** What a tunable luminaire can do, mirek: the warmer, the greater. */
export interface TcRange {
  readonly coolest: number;
  readonly warmest: number;
}

/**
 * The colour temperature at each light, mirek: between two points it goes evenly in mirek, as the eye sees it, outside it
 * stays. Throws TypeError where the points do not ascend in light, or get warmer with more light.
 */
export function warmDim(points: readonly WarmPoint[]): (light: Level) => number {
  const curve = points.map(({ light, kelvin }) => ({ light: level(light), mirek: mirek(kelvin) }));
  const [first] = curve;
  if (!first) throw new TypeError("warm-dim curve: allowed one point or more");
  for (const [i, { light, mirek: here }] of curve.entries()) {
    const before = curve[i - 1];
    if (before && light <= before.light) throw new TypeError(`warm-dim curve: light ${light} after ${before.light}`);
    if (before && here > before.mirek)
      throw new TypeError(`warm-dim curve: ${points[i]?.kelvin} K is warmer at more light`);
  }
  return (light) => {
    let below = first;
    for (const above of curve) {
      if (above.light >= light) {
        const part = above === below ? 0 : Math.max(0, (light - below.light) / (above.light - below.light));
        return Math.round(below.mirek + part * (above.mirek - below.mirek));
      }
      below = above;
    }
    return below.mirek;
  };
}

export interface TunableLamp {
  readonly address: number;
  readonly range: TcRange;
  /** What it has been told, mirek; null where nobody knows, as after its mains returned. */
  readonly told: number | null;
}

/** Tell these lamps, by one address, to take a colour temperature. */
export interface ColourOrder {
  readonly to: GearAddress;
  readonly mirek: number;
  readonly addresses: readonly number[];
}

/**
 * The fewest orders that bring tunable lamps to `wanted` mirek (by short address; absent: as it is), each within its own
 * range: one for all where all agree, one for a group whose lamps agree, else one each. `lamps` are all tunable ones of the
 * bus, `groups` which short addresses the gear of a group has.
 */
export function colourOrders(
  lamps: readonly TunableLamp[],
  wanted: ReadonlyMap<number, number>,
  groups: ReadonlyMap<number, readonly number[]> = new Map(),
): ColourOrder[] {
  const aims = new Map(lamps.map((lamp) => [lamp.address, aimOf(lamp, wanted.get(lamp.address))]));
  const open = new Set(lamps.filter((lamp) => aims.get(lamp.address) !== lamp.told).map(({ address }) => address));
  const orders: ColourOrder[] = [];
  const give = (to: GearAddress, members: readonly number[]) => {
    const aim = aims.get(members[0] as number);
    if (typeof aim !== "number") return;
    orders.push({ to, mirek: aim, addresses: members });
    for (const address of members) open.delete(address);
  };
  // a lamp that needs nothing may be told again what it was told, if that saves frames
  const agree = (members: readonly number[]) =>
    members.filter((one) => open.has(one)).length > 1 &&
    members.every((one) => aims.get(one) === aims.get(members[0] as number));

  if (agree([...aims.keys()])) give(BROADCAST, [...aims.keys()]);
  const waiting = (members: readonly number[]) => members.filter((one) => open.has(one)).length;
  for (const [number, members] of [...groups].toSorted(([, a], [, b]) => waiting(b) - waiting(a))) {
    if (agree(members)) give(group(number), members);
  }
  for (const address of [...open]) give(short(address), [address]);
  return orders.toSorted((a, b) => a.mirek - b.mirek);
}

function aimOf({ range, told }: TunableLamp, wanted: number | undefined): number | null {
  if (wanted === undefined) return told;
  return Math.min(range.warmest, Math.max(range.coolest, wanted));
}
