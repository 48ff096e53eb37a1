import { type Duration, milliseconds } from "../../controllers/units.ts";
import { after } from "../dali/timer.ts";
import type { Clock } from "../hal/clock.ts";

/** A box answers a question about itself within this time; nothing on the bus is waited for. */
const ANSWER = milliseconds(600);
/** Everything is asked once more before the box counts as silent. */
const ATTEMPTS = 2;

export interface Question<Frame> {
  readonly bytes: Uint8Array;
  readonly isAnswer: (frame: Frame) => boolean;
  readonly limit?: Duration;
  readonly attempts?: number;
}

interface Asking<Frame> {
  readonly isAnswer: (frame: Frame) => boolean;
  readonly resolve: (frame: Frame | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions to a serial box about itself, one at a time. */
export class SerialQuestions<Frame> {
  readonly #clock: Clock;
  readonly #write: (bytes: Uint8Array) => void;
  #asking: Asking<Frame> | undefined;
  #over: { readonly reason: unknown } | undefined;

  constructor(clock: Clock, write: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Asks once, and once more; undefined where no answer came. Throws the reason of `fail`. */
  async ask(question: Question<Frame>): Promise<Frame | undefined> {
    const { attempts = ATTEMPTS } = question;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const answer = await this.#askOnce(question);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** Whether what the box says is the answer that is waited for; then it is taken. */
  heard(frame: Frame): boolean {
    if (!this.#asking?.isAnswer(frame)) return false;
    this.#asking.resolve(frame);
    return true;
  }

  /** Rejects the question that waits, and all that come. */
  fail(reason: unknown): void {
    this.#over ??= { reason };
    this.#asking?.reject(reason);
  }

  #askOnce({ bytes, isAnswer, limit = ANSWER }: Question<Frame>): Promise<Frame | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#over.reason);
      if (this.#asking) return reject(new TypeError("a question to the box is under way: one at a time"));
      const done = () => {
        this.#asking = undefined;
        late();
      };
      const late = after(this.#clock, limit, "gateway's answer about itself", () => this.#asking?.resolve(undefined));
      this.#asking = {
        isAnswer,
        resolve: (answer) => {
          done();
          resolve(answer);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      this.#write(bytes);
    });
  }
}
