/** What every feed of vehicles is: bytes or messages in, words out, and a count of what was left aside. */
import type { Place } from "../../controllers/junction/model.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Instant } from "../../controllers/units.ts";
import type { Pseudonyms } from "./pseudonym.ts";

export interface FeedOptions {
  /** The feed's id, in each of its words. */
  readonly source: string;
  readonly pseudonyms: Pseudonyms;
  /** Whether a place can matter: a region's feed brings thousands of vehicles that are elsewhere. Absent: each can. */
  readonly near?: (place: Place) => boolean;
}

/** What a feed can be given. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Never throws, whatever it is given; keeps little, and never a vehicle's own number beyond what an answer needs. */
export interface Feed<Said> {
  /** What it means, in the order in which it was said. `now`: when it came. */
  take(said: Said, now: Instant): readonly VehicleWord[];
  /** How often what was taken and what was left aside, by name. Only ever grows. */
  tally(): Readonly<Record<string, number>>;
}

/** Counts by name, with all names there from the beginning. */
export function counting<Name extends string>(names: readonly Name[]) {
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  return {
    add: (name: Name): void => {
      counts[name]++;
    },
    tally: (): Readonly<Record<string, number>> => ({ ...counts }),
  };
}
