import * as cmd from "../../firmware/dali/commands/push-button.ts";
import { type ButtonEvent, EVENT_FILTERS } from "../../firmware/dali/event.ts";
import type { VirtualClock } from "../clock.ts";
import { type Sensor, type Tell, timer } from "./sensor.ts";

const FILTER = EVENT_FILTERS["push-button"];
const STEP = 20;
const SHORT_MIN = 10;
const DOUBLE_MIN = 10;

/** A push button, IEC 62386-301: `press` and `release` it. */
export class PushButton implements Sensor {
  readonly type = 1;
  readonly resolution = 1;
  readonly filter = 0xff & ~(FILTER.ButtonPressed | FILTER.ButtonReleased);
  readonly priority = 3;
  /** In steps of 20 ms; stuck in s. */
  readonly times = { short: 25, double: 0, repeat: 8, stuck: 20 };
  readonly commands = [
    ...timer(this.times, "short", cmd.setShortTimer, cmd.queryShortTimer, { least: SHORT_MIN }),
    ...timer(this.times, "double", cmd.setDoubleTimer, cmd.queryDoubleTimer, { most: 100 }),
    ...timer(this.times, "repeat", cmd.setRepeatTimer, cmd.queryRepeatTimer, { least: 5, most: 100 }),
    ...timer(this.times, "stuck", cmd.setStuckTimer, cmd.queryStuckTimer, { least: 5 }),
    [cmd.queryShortTimerMin, () => SHORT_MIN] as const,
    [cmd.queryDoubleTimerMin, () => DOUBLE_MIN] as const,
  ];
  readonly #clock: VirtualClock;
  #tell: Tell | undefined;
  #pressed = false;
  /** The phase of the press that runs. */
  #phase: "short" | "long" | "stuck" | "second" = "short";
  #timers: (() => void)[] = [];
  /** A short press that may become a double one. */
  #single: (() => void) | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get value(): number {
    return this.#pressed ? 1 : 0;
  }

  start(tell: Tell): void {
    this.#tell = tell;
  }

  stop(): void {
    this.#quiet();
    this.#single?.();
    this.#single = undefined;
    this.#tell = undefined;
  }

  press(): void {
    if (this.#pressed) return;
    this.#pressed = true;
    this.#say("ButtonPressed", FILTER.ButtonPressed);
    if (this.#single) {
      this.#single();
      this.#single = undefined;
      this.#phase = "second";
      this.#say("DoublePress", FILTER.DoublePress);
      return;
    }
    this.#phase = "short";
    this.#after(this.times.short * STEP, () => this.#long());
    this.#after(this.times.stuck * 1000, () => this.#stuck());
  }

  release(): void {
    if (!this.#pressed) return;
    this.#pressed = false;
    this.#quiet();
    this.#say("ButtonReleased", FILTER.ButtonReleased);
    if (this.#phase === "long") this.#say("LongPressStop", FILTER.LongPressStop);
    else if (this.#phase === "stuck") this.#say("ButtonFree", FILTER.ButtonStuckOrFree);
    else if (this.#phase === "short") this.#short();
  }

  #short(): void {
    if (this.times.double === 0) return this.#say("ShortPress", FILTER.ShortPress);
    this.#single = this.#clock.after(this.times.double * STEP, "double press", () => {
      this.#single = undefined;
      this.#say("ShortPress", FILTER.ShortPress);
    });
  }

  #long(): void {
    this.#phase = "long";
    this.#say("LongPressStart", FILTER.LongPressStart);
    this.#repeat();
  }

  #repeat(): void {
    this.#after(this.times.repeat * STEP, () => {
      this.#say("LongPressRepeat", FILTER.LongPressRepeat);
      this.#repeat();
    });
  }

  #stuck(): void {
    this.#quiet();
    this.#phase = "stuck";
    this.#say("ButtonStuck", FILTER.ButtonStuckOrFree);
  }

  #say(event: ButtonEvent, filterBit: number): void {
    this.#tell?.({ kind: "button", event }, filterBit);
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(this.#clock.after(ms, "push button", act));
  }

  #quiet(): void {
    for (const callOff of this.#timers.splice(0)) callOff();
  }
}
