/**
 * What both sides of the comparison are charged by: a deterministic queue at each group, in tenths of vehicles and whole
 * seconds, and the buses in it. A vehicle waits from when it could have crossed until it crosses.
 */

/** Tenths of a vehicle that cross in a second of green: 0.5 vehicles. */
export const DISCHARGE = 5;

export interface OracleBus {
  /** Which of the queues it comes in. */
  readonly queue: number;
  /** The second in which it is at the stop line if nothing holds it. */
  readonly arrives: number;
  readonly persons: number;
}

/** Traffic of a small case. */
export interface OracleStreet {
  /** Tenths of vehicles that come in a second, of each queue: evenly, in whole tenths; none come after the horizon. */
  readonly arrivals: readonly number[];
  readonly buses: readonly OracleBus[];
  readonly carPersons: number;
  /** Seconds in which traffic comes. */
  readonly horizon: number;
}

/** A bus that has not come yet, or that has crossed; else the tenths of vehicles ahead of it. */
export const TO_COME = -1;
export const CROSSED = -2;

/** Tenths of vehicles that come to a queue in a second. */
export function comeIn(street: OracleStreet, queue: number, second: number): number {
  const rate = second < street.horizon ? (street.arrivals[queue] as number) : 0;
  return Math.floor(rate * (second + 1)) - Math.floor(rate * second);
}

/** One second of one queue: `open` where vehicles may cross in all of it. */
export const queueAfter = (
  street: OracleStreet,
  queue: number,
  standing: number,
  open: boolean,
  second: number,
): number => Math.max(0, standing + comeIn(street, queue, second) - (open ? DISCHARGE : 0));

/** One second of one bus; `standing` is its queue at the beginning of it. */
export function busAfter(bus: OracleBus, ahead: number, standing: number, open: boolean, second: number): number {
  if (ahead === CROSSED) return CROSSED;
  let before = ahead;
  if (ahead === TO_COME) {
    if (second < bus.arrives) return TO_COME;
    before = standing;
  }
  if (!open) return before;
  return before < DISCHARGE ? CROSSED : before - DISCHARGE;
}

/** Person-seconds of what stands after a second. */
export const queueCost = (street: OracleStreet, standing: number): number => (standing / 10) * street.carPersons;
export const busCost = (bus: OracleBus, ahead: number): number => (ahead >= 0 ? bus.persons : 0);

/** Cost, that of the buses, then tenths that stand in the queues, then the buses. */
export type Entry = Float64Array;
export const HEAD = 2;

/** Whether every bus has crossed. */
export function allCrossed(street: OracleStreet, entry: Entry): boolean {
  for (let i = HEAD + street.arrivals.length; i < entry.length; i++) if (entry[i] !== CROSSED) return false;
  return true;
}

/** One second, in place; whether anybody still stands, or is still to come. */
export function advance(street: OracleStreet, entry: Entry, open: readonly boolean[], second: number): boolean {
  const queues = street.arrivals.length;
  let left = second + 1 < street.horizon;
  for (const [b, bus] of street.buses.entries()) {
    const at = HEAD + queues + b;
    const ahead = busAfter(
      bus,
      entry[at] as number,
      entry[HEAD + bus.queue] as number,
      open[bus.queue] as boolean,
      second,
    );
    entry[at] = ahead;
    const cost = busCost(bus, ahead);
    entry[0] = (entry[0] as number) + cost;
    entry[1] = (entry[1] as number) + cost;
    if (ahead !== CROSSED) left = true;
  }
  for (let q = 0; q < queues; q++) {
    const standing = queueAfter(street, q, entry[HEAD + q] as number, open[q] as boolean, second);
    entry[HEAD + q] = standing;
    entry[0] = (entry[0] as number) + queueCost(street, standing);
    if (standing > 0) left = true;
  }
  return left;
}

/** Where a case begins: nothing charged, queues as said, no bus there yet. */
export function firstEntry(street: OracleStreet, queues: readonly number[]): Entry {
  return Float64Array.from([0, 0, ...queues, ...street.buses.map(() => TO_COME)]);
}
