import { duration } from "../controllers/units.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import { Fault } from "../firmware/hal/fault.ts";
import type { I2cAdapter, I2cHandle, I2cOutcome } from "../firmware/hal/i2c.ts";
import type { Exchange, SimulatedI2c } from "./i2c.ts";

/** A CP2112 under Linux (hil.md 3.4): how long an answer is waited for, ms, and the busy answer too many. */
const RESPONSE_TIMEOUT = 50;
const MOST_BUSY = 10;

/**
 * The adapter of a simulated wire as Linux shows a CP2112, with what is nasty about it: an answer that comes after the
 * time-out is taken for that of whoever asks then, answers come in order, and after a pull the adapter is back only once
 * every handle of its old self was closed. An attempt to which nothing is done takes no time.
 */
export function simulatedAdapter(wire: SimulatedI2c, clock: Clock): I2cAdapter {
  const { name } = wire;
  /** Open handles, each with the number of pulls it has seen. */
  const open = new Set<{ readonly pulls: number }>();
  let seen = wire.pulls;
  /** Answers on their way, in order. */
  let coming: { readonly at: number; readonly outcome: I2cOutcome }[] = [];

  const attempt = async (address: number, write: Uint8Array, read: number): Promise<I2cOutcome> => {
    const asked = clock.monotonic();
    const exchange = wire.exchange(address, write, read);
    coming = coming.filter(({ at }) => at > asked); // what came while nobody waited is dropped
    const late = exchange.outcome === "done" ? exchange.late : 0;
    const at = Math.max(asked + late, coming.at(-1)?.at ?? 0);
    if (exchange.outcome !== "stuck") coming.push({ at, outcome: outcomeOf(exchange) });
    const next = coming[0];
    if (!next || next.at > asked + RESPONSE_TIMEOUT) {
      await clock.sleep(duration(RESPONSE_TIMEOUT), `${name} answers`);
      return { kind: "late", code: "ETIMEDOUT" };
    }
    if (next.at > asked) await clock.sleep(duration(next.at - asked), `${name} answers`);
    coming.shift();
    const { outcome } = next;
    // The system at least compares lengths.
    return outcome.kind === "done" && outcome.data.length !== read ? { kind: "broken", code: "EIO" } : outcome;
  };

  return {
    name,
    async open(): Promise<I2cHandle> {
      const old = [...open].some(({ pulls }) => pulls !== wire.pulls);
      if (!wire.present || old) throw new Fault("port-missing", name);
      if (seen !== wire.pulls) coming = [];
      seen = wire.pulls;
      const mine = { pulls: wire.pulls };
      open.add(mine);
      return {
        async attempt(address, write, read) {
          const gone = () => !wire.present || wire.pulls !== mine.pulls;
          const outcome = gone() ? undefined : await attempt(address, write, read);
          return outcome && !gone() ? outcome : { kind: "gone", code: "ENODEV" };
        },
        async close() {
          open.delete(mine);
        },
      };
    },
  };
}

/** What the system makes of it: it tells no NACK of an address from a bus that stayed busy. */
function outcomeOf(exchange: Exchange): I2cOutcome {
  if (exchange.outcome === "nack-data") return { kind: "broken", code: "EIO" };
  if (exchange.outcome !== "done" || exchange.busy >= MOST_BUSY) return { kind: "unanswered", code: "ETIMEDOUT" };
  return { kind: "done", data: exchange.data };
}
