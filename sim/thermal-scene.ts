/**
 * A street under a thermal array, by seed: people alone, abreast, against each other, loitering and turning back; dogs, cars,
 * rain, a branch in the way, ground that the sun has warmed, air that cools. It tells what each pixel sees at a time, and who
 * truly crossed.
 */
import type { ArrayShape, PictureSide, ThermalView } from "../controllers/footfall/thermal-view.ts";
import { metres } from "../controllers/units.ts";
import { SeededRandom } from "./random.ts";
import { painter, weather } from "./thermal-painter.ts";
import {
  along,
  between,
  carParts,
  crossingsOf,
  dogParts,
  endOf,
  personParts,
  resting,
  type Thing,
  type TrueCrossing,
  turning,
} from "./thermal-scene-things.ts";

export interface SceneOptions {
  readonly shape: ArrayShape;
  readonly seed: number;
  /** s. */
  readonly length: number;
  /** Metres; by chance between 3.4 and 4.2 where nothing is said. */
  readonly height?: number;
  readonly up?: PictureSide;
  /** Groups, dogs and cars that come by, an hour. */
  readonly rate?: number;
  /** Leaves out dogs and cars. */
  readonly only?: "people";
}

export interface ThermalScene {
  readonly view: ThermalView;
  /** The crossings of people, in order of time. */
  readonly truth: readonly TrueCrossing[];
  /** What the pixels see at a time, s, Celsius: without the chip's own noise. The same array each time. */
  picture(at: number): Float64Array;
  /** Of the air, Celsius. */
  readonly air: number;
}

/** Half the length of the ways; the widest view ends before. */
const REACH = 5;
/** Half the width of the pavement that the array is meant to see. */
const PAVEMENT = 0.85;

export function thermalScene(options: SceneOptions): ThermalScene {
  const random = new SeededRandom(options.seed);
  const height = options.height ?? between(random, 3.4, 4.2);
  const view = { shape: options.shape, height: metres(height), up: options.up ?? "right" } as const;
  const around = weather(random);
  const things = comings(random, options, around.wet);
  const truth = things
    .filter(({ kind }) => kind === "person")
    .flatMap(crossingsOf)
    .filter(({ at }) => at < options.length)
    .sort((a, b) => a.at - b.at);
  return { view, truth, air: around.air, picture: painter(random, view, presence(things), around) };
}

/** What of things in order of time is there, asked in order of time. */
function presence(things: readonly Thing[]): (at: number) => readonly Thing[] {
  let first = 0;
  let last = Number.NEGATIVE_INFINITY;
  return (at) => {
    if (at < last) first = 0;
    last = at;
    while (first < things.length && endOf(things[first] as Thing) < at) first++;
    let next = first;
    while (next < things.length && (things[next] as Thing).way.from <= at) next++;
    return things.slice(first, next);
  };
}

/** All that comes by, by the time at which it comes. */
function comings(random: SeededRandom, { length, rate = 500, only }: SceneOptions, wet: boolean): readonly Thing[] {
  const things: Thing[] = [];
  const person = (way: Thing["way"]): Thing => ({
    kind: "person",
    parts: personParts(random, wet),
    way,
    sways: 0.025,
    steps: 0.9,
  });
  const speed = () => between(random, 0.8, random.next() < 0.15 ? 2.2 : 1.7);
  const aside = () => between(random, -PAVEMENT, PAVEMENT);
  for (let at = 6 + random.exponential(rate / 3600); at < length; at += random.exponential(rate / 3600)) {
    const up = random.next() < 0.5;
    const which = random.next() * (only ? 0.86 : 1);
    const v = speed();
    if (which < 0.58) things.push(person(along(at, REACH, up, v, aside(), between(random, -0.2, 0.2))));
    else if (which < 0.72) {
      // Abreast, shoulder to shoulder or with room between.
      const apart = between(random, 0.5, 0.85);
      const y = between(random, -PAVEMENT + apart / 2, PAVEMENT - apart / 2);
      const lag = between(random, -0.25, 0.25);
      things.push(person(along(at, REACH, up, v, y - apart / 2)));
      things.push(person(along(at + lag, REACH, up, v, y + apart / 2)));
    } else if (which < 0.75) {
      const apart = between(random, 0.5, 0.62);
      for (const k of [-1, 0, 1]) things.push(person(along(at + between(random, -0.2, 0.2), REACH, up, v, k * apart)));
    } else if (which < 0.79) {
      // One behind the other.
      const y = aside();
      things.push(person(along(at, REACH, up, v, y)));
      things.push(person(along(at + between(random, 0.75, 1.3) / v, REACH, up, v, y + between(random, -0.2, 0.2))));
    } else if (which < 0.83) {
      const turn = (random.next() < 0.5 ? -1 : 1) * between(random, 0.9, 2.5);
      things.push(person(turning(at, REACH, up, v, aside(), turn, between(random, 0, 10))));
    } else if (which < 0.86) {
      const place = (random.next() < 0.5 ? -1 : 1) * between(random, 0.8, 1.6);
      things.push(person(resting(random, at, REACH, up, v, aside(), place, between(random, 10, 60))));
    } else if (which < 0.95) {
      const dog = (y: number, late: number): Thing => ({
        kind: "dog",
        parts: dogParts(random, wet),
        way: along(at + late, REACH, up, v, y, between(random, -0.3, 0.3)),
        sways: 0.12,
        steps: 0.4,
      });
      const led = random.next() < 0.75;
      const y = aside();
      if (led) things.push(person(along(at, REACH, up, v, y)));
      const lead = (y > 0 ? -1 : 1) * between(random, 0.5, 1);
      things.push(dog(led ? y + lead : y, led ? between(random, -0.8, 0.4) / v : 0));
    } else {
      // On the roadway, of which the picture shows the edge.
      const slow = random.next() < 0.15;
      const way = along(at, 6, up, slow ? between(random, 1, 3) : between(random, 4, 12), between(random, 2.2, 3.2));
      things.push({ kind: "car", parts: carParts(random), way, sways: 0, steps: 0 });
    }
  }
  return things.sort((a, b) => a.way.from - b.way.from);
}
