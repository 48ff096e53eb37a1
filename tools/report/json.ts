import type { Instant } from "../../controllers/units.ts";
import type { CabinetUse } from "./model.ts";
import { summed } from "./sum.ts";

/** All figures and all assumptions; energies in Wh, savings as parts of one, unknown figures null. */
export function jsonOf(uses: readonly CabinetUse[], from: Instant, to: Instant): string {
  const { totals, saving, savingWithOwn, indicators, ...rest } = summed(uses);
  const told = {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ...rest,
    energy: totals,
    saving,
    savingWithController: savingWithOwn,
    indicators,
    cabinets: uses.map((use) => ({
      name: use.name,
      lamps: use.lamps,
      energy: summed([use]).totals,
      assumptions: use.assumptions,
    })),
  };
  return `${JSON.stringify(told, (_, value) => (typeof value === "number" ? Number(value.toPrecision(10)) : value), 2)}\n`;
}
