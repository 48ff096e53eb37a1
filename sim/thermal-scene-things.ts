/** What goes through the picture of a thermal array: bodies of people, dogs and cars as warm boxes, and the ways they go. */
import type { SeededRandom } from "./random.ts";

/**
 * A warm box, metres from its owner's middle (ahead, to its left) and above the ground, and how much warmer than the air it is,
 * K.
 */
export interface Part {
  readonly ahead: number;
  readonly aside: number;
  readonly above: number;
  /** Half its length and half its width. */
  readonly long: number;
  readonly wide: number;
  readonly warmer: number;
}

/**
 * A way along the street: from a time on, s, at a speed, m/s. Points are metres along and across; between them it is straight.
 */
export interface Way {
  readonly from: number;
  readonly points: readonly { readonly at: number; readonly x: number; readonly y: number }[];
}

export interface Thing {
  readonly kind: "person" | "dog" | "car";
  readonly parts: readonly Part[];
  readonly way: Way;
  /** It sways so much, m, so often a second: steps, and a dog's nose. */
  readonly sways: number;
  readonly steps: number;
}

export const between = (random: SeededRandom, low: number, high: number): number => low + (high - low) * random.next();

/** Grown-ups and children, thickly dressed and thinly; `wet` by rain. */
export function personParts(random: SeededRandom, wet: boolean): readonly Part[] {
  const tall = random.next() < 0.12 ? between(random, 1.1, 1.45) : between(random, 1.52, 1.95);
  const size = tall / 1.75;
  const damp = wet ? 0.75 : 1;
  const cloth = between(random, 3.4, 7.5) * damp;
  const hood = random.next() < (wet ? 0.6 : 0.2);
  const head = (hood ? cloth : between(random, 4, 9)) * (wet ? 0.85 : 1);
  const broad = between(random, 0.19, 0.26) * Math.sqrt(size);
  const parts: Part[] = [
    { ahead: 0, aside: 0, above: tall * 0.28, long: 0.17, wide: 0.13, warmer: cloth * 0.7 },
    { ahead: 0, aside: 0, above: tall * 0.68, long: 0.12 * size, wide: broad, warmer: cloth },
    { ahead: 0.02, aside: 0, above: tall * 0.93, long: 0.1, wide: 0.085, warmer: head },
  ];
  // An umbrella is as warm as the rain and hides who holds it.
  if (wet && random.next() < 0.03)
    parts.push({
      ahead: 0.05,
      aside: 0.1,
      above: tall + 0.15,
      long: 0.38,
      wide: 0.38,
      warmer: between(random, 0.6, 1.6),
    });
  return parts;
}

export function dogParts(random: SeededRandom, wet: boolean): readonly Part[] {
  const size = between(random, 0.5, 1.1);
  const fur = between(random, 1.2, 3.6) * (wet ? 0.7 : 1);
  return [
    { ahead: 0, aside: 0, above: 0.45 * size, long: 0.36 * size, wide: 0.13 * size, warmer: fur },
    { ahead: 0.42 * size, aside: 0, above: 0.55 * size, long: 0.1 * size, wide: 0.08 * size, warmer: fur * 1.5 },
  ];
}

export function carParts(random: SeededRandom): readonly Part[] {
  const engine = between(random, 6, 22);
  const shell = between(random, -2, 3);
  return [
    { ahead: 0, aside: 0, above: 0.1, long: 1.9, wide: 0.75, warmer: engine * 0.4 },
    { ahead: -0.4, aside: 0, above: 1.35, long: 1.3, wide: 0.75, warmer: shell },
    { ahead: 1.35, aside: 0, above: 0.9, long: 0.6, wide: 0.72, warmer: engine },
  ];
}

/** Straight along the street from one end to the other, drifting aside by `drift` metres on the way. */
export function along(from: number, reach: number, up: boolean, speed: number, y: number, drift = 0): Way {
  const sign = up ? 1 : -1;
  const ends = { at: from + (2 * reach) / speed, x: sign * reach, y: y + drift };
  return { from, points: [{ at: from, x: -sign * reach, y }, ends] };
}

/** There and back again, turning at `turn` metres after a rest. */
export function turning(
  from: number,
  reach: number,
  up: boolean,
  speed: number,
  y: number,
  turn: number,
  rest: number,
): Way {
  const sign = up ? 1 : -1;
  const span = (reach + turn) / speed;
  return {
    from,
    points: [
      { at: from, x: -sign * reach, y },
      { at: from + span, x: sign * turn, y },
      { at: from + span + rest, x: sign * turn, y: y + 0.15 },
      { at: from + 2 * span + rest, x: -sign * reach, y: y + 0.3 },
    ],
  };
}

/** Along the street with a rest at some place, where it treads about. */
export function resting(
  random: SeededRandom,
  from: number,
  reach: number,
  up: boolean,
  speed: number,
  y: number,
  place: number,
  rest: number,
): Way {
  const sign = up ? 1 : -1;
  const points = [{ at: from, x: -sign * reach, y }];
  let at = from + (reach + place) / speed;
  const until = at + rest;
  while (at < until) {
    points.push({ at, x: sign * (place + between(random, -0.2, 0.2)), y: y + between(random, -0.2, 0.2) });
    at += between(random, 2, 8);
  }
  const left = points.at(-1) as (typeof points)[number];
  points.push({ at: at + (reach - sign * left.x) / speed, x: sign * reach, y });
  return { from, points };
}

export interface Place {
  readonly x: number;
  readonly y: number;
  /** Which way it looks along the street: 1 or -1. */
  readonly facing: 1 | -1;
}

/** Where a thing is at a time, s; null before and after its way. */
export function placeOf({ way, sways, steps }: Thing, at: number): Place | null {
  const { points } = way;
  const next = points.findIndex((point) => point.at > at);
  if (next < 1) return null;
  const [a, b] = [points[next - 1], points[next]] as [Way["points"][number], Way["points"][number]];
  const part = (at - a.at) / (b.at - a.at);
  const swing = sways * Math.sin(2 * Math.PI * steps * at + way.from * 7);
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part + swing, facing: b.x >= a.x ? 1 : -1 };
}

/** When a thing is gone, s. */
export const endOf = ({ way }: Thing): number => (way.points.at(-1) as Way["points"][number]).at;

/** How far from the line a person is clear of it, on either side, for a crossing to be one. */
const CLEAR = 0.5;

export interface TrueCrossing {
  /** When the person was clear of the line, s. */
  readonly at: number;
  readonly y: number;
  readonly direction: "up" | "down";
}

/** The crossings of a way: from clear of the line on one side to clear of it on the other. */
export function crossingsOf({ way: { points } }: Thing): TrueCrossing[] {
  const found: TrueCrossing[] = [];
  let side = 0;
  for (const [i, b] of points.entries()) {
    const a = points[i - 1] ?? b;
    const now = b.x <= -CLEAR ? -1 : b.x >= CLEAR ? 1 : 0;
    if (now === 0 || now === side) continue;
    if (side !== 0) {
      const part = a.x === b.x ? 1 : (now * CLEAR - a.x) / (b.x - a.x);
      const at = a.at + (b.at - a.at) * Math.max(0, Math.min(1, part));
      found.push({ at, y: a.y + (b.y - a.y) * part, direction: now === 1 ? "up" : "down" });
    }
    side = now;
  }
  return found;
}
