import { type Duration, duration, type Instant, seconds } from "../units.ts";
import type { GroupId, Junction, JunctionEvent } from "./model.ts";
import { type Green, type Live, moved, type Requests, told, told255, without } from "./request.ts";

/** What the life of requests looks at. */
export interface Life {
  readonly junction: Junction;
  /** Why no priority may be begun for a group now; null: it may. */
  readonly blocked: (group: GroupId) => string | null;
  /** Since when a group shows green; null: it does not. */
  readonly greenSince: (group: GroupId) => Instant | null;
  /** The greens of a group without priority from now on; null: nobody knows. */
  readonly baseOf: (group: GroupId) => readonly Green[] | null;
  /** What a vehicle that passes at `at` was given against the base plan. */
  readonly givenTo: (live: Live, at: Instant) => { readonly extension: Duration; readonly reduction: Duration };
  /** Whether a vehicle is seen before the stop line still: its queue did not clear, and it did not pass unheard. */
  readonly isBefore: (live: Live) => boolean;
  /** When a vehicle that is said to have passed at `at` crossed the stop line. */
  readonly crossedAt: (live: Live, at: Instant) => Instant;
}

export interface Lived {
  readonly requests: Requests;
  /** Vehicles that passed, each once. */
  readonly passed: readonly { readonly live: Live; readonly at: Instant }[];
  /** Requests whose plan was given up: cancelled or stale. */
  readonly lost: readonly Live[];
  readonly events: readonly JunctionEvent[];
}

/** An arrival is as good as known when it is so near. */
const NEAR = seconds(5);

/** Every request one pass on: from `received` to its end, as S0033 has it. */
export function liveOn(
  life: Life,
  requests: Requests,
  heard: {
    readonly passed: readonly { readonly key: string; readonly at: Instant }[];
    readonly cancelled: readonly string[];
  },
  now: Instant,
): Lived {
  const events: JunctionEvent[] = [];
  const ended: Live[] = [];
  const lost: Live[] = [];
  const passed: { live: Live; at: Instant }[] = [];
  const end = (
    live: Live,
    state: "completed" | "cancelled" | "timeout" | "stale",
    more: Parameters<typeof told>[2],
  ) => {
    const last = moved(live, state, now);
    ended.push(last);
    if (state !== "completed") lost.push(last);
    events.push(told(last.request, now, more));
  };

  const table = new Map<string, Live>();
  for (const live of requests.live) table.set(live.key, live);
  for (const live of requests.live) {
    const stood = standsFor(table, live);
    const next = began(life, requests, table, stood, now);
    if (next.request.state !== live.request.state) {
      // What nobody was told of yet cannot be activated in silence: `received` was told by the intake.
      events.push(told(next.request, now));
    }
    table.set(live.key, next);
  }

  const followers = (key: string) => [...table.values()].filter(({ twin }) => twin === key);
  const done = new Set<string>();
  for (const { key, at } of heard.passed) {
    const said = table.get(key);
    // A twin of another feed tells of the vehicle only where both have its pseudonym.
    const first = said && said.twin !== null ? table.get(said.twin) : said;
    const same = said && first && (said === first || said.request.vehicle === first.request.vehicle);
    if (!said || !first || done.has(key)) continue;
    const all =
      same && (said === first || said.request.vehicle !== undefined) ? [first, ...followers(first.key)] : [said];
    for (const live of all) {
      if (done.has(live.key)) continue;
      done.add(live.key);
      const crossed = life.crossedAt(live, at);
      if (live.twin === null) passed.push({ live, at: crossed });
      if (live.request.state !== "activated") {
        end(live, "timeout", { why: "it passed before it was activated" });
        continue;
      }
      const { extension, reduction } = life.givenTo(live, crossed);
      end(live, "completed", { extension: told255(extension), reduction: told255(reduction) });
    }
  }
  for (const key of heard.cancelled) {
    const live = table.get(key);
    if (!live || done.has(key)) continue;
    done.add(key);
    end(live, "cancelled", {});
  }
  for (const live of [...table.values()]) {
    if (live.twin !== null || done.has(live.key)) continue;
    const group = [live, ...followers(live.key).filter(({ key }) => !done.has(key))];
    const why = overdue(life, group, now);
    if (!why) continue;
    for (const one of group) {
      done.add(one.key);
      end(one, one.request.state === "activated" ? "stale" : "timeout", { why });
    }
  }
  const left = {
    ...requests,
    live: [...table.values()].filter(({ key }) => !done.has(key)).map((live) => orphaned(live, done)),
  };
  return { requests: without({ ...left, live: [...left.live, ...ended] }, ended, now), passed, lost, events };
}

/** The first of a vehicle's requests has the surest estimate of them all. */
function standsFor(table: ReadonlyMap<string, Live>, live: Live): Live {
  if (live.twin !== null) return live;
  let surest = live.request.arrival;
  for (const other of table.values())
    if (other.twin === live.key && other.request.arrival.spread < surest.spread) surest = other.request.arrival;
  return surest === live.request.arrival ? live : { ...live, request: { ...live.request, arrival: surest } };
}

/** Who stood for it is gone: it stands for itself. */
const orphaned = (live: Live, gone: ReadonlySet<string>): Live =>
  live.twin !== null && gone.has(live.twin) ? { ...live, twin: null } : live;

/** A request that may have become queued or activated, and whose arrival may have come near. */
function began(life: Life, requests: Requests, table: ReadonlyMap<string, Live>, live: Live, now: Instant): Live {
  const { state, arrival } = live.request;
  const due = live.due === null && arrival.mean <= now + NEAR ? arrival.mean : live.due;
  const here = due === live.due ? live : { ...live, due };
  if (state === "activated") return here;
  const first = live.twin === null ? null : table.get(live.twin);
  const active = first ? first.request.state === "activated" : mayBegin(life, requests, here, now);
  if (active) return { ...moved(here, "activated", now), base: life.baseOf(here.request.group) };
  return state === "received" ? moved(here, "queued", now) : here;
}

function mayBegin(life: Life, requests: Requests, live: Live, now: Instant): boolean {
  const { priority } = life.junction;
  const { arrival, group, lateness, headway, type } = live.request;
  if (arrival.mean > now + priority.horizon) return false;
  if (life.blocked(group) !== null) return false;
  if (type === "emergency") return true;
  // Conditional on either: a vehicle in time may still be far behind the one before it.
  const conditions = [
    [priority.minLateness, lateness],
    [priority.minHeadway, headway],
  ].filter((one): one is [number, number] => one[0] !== undefined && one[1] !== undefined);
  if (conditions.length > 0 && !conditions.some(([least, said]) => said >= least)) return false;
  const shared = requests.live.some(({ request: other }) => other.group === group && other.state === "activated");
  const served = requests.served.find((one) => one.group === group);
  return shared || !served || now >= served.at + priority.lockout;
}

/** Why nobody believes any more that it comes; null: it may. */
function overdue(life: Life, group: readonly Live[], now: Instant): string | null {
  const { priority } = life.junction;
  const [first] = group as readonly [Live];
  const until = Math.max(...group.map((one) => one.until));
  if (now >= until) return "nobody spoke of it any more";
  const since = life.greenSince(first.request.group);
  if (first.request.state !== "activated" || since === null || group.some((one) => life.isBefore(one))) return null;
  const came = Math.max(since, first.due ?? first.request.arrival.mean);
  return now >= came + priority.greenMonitor ? "it had green and never checked out" : null;
}

/** From an instant to the next green; 0 inside one; null: none is known. */
export function waitFor(greens: readonly Green[] | null, at: Instant): Duration | null {
  for (const green of greens ?? []) if (at < green.to) return duration(Math.max(0, green.from - at));
  return null;
}
