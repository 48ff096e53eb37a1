import type { Change, KnownLamp, LampResult, Offer, UnitIdentity } from "./model.ts";
import type { Roll, Unit } from "./roll.ts";

/** Whether two identities are of one unit; undefined where that cannot be told. */
export function same(a: UnitIdentity | undefined, b: UnitIdentity | undefined): boolean | undefined {
  if (a?.serial === undefined || b?.serial === undefined) return undefined;
  return a.serial === b.serial && (a.gtin === undefined || b.gtin === undefined || a.gtin === b.gtin);
}

/** What a unit was known by before we made it draw anew. */
const known = ({ randomAddress, before }: Unit): number | null => (before === undefined ? randomAddress : before);

/** What became of each known lamp, and who is new. `replaced`: addresses where a new unit was put in a lamp's place. */
export function results(lamps: readonly KnownLamp[], roll: Roll, replaced: ReadonlySet<number>): readonly LampResult[] {
  const rest = new Map(roll.units);
  // a unit at its lamp's address is that lamp, unless it says that it is another one
  const at = new Map<KnownLamp, number>();
  for (const lamp of lamps) if (isHere(lamp, roll, replaced)) at.set(lamp, lamp.address);
  const taken = new Set(at.values());
  for (const lamp of lamps) {
    if (at.has(lamp)) continue;
    const found = roll.units.entries().find(([address, unit]) => !taken.has(address) && isUnit(lamp, unit))?.[0];
    if (found === undefined) continue;
    at.set(lamp, found);
    taken.add(found);
  }
  // whoever is left at a lamp's address took its place
  for (const lamp of lamps) {
    if (at.has(lamp) || !roll.units.has(lamp.address) || taken.has(lamp.address)) continue;
    at.set(lamp, lamp.address);
    taken.add(lamp.address);
  }
  const told = lamps
    .toSorted((a, b) => a.address - b.address)
    .map((lamp): LampResult => {
      const address = at.get(lamp);
      const unit = address === undefined ? undefined : roll.units.get(address);
      if (address === undefined || !unit) {
        const seen = { randomAddress: lamp.randomAddress ?? null, ...(lamp.identity && { identity: lamp.identity }) };
        return { kind: "missing", address: lamp.address, ...seen };
      }
      rest.delete(address);
      const how = changes(lamp, address, unit, replaced);
      if (how.length === 0) return { kind: "unchanged", address, ...seenOf(unit) };
      return { kind: "changed", address, was: lamp.address, how, ...seenOf(unit) };
    });
  const fresh = [...rest].toSorted(([a], [b]) => a - b);
  return [
    ...told,
    ...fresh.map(([address, unit]): LampResult => ({ kind: "new", address, ...seenOf(unit) })),
    ...roll.without.map((randomAddress): LampResult => ({ kind: "new", address: null, randomAddress })),
  ];
}

/** The one lamp that is missing and the one that is new, if there is one of each and no more. */
export function offerOf(lamps: readonly LampResult[]): Offer | null {
  const [missing, ...otherMissing] = lamps.filter(({ kind }) => kind === "missing");
  const [fresh, ...otherFresh] = lamps.filter(({ kind }) => kind === "new");
  if (!missing || !fresh || otherMissing.length + otherFresh.length > 0) return null;
  if (fresh.address === null || missing.address === null) return null;
  return { address: missing.address, from: fresh.address, randomAddress: fresh.randomAddress };
}

function seenOf({ randomAddress, identity }: Unit) {
  return { randomAddress, ...(identity && { identity }) };
}

/** Whether this unit, wherever it is, is that lamp. */
export function isUnit(lamp: KnownLamp, unit: Unit): boolean {
  const identical = same(lamp.identity, unit.identity);
  if (identical !== undefined) return identical;
  return typeof lamp.randomAddress === "number" && lamp.randomAddress === known(unit);
}

function isHere(lamp: KnownLamp, roll: Roll, replaced: ReadonlySet<number>): boolean {
  const unit = roll.units.get(lamp.address);
  if (!unit || replaced.has(lamp.address)) return false;
  if (isUnit(lamp, unit)) return true;
  if (same(lamp.identity, unit.identity) === false) return false;
  return typeof lamp.randomAddress !== "number" || known(unit) === null;
}

function changes(lamp: KnownLamp, address: number, unit: Unit, replaced: ReadonlySet<number>): readonly Change[] {
  const how: Change[] = [];
  const another = same(lamp.identity, unit.identity) === false || replaced.has(lamp.address);
  if (another) how.push("replaced");
  if (address !== lamp.address) how.push("moved");
  const was = lamp.randomAddress;
  if (!another && typeof was === "number" && unit.randomAddress !== null && known(unit) !== was) how.push("randomised");
  return how;
}
