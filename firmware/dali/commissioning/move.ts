import { ask, type Sequence } from "../sequence.ts";
import { readRandom } from "./read-random.ts";
import { devices, GEAR, type Wire } from "./wire.ts";

/** Somebody has the address already; nobody is at the old one; or the unit did not go. */
export type Moved = "moved" | "occupied" | "missing" | "refused";

/** How often nobody must answer to be nobody, and how often it is told. */
const SILENT = 4;
const TRIES = 3;

/** Gives the unit at one short address another that nobody has: takes the place of a broken lamp. Addresses 0..63. */
export const moveUnit = (from: number, to: number, units: "gear" | "devices" = "gear"): Sequence<Moved> =>
  move(units === "gear" ? GEAR : devices(false), from, to);

/** The same on a wire. */
export function* move(wire: Wire, from: number, to: number): Sequence<Moved> {
  const there = yield* readRandom(wire, to, SILENT);
  if (there.kind !== "nobody") return "occupied";
  const who = yield* readRandom(wire, from, SILENT);
  if (who.kind === "nobody") return "missing";
  // all units at the address would go
  if (who.kind === "several") return "refused";
  for (let tries = 0; tries < TRIES; tries++) {
    for (const command of wire.move(from, to)) yield* ask(command);
    const now = yield* readRandom(wire, to, SILENT, who.randomAddress);
    if (now.kind === "one") return "moved";
  }
  return "refused";
}
