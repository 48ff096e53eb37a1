/** What a lamp is expected to draw at each level: the wattage of the configuration at first, then what it drew itself. */
import type { Lamp } from "../model.ts";
import { type Instant, type Level, type Watts, watts } from "../units.ts";
import { lampPower } from "./energy.ts";

/** What was learnt at levels that are near each other. */
export interface PowerBin {
  readonly level: Level;
  readonly power: Watts;
  /** Variance of what was drawn about what was expected, relative. */
  readonly variance: number;
  readonly samples: number;
  readonly at: Instant;
}

/** Bins by growing level; only those that were ever used. */
export type PowerCurve = readonly PowerBin[];

export interface Expected {
  readonly power: Watts;
  /** Half the width of what is still right, W. */
  readonly tolerance: number;
}

/** Upper ends of the bins, percent of light. */
const EDGES = [5, 10, 20, 35, 50, 65, 80, 95, 100] as const;
/** So many samples, and a bin is believed; so many, and it only follows ageing. */
const BELIEVED = 8;
const SETTLED = 48;
/** Ageing and constant light output change a lamp by some percent a year; what goes faster is a fault, not a habit. */
const AGEING_A_WEEK = 0.005;
const WEEK = 7 * 86_400_000;
const FOLLOW = 1 / 32;

const binOf = (level: number): number => EDGES.findIndex((edge) => level <= edge);
const believed = (bin: PowerBin): boolean => bin.samples >= BELIEVED;

/**
 * What a lamp at `level` (above 0) is expected to draw. Grows with the level: learnt points, made monotone, with straight lines
 * between them; beyond them, and before anything was learnt, in proportion to the wattage of the configuration. What was
 * not learnt at this level has a wide tolerance: the wattage says neither losses at low levels nor constant light output.
 */
export function expectedPower(lamp: Pick<Lamp, "power">, curve: PowerCurve, level: Level): Expected {
  const own = curve.find((bin) => binOf(bin.level) === binOf(level));
  const power = interpolated(lamp, curve, level);
  if (!own || !believed(own)) {
    const known = curve.some(believed);
    const tolerance = Math.max((known ? 0.3 : 0.45) * power, (known ? 0.06 : 0.12) * lamp.power);
    return { power, tolerance };
  }
  const tolerance = Math.max(0.12 * power, 4 * Math.sqrt(own.variance) * power, 0.025 * lamp.power + 0.3);
  return { power, tolerance };
}

function interpolated(lamp: Pick<Lamp, "power">, curve: PowerCurve, level: Level): Watts {
  let [fromLevel, from] = [0, 0];
  for (const bin of curve) {
    if (!believed(bin)) continue;
    const to = Math.max(from, bin.power);
    if (level <= bin.level) {
      if (fromLevel === 0) return watts((to * lampPower(lamp, level)) / lampPower(lamp, bin.level));
      return watts(from + ((to - from) * (level - fromLevel)) / (bin.level - fromLevel));
    }
    [fromLevel, from] = [bin.level, to];
  }
  const model = lampPower(lamp, level);
  return fromLevel === 0 ? model : watts((from * model) / lampPower(lamp, fromLevel as Level));
}

/** The curve after a sample that was right: young bins take the mean, old ones follow no faster than lamps age. */
export function learntPower(
  lamp: Pick<Lamp, "power">,
  curve: PowerCurve,
  level: Level,
  power: Watts,
  at: Instant,
): PowerCurve {
  const index = binOf(level);
  const i = curve.findIndex((bin) => binOf(bin.level) >= index);
  const before = i < 0 ? undefined : curve[i];
  if (!before || binOf(before.level) !== index) {
    const fresh: PowerBin = { level, power, variance: 0.0009, samples: 1, at };
    return i < 0 ? [...curve, fresh] : [...curve.slice(0, i), fresh, ...curve.slice(i)];
  }
  return curve.with(i, follow(lamp, before, level, power, at));
}

function follow(lamp: Pick<Lamp, "power">, bin: PowerBin, level: Level, power: Watts, at: Instant): PowerBin {
  const young = bin.samples < SETTLED;
  const weight = young ? 1 / (bin.samples + 1) : FOLLOW;
  // the sample as it would be at the bin's own level: both move there by the same model
  const there = power * (lampPower(lamp, bin.level) / lampPower(lamp, level));
  const off = there / bin.power - 1;
  const most = young ? 1 : AGEING_A_WEEK * Math.min(1, Math.max(0, at - bin.at) / WEEK);
  const step = Math.min(most, Math.max(-most, off * weight));
  // the level of an old bin stays: it would shift the point along a curve that is not the model's
  const moved = young ? bin.level + (level - bin.level) * weight : bin.level;
  const model = lampPower(lamp, moved as Level) / lampPower(lamp, bin.level);
  return {
    level: moved as Level,
    power: watts(bin.power * (1 + step) * model),
    variance: Math.min(0.0025, bin.variance + (off * off - bin.variance) * FOLLOW),
    samples: Math.min(SETTLED, bin.samples + 1),
    at,
  };
}
