import { lampPower, powerFull, STANDBY } from "../controllers/lighting/energy.ts";
import { floorOf } from "../controllers/lighting/lighting-class.ts";
import type { LocalClock } from "../controllers/lighting/local-time.ts";
import { type Instant, instant } from "../controllers/units.ts";
import type { District } from "./district.ts";
import { darkIn } from "./year-sun.ts";

const HOUR = 3_600_000;
/** What the strategies without sensors take in the hour that begins at `at`, Wh. */
export function baselinesOf(district: District, local: LocalClock) {
  const { site, sodium, programme } = district;
  const { lamps } = site;
  const full = powerFull(lamps);
  const reduced = lamps.reduce((sum, lamp) => sum + lampPower(lamp, floorOf(lamp)), 0);
  const standby = lamps.length * STANDBY;
  return (at: Instant): { readonly sodium: number; readonly full: number; readonly programme: number } => {
    const to = instant(at + HOUR);
    const dark = darkIn(site.sun, at, to);
    const day = local.day(at);
    let late = 0;
    for (const begins of [day - 1, day]) {
      const [from, until] = [local.at(begins, programme.from), local.at(begins + 1, programme.to)];
      const [begin, end] = [Math.max(at, from), Math.min(to, until)];
      if (end > begin) late += darkIn(site.sun, instant(begin), instant(end));
    }
    const off = (standby * (HOUR - dark)) / HOUR;
    return {
      sodium: (lamps.length * sodium * dark) / HOUR,
      full: (full * dark) / HOUR + off,
      programme: (full * (dark - late) + reduced * late) / HOUR + off,
    };
  };
}
