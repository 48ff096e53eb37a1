import { type Duration, type Instant, instant } from "../units.ts";
import type { VehicleWord } from "./request-model.ts";

/** When the newest words of a name were said that were heard. */
interface Newest {
  /** Of any kind. */
  readonly said: Instant;
  /** Of those that begin or end a request: one that its own update has overtaken is news still; one that its end has is not. */
  readonly firm: Instant;
}

/** What was heard lately. Plain data, told apart by name: a vehicle's, or a request's, within its source. */
export interface HeardWords {
  readonly names: ReadonlyMap<string, Newest>;
  /** Of names that are not remembered nothing is news that was said before. */
  readonly floor: Instant;
  /** Words that were left aside since the start. */
  readonly aside: number;
}

export const NOTHING_HEARD: HeardWords = { names: new Map(), floor: instant(0), aside: 0 };

/** More names than vehicles come near a junction while a word is news: the oldest are forgotten, and the floor rises. */
export const MOST_NAMES = 1024;

/** How long ago and how far ahead of our clock it may be said. */
export interface Limits {
  readonly age: Duration;
  readonly ahead: Duration;
}

/**
 * Each word once: those of `words` that are news, in their order, and what is remembered of them. No news is what was said
 * beyond the limits, and what was said when a newer word of its name was, or before; so a replay of a word that was heard
 * changes nothing. One that was too far ahead of our clock was not heard: it may be when its time comes, once.
 */
export function onceHeard(
  before: HeardWords,
  words: readonly VehicleWord[],
  limits: Limits,
  now: Instant,
): { readonly heard: HeardWords; readonly words: readonly VehicleWord[] } {
  if (words.length === 0) return { heard: before, words };
  const names = new Map<string, Newest>();
  for (const [name, newest] of before.names) if (isWithin(newest.said, limits, now)) names.set(name, newest);
  let { floor, aside } = before;
  const news = words.filter((word) => {
    const name = nameOf(word);
    const { said, firm } = names.get(name) ?? { said: floor, firm: floor };
    const isFirm = word.kind !== "update";
    if (!isWithin(word.at, limits, now) || word.at <= (word.kind === "request" ? firm : said)) {
      aside++;
      return false;
    }
    // The newest come last: the first is the one to forget.
    names.delete(name);
    names.set(name, { said: later(said, word.at), firm: isFirm ? later(firm, word.at) : firm });
    return true;
  });
  for (const [name, { said }] of names) {
    if (names.size <= MOST_NAMES) break;
    names.delete(name);
    floor = later(floor, said);
  }
  return { heard: { names, floor, aside }, words: news };
}

const isWithin = (at: Instant, { age, ahead }: Limits, now: Instant): boolean => now - at <= age && at - now <= ahead;

const later = (one: Instant, other: Instant): Instant => (one < other ? other : one);

/** Positions are of a vehicle, all else of a request: one name may be both. */
const nameOf = (word: VehicleWord): string =>
  word.kind === "position" ? `at ${word.source} ${word.vehicle}` : `of ${word.source} ${word.id}`;
