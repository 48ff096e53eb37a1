import { lampPower, powerFull, STANDBY } from "../../controllers/lighting/energy.ts";
import { floorOf } from "../../controllers/lighting/lighting-class.ts";
import { localClock } from "../../controllers/lighting/local-time.ts";
import type { Site } from "../../controllers/model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import { darkIn } from "../../sim/year-sun.ts";
import type { References } from "./model.ts";

/** The lamps that were there before: one for each of the new ones. */
export interface Baseline {
  readonly name: string;
  readonly watts: number;
  /** Percent that the ballast takes beside. */
  readonly ballast: number;
}

export const DEFAULT_BASELINE = "100 W sodium + 15 % ballast";
const FORM = /^(\d+(?:\.\d+)?) ?W ([\p{L}][\p{L} -]*?)(?: ?\+ ?(\d+(?:\.\d+)?) ?% ballast)?$/u;

/** null where the text is none: `100 W sodium + 15 % ballast`, or `70 W metal halide`. */
export function baselineOf(text: string): Baseline | null {
  const found = FORM.exec(text.trim());
  if (!found) return null;
  const [, watts, name, ballast] = found;
  return { name: name as string, watts: Number(watts), ballast: Number(ballast ?? 0) };
}

/** W of one old lamp. */
export const baselinePower = ({ watts, ballast }: Baseline): number => (watts * (100 + ballast)) / 100;

/** A fixed programme: from and until these minutes of the local day each lamp is at its reduced class, else full. */
export interface Programme {
  readonly from: number;
  readonly to: number;
}

export const DEFAULT_PROGRAMME = "22:30-05:30";

/** null where the text is none: `22:30-05:30`. */
export function programmeOf(text: string): Programme | null {
  const found = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (!found) return null;
  const [from, fromMinutes, to, toMinutes] = found.slice(1).map(Number) as [number, number, number, number];
  return { from: from * 60 + fromMinutes, to: to * 60 + toMinutes };
}

const HOUR = 3_600_000;

/**
 * What the strategies to compare with take in the hour from an instant on, Wh. Dark is from sunset to sunrise; by day the old
 * lamps take nothing and the new ones stand by.
 */
export function referencesOf(
  { lamps, sun, timeZone }: Pick<Site, "lamps" | "sun" | "timeZone">,
  baseline: Baseline,
  programme: Programme,
): (at: Instant) => References {
  const local = localClock(timeZone);
  const old = lamps.length * baselinePower(baseline);
  const full = powerFull(lamps);
  const reduced = lamps.reduce((sum, lamp) => sum + lampPower(lamp, floorOf(lamp)), 0);
  const standby = lamps.reduce((sum, { power }) => sum + Math.min(STANDBY, power), 0);
  // Over midnight, or not.
  const last = programme.to > programme.from ? programme.to : programme.to + 24 * 60;
  return (at) => {
    const to = instant(at + HOUR);
    const dark = darkIn(sun, at, to);
    const day = local.day(at);
    let late = 0;
    for (const begins of [day - 1, day]) {
      const [begin, end] = [
        Math.max(at, local.at(begins, programme.from)),
        Math.min(to, local.at(begins + Math.floor(last / 1440), last % 1440)),
      ];
      if (end > begin) late += darkIn(sun, instant(begin), instant(end));
    }
    const off = (standby * (HOUR - dark)) / HOUR;
    return {
      baseline: (old * dark) / HOUR,
      full: (full * dark) / HOUR + off,
      programme: (full * (dark - late) + reduced * late) / HOUR + off,
    };
  };
}
