/** Sites for the tests of the controllers. Nothing that runs on a cabinet imports it. */
import type { Adaptive, Counter, DayTime, Lamp, Schedule, SchedulePeriod, Site, SunDay } from "./model.ts";
import { type Instant, instant, level, metres, minutes, seconds, watts } from "./units.ts";

export const utc = (text: string): Instant => instant(Date.parse(`${text}Z`));

/** `"22:30"`, `"sunset"`, `"sunrise-15"` (minutes). */
export function dayTime(text: string): DayTime {
  const solar = /^(sunset|sunrise)([+-]\d+)?$/.exec(text);
  if (solar) return { kind: solar[1] === "sunset" ? "sunset" : "sunrise", offset: Number(solar[2] ?? 0) };
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  return { kind: "clock", minutes: hour * 60 + minute };
}

export const period = (from: string, percent: number, adaptive = false): SchedulePeriod => ({
  from: dayTime(from),
  level: level(percent),
  adaptive,
});

export const schedule = (periods: readonly SchedulePeriod[], off: string, name = "night"): Schedule => ({
  name,
  periods,
  off: dayTime(off),
});

/** A sun that rises at 06:00 UTC and sets at 18:00 UTC, for a site near Greenwich. */
export const equinox = (at: Instant): SunDay => sunAt(6, 18)(at);

export const sunAt =
  (riseHour: number, setHour: number) =>
  (at: Instant): SunDay => {
    const midnight = Math.floor(at / 86_400_000) * 86_400_000;
    return { rise: instant(midnight + riseHour * 3_600_000), set: instant(midnight + setHour * 3_600_000) };
  };

export const law: Adaptive = {
  ahead: metres(40),
  fastest: 2,
  slowest: 0.8,
  reach: metres(120),
  hold: seconds(10),
  ramp: seconds(12),
  rampStep: seconds(2),
  staleAfter: minutes(2),
};

export const lamp = (number: number, position: number, more: Partial<Lamp> = {}): Lamp => ({
  id: `lamp/1/${number}`,
  line: "bus/1",
  street: "high street",
  position: metres(position),
  group: "all",
  power: watts(40),
  curve: "logarithmic",
  class: "P4",
  reducedClass: "P6",
  schedule: "night",
  ...more,
});

export const counter = (number: number, position: number, street = "high street"): Counter => ({
  id: `counter/${number}`,
  street,
  position: metres(position),
});

/** Six lamps 30 m apart from 0 on and a counter at 60 m; full from sunset, adaptive at 80 % from 20:00, off at sunrise. UTC. */
export const site = (more: Partial<Site> = {}): Site => ({
  node: "test/cabinet",
  timeZone: "UTC",
  lamps: [0, 1, 2, 3, 4, 5].map((i) => lamp(i, i * 30)),
  counters: [counter(1, 60)],
  joins: [],
  schedules: [schedule([period("sunset", 100), period("20:00", 80, true)], "sunrise")],
  adaptive: law,
  failSafe: level(100),
  sun: equinox,
  ...more,
});

/** Everything in it frozen, all the way down, so that whoever writes to it is found out. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const entry of value.values()) frozen(entry);
    for (const name of ["set", "delete", "clear"]) Object.defineProperty(value, name, { value: refuse });
  }
  Object.freeze(value);
  for (const entry of Object.values(value)) frozen(entry);
  return value;
}

function refuse(): never {
  throw new Error("a frozen map was written to");
}
