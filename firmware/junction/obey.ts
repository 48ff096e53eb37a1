/** What the cockpit may have done at junctions: priority asked for, plans chosen, flashing ended. */
import { wayOf } from "../../controllers/junction/request-movement.ts";
import type { ComponentId } from "../../controllers/model.ts";
import type { Clock } from "../hal/clock.ts";
import { refuse } from "../link/commands/refuse.ts";
import type { CockpitLink } from "../link/link.ts";
import type { Refused } from "../link/payload.ts";
import { wordOf } from "../vehicles/rsmp-request.ts";
import type { PlanBook } from "./plans.ts";
import { cockpitSource } from "./request-list.ts";
import type { JunctionRunner } from "./runner.ts";

export interface ObeyOptions {
  readonly runners: readonly JunctionRunner[];
  readonly plans: PlanBook;
  readonly link: Pick<CockpitLink, "onCommand">;
  readonly clock: Clock;
}

export function obeyJunctions({ runners, plans, link, clock }: ObeyOptions): void {
  const ids = runners.map(({ junction }) => junction.id);
  /** Where each live request of the cockpit went. */
  const asked = new Map<string, JunctionRunner>();

  const unknown = (named: ComponentId): Refused =>
    refuse("unknown-component", "junction", `names ${named}: allowed ${ids.join(", ")}`);
  const oneOf = (named: ComponentId | undefined): JunctionRunner | Refused => {
    if (named !== undefined) return runners.find(({ junction }) => junction.id === named) ?? unknown(named);
    const [only, ...others] = runners;
    if (only && others.length === 0) return only;
    return refuse("invalid", "junction", `is missing: allowed ${ids.join(", ")}`);
  };
  const isRefused = (one: JunctionRunner | Refused): one is Refused => "ok" in one;

  link.onCommand("tlc.priority.request", async ({ values, issuer }) => {
    const { junction: named, ...said } = values;
    const { requestId } = values;
    const source = cockpitSource(issuer);
    const key = `${source} ${requestId}`;
    const runner = (values.type !== "new" && named === undefined && asked.get(key)) || oneOf(named);
    if (isRefused(runner)) return runner;
    const { junction } = runner;
    const word = wordOf(said, source, clock.now());
    if ("argument" in word) return refuse("invalid", word.argument, `allowed is ${word.allowed}`);
    if (word.kind === "request" && !wayOf(junction, word.movement))
      return refuse("invalid", wayIn(said), `names no movement of ${junction.id}`);
    if (word.kind === "request" && runner.fault !== null)
      return refuse("failed", "", `the signals of ${junction.id} cannot be reached: ${runner.fault}`);
    const { requests, events } = await runner.ask([word]);
    const isMine = (one: { readonly source: string; readonly id: string }) =>
      one.source === source && one.id === requestId;
    const isLive = requests.some(isMine);
    for (const [other, its] of asked)
      if (its === runner && !requests.some((one) => `${one.source} ${one.id}` === other)) asked.delete(other);
    if (isLive) asked.set(key, runner);
    else if (word.kind === "update") return refuse("invalid", "requestId", "names no request that lives");
    const why = events.findLast((event) => event.kind === "request" && isMine(event.request) && event.why);
    if (word.kind === "request" && !isLive && why?.kind === "request")
      return refuse("failed", "", `${why.request.state}: ${why.why}`);
    return { ok: true, values: { requestId } };
  });

  link.onCommand("tlc.plan.set", async ({ values }) => {
    const runner = oneOf(values.junction);
    if (isRefused(runner)) return runner;
    const { id, plans: there } = runner.junction;
    if (!runner.choose(values.plan))
      return refuse("invalid", "plan", `is ${values.plan}: allowed ${there.map((plan) => plan.id).join(", ")}`);
    await plans.choose(id, values.plan);
    return { ok: true, values: { plan: values.plan } };
  });

  link.onCommand("tlc.flashing.reset", async ({ values }) => {
    const runner = oneOf(values.junction);
    if (isRefused(runner)) return runner;
    const { id } = runner.junction;
    if (!runner.reset()) return refuse("failed", "", `${id} does not flash, or not by our doing`);
    return { ok: true, values: { junction: id } };
  });
}

/** The argument of M0022 that says which way. */
const wayIn = (said: object): string =>
  ["signalGroupId", "inputId", "connectionId", "approachId", "laneInId"].find((name) => name in said) ?? "priorityId";
