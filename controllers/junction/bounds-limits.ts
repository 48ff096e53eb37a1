/** How far a junction's times may be moved by configuration. */
import { type Duration, minutes, seconds } from "../units.ts";

type Range = readonly [low: Duration, high: Duration];

export interface JunctionBounds {
  readonly minGreen: Range;
  /** Of all kinds but pedestrians, who have none. */
  readonly amber: Range;
  readonly redAmber: Range;
  readonly maxWait: Range;
  /** Of a conflict; where a group has amber, at least that and the next one's red-amber, too. */
  readonly intergreen: Range;
  /** From pedestrians. */
  readonly pedestrianIntergreen: Range;
  readonly cycle: Range;
  readonly gap: Range;
}

/**
 * No configuration of a site goes beyond. Amber: 3 s in towns, 5 s outside (CERTU). The rest is [not verified]: what
 * published junctions stay within, wide enough for a survey to be typed in as it is. Tests and simulations may be looser.
 */
export const HARD_BOUNDS: JunctionBounds = {
  minGreen: [seconds(4), seconds(60)],
  amber: [seconds(3), seconds(5)],
  redAmber: [seconds(0), seconds(2)],
  maxWait: [seconds(30), seconds(300)],
  intergreen: [seconds(0), seconds(60)],
  pedestrianIntergreen: [seconds(2), seconds(60)],
  cycle: [seconds(20), seconds(240)],
  gap: [seconds(0.5), seconds(30)],
};

/** For models with short times and for other people's networks: whatever holds together. */
export const LOOSE_BOUNDS: JunctionBounds = {
  minGreen: [seconds(1), minutes(10)],
  amber: [seconds(0), minutes(1)],
  redAmber: [seconds(0), minutes(1)],
  maxWait: [seconds(1), minutes(60)],
  intergreen: [seconds(0), minutes(10)],
  pedestrianIntergreen: [seconds(0), minutes(10)],
  cycle: [seconds(2), minutes(60)],
  gap: [seconds(0), minutes(10)],
};
