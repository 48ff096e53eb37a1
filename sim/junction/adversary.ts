import { decideJunction, startJunction } from "../../controllers/junction/junction.ts";
import type { PreparedJunction } from "../../controllers/junction/junction-state.ts";
import type { GroupId, Junction, JunctionInputs } from "../../controllers/junction/model.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { type Instant, instant, seconds } from "../../controllers/units.ts";
import type { SeededRandom } from "../random.ts";

/** A vehicle that asks: from when, for what, how it speaks of its arrival, how long, and how it ends. */
export interface Visit {
  readonly at: number;
  readonly group: GroupId;
  readonly emergency: boolean;
  readonly persons: number;
  readonly eta: number;
  /** Seconds by which it says to arrive later with each second: 0 is true, 1 never comes, below 0 hurries. */
  readonly drift: number;
  readonly lasts: number;
  readonly end: "passed" | "cancel" | "silent";
}

/** A detector that is held. */
export interface Press {
  readonly at: number;
  readonly detector: string;
  readonly lasts: number;
}

/** All that comes to a junction from outside, by the second. */
export interface Stream {
  readonly visits: readonly Visit[];
  readonly presses: readonly Press[];
}

/** The longest that any group waited while somebody wanted it, as a part of its maximum; from the signals alone. */
export interface Ordeal {
  readonly part: number;
  readonly group: GroupId;
  /** s. */
  readonly wait: number;
  /** Requests that were activated while a group that conflicts had waited longer than its guard. */
  readonly unguarded: number;
  readonly activated: number;
}

const START = Date.UTC(2026, 5, 1, 7);
const SOURCE = "anybody";

/** Works a junction through a stream and measures how long groups wait: no word of the engine is taken for it. */
export function endure(prepared: PreparedJunction, stream: Stream, lasts: number): Ordeal {
  const { junction } = prepared;
  const at = (second: number): Instant => instant(START + Math.round(second * 1000));
  const wantedSince = new Map<GroupId, number>(
    junction.groups.filter(({ onCall }) => !onCall).map(({ id }) => [id, 0]),
  );
  const greens = new Set<GroupId>();
  let worst = { part: 0, group: "", wait: 0 };
  let [unguarded, activated] = [0, 0];
  let state = startJunction(prepared, at(0));
  let wakeAt: Instant = at(0);
  const pass = (inputs: JunctionInputs, second: number) => {
    const decision = decideJunction(prepared, state, inputs, at(second));
    state = decision.state;
    wakeAt = decision.wakeAt;
    for (const { kind, ...event } of decision.events) {
      if (kind !== "request" || !("request" in event) || event.request.state !== "activated") continue;
      activated++;
      if (isOverGuard(junction, event.request.group, wantedSince, second)) unguarded++;
    }
    for (const [g, { aspect, group }] of decision.signals.entries()) {
      const since = wantedSince.get(group);
      const { maxWait, onCall } = junction.groups[g] as Junction["groups"][number];
      if (since !== undefined) {
        const part = ((second - since) * 1000) / maxWait;
        if (part > worst.part) worst = { part, group, wait: second - since };
      }
      if (aspect === "green") {
        greens.add(group);
        wantedSince.delete(group);
      } else {
        // From the end of its green for all that are served in every cycle; else from the call on.
        if (greens.delete(group) && !onCall) wantedSince.set(group, second);
      }
    }
  };
  for (let second = 1; second <= lasts; second++) {
    for (let guard = 0; wakeAt < at(second) && guard < 20; guard++) {
      pass({ words: [], detectors: [], clockSet: true }, (wakeAt - START) / 1000);
    }
    const detectors = stream.presses.flatMap(({ at: from, detector, lasts: held }) =>
      from === second || from + held === second ? [{ id: detector, occupied: from === second, at: at(second) }] : [],
    );
    for (const { id, occupied } of detectors) {
      const { group = "", use } = junction.detectors.find((detector) => detector.id === id) ?? {};
      if (occupied && use === "call" && !greens.has(group) && !wantedSince.has(group)) wantedSince.set(group, second);
    }
    pass({ words: wordsOf(stream, second, at(second)), detectors, clockSet: true }, second);
  }
  return { ...worst, unguarded, activated };
}

function isOverGuard(junction: Junction, group: GroupId, since: ReadonlyMap<GroupId, number>, second: number): boolean {
  return junction.groups.some(({ id, guard }) => {
    const from = since.get(id);
    return junction.intergreens[group]?.[id] !== undefined && from !== undefined && (second - from) * 1000 > guard;
  });
}

function wordsOf({ visits }: Stream, second: number, now: Instant): VehicleWord[] {
  const words: VehicleWord[] = [];
  for (const [i, visit] of visits.entries()) {
    const since = second - visit.at;
    if (since < 0 || since > visit.lasts) continue;
    const said = { source: SOURCE, id: `${i}`, at: now };
    const eta = seconds(Math.min(255, Math.max(0, Math.round(visit.eta + (visit.drift - 1) * since))));
    if (since === visit.lasts) {
      if (visit.end !== "silent") words.push({ kind: visit.end, ...said });
    } else if (since > 0) words.push({ kind: "update", eta, ...said });
    else {
      const { emergency, persons } = visit;
      const facts = { type: emergency ? "emergency" : "bus", persons } as const;
      words.push({
        kind: "request",
        movement: { group: visit.group },
        level: 14,
        eta,
        vehicle: `${i}`,
        facts,
        ...said,
      });
    }
  }
  return words;
}

const whole = (random: SeededRandom, low: number, high: number): number =>
  low + Math.floor(random.next() * (high - low + 1));
const oneOf = <T>(random: SeededRandom, of: readonly T[]): T => of[Math.floor(random.next() * of.length)] as T;

function randomVisit(random: SeededRandom, groups: readonly GroupId[], lasts: number): Visit {
  return {
    at: whole(random, 1, lasts),
    group: oneOf(random, groups),
    emergency: random.next() < 0.4,
    persons: whole(random, 1, 200),
    eta: whole(random, 0, 60),
    drift: oneOf(random, [0, 0, 0.5, 1, -1]),
    lasts: whole(random, 1, 120),
    end: oneOf(random, ["passed", "passed", "cancel", "silent"]),
  };
}

const randomPress = (random: SeededRandom, detectors: readonly string[], lasts: number): Press => ({
  at: whole(random, 1, lasts),
  detector: oneOf(random, detectors),
  lasts: whole(random, 1, 60),
});

/** Vehicles for every group that ever goes by request, in any number, and hands on every detector. */
export function randomStream(random: SeededRandom, junction: Junction, lasts: number): Stream {
  const groups = junction.groups.filter(({ kind }) => kind !== "pedestrian").map(({ id }) => id);
  // Some streams ask for one or two ways only: that is what starves the others.
  const favoured = random.next() < 0.5 ? groups : [oneOf(random, groups), oneOf(random, groups)];
  const detectors = junction.detectors.map(({ id }) => id);
  const presses = detectors.length === 0 ? 0 : whole(random, 0, Math.ceil(lasts / 20));
  return {
    visits: Array.from({ length: whole(random, 1, Math.ceil(lasts / 6)) }, () => randomVisit(random, favoured, lasts)),
    presses: Array.from({ length: presses }, () => randomPress(random, detectors, lasts)),
  };
}

/** A neighbour of a stream: one or a few of its parts moved, changed, added or taken away. */
function mutated(random: SeededRandom, stream: Stream, junction: Junction, lasts: number): Stream {
  const visits = [...stream.visits];
  const presses = [...stream.presses];
  for (let changes = whole(random, 1, 4); changes > 0; changes--) {
    const i = Math.floor(random.next() * visits.length);
    const visit = visits[i];
    const fresh = randomStream(random, junction, lasts);
    const other = oneOf(random, fresh.visits);
    switch (whole(random, 0, 5)) {
      case 0:
        if (visit) visits[i] = { ...visit, at: Math.max(1, Math.min(lasts, visit.at + whole(random, -10, 10))) };
        break;
      case 1:
        if (visit) visits[i] = { ...visit, eta: other.eta, drift: other.drift };
        break;
      case 2:
        if (visit) visits[i] = { ...visit, lasts: other.lasts, end: other.end, emergency: other.emergency };
        break;
      case 3:
        if (visit && visits.length > 1) visits.splice(i, 1);
        break;
      case 4:
        if (visits.length < lasts) visits.push(visit && random.next() < 0.5 ? { ...other, group: visit.group } : other);
        break;
      default:
        if (presses.length > 0 && random.next() < 0.5) presses.splice(Math.floor(random.next() * presses.length), 1);
        else presses.push(...fresh.presses.slice(0, 1));
    }
  }
  return { visits, presses };
}

/**
 * Looks for the stream that makes somebody wait longest: random streams, then hill climbing from the worst of them. Gives
 * the worst that was found, over all streams that were tried.
 */
export function worstOrdeal(
  prepared: PreparedJunction,
  random: SeededRandom,
  { lasts, drawn, climbed }: { readonly lasts: number; readonly drawn: number; readonly climbed: number },
): Ordeal {
  const { junction } = prepared;
  let [unguarded, activated] = [0, 0];
  let best: { readonly stream: Stream; readonly ordeal: Ordeal } | null = null;
  for (let i = 0; i < drawn + climbed; i++) {
    const stream: Stream =
      i < drawn || !best ? randomStream(random, junction, lasts) : mutated(random, best.stream, junction, lasts);
    const ordeal = endure(prepared, stream, lasts);
    unguarded += ordeal.unguarded;
    activated += ordeal.activated;
    if (!best || ordeal.part >= best.ordeal.part) best = { stream, ordeal };
  }
  if (!best) throw new TypeError("drawn and climbed are 0: allowed 1 and more in all");
  return { ...best.ordeal, unguarded, activated };
}
