import { worstWait } from "../../controllers/junction/bounds-waits.ts";
import { groupOf, MIN_GREEN, PRIORITY, stageOf } from "../../controllers/junction/defaults.ts";
import { stageChange, tableOf } from "../../controllers/junction/kernel-table.ts";
import type { GroupId, Intergreens, Junction, SignalGroup, Stage } from "../../controllers/junction/model.ts";
import { type Duration, duration, seconds } from "../../controllers/units.ts";
import { type Approaching, approachesOf } from "./approaches.ts";
import type { NetConnection, Network, Programme } from "./net.ts";
import {
  areGreenTogether,
  cycleOf,
  gapsBetween,
  groupsIn,
  type LinkGroup,
  LONGEST_GAP,
  type Wanted,
  wantedIn,
} from "./programme.ts";
import type { BusRoute } from "./scenario.ts";

/** A signal of a SUMO network as hulotte knows a junction, and how the one is said in the words of the other. */
export interface SumoJunction {
  /** SUMO's id of it. */
  readonly signal: string;
  readonly junction: Junction;
  readonly programme: Programme;
  /** By link; links that are always green or always red have none. */
  readonly groupOf: ReadonlyMap<number, GroupId>;
  readonly approaching: readonly Approaching[];
  /** By link: whom it meets in the junction. */
  readonly foes: ReadonlyMap<number, ReadonlySet<number>>;
  readonly yieldsTo: ReadonlyMap<number, ReadonlySet<number>>;
}

const AMBER = 3;
/** French all-red, where the programme shows no clearance of its own: s. */
const CLEARANCE = 2;
/**
 * Part of a stage's green that its own traffic keeps when priority ends it early. One number for every network: nothing
 * is tuned to a place.
 */
const KEPT = 0.35;
/** Of the green that a stage has in the programme, what priority may add. */
const EXTENDED = 1;
const MOST_EXTENSION = 40;

/**
 * The junction of a signal: groups are links that always show the same, stages what the programme wants to be green
 * together, intergreens what it leaves between conflicts. Conflicts are those of the network's right of way and those that the
 * programme clears between, without what it shows green together (a left turn that yields). Null where nothing ever changes.
 */
export function junctionOf(network: Network, programme: Programme, routes: readonly BusRoute[]): SumoJunction | null {
  const connections = network.connections.filter(({ signal }) => signal?.id === programme.signal);
  const links = [...new Set(connections.map(({ signal }) => signal?.link as number))].sort((a, b) => a - b);
  const { foes, yieldsTo } = rightOfWay(network, connections);
  const groups = groupsIn(programme, links);
  if (groups.length === 0) return null;
  const cycle = cycleOf(programme);
  const meets = (a: LinkGroup, b: LinkGroup): boolean =>
    a.links.some((one) => b.links.some((other) => foes.get(one)?.has(other) || foes.get(other)?.has(one)));
  const conflicts = groups.map((a) =>
    groups.map(
      (b) =>
        a !== b && !areGreenTogether(a, b, cycle) && (meets(a, b) || isCleared(a, b, cycle) || isCleared(b, a, cycle)),
    ),
  );
  const ids = groups.map(({ links }) => `g${links[0]}`);
  const groupOf = new Map(groups.flatMap(({ links }, i) => links.map((link) => [link, ids[i] as string] as const)));
  const walkers = new Set(
    connections.flatMap(({ from, to, signal }) => (isWalk(network, from, to) && signal ? [signal.link] : [])),
  );
  const { approaches, approaching } = approachesOf(network, connections, routes, groupOf);
  const signals = groups.map((group, i) => signalGroup(ids[i] as string, group, cycle, walkers));
  const worked = (wanted: readonly Wanted[]): Junction => ({
    id: `junction/${programme.signal}`,
    name: programme.signal,
    groups: signals,
    intergreens: intergreensOf(groups, ids, conflicts, cycle),
    stages: wanted.map((one, i) => stage(i, one, wanted, signals, cycle)),
    plans: [
      {
        kind: "fixed",
        id: 1,
        cycle: seconds(cycle),
        offset: seconds(((programme.offset % cycle) + cycle) % cycle),
        stages: wanted.map(({ at }, i) => ({ stage: `s${i}`, at: seconds(at) })),
      },
    ],
    approaches,
    detectors: [],
    // What a stage keeps is said by its `least`; a cycle without priority after each would be every second one.
    priority: { ...PRIORITY, compensation: 0 },
  });
  let wanted = wantedIn(programme, groups, (a, b) => conflicts[a]?.[b] === true);
  for (let short = tooShort(worked(wanted)); short; short = tooShort(worked(wanted)))
    wanted = mended(wanted, short, cycle);
  const junction = worked(wanted);
  return { signal: programme.signal, programme, groupOf, approaching, foes, yieldsTo, junction: withWaits(junction) };
}

interface Short {
  /** Of the plan's stages. */
  readonly index: number;
  /** Seconds that are left of its time after its change at worst. */
  readonly left: number;
}

/** The first stage of the plan that has not the time for its change and the minimum greens; null where all have. */
function tooShort(junction: Junction): Short | null {
  const [plan] = junction.plans;
  if (plan?.kind !== "fixed" || plan.stages.length === 1) return null;
  const table = tableOf(junction);
  for (const [index, { stage, at }] of plan.stages.entries()) {
    const next = plan.stages[(index + 1) % plan.stages.length];
    const before = plan.stages.at(index - 1)?.stage ?? "";
    const has = ((next?.at ?? 0) - at + plan.cycle) % plan.cycle;
    const row = table.stages[table.stageOf.get(stage) ?? -1];
    const was = table.stages[table.stageOf.get(before) ?? -1];
    // Where nothing begins, what goes on being green needs no minimum anew.
    const green = row?.groups.every((g) => was?.has[g]) ? row.least : (row?.hold ?? 0);
    const left = has - stageChange(table, before, stage);
    if (left < green) return { index, left: left / 1000 };
  }
  return null;
}

/** A cut-off is as short as its time allows, if it is any time at all; all else that is too short is no stage. */
function mended(wanted: readonly Wanted[], { index, left }: Short, cycle: number): Wanted[] {
  const isShorter = isCutOff(wanted, index) && left >= 1 && left < (wanted[index]?.shortest ?? cycle);
  return isShorter
    ? wanted.map((one, i) => (i === index ? { ...one, shortest: Math.floor(left) } : one))
    : without(wanted, index, cycle);
}

/** Whether a stage only ends what the one before it has. */
function isCutOff(wanted: readonly Wanted[], index: number): boolean {
  const before = wanted.at(index - 1)?.groups;
  return wanted.length > 1 && [...(wanted[index]?.groups ?? [])].every((group) => before?.has(group));
}

/**
 * Without a stage that is only a step of a longer change: what it shows too stays green before it, or comes with what is
 * after it.
 */
function without(wanted: readonly Wanted[], short: number, cycle: number): Wanted[] {
  const here = wanted[short] as Wanted;
  const next = wanted[(short + 1) % wanted.length] as Wanted;
  const before = wanted.at(short - 1) as Wanted;
  const covered = (by: Wanted): boolean => [...here.groups].every((group) => by.groups.has(group));
  const rest = wanted.filter((one) => one !== here);
  if (covered(before)) return rest;
  if (covered(next))
    return rest.map((one) => (one === next ? { ...next, at: here.at } : one)).sort((a, b) => a.at - b.at);
  // A stage of its own is lengthened by what is after it: a second a time, until it has what it needs.
  return wanted.map((one) => (one === next ? { ...one, at: (one.at + 1) % cycle } : one)).sort((a, b) => a.at - b.at);
}

/** No group is promised less waiting than the junction can keep. */
function withWaits(junction: Junction): Junction {
  const table = tableOf(junction);
  return {
    ...junction,
    groups: junction.groups.map((group, g) => ({
      ...group,
      maxWait: duration(Math.max(group.maxWait, worstWait(table, g))),
    })),
  };
}

/** Whether the programme leaves time between the two at a change from one to the other, as between conflicts. */
const isCleared = (a: LinkGroup, b: LinkGroup, cycle: number): boolean =>
  gapsBetween(a, b, cycle).some((gap) => gap >= CLEARANCE && gap <= LONGEST_GAP);

const isWalk = (network: Network, from: string, to: string): boolean =>
  [from, to].some((edge) => network.edges.get(edge)?.function === "crossing");

function rightOfWay(network: Network, connections: readonly NetConnection[]) {
  const foes = new Map<number, Set<number>>();
  const yieldsTo = new Map<number, Set<number>>();
  const at = new Map(connections.map((one) => [`${one.junction} ${one.request}`, one.signal?.link as number]));
  for (const { junction, request, signal } of connections) {
    const link = signal?.link as number;
    const said = request === null ? undefined : network.requests.get(junction)?.[request];
    const linksOf = (requests: ReadonlySet<number> = new Set()): number[] =>
      [...requests].flatMap((other) => at.get(`${junction} ${other}`) ?? []);
    foes.set(link, new Set([...(foes.get(link) ?? []), ...linksOf(said?.foes)]));
    yieldsTo.set(link, new Set([...(yieldsTo.get(link) ?? []), ...linksOf(said?.yieldsTo)]));
  }
  return { foes, yieldsTo };
}

function signalGroup(id: string, group: LinkGroup, cycle: number, walkers: ReadonlySet<number>): SignalGroup {
  const isWalk = group.links.every((link) => walkers.has(link));
  const shortest = Math.min(...group.greens.map(({ begin, end }) => end - begin));
  const longestRed = Math.max(...gapsBetween(group, group, cycle), 0);
  const usual = groupOf(id, isWalk ? "pedestrian" : "vehicle", {
    minGreen: seconds(Math.min(shortest, MIN_GREEN / 1000)),
    amber: seconds(isWalk ? 0 : group.amber || AMBER),
    redAmber: seconds(group.redAmber),
  });
  // A programme whose own red is longer than the guard keeps it: nothing is worse off than it was.
  return { ...usual, maxWait: longer(usual.maxWait, longestRed), guard: longer(usual.guard, longestRed) };
}

const longer = (time: Duration, red: number): Duration => seconds(Math.max(time / 1000, Math.ceil(red * 1.1)));

function stage(i: number, one: Wanted, all: readonly Wanted[], signals: readonly SignalGroup[], cycle: number): Stage {
  const next = all[(i + 1) % all.length] as Wanted;
  const lasts = (((next.at - one.at) % cycle) + cycle) % cycle || cycle;
  const members = [...one.groups].map((group) => signals[group] as SignalGroup);
  const minimum = Math.min(...members.map(({ minGreen }) => minGreen)) / 1000;
  return stageOf(
    `s${i}`,
    members.map(({ id }) => id),
    {
      least: seconds(Math.round(lasts * KEPT)),
      maxExtension: seconds(Math.min(MOST_EXTENSION, Math.round(lasts * EXTENDED))),
      // How short a cut-off is the programme says; nobody comes for its sake.
      ...(isCutOff(all, i)
        ? { shortest: seconds(Math.max(1, Math.min(one.shortest ?? lasts, minimum))), skippable: true }
        : {}),
    },
  );
}

function intergreensOf(
  groups: readonly LinkGroup[],
  ids: readonly string[],
  conflicts: readonly (readonly boolean[])[],
  cycle: number,
): Intergreens {
  /** The time left for it, where it was the last of those in its way to end; else more was left than it needs. */
  const seen = (i: number, j: number): number[] => {
    const b = groups[j] as LinkGroup;
    return b.greens.flatMap(({ begin }) => {
      const since = (group: LinkGroup): number =>
        Math.min(...group.greens.map(({ end }) => (((begin - end) % cycle) + cycle) % cycle));
      const gap = since(groups[i] as LinkGroup);
      const isLast = groups.every((other, k) => !conflicts[k]?.[j] || since(other) >= gap);
      return isLast && gap <= LONGEST_GAP ? [gap] : [];
    });
  };
  const amberOf = (i: number): number => groups[i]?.amber || AMBER;
  const clearances = groups.flatMap((_, i) =>
    groups.flatMap((_, j) => (conflicts[i]?.[j] ? seen(i, j).map((gap) => gap - amberOf(i)) : [])),
  );
  // What never follows directly in the programme is cleared as long as the most careful change that does.
  const usual = Math.max(CLEARANCE, ...clearances);
  return Object.fromEntries(
    groups.map((a, i) => [
      ids[i],
      Object.fromEntries(
        groups.flatMap((b, j) => {
          if (!conflicts[i]?.[j]) return [];
          const least = amberOf(i) + b.redAmber;
          const left = Math.min(...gapsBetween(a, b, cycle), amberOf(i) + usual);
          return [[ids[j], seconds(Math.max(least, Math.min(left, ...seen(i, j))))]];
        }),
      ),
    ]),
  );
}
