/**
 * Branded numbers: a bare number cannot be passed where a unit is wanted, and no constructor lets nonsense through.
 * Every constructor throws a TypeError (the caller's mistake) that names the unit and what is allowed.
 */
declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Light output in percent of full, 0 (off) to 100. Not an electrical or DALI level: see `lighting/curve.ts`. */
export type Level = Unit<"percent of full light">;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Unit<"ms since 1970 UTC">;
/** Milliseconds between two instants, never negative. */
export type Duration = Unit<"ms">;
/** A position along a street, or a length of way. */
export type Metres = Unit<"m">;
export type Watts = Unit<"W">;
export type WattHours = Unit<"Wh">;
export type Lux = Unit<"lx">;

function within<U>(name: string, value: number, low: number, high: number): U {
  if (!(value >= low && value <= high)) throw new TypeError(`${name} is ${value}: allowed ${low} to ${high}`);
  return value as U;
}

const LAST_DATE = 8.64e15; // the largest time a Date can hold (ECMA-262 21.4.1.1)

export const level = (percent: number): Level => within("level", percent, 0, 100);
export const instant = (ms: number): Instant => within("instant", ms, 0, LAST_DATE);
export const duration = (ms: number): Duration => within("duration", ms, 0, LAST_DATE);
export const metres = (m: number): Metres => within("metres", m, -1e6, 1e6);
export const watts = (w: number): Watts => within("watts", w, 0, 1e9);
export const wattHours = (wh: number): WattHours => within("watt-hours", wh, 0, 1e15);
export const lux = (lx: number): Lux => within("lux", lx, 0, 200_000);

export const milliseconds = duration;
export const seconds = (s: number): Duration => duration(s * 1000);
export const minutes = (min: number): Duration => duration(min * 60_000);
export const hours = (h: number): Duration => duration(h * 3_600_000);

/** The instant `d` after `at`. */
export const after = (at: Instant, d: Duration): Instant => instant(at + d);
/** Time from `from` to `to`; zero where `to` is earlier. */
export const between = (from: Instant, to: Instant): Duration => duration(Math.max(0, to - from));
