import type { GroupId } from "../../controllers/junction/model.ts";
import type { SeededRandom } from "../random.ts";

/** People on foot at one crossing: they come by chance, press the button, and go together when it is green. */
export class Crossing {
  /** Of all who have gone: how long they waited, s. */
  readonly waits: number[] = [];
  readonly junction: number;
  readonly group: GroupId;
  readonly #random: SeededRandom;
  readonly #rate: number;
  #next: number;
  #standing: number[] = [];

  constructor(random: SeededRandom, junction: number, group: GroupId, hourly: number) {
    this.junction = junction;
    this.group = group;
    this.#random = random;
    this.#rate = hourly / 3600;
    this.#next = random.exponential(this.#rate);
  }

  get standing(): number {
    return this.#standing.length;
  }

  /** Who comes in the second that ends at `now`; whether anybody did, and so pressed the button. */
  arrive(now: number): boolean {
    const before = this.#standing.length;
    for (; this.#next <= now; this.#next += this.#random.exponential(this.#rate)) this.#standing.push(this.#next);
    return this.#standing.length > before;
  }

  step(now: number, green: boolean): void {
    if (!green) return;
    for (const came of this.#standing) this.waits.push(Math.max(0, now - 1 - came));
    this.#standing = [];
  }
}
