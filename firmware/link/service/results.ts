/** What came of commands, on its way to who asked: kept until the broker has it, also over a restart. */
import type { Clock } from "../../hal/clock.ts";
import type { Journal } from "../../hal/journal.ts";
import type { Log } from "../../hal/log.ts";
import type { CommandResult, Refusal } from "../payload.ts";
import { encode } from "../wire/cbor.ts";
import { Outbox, type Receipts } from "./outbox.ts";
import type { Outgoing, Source } from "./publisher.ts";
import { bodyOf, RESULTS } from "./records.ts";

const WINDOW = 8;

/** Refusals that anybody can bring about without a key: told where there is a way, but never written to a card that wears. */
const FLEETING: ReadonlySet<Refusal> = new Set(["malformed", "unknown-code", "unsigned", "signature", "busy"]);

/** Body of a record. */
interface ResultBody {
  readonly topic: string;
  /** Bytes; CBOR as hulotte takes it has none. */
  readonly correlation: readonly number[];
  readonly result: CommandResult;
}

export interface ResultsOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly receipts: Receipts;
  readonly onReady: () => void;
  /** Sends what is not kept. */
  readonly post: (letter: Outgoing) => void;
}

export class Results implements Source {
  readonly waits = true;
  readonly #options: ResultsOptions;
  readonly #outbox: Outbox;

  constructor(options: ResultsOptions) {
    this.#options = options;
    this.#outbox = new Outbox({
      ...options,
      stream: RESULTS,
      window: WINDOW,
      bytes: 0,
      message: ([record]) => {
        const { topic, correlation, result }: Partial<ResultBody> = record ? bodyOf<ResultBody>(record) : {};
        return topic && correlation && result ? letter(topic, result, Uint8Array.from(correlation)) : null;
      },
    });
  }

  reply(topic: string, result: CommandResult, correlation: Uint8Array): void {
    const { clock, log, post } = this.#options;
    if (!result.ok && FLEETING.has(result.error.kind)) return post(letter(topic, result, correlation));
    try {
      const body = encode({ topic, correlation: [...correlation], result } satisfies ResultBody);
      this.#outbox.append({ class: "result", at: clock.now(), body });
    } catch (error) {
      log.error({ topic, err: error }, "result too large to be kept");
    }
  }

  next(): Outgoing | null {
    return this.#outbox.next();
  }

  wakeAt(): null {
    return null;
  }

  begin(): void {
    this.#outbox.begin();
  }
}

const letter = (topic: string, payload: unknown, correlation: Uint8Array): Outgoing => ({
  topic,
  payload,
  delivery: { qos: 1, retain: false, correlation },
});
