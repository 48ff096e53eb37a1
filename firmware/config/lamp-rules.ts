import { classProblem } from "../../controllers/lighting/lighting-class.ts";
import { warmDim } from "../dali/warm-dim.ts";
import { calibrationOf } from "../outputs/calibration.ts";
import { calibrationPoints, type LampEntry, type Place, placesOf, rangeOf, warmPoints } from "./lamps.ts";
import { outputDriver } from "./outputs.ts";
import type { Problems, Step } from "./problem.ts";
import { once, refersTo, standsOn } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { cloProblem, isDate } from "./upkeep.ts";
import { shown } from "./words.ts";

type Key = keyof LampEntry;
type Entry = Draft<LampEntry>;
type Points = readonly (readonly [number, number])[];

/** Each lamp hangs on one line, at an address of its own, on a street that is there. */
export function checkLamps(file: Draft<ConfigFile>, problems: Problems): void {
  const { lamps = [], buses = [], outputs = [], streets, schedules, calendars = [] } = file;
  const idOnce = once(problems, "id");
  const placeOnce = once(problems, "address");
  const toBus = refersTo(
    problems,
    buses.map((bus) => bus?.id),
  );
  const toOutput = refersTo(
    problems,
    outputs.map((output) => output?.id),
  );
  const toStreet = refersTo(problems, streets?.map((street) => street?.name) ?? [undefined]);
  const toSchedule = refersTo(
    problems,
    [...(schedules ?? [undefined]), ...calendars].map((one) => one?.name),
  );
  const onStreet = standsOn(problems, streets);

  for (const [i, entry] of lamps.entries()) {
    if (!entry) continue;
    const at = (key: Key): readonly Step[] => ["lamps", i, key];
    toBus(entry.bus, at("bus"));
    toOutput(entry.output, at("output"));
    toStreet(entry.street, at("street"));
    if (entry.schedule !== undefined) toSchedule(entry.schedule, at("schedule"));
    else if (schedules?.length === 0)
      problems.add(["lamps", i], "a lamp", "a lamp with a schedule: `schedules` has none");
    checkKeys(entry, (key, found, allowed) => problems.add(at(key), found, allowed));

    const wrong = entry.class && entry.reducedClass ? classProblem(entry.class, entry.reducedClass) : null;
    if (wrong !== null)
      problems.add(at("reducedClass"), shown(entry.reducedClass), "a class that may reduce it", wrong);
    const output = outputs.find((candidate) => candidate !== undefined && candidate.id === entry.output);
    const channels = output?.kind === undefined ? undefined : outputDriver(output.kind).channels;
    if (channels !== undefined && (entry.channel ?? 0) >= channels)
      problems.add(
        at("channel"),
        String(entry.channel),
        `0 to ${channels - 1}: a ${output?.kind} has ${channels} channels`,
      );

    const last = entry.cleaning?.last;
    if (last !== undefined && !isDate(last))
      problems.add(["lamps", i, "cleaning", "last"], shown(last), "a date of the calendar such as 2026-03-31");
    checkCurves(entry, (key, allowed, hint) => problems.add(at(key), "points that are no curve", allowed, hint));

    const places = placesOf(entry);
    const addressKey = entry.addresses !== undefined ? "addresses" : entry.output === undefined ? "address" : "channel";
    for (const place of places) {
      // An id that follows from the address is twice there when the address is: one of the two says it.
      const isNew = placeOnce(nameOf(place, addressKey), at(addressKey));
      if (isNew || entry.id !== undefined) idOnce(place.id, entry.id === undefined ? at(addressKey) : at("id"));
    }
    for (const position of outermost(places)) onStreet(entry.street, position, at("position"));
  }
}

type Say = (key: Key, found: string, allowed: string) => void;

const has = (entry: Entry, key: Key): boolean => Object.hasOwn(entry, key);

function refuseKeys(entry: Entry, say: Say, keys: readonly Key[], allowed: string): void {
  for (const key of keys) if (has(entry, key)) say(key, shown(entry[key]), allowed);
}

/** Which keys go together. A key whose value is wrong counts as there: it has a problem of its own. */
function checkKeys(entry: Entry, say: Say): void {
  const bus = has(entry, "bus");
  const output = has(entry, "output");
  if (bus && output) say("output", shown(entry.output), "nothing: a lamp has a bus or an output");
  else if (bus) checkBusKeys(entry, say);
  else if (output) checkOutputKeys(entry, say);
  else say("bus", "nothing", "the id of a bus, or of an output in `output`");
}

function checkOutputKeys(entry: Entry, say: Say): void {
  if (!has(entry, "channel")) say("channel", "nothing", "a channel of the output");
  if (!has(entry, "id")) say("id", "nothing", "an id such as lamp/dac/0: a lamp of an output needs one");
  refuseKeys(entry, say, ["address", "addresses", "every"], "nothing: a lamp of an output has a channel");
  refuseKeys(entry, say, ["warmDim"], "nothing: only a lamp of a bus has it");
}

function checkBusKeys(entry: Entry, say: Say): void {
  refuseKeys(entry, say, ["channel"], "nothing: a lamp of a bus has an address");
  refuseKeys(entry, say, ["calibration"], "nothing: only a lamp of an output has it");
  if (!has(entry, "addresses")) {
    if (!has(entry, "address")) say("address", "nothing", "a short address from 0 to 63, or a range in `addresses`");
    refuseKeys(entry, say, ["every"], "nothing: only a row of `addresses` has it");
    return;
  }
  refuseKeys(entry, say, ["address"], "nothing: an entry has an address or addresses");
  refuseKeys(entry, say, ["id"], "nothing: the lamps of a row are named after bus and address");
  if (!has(entry, "every")) say("every", "nothing", "the distance of the row's lamps in metres");
  const [first, last] = entry.addresses === undefined ? [0, 0] : rangeOf(entry.addresses);
  if (last < first) say("addresses", shown(entry.addresses), "a range with the lower address first");
}

/** Those whose points have their form; what makes a curve of them is known where they are used. */
function checkCurves(entry: Entry, say: (key: Key, allowed: string, hint: string) => void): void {
  const { calibration, clo, warmDim: warm } = entry;
  const faultOf = (make: () => unknown): string | null => {
    try {
      make();
      return null;
    } catch (error) {
      return error instanceof TypeError ? error.message : null;
    }
  };
  if (isWhole(calibration, 2)) {
    const fault = faultOf(() => calibrationOf(calibrationPoints(calibration)));
    if (fault !== null) say("calibration", "growing light, and volts that only grow or only fall with it", fault);
  }
  if (isWhole(clo, 2)) {
    const fault = cloProblem(clo);
    if (fault !== null) say("clo", "growing hours, never growing light", fault);
  }
  if (isWhole(warm, 1)) {
    const fault = faultOf(() => warmDim(warmPoints(warm)));
    if (fault !== null) say("warmDim", "growing light, never warmer at more light", fault);
  }
}

const isWhole = (points: Entry["calibration"], least: number): points is Points =>
  points !== undefined &&
  points.length >= least &&
  points.every((point) => point?.every((value) => value !== undefined) ?? false);

const nameOf = ({ line, address }: Place, key: Key): string | undefined =>
  line === undefined || address === undefined ? undefined : `${line} ${key === "channel" ? key : "address"} ${address}`;

/** The first and the last of a row: what lies between them is on the street when they are. */
const outermost = (places: readonly Place[]): readonly (number | undefined)[] =>
  places.length > 1 ? [places[0]?.position, places.at(-1)?.position] : places.map((place) => place.position);
