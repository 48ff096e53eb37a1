/**
 * What makes a value from an I2C adapter trustworthy. The same on Linux and in the simulator; pure, on the clock given.
 *
 * The trap is an answer that comes late. Linux gives up on a CP2112 after 50 ms and takes the next answer that comes for
 * that of the next transfer, be it of another device; from there on it may stay one answer behind for as long as
 * transfers follow each other closely. Answers come in order, and one that comes while nobody waits is dropped. Hence:
 *
 * - after a time-out nothing is asked of the adapter for `QUIET`: what comes in that time is dropped by the system;
 * - then the attempt is made twice with `SETTLE` between and after, and the first outcome is not believed: had it been a
 *   late answer, its own answer came in the meantime.
 *
 * So an answer that is late by less than 50 ms + `QUIET` never reaches anybody, and a single one never, however late.
 */
import { duration, milliseconds, seconds } from "../../controllers/units.ts";
import type { Clock } from "./clock.ts";
import { Fault } from "./fault.ts";
import { I2C_LIMITS, type I2cAdapter, type I2cBus, type I2cHandle, type I2cOutcome } from "./i2c.ts";

const TRIES = 3;
/** Before the second and the third try, where the adapter itself answered. */
const PAUSES = [milliseconds(5), milliseconds(20)];
const QUIET = milliseconds(250);
const SETTLE = milliseconds(60);
/** More than any driver waits by itself (bcm2835 1 s a message, a CP2112 50 ms a report): past it the call hangs. */
const DEADLINE = seconds(3);

export interface PatientAdapter {
  /** Each user closes its own; the last one lets the adapter go. Throws as `I2cAdapter.open`, and `port-lost` while a call hangs. */
  open(): Promise<I2cBus>;
  /** Since the beginning: transfers, further tries, time-outs, calls that hung, openings after a loss. */
  tally(): Readonly<Record<"transfers" | "retries" | "timeouts" | "hung" | "reopens", number>>;
}

/** The attempt is over: a reason that is made once, since each abort without one makes an exception. */
const OVER = new Error("over");

/** One adapter for all its users: they share its handle, its turns and what is known of its trustworthiness. */
export function patientI2c(adapter: I2cAdapter, clock: Clock): PatientAdapter {
  const { name } = adapter;
  const tally = { transfers: 0, retries: 0, timeouts: 0, hung: 0, reopens: 0 };
  let users = 0;
  let handle: I2cHandle | undefined;
  /** A call hangs. Until it has ended there is no other handle: hung calls must not pile up. */
  let hanging = false;
  let lostOnce = false;
  /** Whether the next answer may be that of an earlier attempt, and until when nothing may be asked. */
  let suspect = false;
  let restUntil = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const opened = async (): Promise<I2cHandle> => {
    if (hanging) throw new Fault("port-lost", name, "a call hangs");
    if (handle) return handle;
    handle = await adapter.open();
    if (lostOnce) tally.reopens++;
    lostOnce = false;
    return handle;
  };

  /** Closes the handle: the system brings a pulled adapter back only once nobody holds its old self (hil.md 3.4). */
  const letGo = async () => {
    const old = handle;
    handle = undefined;
    await old?.close();
  };

  /** Lets the handle go whose call hangs, and resolves when it has ended. */
  const abandon = async () => {
    hanging = true;
    lostOnce = true;
    await letGo();
    hanging = false;
    distrust();
  };

  const distrust = () => {
    suspect = true;
    restUntil = clock.monotonic() + QUIET;
  };

  const rest = async (signal: AbortSignal) => {
    const left = restUntil - clock.monotonic();
    if (left > 0) await clock.sleep(duration(left), `${name} falls silent`, signal);
  };

  const attempt = async (address: number, write: Uint8Array, read: number): Promise<I2cOutcome> => {
    const on = await opened();
    const over = new AbortController();
    const deadline = clock.sleep(DEADLINE, `deadline of ${name}`, over.signal).then(
      () => "hung" as const,
      () => "over" as const,
    );
    const outcome = await Promise.race([on.attempt(address, write, read), deadline]);
    over.abort(OVER);
    if (typeof outcome === "string") {
      tally.hung++;
      abandon().catch(() => {}); // a handle's close never throws
      throw new Fault("port-lost", name, `a call hangs for ${DEADLINE} ms`);
    }
    if (outcome.kind === "late") {
      tally.timeouts++;
      distrust();
    }
    return outcome;
  };

  /** An attempt that is believed: made twice where the adapter is suspect. */
  const believed = async (
    address: number,
    write: Uint8Array,
    read: number,
    signal: AbortSignal,
  ): Promise<I2cOutcome> => {
    await rest(signal);
    const first = await attempt(address, write, read);
    if (!suspect || first.kind === "late" || first.kind === "gone") return first;
    await clock.sleep(SETTLE, `${name} settles`, signal);
    const second = await attempt(address, write, read);
    if (second.kind === "late") return second;
    suspect = false;
    restUntil = clock.monotonic() + SETTLE;
    return second;
  };

  const transfer = async (address: number, write: Uint8Array, read: number, signal: AbortSignal) => {
    const where = `${name} 0x${address.toString(16)}`;
    tally.transfers++;
    let answered = true;
    let pulled = false;
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      const outcome = await believed(address, write, read, signal);
      switch (outcome.kind) {
        case "done":
          return outcome.data;
        case "denied":
          throw new Fault("port-denied", where, outcome.code);
        case "taken":
          throw new Fault("port-busy", where, outcome.code);
        case "refused":
          throw new Fault("protocol", where, outcome.code);
        case "gone":
          lostOnce = true;
          await letGo();
          // There again at once, and gone again: this machine says so of an address where nobody is.
          if (pulled) throw new Fault("port-missing", where, outcome.code);
          pulled = true;
          await opened().catch((error: unknown) => {
            throw new Fault("port-lost", where, outcome.code, error);
          });
          break;
        case "unanswered":
          answered = false;
          break;
        case "broken":
        case "late":
      }
      if (tries === TRIES) throw new Fault(answered ? "port-lost" : "port-missing", where, outcome.code);
      tally.retries++;
      const pause = outcome.kind === "late" ? undefined : PAUSES[tries - 1];
      if (pause) await clock.sleep(pause, `${name} tries again`, signal);
    }
  };

  /** Everything that touches the handle, one after the other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };

  const user = (): I2cBus => {
    const life = new AbortController();
    return {
      name,
      async transfer(address, write, read) {
        checkTransfer(address, write.length, read);
        const kept = write.slice(); // the caller may use its buffer while this waits for its turn
        return inTurn(() => transfer(address, kept, read, life.signal));
      },
      async close() {
        if (life.signal.aborted) return;
        life.abort(new Fault("port-lost", name, "closed"));
        users--;
        await inTurn(async () => {
          if (users === 0) await letGo();
        });
      },
    };
  };

  return {
    async open() {
      users++;
      try {
        await inTurn(opened);
      } catch (error) {
        users--;
        throw error;
      }
      return user();
    },
    tally: () => ({ ...tally }),
  };
}

function checkTransfer(address: number, write: number, read: number): void {
  const { firstAddress, lastAddress } = I2C_LIMITS;
  const whole = (what: string, value: number, low: number, high: number) => {
    if (!Number.isInteger(value) || value < low || value > high)
      throw new TypeError(`${what} is ${value}: allowed ${low} to ${high}`);
  };
  whole("I2C address", address, firstAddress, lastAddress);
  whole("bytes to write", write, read === 0 ? 1 : 0, read === 0 ? I2C_LIMITS.write : I2C_LIMITS.writeBeforeRead);
  whole("bytes to read", read, 0, I2C_LIMITS.read);
}
