import * as cmd from "../../firmware/dali/commands/absolute-input.ts";
import type { VirtualClock } from "../clock.ts";
import { Reporter } from "./reporter.ts";
import { type Sensor, type Tell, timer } from "./sensor.ts";

const DEAD_STEP = 50;
const POSITION = 0x01;

/** A slider or a rotary switch, IEC 62386-302: `move` it to 0..1023. */
export class AbsoluteInput implements Sensor {
  readonly type = 2;
  readonly resolution = 10;
  readonly filter = POSITION;
  readonly priority = 4;
  /** `report` in s, `dead` in 50 ms. */
  readonly times = { report: 0, dead: 2 };
  value = 0;
  readonly #reporter: Reporter;
  #tell: Tell | undefined;
  readonly commands = [
    ...timer(this.times, "report", cmd.setReportTimer, cmd.queryReportTimer, {
      changed: () => this.#reporter.restart(),
    }),
    ...timer(this.times, "dead", cmd.setDeadtimeTimer, cmd.queryDeadtimeTimer),
    [cmd.querySwitch, () => undefined] as const,
  ];

  constructor(clock: VirtualClock) {
    const pace = { dead: () => this.times.dead * DEAD_STEP, report: () => this.times.report * 1000 };
    this.#reporter = new Reporter(clock, pace, () => this.#tell?.({ kind: "position", value: this.value }, POSITION));
  }

  start(tell: Tell): void {
    this.#tell = tell;
    this.#reporter.restart();
  }

  stop(): void {
    this.#tell = undefined;
    this.#reporter.stop();
  }

  move(to: number): void {
    if (to === this.value) return;
    this.value = to;
    if (this.#tell) this.#reporter.changed();
  }
}
