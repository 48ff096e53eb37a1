import { after, type Duration, duration, hours, type Instant, instant, seconds } from "../units.ts";
import { hulottePlan } from "./arbitrate.ts";
import type { Arbitration } from "./arbitrate-ask.ts";
import { demandAfter, startDemand } from "./arbitrate-demand.ts";
import { compile } from "./bounds.ts";
import type { JunctionBounds } from "./bounds-limits.ts";
import { isIndebted } from "./compensation.ts";
import { baseFrom, runEngine, startEngine } from "./engine.ts";
import { callsAfter } from "./junction-calls.ts";
import { crossedAt, greenAt, greenSince, greensAfter, isOver } from "./junction-crossing.ts";
import { detected } from "./junction-detectors.ts";
import { entryNow, fromHere, leftAfter } from "./junction-entry.ts";
import { checkIns, numberOf, passageOf } from "./junction-passage.ts";
import { foretold, startWatched, waitingAt, watchedAfter } from "./junction-shown.ts";
import type { JunctionDecision, JunctionState, PreparedJunction, Strategy } from "./junction-state.ts";
import type { GroupId, Junction, JunctionInputs, TentativePlan } from "./model.ts";
import { greensOf } from "./priority-greens.ts";
import { blockedBy, callingAt } from "./priority-guard.ts";
import { givenTo, servicesAfter } from "./priority-service.ts";
import { simplePlan } from "./priority-simple.ts";
import { priorityTable } from "./priority-table.ts";
import { viewOf } from "./priority-view.ts";
import { recovered } from "./recovery.ts";
import { keyOf, NO_REQUESTS, vehiclesOf, withServed } from "./request.ts";
import { AHEAD, hearWords } from "./request-intake.ts";
import { liveOn } from "./request-life.ts";
import type { VehicleWord } from "./request-model.ts";
import { startTracks, type Tracked, track } from "./track.ts";
import { type Learnt, prepareApproaches, type TrackSettings } from "./track-model.ts";
import { type Limits, NOTHING_HEARD, onceHeard } from "./word-once.ts";

export type { JunctionDecision, JunctionState, PreparedJunction, PriorityCall, Strategy } from "./junction-state.ts";

const LONGEST_SLEEP = hours(1);
/** While vehicles live the plan is made anew so often. */
const PASS = seconds(1);

/** Throws TypeError of the faults of the junction: see `faultsOf`. `isOurs`: see `PreparedJunction`; absent: it is. */
export function prepareJunction(
  junction: Junction,
  options: {
    readonly strategy?: Strategy;
    readonly tracking?: Partial<TrackSettings>;
    readonly bounds?: JunctionBounds;
    readonly isOurs?: boolean;
  } = {},
): PreparedJunction {
  return {
    junction,
    strategy: options.strategy ?? "hulotte",
    isOurs: options.isOurs ?? true,
    table: compile(junction, options.bounds),
    priority: priorityTable(junction),
    approaches: prepareApproaches(junction, options.tracking),
    demand: startDemand(junction, 0 as Instant),
    unhindered: Object.fromEntries(junction.groups.map(({ id }) => [id, 0])),
  };
}

/** A start knows no request: the base plan is worked until somebody asks. What approaches taught may be handed in. */
export function startJunction(prepared: PreparedJunction, now: Instant, taught?: Learnt): JunctionState {
  const engine = startEngine(prepared.table, now);
  return {
    at: now,
    engine,
    heard: NOTHING_HEARD,
    tracks: startTracks(taught),
    requests: NO_REQUESTS,
    occupied: [],
    basePlan: prepared.junction.plans[0]?.id ?? 0,
    entry: { stage: engine.stage, at: now, until: null },
    plan: [],
    greens: prepared.junction.groups.map(() => []),
    watched: startWatched(prepared.junction),
    owed: null,
    debts: [],
    services: [],
    called: [],
    demand: { ...prepared.demand, at: now },
  };
}

/**
 * The whole decision of a junction, pure: what its signals show at `now`, given the state of the pass before and what arrived
 * since. Vehicles are tracked, requests live, a plan is made of them, and the engine follows it as far as its kernel lets
 * it. Holds no rule of its own. With no live request the plan is the base plan.
 */
export function decideJunction(
  prepared: PreparedJunction,
  state: JunctionState,
  inputs: JunctionInputs,
  now: Instant,
): JunctionDecision {
  const { junction, table, priority, isOurs } = prepared;
  const before = state.engine;
  const news = onceHeard(state.heard, inputs.words, limitsOf(prepared), now);
  const tracked = follow(prepared, state.tracks, news.words, now);
  const detection = detected(junction, state.occupied, inputs.detectors);
  const basePlan = inputs.plan ?? state.basePlan;
  const { wanted, extending: occupied } = detection;
  const given = { wanted, occupied, plan: null, basePlan, clockSet: inputs.clockSet };
  const until = after(now, lookahead(junction));
  const base = baseFrom(table, before, given, now, until);
  const { queues } = inputs;
  const demand = demandAfter(junction, state.demand, { signals: before.signals, waiting: before.waiting, queues }, now);

  // The engine of a junction that is not ours runs beside it: nothing that is told is of its making.
  const { watched, events: changes } = isOurs
    ? { watched: state.watched, events: [] }
    : watchedAfter(junction, state.watched, inputs.shown, state.called.length > 0, now);
  const [heads, waiting] = isOurs ? [before.signals, before.waiting] : [watched.signals, waitingAt(junction, watched)];
  const indexOf = (group: GroupId) => priority.groupAt.get(group) ?? -1;
  const baseOf = (group: GroupId) =>
    isOurs
      ? greensOf(priority, base, group, before.signals[indexOf(group)])
      : foretold(watched, indexOf(group), now, until);
  const crossedIn = (group: GroupId, at: Instant) => greenAt(state.greens, priority.groupAt, group, at);
  const words = [...news.words, ...tracked.words];
  const heard = hearWords(
    { junction, arrivals: tracked.arrivals, isFollowed: (key) => tracked.tracks.vehicles.has(key), baseOf },
    state.requests,
    words,
    now,
  );
  const lived = liveOn(
    {
      junction,
      blocked: (group) => blockedBy(priority, waiting, group, now),
      greenSince: (group) => greenSince(heads, priority.groupAt, group),
      baseOf,
      isBefore: ({ key }) => tracked.tracks.vehicles.has(key) && !isOver(tracked.tracks, key),
      crossedAt: (live, at) =>
        tracked.words.some((word) => word.kind === "passed" && keyOf(word) === live.key)
          ? crossedAt(junction, live.request.approach, at)
          : at,
      givenTo: (live, at) => givenTo(live.base, crossedIn(live.request.group, at), at),
    },
    heard.requests,
    heard,
    now,
  );
  const vehicles = vehiclesOf(lived.requests);

  const seen = {
    signals: before.signals,
    waiting: before.waiting,
    entry: state.entry,
    base: fromHere(state.entry, base, now),
  };
  const here = viewOf(priority, seen, now);
  const owed = here.base.some(({ stage }) => stage === state.owed) ? state.owed : null;
  const usual = recovered(priority, here, owed);
  const entry = entryNow(state.entry, usual, now);
  const asking = vehicles.filter(({ key, request }) => request.state === "activated" && !isOver(tracked.tracks, key));
  const mayCut = (stage: number) => !isIndebted(state.debts, junction.stages[stage]?.id ?? "");
  const better =
    isOurs && before.mode === "running" && asking.length > 0
      ? PLANS[prepared.strategy]({
          table: priority,
          view: { ...here, entry, base: usual },
          vehicles: asking,
          distanceOf: (key) => tracked.tracks.vehicles.get(key)?.motion.distance ?? null,
          mayCut,
          demand,
          before: state.plan,
        })
      : null;
  const plan = better ?? (owed === null ? base : usual);
  const followed = plan === base ? null : plan;
  const calling = callingAt(asking, followed, junction, now);
  const ran = runEngine(table, before, { ...given, wanted: [...wanted, ...calling], plan: followed }, now);
  const { state: engine } = ran;

  const left = leftAfter(
    priority,
    { entry, usual, owed, debts: state.debts, vehicles: asking, byPriority: better !== null },
    engine.stage,
    now,
  );
  const serviced = servicesAfter(
    state.services,
    {
      live: vehicles,
      passed: lived.passed,
      signalOf: (group) => (isOurs ? engine.signals : heads)[indexOf(group)],
      numberOf: (group) => numberOf(junction, group),
    },
    now,
  );
  const requests = withServed(lived.requests, serviced.over, now);
  const { called, calls } = callsAfter(state.called, vehicles, now);
  const isBusy = requests.live.length > 0 || tracked.tracks.vehicles.size > 0 || serviced.services.length > 0;
  const next = Math.min(ran.wakeAt, after(now, isBusy ? PASS : LONGEST_SLEEP));
  return {
    state: {
      at: now,
      engine,
      heard: news.heard,
      tracks: tracked.tracks,
      requests,
      occupied: detection.occupied,
      basePlan,
      entry: left.entry,
      plan,
      greens: greensAfter(state.greens, isOurs ? engine.signals : heads, now),
      watched,
      owed: left.owed,
      debts: left.debts,
      services: serviced.services,
      called,
      demand,
    },
    signals: engine.signals,
    mode: engine.mode,
    stage: engine.stage,
    plan,
    base,
    requests: requests.live.map(({ request }) => request),
    calls,
    events: [
      ...heard.events,
      ...checkIns(junction, heard.events, now),
      ...lived.events,
      ...lived.passed.flatMap(({ live, at }) =>
        passageOf(junction, live, at, crossedIn(live.request.group, at), prepared.strategy !== "none"),
      ),
      ...(isOurs ? left.events : []),
      ...serviced.events,
      ...(isOurs ? ran.events : changes),
    ],
    wakeAt: instant(Math.max(next, now + 1)),
  };
}

/** What each strategy makes of the vehicles that ask; null: the base plan. */
const PLANS: Readonly<Record<Strategy, (arbitration: Arbitration) => TentativePlan | null>> = {
  none: () => null,
  simple: simplePlan,
  hulotte: hulottePlan,
};

/** Nobody is followed and nobody says anything: the tracker need not be asked. */
function follow(
  prepared: PreparedJunction,
  tracks: JunctionState["tracks"],
  words: readonly VehicleWord[],
  now: Instant,
): Tracked {
  const isQuiet = words.length === 0 && tracks.vehicles.size === 0 && tracks.asked.size === 0;
  return isQuiet
    ? { tracks, words: [], arrivals: new Map() }
    : track(prepared.approaches, tracks, words, now, prepared.unhindered);
}

/** As wide as any that hear the words: what they would hear is remembered. */
function limitsOf({ junction, approaches }: PreparedJunction): Limits {
  const { longestAge, aheadOfTime } = approaches.settings;
  return {
    age: duration(Math.max(junction.priority.timeToLive, longestAge)),
    ahead: duration(Math.max(AHEAD, aheadOfTime)),
  };
}

/** The base plan is looked at so far ahead: the horizon and two cycles. */
function lookahead({ plans, priority }: Junction): Duration {
  const cycles = plans.map((plan) =>
    plan.kind === "fixed" ? plan.cycle : plan.stages.reduce((sum, { max }) => sum + max, 0),
  );
  return duration(priority.horizon + 2 * Math.max(...cycles));
}
