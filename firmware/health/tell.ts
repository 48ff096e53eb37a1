import { CABINET } from "../../controllers/alarms.ts";
import { duration, seconds } from "../../controllers/units.ts";
import type { Log } from "../hal/log.ts";
import type { CockpitLink } from "../link/link.ts";
import { type Concerns, judge } from "./concerns.ts";
import { type Figures, figuresFrom, type HealthSources } from "./figures.ts";
import { healthValues } from "./values.ts";

const EVERY = seconds(60);

export interface HealthOptions extends HealthSources {
  readonly link: Pick<CockpitLink, "connected" | "counters" | "update" | "alarm">;
  readonly log: Log;
}

export interface Health {
  /** The last that was read; null before the first. */
  latest(): Figures | null;
  /** A line for people. */
  summary(): string;
  /** Reads and tells once a minute until the signal aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * How the cabinet fares, told to the cockpit: the statuses `cabinet.health` and `lighting.buses`, and the alarm `cabinet.health` with a
 * component for each concern.
 */
export function watchHealth(options: HealthOptions): Health {
  const { link, clock, log } = options;
  const read = figuresFrom(options);
  let latest: Figures | null = null;
  let concerns: Concerns = new Map();

  const tell = async () => {
    const figures = await read();
    latest = figures;
    const now = clock.now();
    link.update("cabinet.health", healthValues(figures), now);
    const used = Object.entries(figures.buses).flatMap(([id, part]): [string, number][] =>
      part === null ? [] : [[id, Math.round(part * 100)]],
    );
    if (used.length > 0) link.update("lighting.buses", { utilisation: Object.fromEntries(used) }, now);
    if (!figures.machine) return;
    const judged = judge(concerns, figures.machine, duration(clock.monotonic()));
    concerns = judged.concerns;
    for (const { concern, active, message } of judged.changes) {
      log[active ? "warn" : "info"]({ concern, active, message }, "health");
      link.alarm("cabinet.health", `${CABINET}/${concern}`, active, message, now);
    }
  };

  return {
    latest: () => latest,
    summary: () => summaryOf(latest, concerns),
    async run(signal) {
      while (!signal.aborted) {
        await tell().catch((error) => log.error({ err: error }, "health was not told"));
        await clock.sleep(EVERY, "health", signal).catch(() => {});
      }
    },
  };
}

function summaryOf(figures: Figures | null, concerns: Concerns): string {
  if (!figures) return "begins";
  const { link, journal, lamps } = figures;
  return [
    link.connected ? "cockpit connected" : "no cockpit",
    ...(lamps ? [`${lamps.lit} lamps lit, ${lamps.dark} dark, ${lamps.failed} failed, ${lamps.unknown} unknown`] : []),
    ...(journal && journal.state !== "ok" ? [`journal ${journal.state}`] : []),
    ...(journal && journal.pending > 0 ? [`${journal.pending} records wait`] : []),
    ...(concerns.size > 0 ? [`concerns: ${[...concerns.keys()].join(", ")}`] : []),
  ].join("; ");
}
