/** The street without people: what each cell of a thermal picture shows when nobody is there. */
import type { Grid } from "./thermal-view.ts";

/** Seconds in which a cell follows its own drift; one that was wrongly too warm; one that somebody stands in. */
const FOLLOWS = 20;
const RECOVERS = 3;
const FROZEN = 400;
/** A cell so many times its noise too cold was learnt with somebody in it. */
const TOO_COLD = 4;

export interface Background {
  /**
   * Takes a picture (Celsius, a cell each) in and writes its contrast to the background into `contrast`, K. `masked` are the
   * cells where somebody was a moment ago: they are learnt so slowly that who stands there stays warm.
   */
  see(celsius: Float64Array, masked: Uint8Array, seconds: number, contrast: Float64Array): void;
}

/** Learns from the first picture on: who is in that one is gone from it some seconds after leaving. */
export function background({ along, across }: Grid): Background {
  const cells = along * across;
  const level = new Float64Array(cells);
  const sorted = new Float64Array(cells);
  let began = false;
  /** Standard deviation of a cell with nobody in it, K. */
  let noise = 0.3;

  /** What the whole picture drifted by: the middle of all cells that are free. */
  const drift = (celsius: Float64Array, masked: Uint8Array): number => {
    let free = 0;
    for (let c = 0; c < cells; c++) if (masked[c] === 0) sorted[free++] = (celsius[c] as number) - (level[c] as number);
    if (free < cells / 4) return 0;
    sorted.subarray(0, free).sort();
    return sorted[free >> 1] as number;
  };

  return {
    see(celsius, masked, seconds, contrast) {
      if (!began) {
        level.set(celsius);
        began = true;
      }
      const shift = drift(celsius, masked);
      const part = (span: number) => 1 - Math.exp(-seconds / span);
      const [follows, recovers, frozen] = [part(FOLLOWS), part(RECOVERS), part(FROZEN)];
      let sum = 0;
      let free = 0;
      for (let c = 0; c < cells; c++) {
        // The whole picture moves at once: with the air at the chip, and with the weather.
        level[c] = (level[c] as number) + shift * recovers;
        const off = (celsius[c] as number) - (level[c] as number);
        contrast[c] = off - shift * (1 - recovers);
        if (masked[c] !== 0) {
          level[c] = (level[c] as number) + off * frozen;
          continue;
        }
        sum += Math.abs(off);
        free++;
        level[c] = (level[c] as number) + off * (off < -TOO_COLD * noise ? recovers : follows);
      }
      // A mean of the amounts of a normal noise is 0.8 of its deviation.
      if (free > cells / 4) noise += ((sum / free) * 1.25 - noise) * follows;
    },
  };
}
