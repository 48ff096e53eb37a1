/** What one value of `cabinet.yaml` cannot say by itself: references, uniqueness, places on streets, order. */

import { nodeProblem } from "../link/topic.ts";
import { checkBuses } from "./bus-rules.ts";
import { checkCalendars } from "./calendar-rules.ts";
import { checkChips } from "./chip-rules.ts";
import { DEFAULTS } from "./defaults.ts";
import { checkDynamic } from "./dynamic-rules.ts";
import { checkFeeds } from "./feed.ts";
import { checkGroups } from "./groups.ts";
import { checkInputs } from "./inputs.ts";
import { checkVehicles } from "./junctions-feeds.ts";
import { checkJunctions } from "./junctions-rules.ts";
import { checkLamps } from "./lamp-rules.ts";
import { checkLink } from "./link-rules.ts";
import { checkNeighbours } from "./neighbours.ts";
import { checkOutputs } from "./output-rules.ts";
import { checkPorts } from "./port-rules.ts";
import { checkPrivacy } from "./privacy.ts";
import type { Problems } from "./problem.ts";
import { once, refersTo, standsOn } from "./references.ts";
import { checkSchedules } from "./schedule-rules.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { checkUses } from "./street-rules.ts";
import { isTimeZone } from "./time.ts";
import { checkWires } from "./wire-rules.ts";
import { shown } from "./words.ts";

type File = Draft<ConfigFile>;

export function checkRules(file: File, problems: Problems): void {
  const {
    site,
    streets,
    joins = [],
    buses = [],
    outputs = [],
    counters = [],
    contacts = [],
    meters = [],
    inputs = [],
  } = file;

  const node = file.node === undefined ? null : nodeProblem(file.node);
  if (node !== null) problems.add(["node"], shown(file.node), "an RSMP 4 node id", node);
  if (site?.timeZone !== undefined && !isTimeZone(site.timeZone))
    problems.add(["site", "timeZone"], shown(site.timeZone), "an IANA time zone such as Europe/Paris");

  const streetOnce = once(problems, "street");
  for (const [i, entry] of (streets ?? []).entries()) streetOnce(entry?.name, ["streets", i, "name"]);
  const toStreet = refersTo(problems, streets?.map((street) => street?.name) ?? [undefined]);
  const onStreet = standsOn(problems, streets);
  for (const [i, join] of joins.entries()) {
    for (const side of ["a", "b"] as const) {
      toStreet(join?.[side]?.street, ["joins", i, side, "street"]);
      onStreet(join?.[side]?.street, join?.[side]?.at, ["joins", i, side, "at"]);
    }
  }

  const devices = { buses, outputs, counters, contacts, meters, inputs };
  const idOnce = once(problems, "id");
  for (const [list, entries] of Object.entries(devices))
    for (const [i, entry] of entries.entries()) idOnce(entry?.id, [list, i, "id"]);
  for (const [i, counter] of counters.entries()) {
    toStreet(counter?.street, ["counters", i, "street"]);
    onStreet(counter?.street, counter?.position, ["counters", i, "position"]);
  }

  checkLink(file, problems);
  checkPrivacy(file, problems);
  checkPorts(file, problems);
  checkChips(file, problems);
  checkBuses(file, problems);
  checkWires(file, problems);
  checkOutputs(file, problems);
  checkLamps(file, problems);
  checkSchedules(file, problems);
  checkCalendars(file, problems);
  checkDynamic(file, problems);
  checkGroups(file, problems);
  checkUses(file, problems);
  checkInputs(file, problems);
  checkNeighbours(file, problems);
  checkFeeds(file, problems);
  checkJunctions(file, problems);
  checkVehicles(file, problems);
  checkAdaptive(file, problems);
}

function checkAdaptive({ adaptive }: File, problems: Problems): void {
  if (!adaptive) return;
  const say = (key: "fastest" | "rampStep", allowed: string) =>
    problems.add(["adaptive", key], String(adaptive[key] ?? DEFAULTS.adaptive[key]), allowed);
  const { fastest, slowest, ramp, rampStep } = { ...DEFAULTS.adaptive, ...adaptive };
  if (fastest !== undefined && slowest !== undefined && fastest < slowest)
    say("fastest", `${slowest} (slowest) or more`);
  if (ramp !== undefined && rampStep !== undefined && ramp > 0 && rampStep > ramp)
    say("rampStep", `${ramp} (ramp) or less`);
}
