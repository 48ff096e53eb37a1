import * as cmd from "../../firmware/dali/commands/light.ts";
import { EVENT_FILTERS } from "../../firmware/dali/event.ts";
import type { VirtualClock } from "../clock.ts";
import { Reporter } from "./reporter.ts";
import { type Sensor, type Tell, timer } from "./sensor.ts";

const DEAD_STEP = 50;

/** A light sensor, IEC 62386-304: `shine` a relative light of 0..1023 on it. */
export class LightSensor implements Sensor {
  readonly type = 4;
  readonly resolution = 10;
  readonly filter = EVENT_FILTERS.light.Level;
  readonly priority = 4;
  /** `report` in s, `dead` in 50 ms, hysteresis in % and in steps of the value. */
  readonly times = { report: 30, dead: 30, hysteresis: 5, hysteresisMin: 10 };
  value = 0;
  readonly #reporter: Reporter;
  #tell: Tell | undefined;
  #told = 0;
  readonly commands = [
    ...timer(this.times, "report", cmd.setReportTimer, cmd.queryReportTimer, {
      changed: () => this.#reporter.restart(),
    }),
    ...timer(this.times, "dead", cmd.setDeadtimeTimer, cmd.queryDeadtimeTimer),
    ...timer(this.times, "hysteresis", cmd.setHysteresis, cmd.queryHysteresis, { most: 25 }),
    ...timer(this.times, "hysteresisMin", cmd.setHysteresisMin, cmd.queryHysteresisMin),
  ];

  constructor(clock: VirtualClock) {
    const pace = { dead: () => this.times.dead * DEAD_STEP, report: () => this.times.report * 1000 };
    this.#reporter = new Reporter(clock, pace, () => {
      this.#told = this.value;
      this.#tell?.({ kind: "light", value: this.value }, EVENT_FILTERS.light.Level);
    });
  }

  start(tell: Tell): void {
    this.#tell = tell;
    this.#reporter.restart();
  }

  stop(): void {
    this.#tell = undefined;
    this.#reporter.stop();
  }

  shine(light: number): void {
    this.value = light;
    const { hysteresis, hysteresisMin } = this.times;
    const most = Math.max(hysteresisMin, (this.#told * hysteresis) / 100);
    if (this.#tell && Math.abs(light - this.#told) >= most) this.#reporter.changed();
  }
}
