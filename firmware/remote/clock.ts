import { type Duration, duration, instant } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Answer, Request } from "./messages.ts";

/** Real ms that bytes may take longer than a wake while the machine is faster than real time. */
const LATE_BYTES = 3;

interface Sleeper {
  /** On the fed clock's monotonic scale. */
  readonly due: number;
  readonly name: string;
  readonly wake: () => void;
}

export interface FedClock extends Clock {
  /** The machine is there: `send` reaches it. All that waits is asked for again. */
  attach(send: (request: Request) => void): void;
  /** The machine is gone: time goes on at the real pace, so that nothing waits for ever. */
  detach(): void;
  /** No machine any more, and nobody who waits: leaves no timer behind. */
  end(): void;
  heard(answer: Extract<Answer, { say: "time" | "wake" }>): void;
}

/**
 * A clock that a simulator feeds. A sleep ends when the machine says so, after everything the machine did before that
 * moment was sent: so a time-out cannot fire early because the simulation runs sixty times faster than the processes
 * can talk. Between two words of the machine `now()` is interpolated and held back rather than run ahead of a wake.
 */
export function fedClock(real: Clock): FedClock {
  const sleepers = new Map<number, Sleeper>();
  let nextId = 1;
  let send: ((request: Request) => void) | undefined;
  let base = { now: real.now() as number, passed: 0, at: real.monotonic() as number, speed: 1 };
  let shown = 0;
  let local: AbortController | undefined;

  const sinceBase = () => (real.monotonic() - base.at) * base.speed;
  const passed = () => {
    shown = Math.max(shown, base.passed + sinceBase());
    return shown;
  };
  /** What the machine's scale lacks to ours: it may have begun anew, from 0. Set by its first word. */
  let shift: number | undefined;

  const wakeAll = (upTo: number) => {
    for (const [id, sleeper] of sleepers) {
      if (sleeper.due > upTo) continue;
      sleepers.delete(id);
      sleeper.wake();
    }
  };

  /** One real timer for the earliest sleeper, while no machine feeds us. */
  const runLocally = async (signal: AbortSignal) => {
    for (;;) {
      const earliest = Math.min(...[...sleepers.values()].map((sleeper) => sleeper.due));
      const wait = Math.min(50, Math.max(1, earliest - passed()));
      await real.sleep(duration(wait), "clock without its machine", signal);
      wakeAll(passed());
    }
  };

  return {
    now: () => instant(Math.round(base.now + sinceBase())),
    monotonic: () => duration(passed()),
    isSet: () => true,
    quality: () => "synchronised",
    sleep(d: Duration, name: string, signal?: AbortSignal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const id = nextId++;
        const abort = () => {
          sleepers.delete(id);
          send?.({ ask: "cancel", id });
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        };
        sleepers.set(id, { due: passed() + d, name, wake });
        signal?.addEventListener("abort", abort, { once: true });
        send?.({ ask: "sleep", id, ms: d });
      });
    },
    attach(to) {
      local?.abort();
      local = undefined;
      shift = undefined;
      send = to;
      for (const [id, sleeper] of sleepers) send({ ask: "sleep", id, ms: Math.max(0, sleeper.due - passed()) });
    },
    detach() {
      base = { now: base.now + sinceBase(), passed: passed(), at: real.monotonic(), speed: 1 };
      send = undefined;
      local?.abort();
      local = new AbortController();
      runLocally(local.signal).catch(() => {});
    },
    end() {
      send = undefined;
      local?.abort();
    },
    heard(answer) {
      const at = real.monotonic();
      if (answer.say === "time") {
        shift ??= passed() - answer.passed;
        base = { now: answer.now, passed: answer.passed + shift, at, speed: answer.speed };
        return;
      }
      base = { now: answer.now, passed: answer.passed + (shift ?? 0), at, speed: base.speed };
      const sleeper = sleepers.get(answer.id);
      if (!sleeper) return;
      sleepers.delete(answer.id);
      shown = Math.max(shown, sleeper.due);
      // Bytes that the machine sent before this word may still be on their way through another descriptor.
      real.sleep(duration(base.speed > 1 ? LATE_BYTES : 1), "late bytes").then(sleeper.wake, () => {});
    },
  };
}
