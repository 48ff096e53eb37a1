/** Requests by command: the arguments of RSMP 3's M0022, which are those of `tlc.priority.request` on the cockpit's link. */
import {
  type Movement,
  VEHICLE_TYPES,
  type VehicleType,
  type VehicleWord,
} from "../../controllers/junction/request-model.ts";
import { type Duration, type Instant, seconds } from "../../controllers/units.ts";
import { counting, type Feed } from "./feed.ts";

/** What a command brought; unchecked. */
export type RequestArguments = Readonly<Record<string, unknown>>;

export interface CommandOptions {
  /** Who commands: requests of two supervisors never meet. */
  readonly source: string;
}

/** Why arguments are no request: the name of the argument, and what is allowed. */
export interface NoRequest {
  readonly argument: string;
  readonly allowed: string;
}

const HIGHEST_LEVEL = 14;
const MOST_SECONDS = 255;
const LONGEST_ID = 64;
const WAYS = ["signalGroupId", "inputId", "connectionId", "approachId", "laneInId", "priorityId"] as const;
const FOR_ONE_OF = `one of ${WAYS.join(", ")}`;
const KNOWN = new Set<string>(["type", "requestId", "level", "eta", "vehicleType", "laneOutId", ...WAYS]);

/** The word that the arguments are, or what is wrong with them. Numbers may come as RSMP 3's texts of digits. */
export function wordOf(said: RequestArguments, source: string, at: Instant): VehicleWord | NoRequest {
  for (const argument of Object.keys(said)) if (!KNOWN.has(argument)) return { argument, allowed: "left out" };
  const id = argumentOf(said, "requestId");
  if (typeof id !== "string" || id.length === 0 || id.length > LONGEST_ID)
    return { argument: "requestId", allowed: `a text of 1 to ${LONGEST_ID} characters` };
  const level = integer(said, "level", HIGHEST_LEVEL);
  if (level === null) return { argument: "level", allowed: `0 to ${HIGHEST_LEVEL}` };
  const eta = integer(said, "eta", MOST_SECONDS);
  if (eta === null) return { argument: "eta", allowed: `0 to ${MOST_SECONDS} s` };
  const more: { level?: number; eta?: Duration } = {
    ...(level === undefined ? {} : { level }),
    ...(eta === undefined ? {} : { eta: seconds(eta) }),
  };
  const way = movementOf(said);
  const type = argumentOf(said, "vehicleType");
  if (type !== undefined && !isVehicleType(type)) return { argument: "vehicleType", allowed: VEHICLE_TYPES.join(", ") };
  switch (argumentOf(said, "type")) {
    case "new":
      if (way === "none") return { argument: "signalGroupId", allowed: FOR_ONE_OF };
      if ("argument" in way) return way;
      return { kind: "request", source, id, movement: way, ...more, facts: type === undefined ? {} : { type }, at };
    case "update":
      if (way !== "none")
        return { argument: WAYS.find((one) => isThere(said, one)) ?? "laneOutId", allowed: "with type new only" };
      return { kind: "update", source, id, ...more, at };
    case "cancel":
      if (way !== "none")
        return { argument: WAYS.find((one) => isThere(said, one)) ?? "laneOutId", allowed: "with type new only" };
      return { kind: "cancel", source, id, at };
    default:
      return { argument: "type", allowed: "new, update or cancel" };
  }
}

/** M0022's arguments as a feed: what is no request is counted. Whoever must answer for it asks `wordOf`. */
export function requestFeed({ source }: CommandOptions): Feed<RequestArguments> {
  const count = counting(["requests", "refused"]);
  return {
    tally: count.tally,
    take(said, now) {
      const word = wordOf(said, source, now);
      if ("argument" in word) {
        count.add("refused");
        return [];
      }
      count.add("requests");
      return [word];
    },
  };
}

const isThere = (said: RequestArguments, name: string): boolean => Object.hasOwn(said, name);
const argumentOf = (said: RequestArguments, name: string): unknown => (isThere(said, name) ? said[name] : undefined);
const isVehicleType = (type: unknown): type is VehicleType => VEHICLE_TYPES.some((one) => one === type);

/** undefined where it is left out; null where it is no whole number of its range. */
function integer(said: RequestArguments, name: string, most: number): number | undefined | null {
  if (!isThere(said, name)) return undefined;
  const value = said[name];
  const number = typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= most ? number : null;
}

function movementOf(said: RequestArguments): Movement | NoRequest | "none" {
  const named = WAYS.filter((way) => isThere(said, way));
  const [way, second] = named;
  if (second !== undefined) return { argument: second, allowed: `left out: ${FOR_ONE_OF}` };
  if (isThere(said, "laneOutId") && way !== "laneInId") return { argument: "laneOutId", allowed: "with laneInId only" };
  if (way === undefined) return "none";
  if (way === "signalGroupId") {
    const group = said[way];
    const isGroup = typeof group === "string" && group.length > 0 && group.length <= LONGEST_ID;
    return isGroup ? { group } : { argument: way, allowed: "the name of a signal group" };
  }
  const most = way === "approachId" ? 16 : 255;
  const number = integer(said, way, most);
  if (number == null) return { argument: way, allowed: `0 to ${most}` };
  if (way !== "laneInId") return NUMBERED[way](number);
  const out = integer(said, "laneOutId", 255);
  if (out === null) return { argument: "laneOutId", allowed: "0 to 255" };
  return out === undefined ? { laneInId: number } : { laneInId: number, laneOutId: out };
}

const NUMBERED = {
  inputId: (inputId: number): Movement => ({ inputId }),
  connectionId: (connectionId: number): Movement => ({ connectionId }),
  approachId: (approach: number): Movement => ({ approach }),
  priorityId: (priorityId: number): Movement => ({ priorityId }),
};
