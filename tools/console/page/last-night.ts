/** The last night that the cabinet has kept: light of every lamp, energy, people. Only means and sums that it tells to all. */
import { localClock } from "../../../controllers/lighting/local-time.ts";
import { type Instant, instant } from "../../../controllers/units.ts";
import type { Fetched } from "../../../firmware/link/manager/entries.ts";
import { bars } from "../../plots/bars.ts";
import { type HeatRow, heatMap } from "../../plots/heat-map.ts";
import { type NightHours, nightOf } from "../../plots/night.ts";
import { energyUnit } from "../../plots/scale.ts";
import { byId, drawn, say } from "./dom.ts";
import type { Lamp } from "./model.ts";
import { hourOf, peopleOfNight } from "./night-people.ts";

/** Light is told with a delay: the last night may not be there yet. */
const NIGHTS = 3;
const WIDTH = 900;

type Entries = Extract<Fetched, { readonly ok: true }>["entries"];
/** Asks the cabinet for what it has kept of a channel. */
export type Ask = (
  code: string,
  span: { readonly from: Instant; readonly to: Instant },
  channel?: string,
) => Promise<Fetched>;

/** Shows the newest night of which light is known; nothing where there is none. */
export async function showLastNight(
  ask: Ask,
  lamps: readonly Lamp[],
  zones: Readonly<Record<string, readonly string[]>>,
  timeZone: string,
  now: Instant,
): Promise<void> {
  const today = localClock(timeZone).day(now);
  for (let back = 0; back < NIGHTS; back++) {
    const night = nightOf(timeZone, today - back - 1);
    if (night.to > now) continue;
    const light = await kept(ask, "lighting.lamps", "hourly", night);
    if (light.length === 0) continue;
    const [energy, people] = [
      await kept(ask, "energy.power", "hourly", night),
      await kept(ask, "footfall.counts", "windows", night),
    ];
    // An hour's forecast is told at its beginning, and again when something changed.
    const expected = await kept(ask, "footfall.forecast", "", night);
    draw(night, lamps, light, energy);
    byId("night-people", HTMLDivElement).replaceChildren(...peopleOfNight(night, people, expected, zones));
    return;
  }
}

async function kept(ask: Ask, code: string, channel: string, { from, to }: NightHours): Promise<Entries> {
  // A window is told at its end.
  const told = await ask(code, { from: instant(from + 1), to: instant(to + 1) }, channel);
  return told.ok ? told.entries : [];
}

function draw(night: NightHours, lamps: readonly Lamp[], light: Entries, energy: Entries): void {
  say(byId("night-title", HTMLHeadingElement), `The night of ${night.date}`);
  const title = `Light of each lamp in the night of ${night.date}`;
  const map = heatMap(rowsOf(night, lamps, light), {
    title,
    columns: night.columns,
    scale: ["off", "full light"],
    width: WIDTH,
  });
  byId("night-light", HTMLDivElement).replaceChildren(drawn(map));
  byId("night-energy", HTMLDivElement).replaceChildren(...energyBars(energy));
  say(byId("night-note", HTMLParagraphElement), "A line a lamp, means of an hour, local time.");
  byId("night", HTMLElement).hidden = false;
}

function rowsOf(night: NightHours, lamps: readonly Lamp[], entries: Entries): HeatRow[] {
  const values = new Map(lamps.map(({ id }) => [id, night.hours.map((): number | null => null)]));
  for (const { ts, values: told } of entries) {
    const hour = hourOf(ts, night);
    if (hour < 0 || hour >= night.hours.length) continue;
    const levels = (told["actualLightState.avg"] ?? {}) as Readonly<Record<string, number>>;
    for (const [lamp, level] of Object.entries(levels)) {
      const row = values.get(lamp);
      if (row) row[hour] = level;
    }
  }
  return lamps
    .toSorted((a, b) => a.street.localeCompare(b.street, "en", { numeric: true }) || a.position - b.position)
    .map(({ id, street }) => ({ group: street, label: id, values: values.get(id) ?? [] }));
}

function energyBars(entries: Entries): SVGElement[] {
  // W of an hour each are Wh.
  const sum = (name: string) => entries.reduce((all, { values }) => all + Number(values[name] ?? 0), 0);
  const [taken, full] = [sum("lampPower.avg"), sum("fullPower.max")];
  if (full === 0) return [];
  const { per, name } = energyUnit(full);
  const saved = `−${Math.round((1 - taken / full) * 100)} %`;
  const rows = [
    { label: "All lamps full", value: full / per, kind: "reference" as const },
    { label: "As they were lit", value: taken / per, kind: "ours" as const, note: saved },
  ];
  return [drawn(bars(rows, { title: "Energy of the night, modelled", unit: name, width: WIDTH }))];
}
