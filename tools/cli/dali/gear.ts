/** What a technician asks of single gear: how it is set, who it is, how it fares. */
import { daliGroups, wantedSettings } from "../../../firmware/config/gear-settings.ts";
import type { LampConfig } from "../../../firmware/config/model.ts";
import { audit, type Difference, repair } from "../../../firmware/dali/audit/audit.ts";
import { type GearSettings, type SettingValue, settingsOf } from "../../../firmware/dali/audit/settings.ts";
import { readConsumption, readDiagnostics, readIdentity } from "../../../firmware/dali/memory/knowledge.ts";
import type { Sequence } from "../../../firmware/dali/sequence.ts";
import { Usage } from "../usage.ts";
import type { Meant, OpenBus } from "./bus.ts";
import { levelText, scan, statusWords } from "./scan.ts";

const told = ({ property, found, wanted }: Difference): string =>
  `${property} is ${said(found)}, wanted ${said(wanted)}`;
const said = (value: SettingValue): string =>
  value === null ? "none" : Array.isArray(value) ? value.join(" ") || "none" : String(value);

/** The lamps of a bus at these addresses; without one, all. Throws Usage where the configuration knows of none. */
export function lampsAt({ config, lamps }: Meant, addresses: readonly number[]): readonly LampConfig[] {
  if (!config) throw new Usage("audit compares with a configuration: --config FILE, not --gateway");
  const strange = addresses.find((one) => lamps.every(({ address }) => address !== one));
  if (strange !== undefined) throw new Usage(`A${strange} is no lamp of ${config.id} in the configuration`);
  return addresses.length === 0 ? lamps : lamps.filter(({ address }) => addresses.includes(address));
}

/** Compares what each lamp's gear keeps with the configuration, and sets it right where `mend`. Resolves with how many differ still. */
export async function auditLamps(bus: OpenBus, wanted: readonly LampConfig[], mend: boolean): Promise<number> {
  const { config } = bus;
  if (!config) throw new TypeError("no configuration to compare with");
  const groups = mend ? daliGroups(bus.lamps) : new Map<string, number>();
  let differ = 0;
  for (const lamp of wanted) {
    const settings = wantedSettings(config, lamp, groups);
    const name = `A${lamp.address} ${lamp.id}:`;
    const { repaired, differences, unanswered } = mend
      ? await bus.run(repair(lamp.address, settings))
      : { repaired: [], ...(await bus.run(audit(lamp.address, settings))) };
    for (const one of repaired) console.log(`${name} ${told(one)}: set`);
    for (const one of differences) console.log(`${name} ${told(one)}${mend ? ": does not keep it" : ""}`);
    const silent = unanswered.length > 0 && unanswered.length === settingsOf(settings).length;
    if (silent) console.log(`${name} does not answer`);
    else if (repaired.length + differences.length === 0) console.log(`${name} ${verdict(unanswered)}`);
    if (silent || differences.length > 0) differ++;
  }
  return differ;
}

const verdict = (unanswered: readonly string[]): string =>
  unanswered.length === 0 ? "as wanted" : `as wanted, but it did not tell ${unanswered.join(", ")}`;

/** Every setting that is read; the values wanted of them are not looked at. */
const ALL: GearSettings = {
  curve: "logarithmic",
  minLevel: 254,
  maxLevel: 254,
  powerOnLevel: 254,
  systemFailureLevel: 254,
  fadeTime: 0,
  fadeRate: 7,
  extendedFadeTime: 0,
  groups: [],
  scenes: Object.fromEntries(Array.from({ length: 16 }, (_, scene) => [scene, null])),
};

function* readSettings(address: number): Sequence<Readonly<Record<string, string>>> {
  const kept: Record<string, string> = {};
  for (const { property, read } of settingsOf(ALL)) {
    const value = yield* read(address);
    // a scene that changes nothing is none
    if (value !== undefined && !(value === null && property.startsWith("scene"))) kept[property] = said(value);
  }
  return kept;
}

/**
 * Prints what a gear does now, who it is, what it keeps and, of an intelligent one, what it measures and how it fares. Resolves
 * with whether it answers.
 */
export async function describe(bus: OpenBus, address: number): Promise<boolean> {
  const name = bus.lamps.find((lamp) => lamp.address === address)?.id;
  const [now] = await bus.run(scan([address], false));
  if (!now) {
    console.log(`A${address} does not answer`);
    return false;
  }
  print(`A${address}`, { lamp: name, level: levelText(now.level), status: statusWords(now.status) });
  const known = await bus.run(readIdentity(address));
  if (known.kind === "known") print("is", known.identity);
  else console.log("its memory could not be read");
  print("keeps", await bus.run(readSettings(address)));
  if (known.kind !== "known") return true;
  const { banks } = known;
  if (banks.energy !== null) {
    const consumption = await bus.run(readConsumption(address, banks.energy, true));
    if (consumption.kind === "known") print("measures", { power: consumption.power, energy: consumption.energy });
  }
  const diagnostics = await bus.run(readDiagnostics(address, banks));
  if (diagnostics.kind === "known") print("fares", diagnostics.diagnostics);
  return true;
}

/** A record as indented lines; nothing where it is empty. */
function print(title: string, values: object): void {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return;
  console.log(`${title}:`);
  for (const [name, value] of entries) {
    const text = Array.isArray(value)
      ? value.join(", ") || "none"
      : typeof value === "object" && value !== null
        ? JSON.stringify(value)
        : String(value);
    console.log(`  ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).padEnd(22)} ${text}`);
  }
}
