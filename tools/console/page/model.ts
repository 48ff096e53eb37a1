/** What the page shows of one cabinet, read from the link's cache of its messages. */

import type { Remote } from "../../../firmware/link/manager/remote.ts";
import type { StatusCode, StatusValues } from "../../../firmware/link/modules.ts";
import type { Place } from "./street-plan.ts";

export interface Lamp extends Place {
  readonly id: string;
  readonly group: string;
  /** Light given now, percent of full; null until told. */
  readonly level: number | null;
  readonly reason: string | null;
  readonly failed: boolean;
}

export interface Counter extends Place {
  readonly id: string;
  /** People in the last closed window, and since accumulation began; null until told. */
  readonly people: number | null;
  readonly total: number | null;
}

export interface Power {
  /** W; null until told. */
  readonly lamps: number | null;
  readonly full: number | null;
  /** Sum of the meters, W; null where none has told. */
  readonly measured: number | null;
}

export interface Site {
  readonly name: string;
  readonly timeZone: string;
  readonly streets: ReadonlyMap<string, number>;
  readonly joins: readonly { readonly a: Place; readonly b: Place }[];
}

/** The link has checked the values against the code's table; an attribute may still be untold. Live where there is such a channel. */
export function valuesOf<C extends StatusCode>(remote: Remote, code: C): Partial<StatusValues<C>> {
  const told = remote.statuses.get(`${code}/live`) ?? remote.statuses.get(code);
  return (told?.values ?? {}) as Partial<StatusValues<C>>;
}

export function siteOf(remote: Remote): Site | null {
  const { site = "", timeZone, streets = [], joins = [] } = valuesOf(remote, "cabinet.inventory");
  if (timeZone === undefined) return null;
  return { name: site, timeZone, streets: new Map(streets.map(({ name, length }) => [name, length])), joins };
}

/** The lamps of the inventory, in the order of their ids. */
export function lampsOf(remote: Remote): Lamp[] {
  const { lamps = {} } = valuesOf(remote, "cabinet.inventory");
  const { actualLightState, reason, lampFailure, controlGearCommFailure } = valuesOf(remote, "lighting.lamps");
  return Object.entries(lamps)
    .map(([id, { street, position, group }]) => ({
      id,
      group,
      street,
      position,
      level: actualLightState?.[id] ?? null,
      reason: reason?.[id] ?? null,
      failed: lampFailure?.[id] === true || controlGearCommFailure?.[id] === true,
    }))
    .sort(byId);
}

export function countersOf(remote: Remote): Counter[] {
  const { counters = {} } = valuesOf(remote, "cabinet.inventory");
  const { people, accumulatedRoadUserNumber } = valuesOf(remote, "footfall.counts");
  return Object.entries(counters)
    .map(([id, place]) => ({
      id,
      ...place,
      people: people?.[id] ?? null,
      total: accumulatedRoadUserNumber?.[id] ?? null,
    }))
    .sort(byId);
}

/** Counters of each zone whose people are told as one. */
export const zonesOf = (remote: Remote): Readonly<Record<string, readonly string[]>> =>
  valuesOf(remote, "cabinet.inventory").zones ?? {};

export function powerOf(remote: Remote): Power {
  const { lampPower = null, fullPower = null, activePower = {} } = valuesOf(remote, "energy.power");
  const meters = Object.values(activePower);
  return { lamps: lampPower, full: fullPower, measured: meters.length > 0 ? meters.reduce((sum, w) => sum + w) : null };
}

/** Whether a door is open; null until told. */
export function isDoorOpen(remote: Remote): boolean | null {
  const contacts = Object.values(valuesOf(remote, "access.contacts").open ?? {});
  return contacts.length === 0 ? null : contacts.some(Boolean);
}

export interface Alarm {
  readonly code: string;
  readonly component: string;
  readonly message: string;
}

export function alarmsOf(remote: Remote): Alarm[] {
  return [...remote.alarms].flatMap(([code, entries]) =>
    [...entries].map(([component, { values }]) => ({ code, component, message: values.message })),
  );
}

const byId = (a: { id: string }, b: { id: string }): number => a.id.localeCompare(b.id, "en", { numeric: true });
