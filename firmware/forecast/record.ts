import { HORIZONS, type Horizon } from "../../controllers/footfall/features.ts";
import type { Width } from "../../controllers/footfall/interval.ts";
import type { Outcome } from "../../controllers/footfall/trust.ts";
import { type Instant, instant } from "../../controllers/units.ts";

/** What a cabinet remembers of how its forecasts came true, one for each horizon. */
export interface Record {
  /** When the network was last found good; null: there is none. */
  examined: Instant | null;
  outcomes: readonly Outcome[];
  /** By counter. */
  readonly widths: Map<string, Width>;
}

export type Records = { readonly [H in Horizon]: Record };

export const noRecords = (): Records => ({
  1: { examined: null, outcomes: [], widths: new Map() },
  24: { examined: null, outcomes: [], widths: new Map() },
});

export const recordBytes = (records: Records): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify(
      HORIZONS.map((horizon) => {
        const { examined, outcomes, widths } = records[horizon];
        return { horizon, examined, outcomes, widths: [...widths] };
      }),
    ),
  );

/** What `recordBytes` wrote; null where it is damaged. */
export function recordsFrom(bytes: Uint8Array): Records | null {
  try {
    const records = noRecords();
    for (const { horizon, examined, outcomes, widths } of JSON.parse(new TextDecoder().decode(bytes))) {
      const record = records[horizon as Horizon];
      record.examined = examined === null ? null : instant(examined);
      record.outcomes = (outcomes as Outcome[]).map(({ wall, network, plain }) => ({
        wall: finite(wall),
        network: finite(network),
        plain: finite(plain),
      }));
      for (const [id, width] of widths) record.widths.set(String(id), finite(width));
    }
    return records;
  } catch {
    return null;
  }
}

function finite(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`${value} is no number`);
}
