import { minutes } from "../../../controllers/units.ts";
import { ask, pause, type Sequence } from "../sequence.ts";
import { RANDOMISING } from "./conflicts.ts";
import { askAgain } from "./read-random.ts";
import { settle } from "./settle.ts";
import { Search } from "./strategy.ts";
import { UNSET } from "./survey.ts";
import type { Work } from "./work.ts";

/** INITIALISE lasts 15 minutes (IEC 62386-102 9.14.2); PING does not prolong it. */
const RENEWED = minutes(12);
/** Units found before that still answer end a search when they were found so often. */
const LOUD = 6;
/** Where a unit is surely there, it must be silent to a claim this often to be an error of ours. */
const SURE = 0.9;

export interface RoundResult {
  /** Units that got an address. */
  readonly addressed: number;
  /** Random addresses that several have, or that nobody drew: they must draw anew. */
  readonly twins: readonly number[];
  readonly refused: readonly number[];
  /** Units for which no address was left. */
  readonly over: readonly number[];
}

/**
 * One search from the lowest random address to the highest among all units without a short address: each that is found gets
 * the next free one. `patient`: units that cannot be told apart by their random address, or never drew one, are given a
 * short address all the same.
 */
export function* searchRound(work: Work, patient: boolean): Sequence<RoundResult> {
  const { wire, roll, clock, address: searchAddress } = work;
  const twins: number[] = [];
  const refused: number[] = [];
  const over: number[] = [];
  const aside = () => [...twins, ...refused, ...over];
  const found = new Map<number, number | null>();
  let [addressed, opened, repeats] = [0, 0, 0];

  function* open(): Sequence<void> {
    yield* ask(wire.initialise("unaddressed"));
    opened = clock.monotonic();
  }
  function* withdraw(at: number): Sequence<void> {
    yield* searchAddress.set(at);
    yield* ask(wire.withdraw);
  }
  /** Gives the unit at `at` an address. false: nobody is there. */
  function* give(at: number, sure: boolean): Sequence<boolean> {
    if (wire.findsAddressed) {
      const has = yield* askAgain(wire.queryShort);
      if (has.kind === "none") return false;
      if (has.kind === "value" && has.value !== null) {
        roll.drew(has.value, at);
        found.set(at, has.value);
        return true;
      }
    }
    if (at === UNSET && !patient) {
      const there = yield* askAgain(wire.queryShort);
      if (there.kind !== "none") twins.push(at);
      return there.kind !== "none";
    }
    for (;;) {
      const address = roll.nextFree;
      if (address === undefined) {
        const there = yield* askAgain(wire.queryShort);
        if (there.kind !== "none") over.push(at);
        return there.kind !== "none";
      }
      const settled = yield* settle(wire, at, address, sure);
      switch (settled) {
        case "taken":
          roll.take(address, at);
          found.set(at, address);
          addressed++;
          work.save();
          return true;
        case "nobody":
          return false;
        case "occupied":
          // another unit has it; or has taken it now, because it did not hear that the search address changed
          roll.occupied.add(address);
          work.doubtful = true;
          searchAddress.forget();
          yield* searchAddress.set(at);
          break;
        case "twins":
          if (patient) {
            roll.troubles.push({ kind: "inseparable", address, randomAddress: at });
            roll.take(address, at);
            found.set(at, address);
            addressed++;
            return true;
          }
          yield* ask(wire.program(null));
          twins.push(at);
          return true;
        case "refused":
          refused.push(at);
          return true;
      }
    }
  }
  /** A unit that was found before still answers: it did not hear WITHDRAW, or it has a twin that did not hear its address. */
  function* foundAgain(at: number): Sequence<void> {
    const has = yield* askAgain(wire.queryShort);
    if (has.kind === "value" && has.value === null && !aside().includes(at)) twins.push(at);
  }

  // units that are still open from before have their addresses, and would draw new random ones
  yield* ask(wire.terminate);
  yield* open();
  yield* ask(wire.randomise);
  yield* pause(RANDOMISING, "units draw random addresses");
  searchAddress.forget();
  const search = new Search(work.count());
  work.phase("search", { search });
  for (;;) {
    if (clock.monotonic() - opened > RENEWED) {
      yield* open();
      for (const at of aside()) yield* withdraw(at);
    }
    search.address = searchAddress.address;
    const question = search.next();
    if (question.kind === "done") return { addressed, twins, refused, over };
    const { at } = question;
    // asked again at the same place: there is doubt, perhaps whether all have this address
    if (question.kind === "compare" && at === searchAddress.address) searchAddress.forget();
    yield* searchAddress.set(at);
    if (question.kind === "compare") {
      search.compared(at, yield* ask(wire.compare));
      continue;
    }
    const again = found.has(at) || aside().includes(at);
    if (again) {
      // it cannot be silenced: another search, opened anew, leaves it out
      if (++repeats >= LOUD) return { addressed, twins, refused, over };
      searchAddress.forget();
      yield* searchAddress.set(at);
      yield* foundAgain(at);
    } else if (!(yield* give(at, question.probability > SURE))) {
      search.absent(at);
      if (question.probability > SURE) work.doubtful = true;
      searchAddress.forget();
      continue;
    }
    yield* ask(wire.withdraw);
    if (search.found(at, again) > 0 || again) work.doubtful = true;
  }
}
