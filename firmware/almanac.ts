import { getTimes } from "suncalc";
import type { SunDay } from "../controllers/model.ts";
import { type Instant, instant } from "../controllers/units.ts";

const DAY_MS = 86_400_000;
/** 2000-01-01T12:00:00Z, a noon at Greenwich. */
const NOON_2000 = 946_728_000_000;
/** The schedule asks about days beside each other, again and again. */
const KEPT_DAYS = 16;

/**
 * The sun over a place (degrees, north and east positive): for an instant, rise and set of the local solar day whose mean noon is nearest to it.
 * Rise and set are when the upper limb touches the horizon under usual refraction (centre at -0.833 degrees). Where it
 * does neither, whether it stays up or down.
 */
export function sunOf(latitude: number, longitude: number): (at: Instant) => SunDay {
  const days = new Map<number, SunDay>();
  return (at) => {
    const day = Math.round((at - NOON_2000) / DAY_MS + longitude / 360);
    const known = days.get(day);
    if (known) return known;
    if (days.size >= KEPT_DAYS) days.clear();
    const sun = sunDay(new Date(NOON_2000 + (day - longitude / 360) * DAY_MS), latitude, longitude);
    days.set(day, sun);
    return sun;
  };
}

function sunDay(noon: Date, latitude: number, longitude: number): SunDay {
  const { sunrise, sunset, alwaysUp } = getTimes(noon, latitude, longitude);
  if (sunrise && sunset) return { rise: instant(sunrise.getTime()), set: instant(sunset.getTime()) };
  return alwaysUp ? "up" : "down";
}
