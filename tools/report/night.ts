import { HOUR, type LedgerRow } from "../../controllers/lighting/ledger-row.ts";
import type { Lamp } from "../../controllers/model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import { nightOf } from "../plots/night.ts";
import type { Night } from "./model.ts";

export interface HourOfLamps {
  readonly row: LedgerRow;
  readonly lamps: readonly string[];
}

/** Mean light of every lamp by hour; null without a single hour. Lamps by street, in the order they stand in. */
export function nightPicture(
  lamps: readonly Pick<Lamp, "id" | "street" | "position">[],
  timeZone: string,
  day: number,
  sheetOf: (hour: Instant) => HourOfLamps | null,
): Night | null {
  const { date, hours, columns } = nightOf(timeZone, day);
  const sheets = hours.map((hour) => sheetOf(instant(Math.floor(hour / HOUR) * HOUR)));
  if (sheets.every((sheet) => sheet === null)) return null;
  const places = sheets.map((sheet) => new Map(sheet?.lamps.map((id, i) => [id, i])));
  const streets = [...new Set(lamps.map(({ street }) => street))];
  const standing = lamps.toSorted(
    (a, b) => streets.indexOf(a.street) - streets.indexOf(b.street) || a.position - b.position,
  );
  return {
    date,
    columns,
    rows: standing.map(({ id, street }) => ({
      group: street,
      label: id,
      values: sheets.map((sheet, i) => {
        const light = sheet?.row.light[places[i]?.get(id) ?? -1] ?? -1;
        return light < 0 ? null : light / 10;
      }),
    })),
  };
}
