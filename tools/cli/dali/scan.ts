import type { GearIdentity } from "../../../controllers/gear.ts";
import { fromArc } from "../../../controllers/lighting/curve.ts";
import type { Answer } from "../../../firmware/dali/command.ts";
import { queryActualLevel, queryStatus, type Status } from "../../../firmware/dali/commands/gear.ts";
import { readIdentity } from "../../../firmware/dali/memory/knowledge.ts";
import { ask, type Sequence } from "../../../firmware/dali/sequence.ts";

/** What is at a short address. */
export interface Scanned {
  readonly address: number;
  readonly status: Answer<Status>;
  readonly level: number | null;
  /** Undefined where it was not asked, or did not tell. */
  readonly identity: GearIdentity | undefined;
}

/** Asks every short address of `addresses` who is there; of those that answer, their level and, where `whole`, who they are. */
export function* scan(addresses: readonly number[], whole: boolean): Sequence<readonly Scanned[]> {
  const found: Scanned[] = [];
  for (const address of addresses) {
    const status = yield* ask(queryStatus(address));
    if (status.kind === "none") continue;
    const level = yield* ask(queryActualLevel(address));
    const known = whole ? yield* readIdentity(address) : undefined;
    found.push({
      address,
      status,
      level: level.kind === "value" ? level.value : null,
      identity: known?.kind === "known" ? known.identity : undefined,
    });
  }
  return found;
}

/** A scan as a table for people. `nameOf` gives the lamp of an address, where the configuration has one. */
export function scanTable(found: readonly Scanned[], nameOf: (address: number) => string | undefined): string[] {
  const rows = found.map(({ address, status, level, identity }) => [
    `A${address}`,
    nameOf(address) ?? "-",
    levelText(level),
    statusWords(status),
    identity?.deviceTypes?.map((type) => `DT${type}`).join(" ") ?? "",
    [
      identity?.gtin && `GTIN ${identity.gtin}`,
      identity?.serial && `serial ${identity.serial}`,
      identity?.luminaire?.text,
    ]
      .filter(Boolean)
      .join(", "),
  ]);
  const all = [["", "lamp", "level", "status", "types", "identity"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length))) ?? [];
  return all.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** An arc power level for people, in percent by the standard's curve. */
export const levelText = (level: number | null): string =>
  level === null ? "-" : level === 0 ? "off" : `${level} (${Number(fromArc(level, "logarithmic").toPrecision(2))} %)`;

const WORDS: Readonly<Record<keyof Status, string | undefined>> = {
  controlGearFailure: "GEAR FAILURE",
  lampFailure: "LAMP FAILURE",
  lampOn: "on",
  limitError: "limit error",
  fadeRunning: "fading",
  resetState: "as reset",
  missingShortAddress: "no address",
  powerCycleSeen: "power cycle seen",
};

export function statusWords(status: Answer<Status>): string {
  if (status.kind !== "value") return "several answer: an address is used twice";
  const words = Object.entries(status.value).flatMap(([name, is]) => (is ? [WORDS[name as keyof Status] ?? name] : []));
  return words.length > 0 ? words.join(", ") : "well, off";
}
