import { milliseconds } from "../../../controllers/units.ts";
import { ask, pause, type Sequence } from "../sequence.ts";
import { askAgain, readRandom } from "./read-random.ts";
import { settle } from "./settle.ts";
import { type Surveyed, survey, UNSET } from "./survey.ts";
import type { Work } from "./work.ts";

/** IEC 62386-102 11.7.4: a new random address is there at the latest after 100 ms. */
export const RANDOMISING = milliseconds(100);
/** How often what must be heard by all is said anew. */
const TRIES = 3;

/** Units at these addresses draw a random address; those who turn out to be several are added to those that share one. */
export function* randomiseUnset(work: Work, { shared, unset }: Surveyed): Sequence<readonly number[]> {
  const { wire } = work;
  let left = unset;
  const all = [...shared];
  for (let tries = 0; tries < TRIES && left.length > 0; tries++) {
    for (const address of left) yield* ask(wire.initialise(address));
    yield* ask(wire.randomise);
    yield* pause(RANDOMISING, "units draw random addresses");
    yield* ask(wire.terminate);
    const again = yield* survey(work, left, new Map(left.map((address) => [address, null])));
    all.push(...again.shared);
    left = again.unset;
  }
  return all;
}

/**
 * Several units have one address: the one that is known by its random address keeps it, all others give it up and are found
 * as new ones are. Should this be cut off in between, another run gives it back (`reclaim`).
 */
export function* parted(work: Work, address: number, known: number | null): Sequence<void> {
  const { wire, roll } = work;
  roll.units.delete(address);
  const keeper = known !== null && known !== UNSET && (yield* isAlone(work, address, known));
  yield* clear(work, address);
  if (!keeper) {
    roll.vacated.push(address);
    return void (yield* ask(wire.terminate));
  }
  // it is still open to PROGRAM SHORT ADDRESS, and the search address is on it
  yield* work.address.set(known);
  if ((yield* settle(wire, known, address, true)) === "taken") roll.units.set(address, { randomAddress: known });
  yield* ask(wire.terminate);
}

/** Whether exactly one of the units at `address` has this random address. */
function* isAlone(work: Work, address: number, known: number): Sequence<boolean> {
  const { wire } = work;
  for (let tries = 0; tries < TRIES; tries++) {
    yield* ask(wire.initialise(address));
    work.address.forget();
    yield* work.address.set(known);
    const has = yield* askAgain(wire.queryShort);
    if (has.kind === "value" && has.value === address) return true;
  }
  return false;
}

/** All units at an address give it up. Where some do not, it counts as occupied. */
function* clear(work: Work, address: number): Sequence<void> {
  const { wire, roll } = work;
  roll.occupied.add(address);
  for (let tries = 0; tries < TRIES; tries++) {
    for (const command of wire.move(address, null)) yield* ask(command);
    const left = yield* readRandom(wire, address, TRIES);
    if (left.kind === "nobody") return void roll.occupied.delete(address);
  }
}

/**
 * A lamp that lost its address, and still has the random address it is known by, gets it back; whoever has it meanwhile gives
 * it up.
 */
export function* reclaim(work: Work, lamps: ReadonlyMap<number, number>): Sequence<void> {
  const { wire, roll } = work;
  if (lamps.size === 0) return;
  yield* ask(wire.initialise("unaddressed"));
  work.address.forget();
  for (const [address, randomAddress] of lamps) {
    yield* work.address.set(randomAddress);
    const has = yield* askAgain(wire.queryShort, 2);
    if (has.kind !== "value" || has.value !== null) continue;
    if (roll.units.delete(address)) yield* clear(work, address);
    const settled = yield* settle(wire, randomAddress, address, true);
    if (settled === "taken") roll.units.set(address, { randomAddress });
    if (settled === "twins" || settled === "occupied") yield* ask(wire.program(null));
  }
  yield* ask(wire.terminate);
}
