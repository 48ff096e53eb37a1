/** HFP version 2: positions each second and requests to traffic lights (TLR), which are answered (TLA). */
import type { VehicleFacts, VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Instant } from "../../controllers/units.ts";
import { counting, type Feed, type FeedOptions, type Message } from "./feed.ts";
import { gate } from "./gate.ts";
import {
  encodeHfp,
  type HfpFields,
  integerOf,
  isSaid,
  numberOf,
  placeOf,
  readPayload,
  readTopic,
  textOf,
  timeOf,
  typeOf,
} from "./hfp-message.ts";

export interface HfpOptions extends FeedOptions {
  /** RSMP's levels of HFP's two. */
  readonly levels?: { readonly normal: number; readonly high: number };
}

export interface HfpFeed extends Feed<Message> {
  /** The message that answers a request of this feed, once; null where nobody asked by that name, or too long ago. */
  answer(id: string, decision: "ACK" | "NAK", now: Instant): Message | null;
}

/** A request that can still be answered. */
interface Pending {
  readonly topic: string;
  readonly fields: HfpFields;
  readonly at: Instant;
}

const LEVELS = { normal: 7, high: 11 };
/** Events whose payload is a vehicle's state: all but those of its crew. */
const EVENTS = new Set(["vp", "due", "arr", "dep", "ars", "pde", "pas", "wait", "doo", "doc", "tlr"]);
const REQUEST_TYPES: readonly unknown[] = ["NORMAL", "DOOR_CLOSE", "DOOR_OPEN", "ADVANCE"];
const FASTEST = 40;
const MOST_PENDING = 512;
/** Longer after it nobody waits for an answer, ms. */
const ANSWERABLE = 60_000;
/** What an answer repeats of its request; nothing of who drives. */
const REPEATED = [
  ...["desi", "dir", "oper", "veh", "oday", "jrn", "line", "start", "route", "sid", "signal-groupid"],
  ...["tlp-signalgroupnbr", "tlp-requestid", "tlp-requesttype", "tlp-prioritylevel", "tlp-att-seq", "tlp-protocol"],
];

/**
 * Messages of `/hfp/v2/journey/ongoing/...` into words: a position from each that has one, a request from each TLR that was
 * sent to be heard. A field that is missing or none is as if it was not said; a TLR that does not say its junction and signal group, or
 * whose kind or level is no known one, asks for nothing.
 */
export function hfpFeed({ source, pseudonyms, near, levels = LEVELS }: HfpOptions): HfpFeed {
  const count = counting([
    ...(["positions", "requests", "flooded", "too-often", "not-hfp", "out-of-service", "other-event"] as const),
    ...(["not-a-message", "no-time", "no-place", "elsewhere", "incomplete-request", "unsent-request"] as const),
    "answers",
  ]);
  const open = gate();
  const pending = new Map<string, Pending>();

  const position = (
    fields: HfpFields,
    vehicle: string,
    facts: VehicleFacts,
    at: Instant,
    now: Instant,
  ): VehicleWord[] => {
    const place = placeOf(fields);
    if (!place) {
      count.add("no-place");
      return [];
    }
    if (near && !near(place)) {
      count.add("elsewhere");
      return [];
    }
    if (!open.position(vehicle, now)) {
      count.add("too-often");
      return [];
    }
    count.add("positions");
    const speed = numberOf(fields, "spd", 0, FASTEST);
    const heading = numberOf(fields, "hdg", 0, 360);
    const doors = integerOf(fields, "drst", 0, 1);
    return [
      {
        kind: "position",
        source,
        vehicle,
        place,
        ...(speed === undefined ? {} : { speed }),
        ...(heading === undefined ? {} : { heading }),
        ...(doors === undefined ? {} : { atStop: doors === 1 }),
        facts,
        at,
      },
    ];
  };

  const request = (
    message: Message,
    fields: HfpFields,
    vehicle: string,
    facts: VehicleFacts,
    at: Instant,
    now: Instant,
  ): VehicleWord[] => {
    const sid = integerOf(fields, "sid", 0, 999_999);
    const group = integerOf(fields, "signal-groupid", 0, 999_999);
    const level = levelOf(fields, levels);
    const kind = isSaid(fields, "tlp-requesttype") ? fields["tlp-requesttype"] : "NORMAL";
    if (sid === undefined || group === undefined || level === null || !REQUEST_TYPES.includes(kind)) {
      count.add("incomplete-request");
      return [];
    }
    // Its reason says why the vehicle did not send it on to the light: it is told for the record.
    if (isSaid(fields, "tlp-reason") || level === "none") {
      count.add("unsent-request");
      return [];
    }
    const number = integerOf(fields, "tlp-requestid", 0, 255);
    const id = `${vehicle}/${sid}/${number ?? "-"}`;
    pending.delete(id);
    if (pending.size >= MOST_PENDING) pending.delete(pending.keys().next().value as string);
    const repeated = REPEATED.flatMap((name) => (isSaid(fields, name) ? [[name, fields[name]] as const] : []));
    pending.set(id, { topic: message.topic, fields: Object.fromEntries(repeated), at: now });
    count.add("requests");
    return [
      {
        kind: "request",
        source,
        id,
        movement: { hfp: { sid, group } },
        ...(level === undefined ? {} : { level }),
        vehicle,
        facts,
        at,
      },
    ];
  };

  /** Numbers of vehicles are kept no longer than somebody may wait for an answer. */
  const forget = (now: Instant) => {
    for (const [id, { at }] of pending) {
      if (Math.abs(now - at) <= ANSWERABLE) break;
      pending.delete(id);
    }
  };

  return {
    tally: count.tally,
    take(message, now) {
      forget(now);
      const refuse = (why: Parameters<typeof count.add>[0]) => {
        count.add(why);
        return [];
      };
      if (!open.message(now)) return refuse("flooded");
      const topic = readTopic(message.topic);
      if (!topic) return refuse("not-hfp");
      if (!EVENTS.has(topic.event)) return refuse("other-event");
      const type = typeOf(topic.mode);
      if (topic.journey !== "journey" || topic.time !== "ongoing" || type === null) return refuse("out-of-service");
      const fields = readPayload(message.payload, topic.event);
      if (!fields) return refuse("not-a-message");
      const at = timeOf(fields);
      if (at === null) return refuse("no-time");
      const vehicle = pseudonyms.of(`hfp ${topic.vehicle}`, now);
      const line = textOf(fields, "desi", 16);
      const early = numberOf(fields, "dl", -7200, 7200);
      const facts: VehicleFacts = {
        ...(type === undefined ? {} : { type }),
        ...(line === undefined ? {} : { line }),
        // HFP counts what is left of the time: below 0 it is late.
        ...(early === undefined ? {} : { lateness: -early || 0 }),
      };
      return [
        ...position(fields, vehicle, facts, at, now),
        ...(topic.event === "tlr" ? request(message, fields, vehicle, facts, at, now) : []),
      ];
    },
    answer(id, decision, now) {
      const asked = pending.get(id);
      pending.delete(id);
      if (!asked || now - asked.at > ANSWERABLE) return null;
      count.add("answers");
      return encodeHfp(asked.topic.replace(/^((?:\/[^/]+){4}\/)tlr\//, "$1tla/"), "tla", {
        ...asked.fields,
        tst: new Date(now).toISOString(),
        tsi: Math.floor(now / 1000),
        "tlp-decision": decision,
      });
    },
  };
}

/** undefined: not said; null: said, but none that is known. */
function levelOf(
  fields: HfpFields,
  levels: { readonly normal: number; readonly high: number },
): number | undefined | null | "none" {
  if (!isSaid(fields, "tlp-prioritylevel")) return undefined;
  switch (fields["tlp-prioritylevel"]) {
    case "normal":
      return levels.normal;
    case "high":
      return levels.high;
    case "norequest":
      return "none";
    default:
      return null;
  }
}
