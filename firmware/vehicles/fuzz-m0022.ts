/** Hostile M0022: arguments missing, doubled, of other kinds, beyond their ranges. */
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Random } from "../hal/random.ts";
import { below, type FuzzFeed, HOSTILE, oneOf } from "./fuzz-message.ts";
import { type RequestArguments, requestFeed } from "./rsmp-request.ts";

const WAYS: Readonly<Record<string, readonly [string, number]>> = {
  inputId: ["inputId", 255],
  connectionId: ["connectionId", 255],
  approachId: ["approach", 16],
  laneInId: ["laneInId", 255],
  priorityId: ["priorityId", 255],
};

export function fuzzM0022(): FuzzFeed {
  const feed = requestFeed({ source: "cockpit" });
  return {
    name: "M0022",
    attempt(random, now) {
      const said = argumentsOf(random);
      const words = feed.take(said, now);
      return { words, invented: words.filter((word) => !isSaid(word, said)).length };
    },
  };
}

function argumentsOf(random: Random): RequestArguments {
  const number = (most: number): unknown => {
    const value = below(random, most + 3);
    return random.next() < 0.5 ? value : String(value);
  };
  const said: Record<string, unknown> = {
    type: oneOf(random, ["new", "new", "new", "update", "cancel", "New"]),
    requestId: `r${below(random, 100)}`,
  };
  if (said["type"] === "new" || random.next() < 0.1) {
    const way = oneOf(random, ["signalGroupId", ...Object.keys(WAYS)]);
    said[way] = way === "signalGroupId" ? oneOf(random, ["A1", "A2", "Z9"]) : number(WAYS[way]?.[1] ?? 0);
  }
  if (random.next() < 0.5) said["level"] = number(14);
  if (random.next() < 0.5) said["eta"] = number(255);
  if (random.next() < 0.3) said["vehicleType"] = oneOf(random, ["bus", "tram", "emergency", "ship"]);
  for (let n = below(random, 3); n > 0; n--) {
    const name = oneOf(random, [...Object.keys(said), "laneOutId", "inputId", "level", "eta", "constructor", "other"]);
    if (random.next() < 0.3) delete said[name];
    else said[name] = oneOf(random, HOSTILE);
  }
  return said;
}

/** By RSMP's table of the arguments, read once more and otherwise. */
function isSaid(word: VehicleWord, said: RequestArguments): boolean {
  if (word.kind === "position" || word.kind === "passed" || word.id !== said["requestId"]) return false;
  const kinds: Readonly<Record<string, string>> = { new: "request", update: "update", cancel: "cancel" };
  if (kinds[String(said["type"])] !== word.kind) return false;
  const names = Object.keys(said);
  const ways = names.filter((name) => name === "signalGroupId" || Object.hasOwn(WAYS, name));
  if (ways.length !== (word.kind === "request" ? 1 : 0)) return false;
  if (word.kind === "cancel") return true;
  const isMeant = (name: string, value: number | undefined, most: number, times = 1): boolean =>
    names.includes(name)
      ? value !== undefined &&
        value === Number(said[name]) * times &&
        value >= 0 &&
        value <= most * times &&
        typeof said[name] !== "boolean"
      : value === undefined;
  if (!isMeant("level", word.level, 14) || !isMeant("eta", word.eta, 255, 1000)) return false;
  if (word.kind === "update") return true;
  if (word.facts.type !== said["vehicleType"]) return false;
  const movement: Readonly<Record<string, unknown>> = { ...word.movement };
  const [way] = ways as [string];
  if (way === "signalGroupId") return movement["group"] === said[way] && typeof said[way] === "string";
  const [name, most] = WAYS[way] as readonly [string, number];
  return (
    isMeant(way, movement[name] as number | undefined, most) &&
    isMeant("laneOutId", movement["laneOutId"] as number | undefined, 255)
  );
}
