/**
 * The whole decision of a junction, arbiter and life of requests in it, under any stream of requests: each second, on each
 * approach, a vehicle appears (near or far), or one that did is cancelled, passes, or is not spoken of any more; and buttons are
 * pressed or not.
 *
 * What the arbiter remembers has no end, so the junction that is explored forgets, second by second: what it learnt of traffic and
 * of approaches, its statistics, and requests that ended. And vehicles appear at one of two distances, once at a time on each
 * approach. That forgetting changes which of its plans the arbiter prefers, not what it may do.
 */
import { decideJunction, startJunction } from "../../controllers/junction/junction.ts";
import type { JunctionState, PreparedJunction } from "../../controllers/junction/junction-state.ts";
import { kernelHash } from "../../controllers/junction/kernel-hash.ts";
import { startMonitor } from "../../controllers/junction/monitor.ts";
import { monitorTable } from "../../controllers/junction/monitor-table.ts";
import { NO_REQUESTS } from "../../controllers/junction/request.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { startTracks } from "../../controllers/junction/track.ts";
import { NOTHING_HEARD } from "../../controllers/junction/word-once.ts";
import { type Instant, instant, seconds } from "../../controllers/units.ts";
import type { System } from "./explore.ts";
import { digestOf } from "./explore-digest.ts";
import { EXACT, type Explored, judgeOf, subsets } from "./explore-engine.ts";
import { kickOff } from "./referee.ts";

export interface Arbitrated extends Explored {
  readonly junction: JunctionState;
}

/** What is said of each approach for one second, and who presses a button; `called`: a bit for each group. */
export interface Said {
  readonly words: readonly ("near" | "far" | "cancel" | "passed" | null)[];
  readonly called: number;
}

/** Far above every time of a junction, so that what is an instant shows by itself. */
const BEGIN = instant(1e12);
const AN_INSTANT = 1e11;
const SECOND = 1000;
const ETA = { near: seconds(2), far: seconds(6) } as const;
/** What may be said of an approach where nobody comes, and where somebody does. */
const NOBODY: Said["words"] = [null, "near", "far"];
const LIVING: Said["words"] = [null, "cancel", "passed"];

/** `approaches`: indices of those on which vehicles come. */
export function arbiterSystem(prepared: PreparedJunction, approaches: readonly number[]): System<Arbitrated, Said> {
  const { junction, table } = prepared;
  const monitoring = monitorTable(junction, EXACT);
  const judge = judgeOf(junction, monitoring, kernelHash(table));
  const longest = Math.max(0, ...Object.values(junction.intergreens).flatMap((row) => Object.values(row)));
  const buttons = junction.detectors.filter(({ use }) => use === "call");
  const groupAt = new Map(junction.groups.map(({ id }, i) => [id, i]));

  const forgetful = (state: JunctionState, now: Instant): JunctionState => {
    const { requests, engine } = state;
    return {
      ...state,
      engine: {
        ...engine,
        wakeAt: instant(now + SECOND),
        // Of a red the kernel asks no more than whether the longest intergreen is over.
        signals: engine.signals.map((signal) =>
          signal.aspect === "red" && now - signal.since > longest
            ? { ...signal, since: instant(now - longest) }
            : signal,
        ),
      },
      heard: NOTHING_HEARD,
      tracks: { ...startTracks(), asked: state.tracks.asked },
      requests: { ...NO_REQUESTS, live: requests.live.map((live) => ({ ...live, base: [] })) },
      plan: requests.live.length === 0 ? [] : state.plan,
      greens: state.greens.map((green, i) => (engine.signals[i]?.aspect === "green" ? green.slice(0, 1) : [])),
      services: [],
      called: [],
      demand: { ...prepared.demand, at: now },
    };
  };

  const judged = (before: Explored, state: JunctionState, called: number, now: Instant): Arbitrated | string => {
    const after = judge(before, state.engine, called, now);
    return typeof after === "string" ? after : { ...after, junction: forgetful(state, now) };
  };
  const startState = startJunction(prepared, BEGIN);
  const start = judged(
    {
      now: BEGIN,
      engine: startState.engine,
      monitor: startMonitor(monitoring, BEGIN),
      refereed: kickOff(junction, BEGIN),
    },
    startState,
    0,
    BEGIN,
  );
  if (typeof start === "string") throw new TypeError(`${junction.id} cannot start: ${start}`);

  const pressed = subsets(buttons.map(({ group }) => groupAt.get(group) as number));
  const idOf = (i: number): string => `${junction.approaches[approaches[i] as number]?.id}`;
  const nobody = { words: [], detectors: [], clockSet: true } as const;

  return {
    starts: [start],
    key: ({ now, junction: state, monitor, refereed }) => {
      const ended = monitor.heads.map((head) => Math.max(head.ended, now - longest));
      return digestOf({ state, ended, wanted: refereed.map(({ wanted }) => wanted) }, now, AN_INSTANT);
    },
    moves: ({ junction: { requests } }) => {
      const said = approaches.reduce<Said["words"][]>(
        (all, _, i) => {
          const lives = requests.live.some(({ request }) => request.id === idOf(i));
          return all.flatMap((words) => (lives ? LIVING : NOBODY).map((word) => [...words, word]));
        },
        [[]],
      );
      return said.flatMap((words) => pressed.map((called) => ({ words, called })));
    },
    step(before, { words, called }) {
      const now = instant(before.now + SECOND);
      const spoken = words.flatMap((word, i): readonly VehicleWord[] => {
        if (word === null) return [];
        const group = junction.approaches[approaches[i] as number]?.group as string;
        const name = { source: "feed", id: idOf(i), at: now };
        if (word === "cancel" || word === "passed") return [{ kind: word, ...name }];
        return [{ kind: "request", ...name, movement: { group }, eta: ETA[word], facts: { type: "bus" } }];
      });
      const presses = buttons.filter(({ group }) => (called >> (groupAt.get(group) as number)) & 1);
      const detectors = presses.flatMap(({ id }) => [true, false].map((occupied) => ({ id, occupied, at: now })));
      const inputs = spoken.length + detectors.length === 0 ? nobody : { words: spoken, detectors, clockSet: true };
      return judged(before, decideJunction(prepared, before.junction, inputs, now).state, called, now);
    },
  };
}
