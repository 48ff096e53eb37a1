import type { ComponentId, FaultKind, Reading } from "../../controllers/model.ts";
import { type Lux, lux, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { queryInputValue } from "./commands/instance.ts";
import { decodeEvent, type EventFrame, readEvent } from "./event.ts";
import { type InputPlace, REPORT_S, setUpInput } from "./input-settings.ts";
import type { BusScheduler } from "./scheduler.ts";

/** A sensor on a bus that light follows. */
export interface DaliInput extends InputPlace {
  readonly id: ComponentId;
  /** Of a light sensor: what its greatest value means. */
  readonly full?: Lux;
}

export interface InputsOptions {
  readonly id: ComponentId;
  readonly clock: Clock;
  readonly inputs: readonly DaliInput[];
  readonly report: (reading: Reading) => void;
}

const LOOK = seconds(5);
/** Not heard for so long, and it is asked; asked so often in vain, and it is at fault. ms, times. */
const QUIET = 2.5 * REPORT_S * 1000;
const PATIENCE = 3;
/** Ten bits (IEC 62386-304). */
const GREATEST = 1023;

interface State {
  readonly input: DaliInput;
  ready: boolean;
  heardAt: number;
  vain: number;
  fault: FaultKind | null;
}

/**
 * The occupancy and light sensors of a bus (IEC 62386-303, -304): sets them up, hears their events, and asks those that are not
 * heard. Readings: `count` of one person while an area is occupied and of none when it is vacant, `light` in lux, and `fault`
 * `sensor-silent` (does not answer) or `protocol` (another kind of sensor is there).
 */
export class Inputs {
  readonly #options: InputsOptions;
  readonly #states: readonly State[];

  constructor(options: InputsOptions) {
    this.#options = options;
    this.#states = options.inputs.map((input) => ({ input, ready: false, heardAt: 0, vain: 0, fault: null }));
  }

  /** A 24-bit forward frame of others was on the bus. */
  heard(data: number): void {
    const event = decodeEvent(data);
    const state = event && this.#states.find(({ input }) => isFrom(event, input));
    if (!event || !state) return;
    const said = readEvent(state.input.kind === "occupancy" ? 3 : 4, event.info);
    if (!said) return;
    if (said.kind === "occupancy") this.#occupied(state, said.occupied || said.movement);
    if (said.kind === "light") this.#light(state, said.value);
  }

  /** Works on an open line. Ends by a Fault, or the signal's reason, only. */
  async run(scheduler: BusScheduler, signal: AbortSignal): Promise<never> {
    const { id, clock } = this.#options;
    if (this.#states.length === 0) return new Promise<never>(() => {});
    // Another device may have its address by now.
    for (const state of this.#states) state.ready = false;
    for (;;) {
      signal.throwIfAborted();
      for (const state of this.#states) {
        if (!state.ready) await this.#setUp(state, scheduler);
        else if (clock.monotonic() - state.heardAt >= QUIET) await this.#ask(state, scheduler);
      }
      await clock.sleep(LOOK, `${id} inputs`, signal);
    }
  }

  async #setUp(state: State, scheduler: BusScheduler): Promise<void> {
    const found = await scheduler.run(setUpInput(state.input), { priority: 3 });
    if (found === "ready") {
      state.ready = true;
      await this.#ask(state, scheduler);
    } else this.#setFault(state, found === "silent" ? "sensor-silent" : "protocol");
  }

  async #ask(state: State, scheduler: BusScheduler): Promise<void> {
    const { address, instance, kind } = state.input;
    const answer = await scheduler.send(queryInputValue(address, instance), { priority: 5 });
    if (answer.kind !== "value") {
      state.vain++;
      if (state.vain < PATIENCE) return;
      state.ready = false;
      return this.#setFault(state, "sensor-silent");
    }
    // The highest bits of the value come first: two of an occupancy sensor, eight of ten of a light sensor.
    if (kind === "occupancy") this.#occupied(state, (answer.value & 0xc0) !== 0);
    else this.#light(state, (answer.value << 2) | (answer.value >> 6));
  }

  #occupied(state: State, occupied: boolean): void {
    const { id: source } = state.input;
    this.#lives(state);
    const people = occupied ? 1 : 0;
    this.#options.report({ kind: "count", source, people, direction: "both", at: this.#options.clock.now() });
  }

  #light(state: State, value: number): void {
    const { id: source, full = lux(GREATEST) } = state.input;
    this.#lives(state);
    this.#options.report({
      kind: "light",
      source,
      light: lux((full * value) / GREATEST),
      at: this.#options.clock.now(),
    });
  }

  #lives(state: State): void {
    state.heardAt = this.#options.clock.monotonic();
    state.vain = 0;
    this.#setFault(state, null);
  }

  #setFault(state: State, fault: FaultKind | null): void {
    if (state.fault === fault) return;
    state.fault = fault;
    this.#options.report({ kind: "fault", source: state.input.id, fault, at: this.#options.clock.now() });
  }
}

const isFrom = (event: EventFrame, { address, instance }: DaliInput): boolean =>
  event.scheme === "device-instance" && event.address === address && event.instance === instance;
