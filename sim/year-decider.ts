import { decide } from "../controllers/decide.ts";
import { classRatio } from "../controllers/lighting/lighting-class.ts";
import type { ComponentId, Event, Lamp, LightingClass, Reading } from "../controllers/model.ts";
import { type Prepared, prepare } from "../controllers/prepare.ts";
import { initialState, type State } from "../controllers/state.ts";
import { type Instant, instant, type Level } from "../controllers/units.ts";
import type { District } from "./district.ts";
import type { Judge } from "./year-judge.ts";

/** The class in force on a street from an instant on. */
export interface ClassChange {
  readonly at: Instant;
  readonly street: string;
  readonly class: LightingClass;
}

export interface DeciderOptions {
  /** Whether people are judged by the classes that the decision itself finds. */
  readonly own: boolean;
  readonly onLight?: ((lamp: ComponentId, light: Level, at: Instant) => void) | undefined;
}

/** The decision of a district, asked pass by pass; it tells the judge of light and classes. */
export class Decider {
  readonly #prepared: Prepared;
  readonly #judge: Judge;
  readonly #options: DeciderOptions;
  readonly #lamps = new Map<string, number[]>();
  #state: State;
  readonly classes: ClassChange[] = [];
  passes = 0;
  alarms = 0;

  constructor({ site, streets }: District, judge: Judge, options: DeciderOptions, at: Instant) {
    this.#prepared = prepare(site);
    this.#judge = judge;
    this.#options = options;
    this.#state = initialState(this.#prepared, at);
    for (const [i, { street }] of site.lamps.entries()) {
      this.#lamps.set(street, [...(this.#lamps.get(street) ?? []), i]);
    }
    // Without a selection the lamps' own class is in force.
    for (const { name, class: own } of streets) this.inForce({ at, street: name, class: own }, at);
  }

  get wakeAt(): Instant {
    return this.#state.wakeAt;
  }

  pass(readings: readonly Reading[], at: number): void {
    const inputs = { readings, wishes: [], cancelled: [], clockSet: true };
    const { state, events } = decide(this.#prepared, this.#state, inputs, instant(at));
    this.#state = state;
    this.passes += 1;
    for (const event of events) this.#told(event, at);
  }

  /** From now on people are judged by this class on its street. */
  inForce(change: ClassChange, at: number): void {
    for (const i of this.#lamps.get(change.street) ?? []) {
      const lamp = this.#prepared.site.lamps[i] as Lamp;
      this.#judge.require(i, classRatio(lamp.class, change.class), at);
    }
  }

  #told(event: Event, at: number): void {
    if (event.kind === "target") {
      const { lamp, level } = event.target;
      this.#judge.setLight(this.#prepared.lampIndex.get(lamp) as number, level, at);
      this.#options.onLight?.(lamp, level, event.at);
    } else if (event.kind === "class") {
      this.classes.push({ at: event.at, street: event.street, class: event.class });
      if (this.#options.own) this.inForce(event, at);
    } else if (event.kind === "alarm" && event.active) this.alarms += 1;
  }
}
