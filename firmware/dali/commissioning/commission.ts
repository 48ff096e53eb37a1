import { seconds } from "../../../controllers/units.ts";
import { whole } from "../frame.ts";
import { ask, pause, type Sequence } from "../sequence.ts";
import { parted, randomiseUnset, reclaim } from "./conflicts.ts";
import type { CommissioningOptions, CommissioningResult } from "./model.ts";
import { move } from "./move.ts";
import { isUnit, offerOf, results } from "./result.ts";
import { ADDRESSES } from "./roll.ts";
import { searchRound } from "./round.ts";
import { survey, UNSET } from "./survey.ts";
import { Work } from "./work.ts";

/** How often nobody must say that an address is missing. */
const NOBODY_MISSING = 3;
/** Searches at most (another master may end each of them early), and how many may find nobody before it is given up. */
const ROUNDS = 64;
const IN_VAIN = 6;
/** So many draws and still alike, or still undrawn: such units are given an address as they are. */
const DRAWS = 3;

/**
 * Puts a bus in order: keeps the addresses of known lamps, parts units that share one, gives new units a free one, and says
 * what became of each. Where nothing changed it asks each address once and searches nothing. TERMINATE is sent at the end,
 * whatever happens. After a fault of the bus or the gateway it ends with that Fault: what `onSave` gave last, handed in as
 * `saved`, lets another run go on where this one ended. Run it with `inBursts`, or `scheduler.run`.
 * Throws TypeError where an address is not 0..63, a lamp is known twice, or `expected` is no whole number up to 64.
 */
export function commission(options: CommissioningOptions): Sequence<CommissioningResult> {
  const { known = [], places = [], saved, expected } = options;
  for (const { address } of [...known, ...places]) whole("address", address, ADDRESSES - 1);
  if (new Set(known.map(({ address }) => address)).size < known.length)
    throw new TypeError("a known lamp's address is used twice");
  if (expected !== undefined) whole("expected", expected, ADDRESSES);
  if (saved && saved.version !== 1) throw new TypeError(`saved state has version ${String(saved.version)}: allowed 1`);
  const work = new Work(options);
  return work.counted(all(work, options));
}

function* all(work: Work, options: CommissioningOptions): Sequence<CommissioningResult> {
  let replaced: ReadonlySet<number>;
  try {
    yield* look(work, options);
    yield* search(work);
    yield* rest(work);
    work.phase("identities");
    yield* identities(work, options);
    replaced = yield* put(work, options);
  } finally {
    yield* ask(work.wire.terminate);
  }
  const { roll } = work;
  const lamps = results(options.known ?? [], roll, replaced);
  work.phase("done");
  return { lamps, troubles: roll.troubles, offer: offerOf(lamps), frames: work.frames, elapsed: work.elapsed };
}

/** Lamps and units that may be at their addresses: what is remembered of each. */
function remembered({ roll }: Work, { known = [] }: CommissioningOptions): Map<number, number | null> {
  const all = new Map<number, number | null>(roll.assigned);
  for (const { address, randomAddress = null } of known) all.set(address, randomAddress);
  return all;
}

/** Who has an address already. Units that share one, or that were never drawn, are sorted out. */
function* look(work: Work, options: CommissioningOptions): Sequence<void> {
  const { roll } = work;
  const expected = remembered(work, options);
  if (expected.size === 0) return;
  const before = [...expected.keys()].sort((a, b) => a - b);
  work.phase("survey", { toSurvey: options.expected === expected.size ? expected.size : ADDRESSES });
  const first = yield* survey(work, before, expected);
  // all that were counted are there: nobody else can be
  const second = yield* survey(work, work.complete ? [] : roll.unasked, expected);
  const found = { shared: [...first.shared, ...second.shared], unset: [...first.unset, ...second.unset] };
  yield* sortOut(work, found, expected);
  for (const address of roll.assigned.keys()) if (!roll.units.has(address)) roll.assigned.delete(address);
}

function* sortOut(
  work: Work,
  found: { readonly shared: readonly number[]; readonly unset: readonly number[] },
  expected: ReadonlyMap<number, number | null>,
): Sequence<void> {
  work.phase("conflicts");
  for (const address of yield* randomiseUnset(work, found)) yield* parted(work, address, expected.get(address) ?? null);
  const lost = new Map<number, number>();
  for (const [address, randomAddress] of expected) {
    if (randomAddress === null || randomAddress === UNSET) continue;
    const there = work.roll.units.get(address);
    if (there?.randomAddress === null || work.roll.at(randomAddress) !== undefined) continue;
    lost.set(address, randomAddress);
  }
  yield* reclaim(work, lost);
}

/** Searches until no unit is without an address that could have one; then, if that was not once, asks whether all kept theirs. */
function* search(work: Work): Sequence<void> {
  const rounds = yield* searches(work);
  const { roll } = work;
  if (!(rounds > 1 || work.doubtful) || roll.assigned.size === 0) return;
  // gear whose power failed before its address was stored was found twice
  const given = new Map(roll.assigned);
  for (const trouble of roll.troubles) if (trouble.kind === "inseparable") given.delete(trouble.address);
  for (const address of given.keys()) roll.units.delete(address);
  work.phase("survey", { toSurvey: given.size });
  const { shared } = yield* survey(work, [...given.keys()], given);
  for (const address of given.keys())
    if (!roll.units.has(address) && !shared.includes(address)) roll.assigned.delete(address);
  work.save();
}

/** Gives how many searches it took. */
function* searches(work: Work): Sequence<number> {
  const { roll } = work;
  let [inVain, draws] = [0, 0];
  for (let round = 1; round <= ROUNDS; round++) {
    if (!(yield* anyMissing(work))) return round - 1;
    const found = yield* searchRound(work, draws >= DRAWS);
    if (found.twins.length > 0) draws++;
    inVain = found.addressed + found.twins.length > 0 ? 0 : inVain + 1;
    if (found.twins.length > 0) continue;
    for (const randomAddress of found.over) {
      roll.without.push(randomAddress);
      roll.troubles.push({ kind: "no-free-address", randomAddress });
    }
    for (const randomAddress of found.refused) {
      roll.without.push(randomAddress);
      roll.troubles.push({ kind: "not-addressable", randomAddress });
    }
    // whoever is left without an address would say so each time
    if (found.over.length + found.refused.length > 0) return round;
    if (inVain >= IN_VAIN) {
      roll.troubles.push({ kind: "not-found" });
      return round;
    }
    if (inVain > 0) {
      work.widen();
      yield* pause(seconds(inVain), "another master may search as well");
    }
  }
  if (yield* anyMissing(work)) roll.troubles.push({ kind: "not-found" });
  return ROUNDS;
}

function* anyMissing({ wire }: Work): Sequence<boolean> {
  for (let tries = 0; tries < NOBODY_MISSING; tries++) if (yield* ask(wire.queryMissing)) return true;
  return false;
}

/** Addresses that nobody was asked at, where somebody may be whom nobody knows. */
function* rest(work: Work): Sequence<void> {
  const { unasked, occupied } = work.roll;
  if (unasked.length === 0 || (work.complete && occupied.size === 0)) return;
  work.phase("survey", { toSurvey: unasked.length });
  const found = yield* survey(work, unasked, new Map());
  if (found.shared.length + found.unset.length === 0) return;
  yield* sortOut(work, found, new Map());
  yield* search(work);
}

/** Reads who is who where that may tell which lamp it is. */
function* identities(work: Work, { identify, known = [], places = [] }: CommissioningOptions): Sequence<void> {
  if (!identify) return;
  const { roll } = work;
  const byIdentity =
    known.some(({ identity }) => identity?.serial !== undefined) || places.some(({ serial }) => serial !== undefined);
  for (const [address, unit] of roll.units) {
    const lamp = known.find((one) => one.address === address);
    // a unit that is known by its random address needs not be asked who it is
    if (lamp && (isUnit(lamp, unit) || !byIdentity)) {
      if (lamp.identity) roll.units.set(address, { ...unit, identity: lamp.identity });
      continue;
    }
    const identity = yield* identify(address);
    if (identity) roll.units.set(address, { ...unit, identity });
  }
}

/** Puts lamps where they belong: where they were told to be, where they were before they lost their address, in place of a broken one. */
function* put(work: Work, options: CommissioningOptions): Sequence<ReadonlySet<number>> {
  const { roll } = work;
  const { known = [], places = [] } = options;
  const replaced = new Set<number>();
  for (const { address, serial, gtin, randomAddress } of places) {
    if (serial === undefined && gtin === undefined && randomAddress === undefined) continue;
    const found = roll.units
      .entries()
      .find(
        ([, unit]) =>
          (serial === undefined || unit.identity?.serial === serial) &&
          (gtin === undefined || unit.identity?.gtin === gtin) &&
          (randomAddress === undefined || unit.randomAddress === randomAddress),
      );
    if (!found || found[0] === address) continue;
    const lamp = known.find((one) => one.address === address);
    if ((yield* moved(work, found[0], address)) && lamp && !isUnit(lamp, found[1])) replaced.add(address);
  }
  for (const lamp of known) {
    if (roll.units.has(lamp.address)) continue;
    const from = roll.assigned.keys().find((address) => isUnit(lamp, roll.units.get(address) ?? NOBODY));
    if (from !== undefined) yield* moved(work, from, lamp.address);
  }
  if (!options.replaceMissing) return replaced;
  const offer = offerOf(results(known, roll, replaced));
  if (offer && (yield* moved(work, offer.from, offer.address))) replaced.add(offer.address);
  return replaced;
}

const NOBODY = { randomAddress: null };

function* moved(work: Work, from: number, to: number): Sequence<boolean> {
  if (work.roll.units.has(to) || (yield* move(work.wire, from, to)) !== "moved") return false;
  work.roll.moved(from, to);
  work.save();
  return true;
}
