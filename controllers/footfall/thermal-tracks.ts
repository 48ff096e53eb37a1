/** Warm places followed from picture to picture, and when they cross the line under the array. */
import type { Peak } from "./thermal-peaks.ts";

/** One warm thing on its way. Metres and seconds. */
export interface Track {
  readonly id: number;
  x: number;
  y: number;
  vx: number;
  vy: number;
  /** How long it is known, how often it was seen, and how long not. */
  age: number;
  seen: number;
  unseen: number;
  /** How long since it was warmer than any noise, s, and how often it was. */
  doubt: number;
  sure: number;
  /** The side of the line it was on last, clear of it; 0 before the first. */
  side: -1 | 0 | 1;
  /** The peak that it was in this picture; null where it was not seen. */
  peak: Peak | null;
}

export interface Passing {
  readonly track: Track;
  readonly direction: "up" | "down";
}

/** A track that is so far from a side is clear of the line: who sways on it is not counted. */
const CLEAR = 0.15;
/** How far from where it was expected a peak may be, and how fast a person may be, m/s. */
const GATE = 0.55;
const UNSURE_GATE = 0.3;
const FASTEST = 4.5;
/** How much of a surprise goes into place and speed. */
const PLACE = 0.5;
const SPEED = 0.2;
/** How long an unseen track lives; longer where it is hidden in another's warmth. */
const LIVES = 0.6;
const HIDDEN_LIVES = 1.3;
const DOUBTED = 1.5;
const HIDDEN_WITHIN = 0.9;
/** A track that was seen so often is something. */
const SURE_AFTER = 4;

export interface Tracks {
  readonly live: readonly Track[];
  /** Takes the peaks of a picture, so many seconds after the last one. */
  see(peaks: readonly Peak[], seconds: number): readonly Passing[];
}

export function tracks(): Tracks {
  let live: Track[] = [];
  let next = 1;

  /** Peaks to tracks, nearest first. */
  const match = (peaks: readonly Peak[], seconds: number): Set<Peak> => {
    const pairs: { readonly track: Track; readonly peak: Peak; readonly away: number }[] = [];
    for (const track of live)
      for (const peak of peaks) {
        const away = Math.hypot(track.x - peak.x, track.y - peak.y);
        // A track that was lost for a while may be further off.
        const gate = peak.sure ? GATE + track.unseen * 0.4 : UNSURE_GATE;
        if (away <= gate) pairs.push({ track, peak, away: away + (track.seen < 3 ? 0.15 : 0) });
      }
    pairs.sort((a, b) => a.away - b.away || a.track.id - b.track.id);
    const taken = new Set<Peak>();
    for (const { track, peak } of pairs) {
      if (track.peak || taken.has(peak)) continue;
      taken.add(peak);
      follow(track, peak, seconds);
    }
    return taken;
  };

  const born = (peak: Peak): Track => ({
    id: next++,
    x: peak.x,
    y: peak.y,
    vx: 0,
    vy: 0,
    age: 0,
    seen: 1,
    unseen: 0,
    doubt: 0,
    sure: 1,
    side: sideOf(peak.x),
    peak,
  });

  const isOver = (track: Track): boolean => {
    if (track.doubt > DOUBTED) return true;
    if (track.peak) return false;
    if (track.seen < 3) return track.unseen > 0.3;
    const hidden = live.some((other) => other.peak && Math.hypot(other.x - track.x, other.y - track.y) < HIDDEN_WITHIN);
    return track.unseen > (hidden ? HIDDEN_LIVES : LIVES);
  };

  return {
    get live() {
      return live;
    },
    see(peaks, seconds) {
      for (const track of live) {
        track.x += track.vx * seconds;
        track.y += track.vy * seconds;
        track.age += seconds;
        track.doubt += seconds;
        track.peak = null;
      }
      const taken = match(peaks, seconds);
      for (const track of live) if (!track.peak) track.unseen += seconds;
      live = live.filter((track) => !isOver(track));
      for (const peak of peaks) if (peak.sure && !taken.has(peak)) live.push(born(peak));

      const passings: Passing[] = [];
      for (const track of live) {
        const side = sideOf(track.x);
        // Hidden behind others it may cross unseen; a thing that was hardly seen may not.
        if (side === 0 || side === track.side || track.sure < (track.peak ? 2 : SURE_AFTER)) continue;
        if (track.side !== 0) passings.push({ track, direction: side === 1 ? "up" : "down" });
        track.side = side;
      }
      return passings;
    },
  };
}

const sideOf = (x: number): -1 | 0 | 1 => (x <= -CLEAR ? -1 : x >= CLEAR ? 1 : 0);

function follow(track: Track, peak: Peak, seconds: number): void {
  const [dx, dy] = [peak.x - track.x, peak.y - track.y];
  // The first step tells the speed, later ones correct it.
  const speed = Math.max(SPEED, 0.7 / track.seen);
  const span = seconds + track.unseen;
  track.x += dx * PLACE;
  track.y += dy * PLACE;
  track.vx = clamp(track.vx + (dx * speed) / span);
  track.vy = clamp(track.vy + (dy * speed) / span);
  track.seen++;
  track.unseen = 0;
  track.peak = peak;
  if (!peak.sure) return;
  track.sure++;
  track.doubt = 0;
}

const clamp = (speed: number): number => Math.max(-FASTEST, Math.min(FASTEST, speed));
