import { SOURCES } from "../../controllers/lighting/ledger-row.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import type { CockpitLink } from "../link/link.ts";
import type { Books } from "./books.ts";
import type { DaySheet } from "./shelf.ts";

const DAY = 86_400_000;
const wh = (mwh: number): number => Math.round(mwh / 1000);

export interface TellOptions {
  readonly books: Books;
  readonly link: Pick<CockpitLink, "update" | "onCommand">;
}

/** Tells the cockpit each day that is over, and lets it set burn hours. */
export function tellEnergy({ books, link }: TellOptions): void {
  const tell = async (day: Instant) => {
    const sheet = await books.day(day);
    if (sheet) link.update("energy.day", dayValues(sheet), instant(day + DAY));
  };
  books.onHour = (hour, now) => {
    const day = Math.floor(hour / DAY);
    // A cabinet that was off at midnight closes the day's last hour later. A day that cannot be read is not told.
    if (day < Math.floor(now / DAY)) void tell(instant(day * DAY)).catch(() => {});
  };
  link.onCommand("lighting.hours.set", async ({ component, values }) => {
    await books.setBurnt(component, values.hours);
    return { ok: true, values: { component: [...component], hours: values.hours } };
  });
}

function dayValues({ day, hours }: DaySheet) {
  const sum = (of: (hour: DaySheet["hours"][number]) => number) => hours.reduce((all, hour) => all + of(hour), 0);
  const [metered, measured, modelled] = SOURCES.map((_, source) => wh(sum(({ sources }) => sources[source] ?? 0)));
  return {
    day: new Date(day).toISOString().slice(0, 10),
    hours: Math.min(48, Math.round(sum(({ span }) => span) / 360_000) / 10),
    metered: metered ?? 0,
    measured: measured ?? 0,
    modelled: modelled ?? 0,
    own: wh(sum(({ own }) => own)),
  };
}
