import type { GroupId, JunctionEvent } from "../../controllers/junction/model.ts";
import type { BusPassage } from "./corridor-bus.ts";

/** What a run of the corridor came to; times in seconds. */
export interface CorridorMeasures {
  readonly buses: {
    readonly passages: number;
    /** Held at a signal, the queue ahead included, mean of a passage. */
    readonly delay: number;
    /** The 90th percentile of it. */
    readonly high: number;
    /** Part of the passages with a stand. */
    readonly stopped: number;
    /** Of each junction, mean. */
    readonly each: readonly number[];
  };
  readonly others: { readonly vehicles: number; readonly delay: number; readonly worst: number };
  readonly people: { readonly crossed: number; readonly wait: number; readonly worst: number };
  /** Of any group, from the engine's own word: the longest wait for green. */
  readonly worstWait: { readonly group: GroupId; readonly junction: number; readonly wait: number };
  /** Green that was given for priority and that nobody used, s an hour. */
  readonly unused: number;
  /** Passages whose green came too late or ended before, part of all. */
  readonly late: number;
  /** What the runtime says that buses were spared against its base plan, mean of a passage. */
  readonly saved: number;
  /** Person-hours of delay in an hour: buses, other vehicles, people on foot. */
  readonly personHours: number;
  /** Other vehicles that came in, went out, and are still there. */
  readonly balance: { readonly entered: number; readonly left: number; readonly inside: number };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const worst = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

/** A passage that is held for longer than so many seconds has stood. */
const STOOD = 3;

/** Adds up what happened after the warm-up. */
export class CorridorTally {
  readonly passages: BusPassage[] = [];
  #unused = 0;
  #told = 0;
  #late = 0;
  #saved = 0;
  #worst: CorridorMeasures["worstWait"] = { group: "", junction: -1, wait: 0 };

  hear(junction: number, events: readonly JunctionEvent[]): void {
    for (const event of events)
      switch (event.kind) {
        case "unused":
          this.#unused += event.green / 1000;
          break;
        case "passage":
          this.#told++;
          if (event.late) this.#late++;
          this.#saved += (event.wouldHaveWaited - event.waited) / 1000;
          break;
        case "wait":
          if (event.waited / 1000 > this.#worst.wait)
            this.#worst = { group: event.group, junction, wait: event.waited / 1000 };
          break;
        case "signal":
        case "stage":
        case "mode":
        case "request":
        case "indiana":
          break;
      }
  }

  measures(
    cars: readonly number[],
    walkers: readonly number[],
    carPersons: number,
    hours: number,
    balance: CorridorMeasures["balance"],
  ): CorridorMeasures {
    const delays = this.passages.map(({ delay }) => delay);
    const junctions = 1 + worst(this.passages.map(({ junction }) => junction));
    const riders = this.passages.reduce((sum, { delay, persons }) => sum + delay * persons, 0);
    const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
    return {
      buses: {
        passages: delays.length,
        delay: mean(delays),
        high: delays.toSorted((a, b) => a - b)[Math.ceil(0.9 * delays.length) - 1] ?? 0,
        stopped: mean(delays.map((delay) => (delay > STOOD ? 1 : 0))),
        each: Array.from({ length: junctions }, (_, j) =>
          mean(this.passages.filter(({ junction }) => junction === j).map(({ delay }) => delay)),
        ),
      },
      others: { vehicles: cars.length, delay: mean(cars), worst: worst(cars) },
      people: { crossed: walkers.length, wait: mean(walkers), worst: worst(walkers) },
      worstWait: this.#worst,
      unused: this.#unused / hours,
      late: this.#told === 0 ? 0 : this.#late / this.#told,
      saved: this.#told === 0 ? 0 : this.#saved / this.#told,
      personHours: (riders + carPersons * sum(cars) + sum(walkers)) / 3600 / hours,
      balance,
    };
  }
}
