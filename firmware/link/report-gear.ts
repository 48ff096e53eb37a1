/** What intelligent lamps say of themselves, as attributes of statuses: short, and only what they do say. */
import type { GearDiagnostics, GearIdentity } from "../../controllers/gear.ts";
import type { ComponentId } from "../../controllers/model.ts";

const LONGEST_TEXT = 24;
const MOST_TYPES = 16;
const LONGEST_VERSION = 16;

/** Values of one lamp as attributes by component; what is undefined is left out. */
export function ofLamp<V extends object>(
  source: ComponentId,
  values: V,
): { [K in keyof V]?: Record<ComponentId, NonNullable<V[K]>> } {
  const told = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(told.map(([name, value]) => [name, { [source]: value }])) as ReturnType<typeof ofLamp<V>>;
}

export const gearValues = ({ gtin, serial, firmware, hardware, deviceTypes }: GearIdentity) => ({
  gtin,
  serial,
  version:
    firmware === undefined && hardware === undefined
      ? undefined
      : `${firmware ?? "?"}/${hardware ?? "?"}`.slice(0, LONGEST_VERSION),
  deviceTypes: deviceTypes?.slice(0, MOST_TYPES),
});

export const luminaireValues = ({ gtin, serial, year, week, text }: NonNullable<GearIdentity["luminaire"]>) => ({
  gtin,
  serial,
  made: year === undefined ? undefined : week === undefined ? `${year}` : `${year}-W${String(week).padStart(2, "0")}`,
  text: text?.slice(0, LONGEST_TEXT),
});

const whole = (value: number | undefined): number | undefined => (value === undefined ? undefined : Math.round(value));

export const diagnosticsValues = (gear: GearDiagnostics) => ({
  operatingHours: whole(gear.operatingHours),
  starts: gear.starts,
  lampOnHours: whole(gear.lampOnHours),
  gearTemperature: whole(gear.gearTemperature),
  lampTemperature: whole(gear.lampTemperature),
  supplyVolts: whole(gear.supplyVolts),
  outputCurrent: whole(gear.outputCurrent),
});

const MOST_DIFFERENCES = 2;
const LONGEST_DIFFERENCE = 36;

/** What an audit found, in words: the first two, and how many more. The technician's tool has them all. */
export function settingsText(
  differences: readonly { readonly property: string; readonly found: string; readonly wanted: string }[],
): string[] {
  const told = differences
    .slice(0, MOST_DIFFERENCES)
    .map(({ property, found, wanted }) => `${property} ${found}, wanted ${wanted}`.slice(0, LONGEST_DIFFERENCE));
  const more = differences.length - told.length;
  return more > 0 ? [...told, `and ${more} more`] : told;
}
