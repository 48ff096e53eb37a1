import { milliseconds } from "../../controllers/units.ts";
import { after } from "../dali/timer.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import { encodeLuba } from "./luba-frame.ts";
import { answerTo } from "./luba-message.ts";

/** The box answers a request on the serial line within this time; nothing on the bus is waited for. */
export const ANSWER = milliseconds(600);
/** Everything is asked once more before a fault is called. */
export const ATTEMPTS = 2;

interface Asking {
  readonly answer: number;
  readonly resolve: (payload: Uint8Array | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions to a LUBA box about itself, one at a time. They go beside frames for the bus: their answers differ. */
export class LubaQuestions {
  readonly #clock: Clock;
  readonly #write: (bytes: Uint8Array) => void;
  #asking: Asking | undefined;
  #over: { readonly reason: unknown } | undefined;

  constructor(clock: Clock, write: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Asks once, and once more. Throws Fault `gateway-silent`, or the reason of `fail`. */
  async ask(command: number, payload: Uint8Array): Promise<Uint8Array> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const answer = await this.#askOnce(command, payload);
      if (answer) return answer;
    }
    throw new Fault("gateway-silent", "luba", "no answer to a question about itself");
  }

  /** Takes what the box says; other things than the answer that is waited for are not its business. */
  heard(command: number, payload: Uint8Array): void {
    if (this.#asking?.answer === command) this.#asking.resolve(payload);
  }

  /** Rejects the question that waits, and all that come. */
  fail(reason: unknown): void {
    this.#over ??= { reason };
    this.#asking?.reject(reason);
  }

  #askOnce(command: number, payload: Uint8Array): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#over.reason);
      const done = () => {
        this.#asking = undefined;
        late();
      };
      const late = after(this.#clock, ANSWER, "LUBA answer about itself", () => this.#asking?.resolve(undefined));
      this.#asking = {
        answer: answerTo(command),
        resolve: (answer) => {
          done();
          resolve(answer);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      this.#write(encodeLuba(command, payload));
    });
  }
}
