/** The words of priority: what vehicles say of themselves, and the requests that are made of it. Data only. */
import type { Duration, Instant, Metres } from "../units.ts";
import type { GroupId, Place } from "./model.ts";

/** RSMP 3, M0022. */
export const VEHICLE_TYPES = [
  "pedestrian",
  "bicycle",
  "motorcycle",
  "car",
  "bus",
  "lightTruck",
  "heavyTruck",
  "tram",
  "emergency",
  "safetyCar",
  "specialTransport",
  "other",
] as const;
export type VehicleType = (typeof VEHICLE_TYPES)[number];

/** Which way through the junction is meant: exactly one of M0022's names, or what a feed calls it. */
export type Movement =
  | { readonly group: GroupId }
  | { readonly approach: number }
  | { readonly inputId: number }
  | { readonly connectionId: number }
  | { readonly laneInId: number; readonly laneOutId?: number }
  | { readonly priorityId: number }
  | { readonly r09: { readonly junction: number; readonly direction: number } }
  | { readonly hfp: { readonly sid: number; readonly group: number } };

/** What is known of who asks; all of it may be missing. */
export interface VehicleFacts {
  readonly type?: VehicleType;
  readonly line?: string;
  /** Seconds behind its timetable; below 0 early. */
  readonly lateness?: number;
  /** Seconds behind the vehicle before it on the line. */
  readonly headway?: number;
  readonly persons?: number;
}

/**
 * What a feed says, whichever it is. `source` is the feed's id; `id` is a request's name within its source; `vehicle` is
 * a pseudonym of the day: no feed hands a vehicle's own number on. `at` is when it was said.
 */
export type VehicleWord =
  /** Asks for priority, or says more of a request that lives. `eta`: time to the stop line, as far as the vehicle knows. */
  | {
      readonly kind: "request";
      readonly source: string;
      readonly id: string;
      readonly movement: Movement;
      readonly level?: number;
      readonly eta?: Duration;
      readonly vehicle?: string;
      readonly facts: VehicleFacts;
      readonly at: Instant;
    }
  | {
      readonly kind: "update";
      readonly source: string;
      readonly id: string;
      readonly level?: number;
      readonly eta?: Duration;
      readonly at: Instant;
    }
  /** Withdrawn: it does not come any more. */
  | { readonly kind: "cancel"; readonly source: string; readonly id: string; readonly at: Instant }
  /** It has passed the stop line (check-out). */
  | { readonly kind: "passed"; readonly source: string; readonly id: string; readonly at: Instant }
  /** Where a vehicle is; the tracker makes the request of it. */
  | {
      readonly kind: "position";
      readonly source: string;
      readonly vehicle: string;
      readonly place: Place | { readonly approach: number; readonly distance: Metres };
      /** m/s. */
      readonly speed?: number;
      /** Degrees clockwise from north. */
      readonly heading?: number;
      /** Whether doors are open or it stands at a stop; absent: not said. */
      readonly atStop?: boolean;
      readonly facts: VehicleFacts;
      readonly at: Instant;
    };

/** When a vehicle would cross the stop line if the signal were green: a normal distribution. */
export interface Arrival {
  readonly mean: Instant;
  readonly spread: Duration;
}

/** RSMP 3, S0033; `cancelled` is told as `completed` is: once. */
export const REQUEST_STATES = [
  "received",
  "queued",
  "activated",
  "completed",
  "cancelled",
  "timeout",
  "rejected",
  "cooldown",
  "stale",
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** A request that lives. */
export interface PriorityRequest {
  readonly source: string;
  readonly id: string;
  readonly group: GroupId;
  readonly approach?: number;
  /** 0 lowest to 14; an emergency vehicle ranks above all. */
  readonly level: number;
  readonly type: VehicleType;
  readonly vehicle?: string;
  readonly line?: string;
  readonly lateness?: number;
  readonly headway?: number;
  readonly persons: number;
  readonly arrival: Arrival;
  readonly state: RequestState;
  /** Since when it is in `state`. */
  readonly since: Instant;
  readonly received: Instant;
  /** When it was last spoken of. */
  readonly heard: Instant;
}
