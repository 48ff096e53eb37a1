/**
 * Days of a junction with its whole decision, under any stream of words of vehicles: requests for every movement and for none
 * there is, from near and far, of all types, renewed, moved about, cancelled, passed, forgotten, said late and said twice; people at
 * buttons, queues, other plans, starts from new. Monitor and referee watch it to the millisecond.
 */
import { decideJunction, startJunction } from "../../controllers/junction/junction.ts";
import type { PreparedJunction } from "../../controllers/junction/junction-state.ts";
import { kernelHash } from "../../controllers/junction/kernel-hash.ts";
import type { JunctionInputs } from "../../controllers/junction/model.ts";
import { startMonitor, watch } from "../../controllers/junction/monitor.ts";
import { monitorTable } from "../../controllers/junction/monitor-table.ts";
import { VEHICLE_TYPES, type VehicleWord } from "../../controllers/junction/request-model.ts";
import { type Duration, instant, seconds } from "../../controllers/units.ts";
import type { Random } from "../../firmware/hal/random.ts";
import { EXACT } from "./explore-engine.ts";
import { kickOff, referee } from "./referee.ts";

export interface RequestsWalked {
  readonly passes: number;
  readonly words: number;
  readonly activated: number;
  readonly starts: number;
  /** The longest wait that ended, as a part of its maximum. */
  readonly longest: number;
  /** What was broken, and when; null: nothing. */
  readonly violation: string | null;
}

export interface RequestsWalk {
  readonly hours: number;
  /** s between two things that happen, on average. */
  readonly pace: number;
}

const BEGIN = 1_800_000_000_000;
const HOUR = 3_600_000;
const NAMES = 12;

/** One walk; the same numbers of `random`, the same walk. Ends with the first violation. */
export function walkRequests(
  prepared: PreparedJunction,
  random: Random,
  { hours, pace }: RequestsWalk,
): RequestsWalked {
  const { junction, table } = prepared;
  const { groups, detectors, plans } = junction;
  const monitoring = monitorTable(junction, EXACT);
  const otherHash = kernelHash(table);
  const upTo = (n: number): number => Math.floor(random.next() * n);
  const pick = <T>(from: readonly T[]): T => from[upTo(from.length)] as T;

  const wordAt = (real: number): VehicleWord => {
    const at = instant(real - (random.next() < 0.1 ? upTo(60_000) : 0));
    const name = { source: pick(["radio", "link"]), id: `${upTo(NAMES)}`, at };
    const chance = random.next();
    if (chance < 0.1) return { kind: "cancel", ...name };
    if (chance < 0.25) return { kind: "passed", ...name };
    const eta: { eta?: Duration } = random.next() < 0.1 ? {} : { eta: seconds(upTo(120)) };
    if (chance < 0.45) return { kind: "update", ...name, ...eta };
    return {
      kind: "request",
      ...name,
      ...eta,
      movement: random.next() < 0.05 ? { group: "nobody's" } : { group: pick(groups).id },
      level: upTo(15),
      facts: { type: pick(VEHICLE_TYPES), lateness: upTo(600) - 200, persons: upTo(90) },
    };
  };

  let real = BEGIN;
  let state = startJunction(prepared, instant(real));
  let monitor = startMonitor(monitoring, instant(real));
  let refereed = kickOff(junction, real);
  let happens = real;
  const counts = { passes: 0, words: 0, activated: 0, starts: 0, longest: 0 };
  const end = real + hours * HOUR;
  let plan = plans[0]?.id ?? 0;
  while (real < end) {
    const now = instant(real);
    const words: VehicleWord[] = [];
    const presses: { id: string; occupied: boolean; at: typeof now }[] = [];
    let queues: JunctionInputs["queues"];
    if (happens <= real) {
      happens = real + 1 + Math.floor(-Math.log(1 - random.next()) * pace * 1000);
      const chance = random.next();
      if (chance < 0.005) {
        state = startJunction(prepared, now);
        monitor = startMonitor(monitoring, now);
        refereed = kickOff(junction, real);
        counts.starts++;
      } else if (chance < 0.02) plan = pick(plans).id;
      else if (chance < 0.3) {
        const one = pick(detectors);
        if (one) presses.push({ id: one.id, occupied: random.next() < 0.6, at: now });
      } else if (chance < 0.35) queues = Object.fromEntries(groups.map(({ id }) => [id, upTo(30)]));
      else for (let i = upTo(3); i >= 0; i--) words.push(wordAt(real));
    }
    counts.words += words.length;
    const held = new Set([...state.occupied, ...presses.filter(({ occupied }) => occupied).map(({ id }) => id)]);
    const called = new Set(detectors.filter(({ id, use }) => use === "call" && held.has(id)).map(({ group }) => group));
    const inputs = { words, detectors: presses, plan, clockSet: true, ...(queues ? { queues } : {}) };
    const decision = decideJunction(prepared, state, inputs, now);
    counts.passes++;
    for (const event of decision.events)
      if (event.kind === "request" && event.request.state === "activated") counts.activated++;
    const { signals } = decision;
    const after = referee(junction, refereed, signals, (i) => called.has(groups[i]?.id as string), real);
    const pass = watch(monitoring, monitor, signals, { heartbeat: now, otherHash, told: signals }, now);
    const at = `after ${((real - BEGIN) / HOUR).toFixed(3)} h: `;
    if (pass.fault) return { ...counts, violation: `${at}monitor: ${pass.fault.kind}: ${pass.fault.text}` };
    if (typeof after === "string") return { ...counts, violation: `${at}referee: ${after}` };
    for (const [i, { wanted }] of refereed.entries()) {
      if (wanted === null || after[i]?.wanted !== null) continue;
      counts.longest = Math.max(counts.longest, (real - wanted) / (groups[i]?.maxWait as number));
    }
    ({ state } = decision);
    monitor = pass.state;
    refereed = after;
    real = Math.max(real + 1, Math.min(decision.wakeAt, happens, end));
  }
  return { ...counts, violation: null };
}
