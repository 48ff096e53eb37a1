import type { Sequence } from "../sequence.ts";
import { readRandom } from "./read-random.ts";
import type { Work } from "./work.ts";

/** What a unit says that never drew a random address (IEC 62386-102 9.14). */
export const UNSET = 0xffffff;
/** How often nobody must answer where a lamp is known to be, and where nobody is known. */
const KNOWN = 5;
const UNKNOWN = 2;

export interface Surveyed {
  /** Addresses that several units have. */
  readonly shared: readonly number[];
  /** Addresses of units that never drew a random address: two of them would answer alike. */
  readonly unset: readonly number[];
}

/** Asks who is at each of these addresses. `expected`: the random address a lamp is known by, where one is known to be there. */
export function* survey(
  work: Work,
  addresses: readonly number[],
  expected: ReadonlyMap<number, number | null>,
): Sequence<Surveyed> {
  const { wire, roll } = work;
  const shared: number[] = [];
  const unset: number[] = [];
  for (const address of addresses) {
    const likely = expected.has(address) || roll.occupied.has(address);
    const who = yield* readRandom(wire, address, likely ? KNOWN : UNKNOWN, expected.get(address));
    roll.occupied.delete(address);
    roll.asked.add(address);
    if (who.kind === "several") {
      shared.push(address);
      roll.occupied.add(address);
    }
    if (who.kind === "one") {
      roll.units.set(address, { randomAddress: who.randomAddress });
      if (who.randomAddress === UNSET) unset.push(address);
    }
    work.surveyed();
  }
  return { shared, unset };
}
