import { decode, encode } from "../../firmware/dali/codec.ts";
import { type ForwardFrame, forward16, forward24 } from "../../firmware/dali/frame.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Figure, median } from "./line.ts";

const FRAMES = 4096;
const RUNS = 11;
const DECODED_IN_RUN = 500 * FRAMES;
const TYPES = [undefined, undefined, 1, 6, 8, 51];

/** Frames of all kinds in random order: half of 16 bits, of which some belong to a device type, half of 24. */
function traffic(): readonly (readonly [ForwardFrame, number | undefined])[] {
  const random = new SeededRandom(1);
  return Array.from({ length: FRAMES }, (_, i) =>
    i % 2 === 0
      ? [forward16(Math.floor(random.next() * 0x10000)), TYPES[i % TYPES.length]]
      : [forward24(Math.floor(random.next() * 0x1000000)), undefined],
  );
}

/** How many frames a second one core decodes, the median of several runs; every frame also comes back as it was. */
export async function codecFigures(): Promise<Figure[]> {
  const frames = traffic();
  const same = frames.every(([frame, type]) => encode(decode(frame, type)).data === frame.data);
  const rates: number[] = [];
  let known = 0;
  for (let run = 0; run < RUNS; run++) {
    known = 0;
    const began = performance.now();
    for (let done = 0; done < DECODED_IN_RUN; done += FRAMES) {
      for (const [frame, type] of frames) if (decode(frame, type).kind !== "unknown") known++;
    }
    rates.push(DECODED_IN_RUN / ((performance.now() - began) / 1000));
  }
  const parts = {
    runs: RUNS,
    slowest: Math.round(Math.min(...rates)),
    known: Number((known / DECODED_IN_RUN).toFixed(3)),
  };
  return [
    { name: "codec", value: median(rates), unit: "frames/s", target: 1_000_000, least: true, parts, holds: same },
  ];
}
