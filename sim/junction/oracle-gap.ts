import { decideJunction, prepareJunction, startJunction } from "../../controllers/junction/junction.ts";
import type { JunctionState, PreparedJunction, Strategy } from "../../controllers/junction/junction-state.ts";
import type { JunctionInputs } from "../../controllers/junction/model.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { type Instant, instant, metres } from "../../controllers/units.ts";
import { chargeRest, type OracleResult, optimum } from "./oracle.ts";
import { BUS_SPEED, type OracleCase } from "./oracle-case.ts";
import { engineMachine, isOpen } from "./oracle-engine.ts";
import { advance, allCrossed, CROSSED, type Entry, firstEntry, HEAD, TO_COME } from "./oracle-street.ts";
import { SPACING } from "./queue.ts";

/** Person-seconds of all, and of those in buses. */
export interface WayCost {
  readonly cost: number;
  readonly buses: number;
}

const START = Date.UTC(2026, 5, 1, 7);
const SOURCE = "case";

/** A case worked by the runtime up to second 0, without buses: the same for every strategy, as none has a request yet. */
interface Begun {
  readonly prepared: PreparedJunction;
  readonly at: (second: number) => Instant;
  readonly state: JunctionState;
  readonly queues: readonly number[];
}

const inputsOf = (given: OracleCase, entry: Entry, words: readonly VehicleWord[]): JunctionInputs => ({
  words,
  detectors: [],
  clockSet: true,
  queues: Object.fromEntries(given.queues.map((id, q) => [id, (entry[HEAD + q] as number) / 10])),
});

function begin(given: OracleCase, strategy: Strategy): Begun {
  const { junction, street, queues, before } = given;
  const prepared = prepareJunction(junction, { strategy });
  const at = (second: number) => instant(START + (before + second) * 1000);
  // Nobody but cars comes before the case: a street of its own, without a bus.
  const cars = { ...street, buses: [] };
  const indices = queues.map((id) => junction.groups.findIndex((group) => group.id === id));
  let state = startJunction(prepared, at(-before));
  const entry = firstEntry(
    cars,
    queues.map(() => 0),
  );
  for (let second = -before; second < 0; second++) {
    const decision = decideJunction(prepared, state, inputsOf(given, entry, []), at(second));
    state = decision.state;
    const open = indices.map((g) => isOpen(decision.signals[g], at(second)));
    advance(cars, entry, open, second);
  }
  return { prepared, at, state, queues: queues.map((_, q) => entry[HEAD + q] as number) };
}

/** Seconds for which a bus that has crossed is still seen. */
const SEEN_AFTER = 5;

/** Where each bus is, without error: drives to the end of the queue, moves up in it, drives on. `crossed`: since when. */
function wordsOf(
  given: OracleCase,
  entry: Entry,
  crossed: readonly number[],
  second: number,
  at: Instant,
): VehicleWord[] {
  const { street, queues } = given;
  return street.buses.flatMap((bus, b): VehicleWord[] => {
    const ahead = entry[HEAD + queues.length + b] as number;
    const gone = second - (crossed[b] as number);
    if (ahead === CROSSED && gone > SEEN_AFTER) return [];
    const behind = ahead === TO_COME ? (entry[HEAD + bus.queue] as number) : ahead;
    const driving = ahead === TO_COME ? (bus.arrives - second) * BUS_SPEED : 0;
    const tail = (behind / 10) * SPACING;
    const distance = ahead === CROSSED ? -BUS_SPEED * (gone + 1) : Math.max(driving, tail);
    return [
      {
        kind: "position",
        source: SOURCE,
        vehicle: `${b}`,
        place: { approach: bus.queue + 1, distance: metres(distance) },
        speed: ahead === CROSSED || driving > tail ? BUS_SPEED : 0,
        facts: { type: "bus", persons: bus.persons },
        at,
      },
    ];
  });
}

/** What a strategy of the runtime makes of a case when it is told each second where every bus and every queue is. */
export function wayOf(given: OracleCase, strategy: Strategy): WayCost {
  const { junction, street, queues } = given;
  const { prepared, at, state: first, queues: standing } = begin(given, strategy);
  const indices = queues.map((id) => junction.groups.findIndex((group) => group.id === id));
  const entry = firstEntry(street, standing);
  const crossed: number[] = street.buses.map(() => 0);
  let state = first;
  let second = 0;
  for (; !allCrossed(street, entry); second++) {
    const words = wordsOf(given, entry, crossed, second, at(second));
    const decision = decideJunction(prepared, state, inputsOf(given, entry, words), at(second));
    state = decision.state;
    const open = indices.map((g) => isOpen(decision.signals[g], at(second)));
    advance(street, entry, open, second);
    for (const b of crossed.keys()) if (entry[HEAD + queues.length + b] !== CROSSED) crossed[b] = second + 1;
  }
  chargeRest(engineMachine(prepared.table, queues, at(0), street.horizon), street, state.engine, entry, second);
  return { cost: entry[0] as number, buses: entry[1] as number };
}

/** Entries of the quick search that finds a good way before the exact one. */
const WIDTH = 300;

/** The optimum of a case, from where the runtime has brought it; null where more than `most` entries would be kept. */
export function optimumOf(given: OracleCase, known: number, most?: number): OracleResult | null {
  const { prepared, at, state, queues } = begin(given, "none");
  const machine = engineMachine(prepared.table, given.queues, at(0), given.street.horizon);
  const start = { state: state.engine, queues };
  const quick = optimum(machine, given.street, start, { known, width: WIDTH });
  const best = Math.min(known, quick?.cost ?? known);
  return optimum(machine, given.street, start, { known: best, ...(most === undefined ? {} : { most }) });
}
