/** All that is known of how a cabinet fares, at one moment. */
import type { ComponentId } from "../../controllers/model.ts";
import type { Clock, ClockQuality } from "../hal/clock.ts";
import type { JournalHealth } from "../hal/journal.ts";
import type { Machine, MachineFigures } from "../hal/machine.ts";
import type { CockpitLink, LinkCounters } from "../link/link.ts";
import type { LampCounts } from "./lamp-counts.ts";

export interface Versions {
  readonly runtime: string;
  /** Date of the RSMP 4 draft. */
  readonly draft: string;
  readonly node: string;
  readonly kernel: string;
}

export interface Figures {
  /** Since the runtime began, s. */
  readonly uptime: number;
  readonly versions: Versions;
  readonly clock: ClockQuality;
  readonly machine: MachineFigures | null;
  readonly link: LinkCounters & { readonly connected: boolean };
  readonly journal: JournalHealth | null;
  /** Part of its time that a bus is in use, 0 to 1; null while it does not work. */
  readonly buses: Readonly<Record<ComponentId, number | null>>;
  readonly lamps: LampCounts | null;
}

/** Where the figures come from; what a cabinet does not have is left out. */
export interface HealthSources {
  readonly version: string;
  readonly draft: string;
  readonly clock: Clock;
  readonly link: Pick<CockpitLink, "connected" | "counters">;
  readonly machine?: Machine;
  readonly journal?: () => JournalHealth;
  readonly buses?: readonly { readonly id: ComponentId; readonly utilisation: number | null }[];
  readonly lamps?: () => LampCounts;
}

/** Takes the figures. Time counts from the call of this function. */
export function figuresFrom(sources: HealthSources): () => Promise<Figures> {
  const { clock, link, machine } = sources;
  const since = clock.monotonic();
  return async () => {
    const read = (await machine?.read()) ?? null;
    return {
      uptime: (clock.monotonic() - since) / 1000,
      versions: {
        runtime: sources.version,
        draft: sources.draft,
        node: machine?.versions.node ?? "",
        kernel: machine?.versions.kernel ?? "",
      },
      clock: clock.quality(),
      machine: read,
      link: { ...link.counters(), connected: link.connected },
      journal: sources.journal?.() ?? null,
      buses: Object.fromEntries((sources.buses ?? []).map(({ id, utilisation }) => [id, utilisation])),
      lamps: sources.lamps?.() ?? null,
    };
  };
}

/** The hottest sensor, °C; null where none tells. */
export function hottest(machine: MachineFigures): number | null {
  const all = Object.values(machine.temperatures);
  return all.length > 0 ? Math.max(...all) : null;
}
