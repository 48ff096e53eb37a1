/** Hostile HFP: valid messages with fields spoilt, and bytes spoilt. */

import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Random } from "../hal/random.ts";
import type { Message } from "./feed.ts";
import { below, damaged, type FuzzFeed, HOSTILE, oneOf } from "./fuzz-message.ts";
import { hfpFeed } from "./hfp.ts";
import { encodeHfp } from "./hfp-message.ts";
import type { Pseudonyms } from "./pseudonym.ts";

const EVENTS = ["vp", "tlr", "tlr", "doo", "tla", "da", "__proto__"];

export function fuzzHfp(pseudonyms: Pseudonyms): FuzzFeed {
  const feed = hfpFeed({ source: "hfp", pseudonyms });
  return {
    name: "HFP",
    attempt(random, now) {
      const message = messageOf(random, now);
      const words = feed.take(message, now);
      const request = words.find((word) => word.kind === "request");
      if (request && random.next() < 0.5) feed.answer(request.id, "ACK", now);
      return { words, invented: words.filter((word) => !isSaid(word, message)).length };
    },
  };
}

function messageOf(random: Random, now: number): Message {
  const event = oneOf(random, EVENTS);
  const vehicle = below(random, 50);
  const fields: Record<string, unknown> = {
    ...{ desi: "6", dir: "1", oper: 22, veh: vehicle, dl: below(random, 600) - 300, line: 227, route: "2112", drst: 0 },
    ...{
      tst: new Date(now).toISOString(),
      tsi: Math.floor(now / 1000),
      spd: random.next() * 20,
      hdg: below(random, 361),
    },
    ...{
      lat: 47.3 + random.next() / 50,
      long: 5 + random.next() / 50,
      loc: "GPS",
      sid: 2107,
      "signal-groupid": below(random, 4),
    },
    ...{
      "tlp-requestid": below(random, 256),
      "tlp-requesttype": "NORMAL",
      "tlp-prioritylevel": "normal",
      "tlp-reason": null,
    },
  };
  for (let n = below(random, 4); n > 0; n--) {
    const name = oneOf(random, Object.keys(fields));
    if (random.next() < 0.4) delete fields[name];
    else fields[name] = oneOf(random, HOSTILE);
  }
  const parts = [
    "",
    "hfp",
    "v2",
    "journey",
    "ongoing",
    event,
    "bus",
    "0022",
    String(vehicle).padStart(5, "0"),
    "2112",
    "1",
  ];
  if (random.next() < 0.2)
    parts[below(random, parts.length)] = oneOf(random, ["", "#", "+", "../..", "x".repeat(600), "tlr", "-1"]);
  const { topic, payload } = encodeHfp(parts.join("/"), event, fields);
  return { topic, payload: random.next() < 0.5 ? payload : damaged(payload, random) };
}

/** By what JSON and the topic say, read once more and otherwise. */
function isSaid(word: VehicleWord, { topic, payload }: Message): boolean {
  const [, , , journey, time, event, mode, operator, number] = topic.split("/");
  if (
    journey !== "journey" ||
    time !== "ongoing" ||
    !event ||
    !["bus", "ubus", "tram", "robot", ""].includes(mode ?? "?")
  )
    return false;
  if (!(Number(operator) >= 0 && Number(number) >= 0)) return false;
  const all = JSON.parse(new TextDecoder().decode(payload)) as Record<string, Record<string, unknown>>;
  const said = new Map(Object.entries(all[event.toUpperCase()] ?? {}));
  const [tst, tsi] = [said.get("tst"), said.get("tsi")];
  const isThen = typeof tst === "string" && Date.parse(tst) === word.at;
  if (!isThen && !(typeof tsi === "number" && tsi * 1000 === word.at)) return false;
  if (word.kind === "position") {
    const { place, speed, heading } = word;
    return (
      "latitude" in place &&
      place.latitude === said.get("lat") &&
      place.longitude === said.get("long") &&
      Math.max(
        Math.abs(place.latitude) / 90,
        Math.abs(place.longitude) / 180,
        (speed ?? 0) / 40,
        (heading ?? 0) / 360,
      ) <= 1 &&
      Math.min(speed ?? 0, heading ?? 0) >= 0 &&
      said.get("loc") !== "N/A" &&
      (speed === undefined || speed === said.get("spd")) &&
      (heading === undefined || heading === said.get("hdg")) &&
      (word.facts.lateness ?? 0) === ("lateness" in word.facts ? -Number(said.get("dl")) || 0 : 0)
    );
  }
  if (word.kind !== "request" || event !== "tlr" || !("hfp" in word.movement)) return false;
  const type = said.get("tlp-requesttype") ?? "NORMAL";
  const level = said.get("tlp-prioritylevel") ?? null;
  return (
    word.movement.hfp.sid === said.get("sid") &&
    word.movement.hfp.group === said.get("signal-groupid") &&
    word.movement.hfp.sid >= 0 &&
    word.movement.hfp.group >= 0 &&
    (said.get("tlp-reason") ?? null) === null &&
    ["NORMAL", "DOOR_CLOSE", "DOOR_OPEN", "ADVANCE"].includes(type as string) &&
    (level === null ? word.level === undefined : (level === "high" ? 11 : level === "normal" ? 7 : -1) === word.level)
  );
}
