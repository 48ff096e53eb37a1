import { milliseconds } from "../../../controllers/units.ts";
import { ask, pause, type Sequence } from "../sequence.ts";
import { askAgain } from "./read-random.ts";
import type { Wire } from "./wire.ts";

/**
 * What giving an address came to: the unit has it and nobody else; nobody is at the search address; another unit has the
 * short address already; several are at the search address; or the one there does not take an address.
 */
export type Settled = "taken" | "nobody" | "occupied" | "twins" | "refused";

/** Slow memory: how long a unit is left to store its address, ms, before it is asked again. */
const STORING = [20, 100, 300] as const;
/** Answers that disagree are asked for this often. */
const DISAGREED = 3;

/**
 * Gives the unit at `search`, where the search address is already, a short address. One question proves it: the lowest byte
 * of the random address, asked at the new short address. It shows that the unit answers there, that it is the one, and that
 * nobody else does, and needs no VERIFY SHORT ADDRESS, which some gear never answers. Only where that fails more is asked.
 * `sure`: the unit is known to be there; else silence is taken for nobody at once.
 */
export function* settle(wire: Wire, search: number, address: number, sure: boolean): Sequence<Settled> {
  const [, , lowest] = wire.randomAddress;
  yield* ask(wire.program(address));
  const first = yield* ask(lowest(address));
  if (first.kind === "value" && first.value === (search & 0xff)) return "taken";
  if (first.kind === "none" && !sure) return "nobody";
  for (const wait of STORING) {
    const has = yield* askAgain(wire.queryShort);
    if (has.kind === "none") return "nobody";
    if (has.kind === "collision") return "twins";
    if (has.value === address) return yield* alone(wire, search, address);
    yield* pause(milliseconds(wait), "unit stores its short address");
    yield* ask(wire.program(address));
  }
  return "refused";
}

/** The unit says that it has the address: whether it is the only one there. */
function* alone(wire: Wire, search: number, address: number): Sequence<Settled> {
  const [, , lowest] = wire.randomAddress;
  for (let tries = 0; tries < DISAGREED; tries++) {
    const answer = yield* askAgain(lowest(address));
    if (answer.kind === "value" && answer.value === (search & 0xff)) return "taken";
    // it has the address and is silent there: some gear answers only special commands meanwhile
    if (answer.kind === "none") return "taken";
  }
  return "occupied";
}
