import type { Direction } from "../controllers/model.ts";
import type { District } from "./district.ts";
import type { Way } from "./district-people.ts";
import { SPACING } from "./district-streets.ts";
import type { Leg } from "./district-ways.ts";

/** What happens to somebody on the way: another lamp is the nearest (-1: none of the district's), or a counter sees them. */
export type Met =
  | { readonly at: number; readonly lamp: number }
  | { readonly at: number; readonly counter: number; readonly direction: Direction };

/** What stands along each street, by index into the site's lamps and counters. */
export type Plan = ReadonlyMap<string, StreetPlan>;

interface StreetPlan {
  readonly firstLamp: number;
  readonly length: number;
  readonly sensors: readonly { readonly counter: number; readonly position: number; readonly range: number }[];
}

export function planOf({ site, streets, sensors }: District): Plan {
  return new Map(
    streets.map(({ name, length }): [string, StreetPlan] => [
      name,
      {
        firstLamp: site.lamps.findIndex(({ street }) => street === name),
        length,
        sensors: sensors.flatMap(({ counter, range }, i) =>
          counter.street === name ? [{ counter: i, position: counter.position, range }] : [],
        ),
      },
    ]),
  );
}

/** All that one way meets, in order of time (ms since 1970, whole); a counter tells `latency` ms late. Whoever comes through a
 * garden is seen from its beginning on by the radars that see its gate. It ends with nobody's lamp. */
export function walkOf(plan: Plan, way: Way, latency: number): Met[] {
  const met: Met[] = [];
  const inGarden = (way.garden / way.speed) * 1000;
  let at = way.at + inGarden;
  for (const [i, leg] of way.legs.entries()) {
    const street = plan.get(leg.street);
    if (!street) throw new TypeError(`street ${leg.street} is not of this district`);
    lampsMet(met, street, leg, at, way.speed);
    sensorsMet(met, street, leg, at + latency, way.speed, i === 0 ? inGarden : 0);
    at += (Math.abs(leg.to - leg.from) / way.speed) * 1000;
  }
  met.push({ at: Math.ceil(at), lamp: -1 });
  return met.sort((a, b) => a.at - b.at);
}

const timeOf = (leg: Leg, position: number, at: number, speed: number): number =>
  Math.ceil(at + (Math.abs(position - leg.from) / speed) * 1000);

function lampsMet(met: Met[], street: StreetPlan, leg: Leg, at: number, speed: number): void {
  const way = Math.sign(leg.to - leg.from);
  const lampAt = (cell: number) => (cell >= 0 && cell * SPACING < street.length ? street.firstLamp + cell : -1);
  const first = way > 0 ? Math.floor(leg.from / SPACING) : Math.ceil(leg.from / SPACING) - 1;
  met.push({ at: Math.ceil(at), lamp: lampAt(first) });
  for (let cell = first + way; ; cell += way) {
    const edge = (way > 0 ? cell : cell + 1) * SPACING;
    if ((leg.to - edge) * way <= 0) return;
    met.push({ at: timeOf(leg, edge, at, speed), lamp: lampAt(cell) });
  }
}

function sensorsMet(met: Met[], street: StreetPlan, leg: Leg, at: number, speed: number, early: number): void {
  const up = leg.to > leg.from;
  const [low, high] = up ? [leg.from, leg.to] : [leg.to, leg.from];
  for (const { counter, position, range } of street.sensors) {
    if (range === 0) {
      if (position <= low || position >= high) continue;
      met.push({ at: timeOf(leg, position, at, speed), counter, direction: up ? "up" : "down" });
    } else if (high > position - range && low < position + range) {
      const edge = up ? Math.max(low, position - range) : Math.min(high, position + range);
      const seen = timeOf(leg, edge, at, speed) - (edge === leg.from ? Math.floor(early) : 0);
      met.push({ at: seen, counter, direction: "both" });
    }
  }
}
