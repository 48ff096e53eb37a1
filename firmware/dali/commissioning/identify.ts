import { queryVersionNumber } from "../commands/gear.ts";
import { BANK_0, BANK_0_2009 } from "../memory/banks.ts";
import { readBank } from "../memory/read.ts";
import type { Sequence } from "../sequence.ts";
import type { UnitIdentity } from "./model.ts";
import { askAgain } from "./read-random.ts";

const FIELDS = ["gtin", "serial"] as const;
const EDITION_2009 = 1;

/** Reads GTIN and serial of control gear from memory bank 0, for `CommissioningOptions.identify`; null where it does not tell. */
export function* identifyGear(address: number): Sequence<UnitIdentity | null> {
  const edition = yield* askAgain(queryVersionNumber(address));
  if (edition.kind !== "value") return null;
  const old = edition.value === EDITION_2009;
  const fields = { fields: FIELDS };
  const bank = old ? yield* readBank(address, BANK_0_2009, fields) : yield* readBank(address, BANK_0, fields);
  if (bank.kind !== "read") return null;
  const { gtin, serial } = bank.values;
  if (gtin === undefined && serial === undefined) return null;
  return { ...(gtin !== undefined && { gtin }), ...(serial !== undefined && { serial }) };
}
