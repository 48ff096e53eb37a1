import { type Level, level } from "../../controllers/units.ts";
import { type Calibration, LINEAR, MOST_VOLTS } from "../../firmware/outputs/calibration.ts";

/**
 * The light that a driver gives at so many volts: along its curve, and beyond it as at its ends. A driver that no relay switches
 * has a standby of its own where its curve leaves room for one: near the dark end of the range it is off.
 */
export function lightAt(volts: number, calibration: Calibration = LINEAR, switched = false): Level {
  const [first, second] = calibration;
  const rises = second.volts > first.volts;
  const risen = (v: number) => (rises ? v : MOST_VOLTS - v);
  const at = risen(volts);
  if (!switched && first.level > 0 && at < risen(first.volts) / 2) return level(0);
  let below = first;
  for (const above of calibration) {
    const [from, to] = [risen(below.volts), risen(above.volts)];
    if (at <= to) {
      const part = to > from ? Math.max(0, (at - from) / (to - from)) : 1;
      return level(below.level + part * (above.level - below.level));
    }
    below = above;
  }
  return below.level;
}
