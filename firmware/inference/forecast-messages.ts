/** What the two ends of the forecast's thread say to each other. */
import type { Horizon } from "../../controllers/footfall/features.ts";
import type { HourlyCounts } from "../../controllers/footfall/hourly.ts";

export type Question = { readonly id: number } & (
  | { readonly ask: "load"; readonly horizon: Horizon; readonly weights: Uint8Array | null }
  | { readonly ask: "expect"; readonly horizon: Horizon; readonly counts: HourlyCounts; readonly t: number }
  | { readonly ask: "refresh"; readonly horizon: Horizon; readonly counts: HourlyCounts; readonly steps: number }
);

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string };

/** First of all: the backend that computes. */
export interface Ready {
  readonly ready: string;
}
