/** People of a night by zone: who came, over who was expected to. */
import type { Fetched } from "../../../firmware/link/manager/entries.ts";
import { band } from "../../plots/band.ts";
import type { NightHours } from "../../plots/night.ts";
import { drawn } from "./dom.ts";

const HOUR = 3_600_000;
/** The busiest are drawn. */
const DRAWN = 3;
const SIZE = { width: 900, height: 220 };

type Entries = Extract<Fetched, { readonly ok: true }>["entries"];
type Told = Readonly<Record<string, unknown>>;
const LIMITS = ["low", "middle", "high"] as const;
type Hours = (number | null)[];

/** Which hour of the night ends at a time, or is under way then; the first is 0. */
export const hourOf = (end: string, { from }: NightHours): number => Math.floor((Date.parse(end) - 1 - from) / HOUR);

/**
 * A plot for each of the three busiest zones of which anything was told. `windows`: of who passed, of which fewer than 11 are
 * not told; `forecasts`: of each counter and hour. `zones`: their counters; a counter that is in none is a zone of its own.
 */
export function peopleOfNight(
  night: NightHours,
  windows: Entries,
  forecasts: Entries,
  zones: Readonly<Record<string, readonly string[]>>,
): SVGElement[] {
  const passed = passedBy(night, windows);
  const expected = expectedBy(night, forecasts);
  const inZone = new Set(Object.values(zones).flat());
  const alone = [...expected.keys()].filter((counter) => !inZone.has(counter));
  const names = new Set([...passed.keys(), ...Object.keys(zones), ...alone]);
  return [...names]
    .map((name) => {
      const counters = zones[name] ?? [name];
      const people = passed.get(name) ?? night.hours.map(() => null);
      const hours = night.hours.map((_, i) => {
        const of = counters.map((counter) => expected.get(counter)?.[i]);
        // Quantiles of several counters are added: a band that is wide enough.
        const sum = (limit: (typeof LIMITS)[number]) => of.reduce((all, one) => all + (one?.[limit] ?? 0), 0);
        const known = of.every((one) => one !== undefined);
        return known
          ? { low: sum("low"), middle: sum("middle"), high: sum("high") }
          : { low: null, middle: null, high: null };
      });
      const busy = Math.max(sumOf(people), sumOf(hours.map(({ middle }) => middle)));
      return { name, people, hours, busy };
    })
    .filter(({ people, hours }) => people.some(isTold) || hours.some(({ high }) => isTold(high)))
    .sort((a, b) => b.busy - a.busy || a.name.localeCompare(b.name, "en", { numeric: true }))
    .slice(0, DRAWN)
    .map(({ name, people, hours }) => {
      const points = hours.map((limits, i) => ({
        label: night.columns[i] ?? "",
        value: people[i] ?? null,
        ...limits,
      }));
      const title = `People who passed ${name} in the night`;
      const words = ["passed", "expected", "8 nights of 10"] as const;
      return drawn(band(points, { title, unit: `${name}: people an hour, 11 or more`, names: words, ...SIZE }));
    });
}

const isTold = (value: number | null): boolean => value !== null;
const sumOf = (hours: Hours): number => hours.reduce((sum: number, people) => sum + (people ?? 0), 0);

/** Windows of an hour or less, added up by hour. */
function passedBy(night: NightHours, entries: Entries): Map<string, Hours> {
  const found = new Map<string, Hours>();
  for (const { values } of entries) {
    const of = (name: string) => (values[name] ?? {}) as Told;
    const [length, to] = [of("passedMinutes"), of("passedTo")];
    for (const [zone, people] of Object.entries(of("passed"))) {
      const hour = hourOf(String(to[zone]), night);
      if (Number(length[zone]) > 60 || hour < 0 || hour >= night.hours.length) continue;
      const hours = found.get(zone) ?? night.hours.map(() => null);
      hours[hour] = (hours[hour] ?? 0) + Number(people);
      found.set(zone, hours);
    }
  }
  return found;
}

type Expected = Readonly<Record<(typeof LIMITS)[number], number>>;

/** By counter and hour of the night; what was said last of an hour is what stands. */
function expectedBy(night: NightHours, entries: Entries): Map<string, (Expected | undefined)[]> {
  const found = new Map<string, (Expected | undefined)[]>();
  for (const { values } of entries) {
    const of = (name: string) => (values[name] ?? {}) as Told;
    for (const [counter, to] of Object.entries(of("to"))) {
      const hour = hourOf(String(to), night);
      const [low, middle, high] = LIMITS.map((limit) => of(limit)[counter]);
      if (hour < 0 || hour >= night.hours.length) continue;
      if (typeof low !== "number" || typeof middle !== "number" || typeof high !== "number") continue;
      const hours = found.get(counter) ?? [];
      hours[hour] = { low, middle, high };
      found.set(counter, hours);
    }
  }
  return found;
}
