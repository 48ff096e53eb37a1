import { LEAST } from "../../controllers/footfall/privacy.ts";
import { HOUR, type LedgerRow } from "../../controllers/lighting/ledger-row.ts";
import type { Lamp } from "../../controllers/model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import { nightOf } from "../plots/night.ts";
import type { CountedHour, Night } from "./model.ts";

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

const WEEKS = 4;
const WEEK = 7 * 24;

/**
 * Counts of a stretch of hours with what was to be expected: the least, the mean and the most of the last four same hours of the
 * week, where there are two of them at least. Fewer people than `LEAST` are not told, nor expected.
 */
export function countedWithBand(
  people: readonly { readonly at: Instant; readonly people: number }[],
  from: Instant,
  to: Instant,
): CountedHour[] {
  const at = new Map(people.map((hour, i) => [hour.at as number, i]));
  const told = (count: number | null) => (count === null || count < LEAST ? null : count);
  const counted: CountedHour[] = [];
  for (let hour = from as number; hour < to; hour += HOUR) {
    const i = at.get(hour);
    const before = Array.from({ length: WEEKS }, (_, week) => at.get(hour - (week + 1) * WEEK * HOUR)).flatMap((one) =>
      one === undefined ? [] : [(people[one] as { people: number }).people],
    );
    const isKnown = before.length >= 2;
    const mean = before.reduce((sum, one) => sum + one, 0) / before.length;
    counted.push({
      at: instant(hour),
      people: told(i === undefined ? null : (people[i] as { people: number }).people),
      low: isKnown ? told(Math.min(...before)) : null,
      middle: isKnown ? told(mean) : null,
      high: isKnown ? told(Math.max(...before)) : null,
    });
  }
  return counted;
}
