import type { Instant } from "../units.ts";
import type { EngineState } from "./engine-state.ts";

/** A pass that comes so much later than asked for is taken for a jump of the clock, ms. */
const LATE = 5000;

/**
 * The state as it must be taken at `now`. Where the clock went back, or forward by more than a late pass explains, nobody
 * knows how long it really was: no time has passed, and every green, amber and clearance lasts its whole time from there.
 */
export function inStep(state: EngineState, now: Instant): EngineState {
  if (now >= state.at && now <= state.wakeAt + LATE) return state;
  const moved = (at: Instant): Instant => (at + now - state.at) as Instant;
  const { base } = state;
  return {
    ...state,
    at: now,
    wakeAt: now,
    signals: state.signals.map((signal) => ({ ...signal, since: moved(signal.since) })),
    since: moved(state.since),
    full: state.full === null ? null : moved(state.full),
    waiting: state.waiting.map((since) => (since === null ? null : moved(since))),
    base: { ...base, leaveAt: moved(base.leaveAt), freeSince: moved(base.freeSince) },
  };
}
