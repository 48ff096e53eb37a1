import { LOOK_BACK } from "../../controllers/footfall/history.ts";
import type { HourlyCounts } from "../../controllers/footfall/hourly.ts";

/** An hour of which less was counted says nothing. Minutes. */
const LEAST_MINUTES = 45;
const UNKNOWN = 0xffff;
const VERSION = 1;

/**
 * The cabinet's own hourly counts of the last nine weeks, on the grid of local wall time. Where clocks went back an hour is
 * the mean of two.
 */
export class OwnHours {
  readonly counters: readonly string[];
  /** Wall hour after the last that is closed. */
  #end: number;
  /** By counter, the last `LOOK_BACK` hours before `#end`. */
  readonly #people: Float32Array[];
  /** What is counted of hours that are not closed. */
  #open: { readonly wall: number; readonly counter: number; people: number; minutes: number }[] = [];

  constructor(counters: readonly string[], now: number) {
    this.counters = counters;
    this.#end = now;
    this.#people = counters.map(() => new Float32Array(LOOK_BACK).fill(Number.NaN));
  }

  /** Wall hour after the last that is closed. */
  get end(): number {
    return this.#end;
  }

  /** People of some minutes of the hour `wall`. What comes for a closed hour, or from an unknown counter, is left out. */
  add(id: string, wall: number, people: number, minutes: number): void {
    const counter = this.counters.indexOf(id);
    if (counter < 0 || wall < this.#end) return;
    const open = this.#open.find((one) => one.wall === wall && one.counter === counter);
    if (!open) this.#open.push({ wall, counter, people, minutes });
    else {
      open.people += people;
      open.minutes += minutes;
    }
  }

  /** Closes the hours before `now`. Where the clock was set back, what lies ahead of it is forgotten. */
  closeBefore(now: number): void {
    const by = now - this.#end;
    if (by === 0) return;
    for (const people of this.#people) {
      const kept = people.slice(Math.max(0, by), by < 0 ? by : undefined);
      people.fill(Number.NaN).set(by > 0 ? kept.slice(0, Math.max(0, LOOK_BACK - by)) : kept, by < 0 ? -by : 0);
    }
    this.#end = now;
    for (const { wall, counter, people, minutes } of this.#open) {
      const place = wall - (now - LOOK_BACK);
      const mine = this.#people[counter];
      if (mine && place >= 0 && place < LOOK_BACK && minutes >= LEAST_MINUTES) mine[place] = (people / minutes) * 60;
    }
    this.#open = this.#open.filter(({ wall }) => wall >= now && wall <= now + 1);
  }

  /** People of a closed hour; NaN where it was not counted. */
  people(counter: number, wall: number): number {
    return this.#people[counter]?.[wall - (this.#end - LOOK_BACK)] ?? Number.NaN;
  }

  /** All that is closed, on a grid that begins at a midnight and goes on for two empty days. */
  counts(): HourlyCounts {
    const from = Math.floor((this.#end - LOOK_BACK) / 24) * 24;
    const lead = this.#end - LOOK_BACK - from;
    const people = this.#people.map((mine) => {
      const grid = new Float32Array(lead + LOOK_BACK + 48).fill(Number.NaN);
      grid.set(mine, lead);
      return grid;
    });
    return { from, sensors: this.counters, people };
  }

  /** As bytes: version, wall hour, then each counter's name and its people (uint16, whole; 65535: not counted). */
  bytes(): Uint8Array {
    const head = new TextEncoder().encode(
      JSON.stringify({ version: VERSION, end: this.#end, counters: this.counters }),
    );
    const bytes = new Uint8Array(4 + head.length + this.#people.length * LOOK_BACK * 2);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, head.length, true);
    bytes.set(head, 4);
    let place = 4 + head.length;
    for (const people of this.#people) {
      for (const value of people) {
        view.setUint16(place, Number.isNaN(value) ? UNKNOWN : Math.min(UNKNOWN - 1, Math.round(value)), true);
        place += 2;
      }
    }
    return bytes;
  }

  /** Takes what `bytes` wrote, for the counters there are now; false where it is damaged. */
  restore(bytes: Uint8Array): boolean {
    try {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const length = view.getUint32(0, true);
      const { version, end, counters } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
      if (version !== VERSION || !Number.isInteger(end) || !Array.isArray(counters)) return false;
      if (bytes.byteLength !== 4 + length + counters.length * LOOK_BACK * 2) return false;
      const now = this.#end;
      this.#end = end;
      for (const [i, id] of this.counters.entries()) {
        const kept = counters.indexOf(id);
        if (kept < 0) continue;
        const from = 4 + length + kept * LOOK_BACK * 2;
        this.#people[i]?.forEach((_, t, mine) => {
          const value = view.getUint16(from + 2 * t, true);
          mine[t] = value === UNKNOWN ? Number.NaN : value;
        });
      }
      this.closeBefore(now);
      return true;
    } catch {
      return false;
    }
  }
}
