import { decide } from "../controllers/decide.ts";
import type { ComponentId, Event, Lamp, Reading, Step, Target, Wish } from "../controllers/model.ts";
import { plan } from "../controllers/plan.ts";
import type { Prepared } from "../controllers/prepare.ts";
import { initialState, provenCounters, standingWishes } from "../controllers/state.ts";
import { between, duration, type Level, seconds } from "../controllers/units.ts";
import { standingAfter } from "../controllers/wishes.ts";
import type { GearLevels } from "./energy/constant-light.ts";
import type { Clock } from "./hal/clock.ts";
import type { LampLine } from "./hal/lamp-line.ts";
import { rest } from "./hal/rest.ts";

/** Wall time that was set changes schedules: it is looked at so often, and counts from so much on. */
const LOOK_EVERY = seconds(10);
const WORTH_A_PASS = seconds(1);

export interface LoopOptions {
  readonly site: Prepared;
  readonly clock: Clock;
  readonly lines: readonly LampLine[];
  /** Between light, which is decided on, and levels of gear, which are read and sent; absent: they are the same. */
  readonly gear?: GearLevels;
  /** Counters that are known to see from before a restart, and who is told of all that are when there is one more. */
  readonly proven?: {
    readonly known: readonly ComponentId[];
    readonly keep: (counters: readonly ComponentId[]) => void;
  };
  /** Told after each pass, before its steps are done. */
  readonly tell: (readings: readonly Reading[], events: readonly Event[]) => void;
}

export interface Loop {
  /** Something was seen. Takes it and returns; the pass follows. */
  reading(reading: Reading): void;
  /** Resolves after the pass that took them, with its targets: their steps are with the lines. */
  wish(wishes: readonly Wish[]): Promise<readonly Target[]>;
  cancel(lamps: readonly ComponentId[]): Promise<void>;
  /** Operator wishes that stand now: as the last pass left them, with what waits for the next. */
  standing(): readonly Wish[];
  /** What the gear of each lamp gives, or was last told to give; null where its line cannot say. */
  actual(): ReadonlyMap<ComponentId, Level | null>;
  /** Passes until the signal aborts; then resolves. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Calls the one pure pass when something arrives or the time it asked for has come, compares targets with what the lamps
 * give, and hands the steps to their lines. No rule of light lives here.
 */
export function createLoop({ site: prepared, clock, lines, gear, proven, tell }: LoopOptions): Loop {
  const { site } = prepared;
  let state = initialState(prepared, clock.now(), proven?.known);
  let readings: Reading[] = [];
  let wishes: Wish[] = [];
  let cancelled: ComponentId[] = [];
  let wake = () => {};
  let passed = Promise.withResolvers<readonly Target[]>();
  const actual = new Map<ComponentId, Level | null>();
  const lampsOf = Map.groupBy(site.lamps, (lamp) => lamp.line);
  const lineOf = new Map(lines.map((line) => [line.id, line]));

  const note = (reading: Reading) => {
    if (reading.kind === "level") actual.set(reading.source, reading.level);
    // A line that fails or returns has lost what was on its way, and its lamps may have gone their own.
    if (reading.kind === "fault") {
      for (const lamp of lampsOf.get(reading.source) ?? []) actual.set(lamp.id, null);
      if (actual.has(reading.source)) actual.set(reading.source, null);
    }
  };

  /** By lamp of the site: what the last pass wanted. */
  let targets: readonly Target[] = [];
  const toGear = gear && ((lamp: Lamp, light: Level) => gear.toGear(lamp, light));
  const asLight = (reading: Reading): Reading => {
    if (!gear || reading.kind !== "level") return reading;
    const i = prepared.lampIndex.get(reading.source);
    const lamp = i === undefined ? undefined : site.lamps[i];
    return lamp ? { ...reading, level: gear.toLight(lamp, reading.level, targets[i as number]?.level) } : reading;
  };

  const pass = () => {
    for (const reading of readings) note(reading);
    const inputs = { readings: gear ? readings.map(asLight) : readings, wishes, cancelled, clockSet: clock.isSet() };
    readings = [];
    wishes = [];
    cancelled = [];
    const now = clock.now();
    const decision = decide(prepared, state, inputs, now);
    const more = decision.state.trust.proven !== state.trust.proven;
    state = decision.state;
    if (more) proven?.keep(provenCounters(prepared, state));
    targets = decision.targets;
    tell(inputs.readings, decision.events);
    const steps = Map.groupBy(plan(site.lamps, targets, actual, toGear), (step: Step) => step.line);
    for (const [line, mine] of steps) {
      // Until the line says otherwise a step counts as done: it is not asked for again at each pass.
      for (const step of mine) actual.set(step.lamp, step.level);
      lineOf.get(line)?.apply(mine);
    }
    passed.resolve(decision.targets);
    passed = Promise.withResolvers();
    return between(now, decision.wakeAt);
  };

  const passAndRest = async (signal: AbortSignal) => {
    const wait = pass();
    if (readings.length + wishes.length + cancelled.length > 0) return;
    const until = clock.monotonic() + wait;
    const offset = clock.now() - clock.monotonic();
    let woken = false;
    while (!woken && !signal.aborted && clock.monotonic() < until) {
      const nap = duration(Math.min(until - clock.monotonic(), LOOK_EVERY));
      const { over, end } = rest(clock, nap, "next pass", signal);
      wake = () => {
        woken = true;
        end();
      };
      await over;
      if (Math.abs(clock.now() - clock.monotonic() - offset) > WORTH_A_PASS) return;
    }
  };

  return {
    reading(reading) {
      readings.push(reading);
      wake();
    },
    wish(more) {
      wishes.push(...more);
      wake();
      return passed.promise;
    },
    cancel(lamps) {
      // A pass does withdrawals first: a wish that came before this one must not come after it.
      wishes = wishes.filter(({ target }) => !lamps.includes(target));
      cancelled.push(...lamps);
      wake();
      return passed.promise.then(() => {});
    },
    standing() {
      const now = clock.now();
      return standingAfter(standingWishes(state, now), cancelled, wishes, now);
    },
    actual: () => actual,
    async run(signal) {
      while (!signal.aborted) await passAndRest(signal);
    },
  };
}
