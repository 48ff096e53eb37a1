/**
 * Procedures on a DALI bus as generators: they yield commands and waits, receive replies, and do no I/O, so that the same
 * procedure runs on hardware, in the simulator and by hand in a test.
 */
import type { Duration } from "../../controllers/units.ts";
import type { Command } from "./command.ts";
import type { Reply } from "./gateway.ts";

export interface Wait {
  readonly wait: Duration;
  readonly name: string;
}

export type SequenceStep = Command<unknown> | Wait;

/** A procedure that ends in a `T`. Whoever runs it answers a command with its reply and a wait with nothing. */
export type Sequence<T> = Generator<SequenceStep, T, Reply | undefined>;

/** Sends one command and gives what its reply means: `const level = yield* ask(queryActualLevel(3))`. */
export function* ask<R>(command: Command<R>): Sequence<R> {
  const reply = yield command;
  if (!reply) throw new TypeError(`${command.name} was continued without a reply`);
  return command.read(reply);
}

/** Lets time pass; the bus is free meanwhile unless the sequence runs as a transaction. */
export function* pause(wait: Duration, name: string): Sequence<void> {
  yield { wait, name };
}

/** How many steps a sequence may still take once it was told to end: to tidy up (TERMINATE), not to go on. */
const LAST_STEPS = 4;

/**
 * Runs a sequence to its end with `act`, which does one step. What `act` throws is thrown inside the sequence, so that its
 * `finally` can still send what must be sent; a sequence that goes on regardless is cut off after a few steps.
 */
export async function perform<T>(
  sequence: Sequence<T>,
  act: (step: SequenceStep, tidying: boolean) => Promise<Reply | undefined>,
): Promise<T> {
  let next = sequence.next();
  let left = Number.POSITIVE_INFINITY;
  let first: { readonly error: unknown } | undefined;
  while (!next.done) {
    if (left-- <= 0) throw first?.error;
    let reply: Reply | undefined;
    try {
      reply = await act(next.value, first !== undefined);
    } catch (error) {
      if (!first) {
        first = { error };
        left = LAST_STEPS;
      }
      next = sequence.throw(first.error);
      continue;
    }
    next = sequence.next(reply);
  }
  return next.value;
}
