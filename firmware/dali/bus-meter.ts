import { wireTime } from "./frame.ts";
import type { Priority } from "./gateway.ts";

/** Bus time since the meter began, ms: settling, frames and answers. Only grows. */
export interface BusUsage {
  readonly own: Readonly<Record<Priority, number>>;
  /** Frames of others. */
  readonly foreign: number;
  /** Our forward frames. */
  readonly frames: number;
}

/** Settling before a forward frame of others, ms: the shortest (IEC 62386-101). */
const SETTLING = 13.5;
const BUCKET = 10_000;
const BUCKETS = 6;

/** How much of its time a bus is in use. `ms` is monotonic. */
export class BusMeter {
  readonly #own: Record<Priority, number> = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
  #foreign = 0;
  #frames = 0;
  readonly #began: number;
  /** Bus time by bucket number. */
  readonly #recent = new Map<number, number>();

  constructor(ms: number) {
    this.#began = ms;
  }

  used(priority: Priority, took: number, frames: number, ms: number): void {
    this.#own[priority] += took;
    this.#frames += frames;
    this.#note(took, ms);
  }

  heard(bits: number, ms: number): void {
    const took = bits === 8 ? wireTime(8) : SETTLING + wireTime(bits === 24 ? 24 : 16);
    this.#foreign += took;
    this.#note(took, ms);
  }

  usage(): BusUsage {
    return { own: { ...this.#own }, foreign: this.#foreign, frames: this.#frames };
  }

  /** Part of the last minute, 0 to 1, that the bus was in use; of all the time where less has passed. */
  utilisation(ms: number): number {
    const now = Math.floor(ms / BUCKET);
    let sum = 0;
    for (const [bucket, took] of this.#recent) if (bucket > now - BUCKETS) sum += took;
    const span = Math.min(ms - this.#began, (BUCKETS - 1) * BUCKET + (ms - now * BUCKET));
    return span > 0 ? Math.min(1, sum / span) : 0;
  }

  #note(took: number, ms: number): void {
    const now = Math.floor(ms / BUCKET);
    this.#recent.set(now, (this.#recent.get(now) ?? 0) + took);
    for (const bucket of this.#recent.keys()) if (bucket <= now - BUCKETS) this.#recent.delete(bucket);
  }
}
