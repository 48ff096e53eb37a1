/** Delay at signals alone: what is lost on the lanes that lead to a stop line, stops' standing aside. */
import type { Bus } from "./buses.ts";
import type { Network } from "./net.ts";

/** Lanes whose end is within so much of a stop line belong to it, m. */
export const ZONE = 100;

/**
 * Lanes on which a signal is waited for, and for which: those that end at one, and those before while their end is within
 * `ZONE` of it; and the lanes inside the signal's junction.
 */
export function zoneLanes(network: Network, signals: ReadonlySet<string>): Map<string, string> {
  const before = new Map<string, string[]>();
  for (const { from, fromLane, to, toLane } of network.connections) {
    const next = `${to}_${toLane}`;
    before.set(next, [...(before.get(next) ?? []), `${from}_${fromLane}`]);
  }
  const zone = new Map<string, { readonly signal: string; readonly distance: number }>();
  const walk = (lane: string, signal: string, distance: number): void => {
    if (distance > ZONE || (zone.get(lane)?.distance ?? Number.POSITIVE_INFINITY) <= distance) return;
    zone.set(lane, { signal, distance });
    const length = network.lanes.get(lane)?.length ?? 0;
    for (const one of before.get(lane) ?? []) walk(one, signal, distance + length);
  };
  for (const { from, fromLane, via, signal } of network.connections) {
    if (!signal || !signals.has(signal.id)) continue;
    walk(`${from}_${fromLane}`, signal.id, 0);
    if (via !== undefined) zone.set(via, { signal: signal.id, distance: 0 });
  }
  return new Map([...zone].map(([lane, { signal }]) => [lane, signal]));
}

/** What buses lost at a signal, s, and how many came to it. */
export interface Lost {
  lost: number;
  buses: number;
}

/** Adds up what buses lose in the zone, second by second. */
export class BusDelay {
  readonly #zone: ReadonlyMap<string, string>;
  readonly #stopLoss: (lane: string) => number;
  readonly #last = new Map<string, Pick<Bus, "timeLoss" | "atStop"> & { readonly signal: string | undefined }>();
  readonly bySignal = new Map<string, Lost>();

  /** `stopLoss`: what a stop on that lane costs by braking and pulling out, s. It is no delay at the signal. */
  constructor(zone: ReadonlyMap<string, string>, stopLoss: (lane: string) => number) {
    this.#zone = zone;
    this.#stopLoss = stopLoss;
  }

  see(buses: readonly Bus[]): void {
    for (const { id, lane, timeLoss, atStop } of buses) {
      const signal = this.#zone.get(lane);
      const last = this.#last.get(id);
      this.#last.set(id, { timeLoss, atStop, signal });
      if (signal === undefined) continue;
      const at = this.bySignal.get(signal) ?? { lost: 0, buses: 0 };
      at.lost += timeLoss - (last?.timeLoss ?? 0);
      if (atStop && !last?.atStop) at.lost -= this.#stopLoss(lane);
      if (last?.signal !== signal) at.buses++;
      this.bySignal.set(signal, at);
    }
  }
}
