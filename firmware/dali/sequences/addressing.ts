import { milliseconds } from "../../../controllers/units.ts";
import { MASK } from "../command.ts";
import {
  compare,
  initialise,
  programShortAddress,
  randomise,
  searchAddrH,
  searchAddrL,
  searchAddrM,
  terminate,
  verifyShortAddress,
  withdraw,
} from "../commands/gear.ts";
import { whole } from "../frame.ts";
import { ask, pause, type Sequence } from "../sequence.ts";

/** One gear that was found. */
export interface Found {
  readonly randomAddress: number;
  /** The short address it confirmed; null where it did not confirm the one it was given. */
  readonly address: number | null;
}

const TOP = 0xffffff;

/**
 * Gives short addresses from `free`, in that order, to all gear that has none, and says what was found, by random
 * address. Ends by itself when nobody is left, or when `free` is used up. TERMINATE is always sent.
 * Run it with others between: only SEARCHADDR, COMPARE and what follows a match must not be sent by another master.
 */
export function* addressNewGear(free: readonly number[]): Sequence<readonly Found[]> {
  for (const address of free) whole("free address", address, 63);
  const found: Found[] = [];
  try {
    yield* ask(initialise(MASK));
    yield* ask(randomise());
    yield* pause(milliseconds(100), "gear draws its random address"); // IEC 62386-102: at most 100 ms
    const search = new SearchAddress();
    let below = -1;
    for (const address of free) {
      const randomAddress = yield* nextAbove(search, below);
      if (randomAddress === null) break;
      yield* ask(programShortAddress((address << 1) | 1));
      const confirmed = yield* ask(verifyShortAddress((address << 1) | 1));
      yield* ask(withdraw());
      found.push({ randomAddress, address: confirmed ? address : null });
      below = randomAddress;
    }
  } finally {
    yield* ask(terminate());
  }
  return found;
}

/** The smallest random address of the gear that still answers: nobody is left at `below` or under it. null: nobody answers. */
function* nextAbove(search: SearchAddress, below: number): Sequence<number | null> {
  if (!(yield* search.anyUpTo(TOP))) return null;
  let [nobody, somebody] = [below, TOP];
  while (somebody - nobody > 1) {
    const middle = (somebody + nobody) >> 1;
    if (yield* search.anyUpTo(middle)) somebody = middle;
    else nobody = middle;
  }
  // the last COMPARE may have asked another address; what is programmed must match exactly
  yield* search.set(somebody);
  return somebody;
}

/** The search address all gear holds: only bytes that change are sent. */
class SearchAddress {
  #bytes: [number, number, number] | undefined;

  *set(address: number): Sequence<void> {
    const [h, m, l] = [address >> 16, (address >> 8) & 0xff, address & 0xff];
    const known = this.#bytes;
    if (known?.[0] !== h) yield* ask(searchAddrH(h));
    if (known?.[1] !== m) yield* ask(searchAddrM(m));
    if (known?.[2] !== l) yield* ask(searchAddrL(l));
    this.#bytes = [h, m, l];
  }

  *anyUpTo(address: number): Sequence<boolean> {
    yield* this.set(address);
    return yield* ask(compare());
  }
}
