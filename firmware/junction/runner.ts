/** One junction's loop: words and detectors in, the one pure pass, orders out. No rule of priority lives here. */
import { decideJunction, prepareJunction, startJunction } from "../../controllers/junction/junction.ts";
import type { JunctionDecision, JunctionState, PreparedJunction } from "../../controllers/junction/junction-state.ts";
import type { Junction, JunctionInputs, Signal } from "../../controllers/junction/model.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Learnt } from "../../controllers/junction/track-model.ts";
import type { ComponentId, FaultKind } from "../../controllers/model.ts";
import {
  between,
  type Duration,
  duration,
  type Instant,
  instant,
  milliseconds,
  seconds,
} from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { rest } from "../hal/rest.ts";
import type { SignalAdapter, SignalNews } from "./adapter.ts";
import { type SteadyTime, steadyOffset, steadyTime } from "./steady.ts";

/** A pass at least so often: orders are the heartbeat of what watches us. */
const PASS_EVERY = seconds(1);
/** After a defect of ours. */
const AFTER_DEFECT = seconds(5);
/** Coordination follows wall time that was set by more than this. */
const WORTH_A_SHIFT = milliseconds(200);
/** Words of one pass: what a feed pours out beyond is dropped, the oldest first. */
const MOST_WORDS = 1024;

/** What one pass came to, for those who tell it. */
export interface Passed {
  readonly junction: Junction;
  readonly decision: JunctionDecision;
  /** Signals are out of our hands; null: they are not. */
  readonly fault: FaultKind | null;
  /** Why it flashes until a person resets it; null: it does not. */
  readonly flashing: string | null;
  /** Number of the plan in force. */
  readonly plan: number;
  /** What adapters told since the pass before. */
  readonly news: readonly SignalNews[];
  readonly time: Pick<SteadyTime, "toWall">;
}

export interface JunctionRunnerOptions {
  readonly junction: Junction;
  /** Whether the engine works the heads. Absent: it does. */
  readonly isOurs?: boolean;
  readonly adapter: SignalAdapter;
  readonly clock: Clock;
  readonly log: Log;
  /** Told after each pass; returns at once. */
  readonly tell: (passed: Passed) => void;
  /** The plan that was in force before a restart. */
  readonly plan?: number;
  /** What approaches taught before a restart. */
  readonly taught?: Learnt;
  /** Hour of the week where the junction is, of wall time. Absent: UTC's. */
  readonly hourOfWeek?: (at: Instant) => number;
}

export interface JunctionRunner {
  readonly junction: Junction;
  /** What a feed or a command said. Taken at the next pass, which follows at once. */
  hear(words: readonly VehicleWord[]): void;
  /** Resolves after the pass that took them. */
  ask(words: readonly VehicleWord[]): Promise<JunctionDecision>;
  detector(id: ComponentId, occupied: boolean): void;
  /** False where there is no such plan. */
  choose(plan: number): boolean;
  /** A person has looked at it: it may leave flashing. False where nothing flashes. */
  reset(): boolean;
  /** Whether requests can be served now. */
  readonly fault: FaultKind | null;
  /** What approaches taught so far: plain data. */
  readonly learnt: Learnt;
  tally(): Readonly<Record<string, number>>;
  /** Passes until the signal aborts, then lets the signals go; resolves when they are. Never rejects: a defect costs calls and a word in the log. */
  run(signal: AbortSignal): Promise<void>;
}

export function junctionRunner(options: JunctionRunnerOptions): JunctionRunner {
  const { junction, isOurs = true, adapter, clock, log, tell, hourOfWeek } = options;
  const time = steadyTime(clock);
  // Habits go by the clock on the wall, signals by one that is never set.
  const tracking = hourOfWeek ? { hourOfWeek: (at: Instant) => hourOfWeek(time.toWall(at)) } : {};
  let shift = 0;
  let prepared: PreparedJunction = prepareJunction(junction, { tracking, isOurs });
  let state: JunctionState = startJunction(prepared, time.now(), options.taught);
  let words: VehicleWord[] = [];
  let detectors: JunctionInputs["detectors"][number][] = [];
  let news: SignalNews[] = [];
  let shown: readonly Signal[] | undefined;
  let plan = hasPlan(junction, options.plan) ? options.plan : (junction.plans[0]?.id ?? 1);
  let chosen: number | undefined = plan;
  let fault: FaultKind | null = null;
  let flashing: string | null = null;
  let live: JunctionDecision["requests"] = [];
  let wake = () => {};
  let passed = Promise.withResolvers<JunctionDecision>();
  const tally = { passes: 0, words: 0, dropped: 0, unheard: 0, defects: 0 };

  const hear = (more: readonly VehicleWord[]) => {
    tally.words += more.length;
    words.push(...more);
    if (words.length > MOST_WORDS) tally.dropped += words.splice(0, words.length - MOST_WORDS).length;
    wake();
  };

  /** A word that is not newer than what is known changes nothing, and the clock of who asked may be ahead of ours. */
  const later = (heard: Instant) => instant(Math.max(clock.now(), time.toWall(heard) + 1));
  /** Who cannot be served is told so at once, and may ask again when signals are back. */
  const withdraw = () => {
    words = live.map(({ source, id, heard }) => ({ kind: "cancel", source, id, at: later(heard) }));
  };

  const hearAdapter = (said: SignalNews) => {
    switch (said.kind) {
      case "shown":
        shown = said.signals.map((signal) => ({ ...signal, since: time.fromWall(signal.since) }));
        break;
      case "fault":
        if (said.fault !== null) {
          shown = undefined;
          if (fault === null) withdraw();
        }
        fault = said.fault;
        break;
      case "flashing":
        flashing = said.why;
        withdraw();
        break;
      case "anew":
        begin();
        break;
      case "passed":
        for (const { source, id, group, heard } of live)
          if (group === said.group) words.push({ kind: "passed", source, id, at: later(heard) });
        break;
      case "request":
      case "controller":
      case "alarms":
        break;
    }
    news.push(said);
    wake();
  };

  const begin = () => {
    // What was heard before is no news after.
    state = { ...startJunction(prepared, time.now(), state.tracks.learnt), heard: state.heard };
    chosen = plan;
    live = [];
  };

  const follow = () => {
    const { offset } = time;
    if (Math.abs(offset - shift) <= WORTH_A_SHIFT) return;
    shift = offset;
    log.info({ by: shift }, "coordination follows the clock that was set");
    const plans = junction.plans.map((one) =>
      one.kind === "fixed" && one.offset !== undefined
        ? { ...one, offset: duration(steadyOffset(one.offset, one.cycle, shift)) }
        : one,
    );
    prepared = prepareJunction({ ...junction, plans }, { tracking, isOurs });
  };

  const pass = (): Duration => {
    follow();
    const now = time.now();
    if (fault !== null || flashing !== null) {
      const kept = words.filter(({ kind }) => kind === "cancel" || kind === "passed");
      tally.unheard += words.length - kept.length;
      words = kept;
    }
    const inputs: JunctionInputs = {
      words: words.map((word) => ("at" in word ? { ...word, at: time.fromWall(word.at) } : word)),
      detectors,
      ...(chosen === undefined ? {} : { plan: chosen }),
      ...(shown ? { shown } : {}),
      clockSet: clock.isSet(),
    };
    const said = news;
    words = [];
    detectors = [];
    news = [];
    chosen = undefined;
    const decision = decideJunction(prepared, state, inputs, now);
    state = decision.state;
    live = decision.requests;
    tally.passes++;
    const { signals, mode, calls, events } = decision;
    const completed = new Set(
      events.flatMap((event) =>
        event.kind === "request" && event.request.state === "completed"
          ? [`${event.request.source} ${event.request.id}`]
          : [],
      ),
    );
    adapter.order({ signals, mode, calls, completed, at: now });
    tell({ junction, decision, fault, flashing, plan, news: said, time });
    passed.resolve(decision);
    passed = Promise.withResolvers();
    return between(now, decision.wakeAt);
  };

  const passAndRest = async (signal: AbortSignal) => {
    const wait = pass();
    if (words.length + detectors.length + news.length > 0 || chosen !== undefined) return;
    const { over, end } = rest(
      clock,
      duration(Math.min(wait, adapter.every ?? PASS_EVERY)),
      `next pass of ${junction.id}`,
      signal,
    );
    wake = end;
    await over;
  };

  return {
    junction,
    hear,
    ask(more) {
      hear(more);
      return passed.promise;
    },
    detector(id, occupied) {
      detectors.push({ id, occupied, at: time.now() });
      wake();
    },
    choose(number) {
      if (!hasPlan(junction, number)) return false;
      plan = number;
      chosen = number;
      wake();
      return true;
    },
    reset() {
      if (flashing === null || !adapter.reset?.()) return false;
      flashing = null;
      wake();
      return true;
    },
    get fault() {
      return fault ?? (flashing === null ? null : "output-deviates");
    },
    get learnt() {
      return state.tracks.learnt;
    },
    tally: () => ({ ...tally, aside: state.heard.aside, ...adapter.tally() }),
    async run(signal) {
      while (!signal.aborted) {
        const letGo = new AbortController();
        const working = adapter.run(hearAdapter, letGo.signal);
        try {
          while (!signal.aborted) await passAndRest(signal);
        } catch (error) {
          // Nobody is left with a call that nobody takes back: the signals are let go, and all begins anew.
          log.error({ err: error }, "a defect in a pass: the signals are let go");
          tally.defects++;
        } finally {
          letGo.abort();
          await working;
        }
        if (signal.aborted) return;
        await clock.sleep(AFTER_DEFECT, `begin anew ${junction.id}`, signal).catch(() => {});
        begin();
      }
    },
  };
}

const hasPlan = ({ plans }: Junction, number: number | undefined): number is number =>
  number !== undefined && plans.some(({ id }) => id === number);
