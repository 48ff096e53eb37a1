/** A message of HFP version 2 (Digitransit): what topic and payload say, checked field by field. */
import type { Place } from "../../controllers/junction/model.ts";
import type { VehicleType } from "../../controllers/junction/request-model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import type { Message } from "./feed.ts";

/** What of a topic matters: `/hfp/v2/<journey>/<ongoing>/<event>/<mode>/<operator>/<vehicle>/...`. */
export interface HfpTopic {
  readonly journey: string;
  readonly time: string;
  readonly event: string;
  readonly mode: string;
  /** Operator and number: the vehicle's own name, which goes no further than its feed. */
  readonly vehicle: string;
}

export type HfpFields = Readonly<Record<string, unknown>>;

const LONGEST_TOPIC = 512;
const LONGEST_PAYLOAD = 8192;
const TOPIC = /^\/hfp\/v2\/([a-z]+)\/([a-z]+)\/([a-z]+)\/([a-z]*)\/(\d{1,6})\/(\d{1,6})(?:\/|$)/;

export function readTopic(topic: string): HfpTopic | null {
  const found = topic.length <= LONGEST_TOPIC ? TOPIC.exec(topic) : null;
  if (!found) return null;
  const [, journey = "", time = "", event = "", mode = "", operator, number] = found;
  return { journey, time, event, mode, vehicle: `${Number(operator)}/${Number(number)}` };
}

/** The fields under the event's name in capitals; null where the payload is no such message. */
export function readPayload(payload: Uint8Array, event: string): HfpFields | null {
  if (payload.length > LONGEST_PAYLOAD) return null;
  let message: unknown;
  try {
    message = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return null;
  }
  const fields = isRecord(message) ? own(message, event.toUpperCase()) : undefined;
  return isRecord(fields) && !Array.isArray(fields) ? fields : null;
}

export const encodeHfp = (topic: string, event: string, fields: HfpFields): Message => ({
  topic,
  payload: new TextEncoder().encode(JSON.stringify({ [event.toUpperCase()]: fields })),
});

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const own = (fields: HfpFields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** A number in its range; undefined where it is missing, or none. */
export function numberOf(fields: HfpFields, name: string, low: number, high: number): number | undefined {
  const value = own(fields, name);
  return typeof value === "number" && value >= low && value <= high ? value : undefined;
}

export function integerOf(fields: HfpFields, name: string, low: number, high: number): number | undefined {
  const value = numberOf(fields, name, low, high);
  return value !== undefined && Number.isInteger(value) ? value : undefined;
}

export function textOf(fields: HfpFields, name: string, longest: number): string | undefined {
  const value = own(fields, name);
  return typeof value === "string" && value.length > 0 && value.length <= longest ? value : undefined;
}

/** Whether something is said there at all: null is nothing. */
export const isSaid = (fields: HfpFields, name: string): boolean => (own(fields, name) ?? null) !== null;

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;
const LAST_SECOND = 8.64e12;

/** When it was said: `tst`, to the millisecond, or `tsi`. */
export function timeOf(fields: HfpFields): Instant | null {
  const text = textOf(fields, "tst", 40);
  const parsed = text !== undefined && TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (parsed >= 0) return instant(parsed);
  const whole = integerOf(fields, "tsi", 0, LAST_SECOND);
  return whole === undefined ? null : instant(whole * 1000);
}

/** Null where its receiver says none, or that it has none. */
export function placeOf(fields: HfpFields): Place | null {
  const latitude = numberOf(fields, "lat", -90, 90);
  const longitude = numberOf(fields, "long", -180, 180);
  if (latitude === undefined || longitude === undefined || own(fields, "loc") === "N/A") return null;
  return { latitude, longitude };
}

/** Of what a mode of HFP is; null: it meets no traffic lights. Some vehicles say no mode. */
export function typeOf(mode: string): VehicleType | undefined | null {
  switch (mode) {
    case "bus":
    case "ubus":
      return "bus";
    case "tram":
      return "tram";
    case "robot":
      return "other";
    case "":
      return undefined;
    default:
      return null;
  }
}
