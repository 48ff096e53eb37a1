/** What a gear's lamp really gives and draws at a time, faults included: from its level, with no state of its own. */
import { fromArc } from "../../controllers/lighting/curve.ts";
import { type Level, level, type Watts, watts } from "../../controllers/units.ts";
import { type Fade, levelAt, nextStep } from "../fade.ts";
import { nextTurn, powerFactor, type Suffering, shutDown } from "./faults.ts";

/** To stay awake, W. */
const STANDBY = 0.3;
/** IDENTIFY DEVICE: the light goes between most and least, ms each. */
const BLINK = 500;
const FULL = 254;

/** All that decides the light; a plain view of a gear. */
export interface LampState {
  readonly fade: Fade;
  readonly faults: Suffering;
  /** No mains. */
  readonly dark: boolean;
  /** It boots until then, monotonic ms. */
  readonly lightFrom: number;
  readonly identify: { readonly from: number; readonly until: number };
  readonly minLevel: number;
  readonly maxLevel: number;
  /** DT6 dimming curve: 0 logarithmic, 1 linear. */
  readonly dimmingCurve: number;
  /** W at full light. */
  readonly power: number;
}

/** The arc power level at its output, which a fault may hold elsewhere than the gear believes. */
function outputArc(lamp: LampState, at: number): number {
  const { fade, faults, identify, minLevel, maxLevel } = lamp;
  if (faults.stuck) return faults.stuck.at;
  if (at >= identify.from && at < identify.until) {
    return Math.floor((at - identify.from) / BLINK) % 2 === 0 ? maxLevel : minLevel;
  }
  const arc = levelAt(fade, at);
  return arc === 0 && faults.dayBurner ? FULL : arc;
}

export function lightAt(lamp: LampState, at: number): Level {
  const { faults } = lamp;
  if (lamp.dark || at < lamp.lightFrom || faults.lamp !== null || shutDown(faults, at)) return level(0);
  const light = fromArc(outputArc(lamp, at), lamp.dimmingCurve === 1 ? "linear" : "logarithmic");
  return faults.derating === 1 ? light : level(light * faults.derating);
}

/** In proportion to the light, and a little to stay awake. */
export function powerAt(lamp: LampState, at: number): Watts {
  if (lamp.dark) return watts(0);
  return watts((lamp.power * lightAt(lamp, at) * powerFactor(lamp.faults, at)) / 100 + STANDBY);
}

/** When light or power next change by a step, after `at`, if nobody does anything; a drift goes on between. */
export function nextChange(lamp: LampState, at: number): number {
  if (lamp.dark) return Number.POSITIVE_INFINITY;
  const { from, until } = lamp.identify;
  const blink = at < from || at >= until ? from : Math.min(until, at + BLINK - ((at - from) % BLINK));
  const coming = [lamp.lightFrom, blink, nextStep(lamp.fade, at), nextTurn(lamp.faults, at)];
  return Math.min(...coming.filter((time) => time > at));
}
