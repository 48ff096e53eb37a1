import { instant, milliseconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Random } from "../../hal/random.ts";
import { ProblemFinders } from "../check.ts";
import { type Sealing, type Signer, seal } from "../commands/signer.ts";
import { type CommandCode, type CommandResultValues, type CommandValues, commandOf } from "../modules.ts";
import type { CommandPayload, CommandResult, Refusal } from "../payload.ts";
import { topicOf } from "../topic.ts";
import { encode } from "../wire/cbor.ts";
import type { Delivery, Message } from "../wire/connection.ts";
import { type Readers, read } from "./readers.ts";

/** Most commands waiting for their result. */
const MOST_WAITING = 1000;
/** A signed command may begin so long after we have stopped waiting for it: the cabinet's clock is not ours. ms. */
const CLOCKS_APART = 60_000;

/** A node's refusals, and what can go wrong on the way: no connection, or no answer in time. */
export type CommandOutcome<Values> =
  | { readonly ok: true; readonly values: Values }
  | {
      readonly ok: false;
      readonly error: {
        readonly kind: Refusal | "not-connected" | "no-answer";
        readonly field: string;
        readonly message: string;
      };
    };

/** What is wanted of a node. */
export interface Wanted<C extends CommandCode> {
  /** An address: `lamp/1/5`, `lamp`, `lamp/1/2-6,9`. Left out where the command is for the node as a whole. */
  readonly component?: string;
  readonly values: CommandValues<C>;
  /**
   * 8 to 64 printable characters, unique for the issuer: the same id again is the same command, done once. Made by chance where
   * left out; only a signed command carries it.
   */
  readonly id?: string;
}

export interface CommanderOptions {
  /** The supervisor's own RSMP id. */
  readonly id: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly readers: Readers;
  /** A function is asked at each command: a key may come and go. */
  readonly signer: Signer | (() => Signer | undefined) | undefined;
  readonly publish: (topic: string, payload: Uint8Array, delivery: Delivery) => boolean;
}

/** Sends commands, signed where there is a key, and brings each its result. RSMP 4 draft, "Command" and "Result". */
export class Commander {
  readonly #options: CommanderOptions;
  readonly #finders = new ProblemFinders();
  readonly #waiting = new Map<string, (result: CommandResult) => boolean>();
  /** Of those that wait. */
  readonly #patience = new Set<AbortController>();

  constructor(options: CommanderOptions) {
    this.#options = options;
  }

  /** Rejects only with a TypeError: a bad node, code, id or value of the caller's. */
  async send<C extends CommandCode>(
    node: string,
    code: C,
    wanted: Wanted<C>,
    timeoutMs: number,
  ): Promise<CommandOutcome<CommandResultValues<C>>> {
    const { id, clock } = this.#options;
    const correlation = this.#chance();
    const key = correlation.join(",");
    const topic = topicOf(node, "command", code);
    const { signer: given } = this.#options;
    const signer = typeof given === "function" ? given() : given;
    const values = wanted.values as CommandPayload["values"];
    const command = { ...(wanted.component === undefined ? {} : { component: wanted.component }), values };
    const payload = signer
      ? await seal(topic, command, this.#sealing(wanted.id, correlation, timeoutMs), signer)
      : encode(command);
    const sent =
      this.#waiting.size < MOST_WAITING &&
      this.#options.publish(topic, payload, {
        qos: 1,
        retain: false,
        correlation,
        responseTopic: topicOf(id, "result", code),
      });
    if (!sent) return lost("not-connected", "there is no connection to the broker, or too much is under way");
    const answered = new AbortController();
    let result: CommandResult | undefined;
    this.#waiting.set(key, (came) => {
      const table = commandOf(code);
      // Whoever may write to our result topic: what is no result of this command does not end the wait for it.
      if (came.ok && (!table || this.#finders.of(table.result)(came.values))) return false;
      result ??= came;
      answered.abort();
      return true;
    });
    this.#patience.add(answered);
    await clock.sleep(milliseconds(timeoutMs), "command result", answered.signal).catch(() => {});
    this.#patience.delete(answered);
    this.#waiting.delete(key);
    const why = answered.signal.aborted ? ENDED : lost("no-answer", `no result within ${timeoutMs} ms`);
    return (result ?? why) as never;
  }

  /** No result comes any more: nobody waits for one. */
  end(): void {
    for (const patience of this.#patience) patience.abort();
  }

  /** Takes a message on a result topic; false where it is malformed. One that nobody waits for is none of ours. */
  receive(message: Message): boolean {
    const done = this.#waiting.get(message.correlation?.join(",") ?? "");
    if (!done) return true;
    const result = read<CommandResult>(this.#options.readers.result, message.payload);
    return result !== null && done(result);
  }

  #sealing(id: string | undefined, correlation: Uint8Array, timeoutMs: number): Sealing {
    const issued = this.#options.clock.now();
    const hex = Array.from(correlation, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return { id: id ?? hex, issued, expires: instant(issued + timeoutMs + CLOCKS_APART) };
  }

  #chance(): Uint8Array {
    return Uint8Array.from({ length: 16 }, () => Math.floor(this.#options.random.next() * 256));
  }
}

const lost = (kind: "not-connected" | "no-answer", message: string) =>
  ({ ok: false, error: { kind, field: "", message } }) as const;

const ENDED = lost("not-connected", "the connection was closed before the result came: it may have been done or not");
