import type { GearIdentity } from "../../controllers/gear.ts";
import type { ComponentId, Reading } from "../../controllers/model.ts";
import { type Duration, hours, minutes } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { type GearBanks, isStill, readConsumption, readDiagnostics, readIdentity } from "./memory/knowledge.ts";
import type { Sequence } from "./sequence.ts";

export interface SurveyedLamp {
  readonly id: ComponentId;
  /** Short address 0..63. */
  readonly address: number;
}

export interface SurveyOptions {
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly lamps: readonly SurveyedLamp[];
  /** How often a lamp that measures itself is asked: its power, its energy (whole multiples of `power`), how it fares. */
  readonly power?: Duration;
  readonly energy?: Duration;
  readonly diagnostics?: Duration;
  /** How many frames of other masters that move pointers (`movesPointers`) were heard so far, where the gateway tells. */
  readonly others?: () => number;
}

export type Topic = "identity" | "power" | "energy" | "diagnostics";

/** One thing to ask of one lamp: run it, and report the Readings it ends in. */
export interface SurveyTask {
  readonly lamp: SurveyedLamp;
  readonly topic: Topic;
  readonly sequence: Sequence<readonly Reading[]>;
}

interface Surveyed {
  readonly lamp: SurveyedLamp;
  readonly index: number;
  identity: GearIdentity | undefined;
  banks: GearBanks | undefined;
  /** Monotonic ms; Infinity: never. */
  identityDue: number;
  consumptionDue: number;
  diagnosticsDue: number;
  /** Consumption was read so often: each so-manieth time with energy. */
  rounds: number;
}

/** What failed for others' traffic is tried again soon; gear that is silent later: the line watches whether it is there. */
const UNSTEADY = minutes(1);
const SILENT = minutes(10);
/** Identity must not keep the rest waiting: it counts as due as urgently as something asked so often. */
const IDENTITY = hours(1);

/**
 * What to ask of which intelligent lamp next: who it is once, and whether it is still the same after its mains returned;
 * then, of what its memory has, power often, energy less often, diagnostics seldom, the lamps spread evenly over each span.
 * Lamps without such memory are asked once. It holds no time of the bus: whoever runs the tasks keeps to the polling budget,
 * and what comes late is made up for by what is the most overdue, measured by its span.
 */
export class Survey {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #others: () => number;
  readonly #every: { readonly power: number; readonly diagnostics: number };
  readonly #energyRounds: number;
  readonly #lamps: readonly Surveyed[];

  /** Throws TypeError where a span is zero or `energy` is below `power`. */
  constructor({
    clock,
    lamps,
    // with level and status of 64 lamps a minute, all of it fits into 30 % of the bus
    power = minutes(7.5),
    energy = minutes(15),
    diagnostics = hours(1),
    others = () => 0,
  }: SurveyOptions) {
    for (const [name, span] of Object.entries({ power, diagnostics })) {
      if (span <= 0) throw new TypeError(`${name} is every ${span} ms: allowed above 0`);
    }
    if (energy < power) throw new TypeError(`energy is every ${energy} ms: allowed from ${power}, as often as power`);
    this.#clock = clock;
    this.#others = others;
    this.#every = { power, diagnostics };
    this.#energyRounds = Math.round(energy / power);
    const now = clock.monotonic();
    this.#lamps = lamps.map((lamp, index) => ({
      lamp,
      index,
      identity: undefined,
      banks: undefined,
      identityDue: now,
      consumptionDue: Number.POSITIVE_INFINITY,
      diagnosticsDue: Number.POSITIVE_INFINITY,
      rounds: index,
    }));
  }

  /** The most overdue task, or undefined where nothing is due. It is not handed out again until it is due anew. */
  next(): SurveyTask | undefined {
    const now = this.#clock.monotonic();
    let best: { readonly of: Surveyed; readonly late: number; readonly task: (of: Surveyed) => SurveyTask } | undefined;
    const consider = (of: Surveyed, due: number, every: number, task: (of: Surveyed) => SurveyTask) => {
      const late = (now - due) / every;
      if (late >= 0 && (!best || late > best.late)) best = { of, late, task };
    };
    for (const of of this.#lamps) {
      consider(of, of.identityDue, IDENTITY, (one) => this.#identify(one));
      consider(of, of.consumptionDue, this.#every.power, (one) => this.#consumption(one));
      consider(of, of.diagnosticsDue, this.#every.diagnostics, (one) => this.#diagnose(one));
    }
    return best?.task(best.of);
  }

  /** Monotonic ms when there is, or will be, something to ask; Infinity where never. */
  get wakeAt(): number {
    const dues = this.#lamps.flatMap((of) => [of.identityDue, of.consumptionDue, of.diagnosticsDue]);
    return Math.min(Number.POSITIVE_INFINITY, ...dues);
  }

  /** The mains of a lamp returned, or another gear may have its address: it is asked who it is. */
  returned(id: ComponentId): void {
    const of = this.#lamps.find(({ lamp }) => lamp.id === id);
    if (of) of.identityDue = this.#clock.monotonic();
  }

  /** The next time after now that is this lamp's turn in a span: turns are spread evenly over it. */
  #turn({ index }: Surveyed, every: number): number {
    const phase = (index / this.#lamps.length) * every;
    const now = this.#clock.monotonic();
    return Math.floor((now - phase) / every + 1) * every + phase;
  }

  #soon(wait: Duration): number {
    return this.#clock.monotonic() + wait;
  }

  #identify(of: Surveyed): SurveyTask {
    const { lamp } = of;
    of.identityDue = this.#soon(SILENT);
    const [clock, others] = [this.#clock, this.#others];
    const [done, again] = [this.#settled(of), (wait: Duration) => this.#soon(wait)];
    function* sequence(): Sequence<readonly Reading[]> {
      if (of.identity?.serial !== undefined && (yield* isStill(lamp.address, of.identity, others)) === true) {
        of.identityDue = Number.POSITIVE_INFINITY;
        return [];
      }
      const known = yield* readIdentity(lamp.address, others);
      if (known.kind !== "known") {
        of.identityDue = again(known.kind === "silent" ? SILENT : UNSTEADY);
        return [];
      }
      const same = JSON.stringify(known.identity) === JSON.stringify(of.identity);
      of.identity = known.identity;
      of.banks = known.banks;
      done();
      return same ? [] : [{ kind: "gear-identity", source: lamp.id, gear: known.identity, at: clock.now() }];
    }
    return { lamp, topic: "identity", sequence: sequence() };
  }

  /** Called when it is known what a lamp has. */
  #settled(of: Surveyed): () => void {
    return () => {
      const { energy, gear, lamp, maintenance } = of.banks ?? NO_BANKS;
      of.identityDue = Number.POSITIVE_INFINITY;
      // at once for the first time, then in its turn
      const now = this.#clock.monotonic();
      of.consumptionDue = energy === null ? Number.POSITIVE_INFINITY : now;
      const diagnoses = gear !== null || lamp !== null || maintenance !== null;
      of.diagnosticsDue = diagnoses ? now : Number.POSITIVE_INFINITY;
    };
  }

  #consumption(of: Surveyed): SurveyTask {
    const { lamp } = of;
    const topic = of.rounds % this.#energyRounds === 0 ? "energy" : "power";
    const { energy: last } = of.banks ?? NO_BANKS;
    of.consumptionDue = this.#turn(of, this.#every.power);
    const [clock, others] = [this.#clock, this.#others];
    function* sequence(): Sequence<readonly Reading[]> {
      if (last === null) return [];
      const known = yield* readConsumption(lamp.address, last, topic === "energy", others);
      // a round of energy that failed is made up for in the next
      if (known.kind !== "known" || (topic === "energy" && known.energy === undefined && known.later)) return [];
      of.rounds++;
      const { power, energy } = known;
      const said = { source: lamp.id, at: clock.now() };
      return [
        ...(power === undefined ? [] : [{ kind: "power" as const, power, ...said }]),
        ...(energy === undefined ? [] : [{ kind: "energy" as const, energy, ...said }]),
      ];
    }
    return { lamp, topic, sequence: sequence() };
  }

  #diagnose(of: Surveyed): SurveyTask {
    const { lamp } = of;
    const banks = of.banks ?? NO_BANKS;
    of.diagnosticsDue = this.#turn(of, this.#every.diagnostics);
    const [clock, others] = [this.#clock, this.#others];
    const retry = () => {
      of.diagnosticsDue = Math.min(of.diagnosticsDue, this.#soon(UNSTEADY));
    };
    function* sequence(): Sequence<readonly Reading[]> {
      const known = yield* readDiagnostics(lamp.address, banks, others);
      if (known.kind !== "known") {
        if (known.kind === "unsteady") retry();
        return [];
      }
      return [{ kind: "gear-diagnostics", source: lamp.id, gear: known.diagnostics, at: clock.now() }];
    }
    return { lamp, topic: "diagnostics", sequence: sequence() };
  }
}

const NO_BANKS: GearBanks = { energy: null, gear: null, lamp: null, maintenance: null };
