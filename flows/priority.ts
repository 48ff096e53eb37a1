/** Signal priority: what a message asks for, as `tlc.priority.request` has it. */
import { VEHICLE_TYPES } from "../controllers/junction/request-model.ts";
import { show, wordOf } from "./field.ts";
import type { Msg } from "./red.ts";

/** What the editor set; a field that is empty is taken from the message. */
export interface PriorityConfig {
  readonly node: string;
  /** A component such as `tlc/1`; needed where a cabinet has several junctions. */
  readonly junction: string;
  /** The signal group that the vehicle wants green of. */
  readonly group: string;
}

export type PriorityValues = { readonly requestId: string; readonly junction?: string } & (
  | ({ readonly type: "new"; readonly signalGroupId: string; readonly vehicleType?: VehicleType } & Urgency)
  | ({ readonly type: "update" } & Urgency)
  | { readonly type: "cancel" }
);

interface Urgency {
  /** 0 to 14, the highest. */
  readonly level?: number;
  /** Whole seconds until it is at the stop line. */
  readonly eta?: number;
}

type VehicleType = (typeof VEHICLE_TYPES)[number];

const LONGEST = 64;
const MOST_SECONDS = 255;
const HIGHEST = 14;
const TYPES = ["new", "update", "cancel"] as const;

/** What a message asks for, with what the editor set. Something missing or out of range is a TypeError that names it. */
export function priorityOf(config: PriorityConfig, msg: Msg): { node: string; values: PriorityValues } {
  const type = TYPES.find((one) => one === msg["payload"]);
  if (!type)
    throw new TypeError(
      `msg.payload is ${show(msg["payload"])}: allowed is ${TYPES.map((one) => `"${one}"`).join(", ")}`,
    );
  const node = wordOf("node", config.node, msg);
  const requestId = short("requestId", wordOf("requestId", "", msg));
  const isSaid = config.junction.trim() !== "" || isThere(msg["junction"]);
  const whose = { requestId, ...(isSaid ? { junction: wordOf("junction", config.junction, msg) } : {}) };
  if (type === "cancel") return { node, values: { type, ...whose } };
  const urgency = { ...number("eta", msg, MOST_SECONDS), ...number("level", msg, HIGHEST) };
  if (type === "update") return { node, values: { type, ...whose, ...urgency } };
  const signalGroupId = short("group", wordOf("group", config.group, msg));
  return { node, values: { type, ...whose, signalGroupId, ...urgency, ...vehicleOf(msg) } };
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

function short(field: string, value: string): string {
  if (value.length <= LONGEST) return value;
  throw new TypeError(`msg.${field} is ${show(value)}: allowed are ${LONGEST} characters`);
}

/** Rounded: who reckons an arrival has fractions of a second. */
function number<F extends "eta" | "level">(field: F, msg: Msg, most: number): { [K in F]?: number } {
  const value = msg[field];
  if (!isThere(value)) return {};
  if (typeof value === "number" && value >= 0 && value <= most)
    return { [field]: Math.round(value) } as { [K in F]: number };
  throw new TypeError(`msg.${field} is ${show(value)}: allowed is a number from 0 to ${most}`);
}

function vehicleOf({ vehicleType }: Msg): { vehicleType?: VehicleType } {
  if (!isThere(vehicleType)) return {};
  const known = VEHICLE_TYPES.find((one) => one === vehicleType);
  if (known) return { vehicleType: known };
  throw new TypeError(`msg.vehicleType is ${show(vehicleType)}: allowed is ${VEHICLE_TYPES.join(", ")}`);
}
