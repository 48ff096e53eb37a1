import type { Answer, Command } from "../command.ts";
import { ask, type Sequence } from "../sequence.ts";
import type { Wire } from "./wire.ts";

/** Who is at a short address: nobody; one unit, with its random address; several; or one that does not tell all of it. */
export type Occupant =
  | { readonly kind: "nobody" }
  | { readonly kind: "one"; readonly randomAddress: number | null }
  | { readonly kind: "several" };

/** So many spoilt answers to the same question, and none that can be read: several answer. */
const SPOILT = 4;
/** What is there answers this often at last, or has nothing to say. */
const SILENT = 4;

/** Asks until an answer can be read: `silent` times without one is "none", four spoilt ones "collision". */
export function* askAgain<T>(question: Command<Answer<T>>, silent = SILENT): Sequence<Answer<T>> {
  let [none, spoilt] = [0, 0];
  while (none < silent && spoilt < SPOILT) {
    const answer = yield* ask(question);
    if (answer.kind === "value") return answer;
    if (answer.kind === "none") none++;
    else spoilt++;
  }
  // somebody who answers now and then is there
  return spoilt > 0 ? { kind: "collision" } : { kind: "none" };
}

/**
 * Reads the random address of whoever has a short address; `silent` is how often nobody must answer to be nobody. Where it
 * is not what was `expected`, it is read once more: noise can make one address of another.
 */
export function* readRandom(wire: Wire, address: number, silent: number, expected?: number | null): Sequence<Occupant> {
  const first = yield* readBytes(wire, address, silent);
  if (first.kind !== "one" || first.randomAddress === null || first.randomAddress === expected) return first;
  if (expected === undefined || expected === null) return first;
  const second = yield* readBytes(wire, address, SILENT);
  if (second.kind !== "one" || second.randomAddress === first.randomAddress) return first;
  return second.randomAddress === expected ? second : yield* readBytes(wire, address, SILENT);
}

function* readBytes(wire: Wire, address: number, silent: number): Sequence<Occupant> {
  let randomAddress = 0;
  let whole = true;
  for (const [i, query] of wire.randomAddress.entries()) {
    const byte = yield* askAgain(query(address), i === 0 ? silent : SILENT);
    if (byte.kind === "collision") return { kind: "several" };
    if (byte.kind === "none") {
      if (i === 0) return { kind: "nobody" };
      whole = false;
    } else randomAddress = (randomAddress << 8) | byte.value;
  }
  return { kind: "one", randomAddress: whole ? randomAddress : null };
}
