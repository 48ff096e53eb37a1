/** Drives vehicles at a junction second by second and notes what came of it; for tests. */
import { type Instant, instant, seconds } from "../units.ts";
import {
  decideJunction,
  type JunctionDecision,
  type JunctionState,
  type PreparedJunction,
  prepareJunction,
  type Strategy,
  startJunction,
} from "./junction.ts";
import type { Junction, JunctionEvent, JunctionInputs } from "./model.ts";
import type { RequestState, VehicleWord } from "./request-model.ts";

const START = 1_750_000_000_000;
export const at = (second: number): Instant => instant(START + second * 1000);

/** A vehicle that says each second when it comes, exactly, and that passes when it has green. */
export interface Bus {
  readonly id: string;
  readonly group: string;
  /** It is heard from here on, and would be at the stop line there; s. */
  readonly from: number;
  readonly arrives: number;
  readonly type?: "bus" | "emergency";
  /** It says that it comes, and never again. */
  readonly isLost?: boolean;
  readonly cancels?: number;
}

export class Drive {
  readonly prepared: PreparedJunction;
  state: JunctionState;
  last: JunctionDecision | null = null;
  readonly events: JunctionEvent[] = [];
  readonly crossed = new Map<string, number>();
  readonly shown: string[] = [];

  constructor(junction: Junction, strategy: Strategy = "hulotte") {
    this.prepared = prepareJunction(junction, { strategy });
    this.state = startJunction(this.prepared, at(0));
  }

  pass(second: number, inputs: Partial<JunctionInputs> = {}): JunctionDecision {
    const decision = decideJunction(
      this.prepared,
      this.state,
      { words: [], detectors: [], clockSet: true, ...inputs },
      at(second),
    );
    this.state = decision.state;
    this.events.push(...decision.events);
    this.shown.push(decision.signals.map(({ aspect }) => aspect[0]).join(""));
    this.last = decision;
    return decision;
  }

  isGreen(group: string): boolean {
    return this.last?.signals.some((signal) => signal.group === group && signal.aspect === "green") ?? false;
  }

  /** Seconds `from` to `to` with these vehicles; each second what they say. */
  drive(from: number, to: number, buses: readonly Bus[], each?: (second: number) => Partial<JunctionInputs>): this {
    for (let second = from; second < to; second++) {
      const words: VehicleWord[] = [];
      for (const bus of buses) {
        const { id, group, arrives, type = "bus" } = bus;
        const word = { source: "radio", id, at: at(second), eta: seconds(Math.max(0, arrives - second)) };
        if (second === bus.from) words.push({ kind: "request", movement: { group }, facts: { type }, ...word });
        if (second <= bus.from || this.crossed.has(id) || bus.isLost) continue;
        if (second === bus.cancels) words.push({ kind: "cancel", ...word });
        if (bus.cancels !== undefined && second >= bus.cancels) continue;
        if (second >= arrives && this.isGreen(group)) {
          this.crossed.set(id, second);
          words.push({ kind: "passed", ...word });
        } else words.push({ kind: "update", ...word });
      }
      const given = each?.(second) ?? {};
      this.pass(second, { ...given, words: [...words, ...(given.words ?? [])] });
    }
    return this;
  }

  statesOf(id: string): RequestState[] {
    return this.events.flatMap((event) =>
      event.kind === "request" && event.request.id === id ? [event.request.state] : [],
    );
  }

  longestWait(): number {
    return Math.max(0, ...this.events.map((event) => (event.kind === "wait" ? event.waited : 0)));
  }
}
