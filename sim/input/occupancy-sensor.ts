import * as cmd from "../../firmware/dali/commands/occupancy.ts";
import { EVENT_FILTERS, type EventMeaning } from "../../firmware/dali/event.ts";
import type { VirtualClock } from "../clock.ts";
import { Reporter } from "./reporter.ts";
import { type Sensor, type Tell, timer } from "./sensor.ts";

const FILTER = EVENT_FILTERS.occupancy;
const DEAD_STEP = 50;
const HOLD_STEP = 10_000;
/** How long one movement lasts for the sensor, ms. */
const MOVES = 1000;

/** A movement sensor, IEC 62386-303: `movement` is somebody passing. Occupied until the hold timer has run out. */
export class OccupancySensor implements Sensor {
  readonly type = 3;
  readonly resolution = 2;
  readonly filter = FILTER.Occupied | FILTER.Vacant | FILTER.Repeat;
  readonly priority = 4;
  /** `hold` in 10 s, `report` in s, `dead` in 50 ms. */
  readonly times = { hold: 90, report: 20, dead: 2 };
  readonly #clock: VirtualClock;
  readonly #reporter: Reporter;
  #tell: Tell | undefined;
  #occupied = false;
  #moving = false;
  #catching = false;
  /** What changed since the last event, in the bits of the filter. */
  #news = 0;
  #hold: (() => void) | undefined;
  #still: (() => void) | undefined;
  readonly commands = [
    ...timer(this.times, "hold", cmd.setHoldTimer, cmd.queryHoldTimer, { most: 254 }),
    ...timer(this.times, "report", cmd.setReportTimer, cmd.queryReportTimer, {
      changed: () => this.#reporter.restart(),
    }),
    ...timer(this.times, "dead", cmd.setDeadtimeTimer, cmd.queryDeadtimeTimer),
    [cmd.catchMovement, () => this.#catch()] as const,
    [cmd.cancelHoldTimer, () => this.#vacant()] as const,
    [cmd.queryCatching, () => (this.#catching ? 0xff : undefined)] as const,
  ];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    const pace = { dead: () => this.times.dead * DEAD_STEP, report: () => this.times.report * 1000 };
    this.#reporter = new Reporter(clock, pace, (repeat) => this.#event(repeat));
  }

  /** Bit 0 movement, bit 1 occupied. */
  get value(): number {
    return (this.#moving ? 1 : 0) | (this.#occupied ? 2 : 0);
  }

  start(tell: Tell): void {
    this.#tell = tell;
    this.#reporter.restart();
  }

  stop(): void {
    this.#tell = undefined;
    this.#reporter.stop();
    this.#hold?.();
    this.#still?.();
    [this.#occupied, this.#moving, this.#news] = [false, false, 0];
  }

  #catch(): undefined {
    this.#catching = true;
  }

  movement(): void {
    if (!this.#tell) return;
    this.#hold?.();
    this.#hold = this.#clock.after(Math.max(1, this.times.hold) * HOLD_STEP, "hold timer", () => this.#vacant());
    this.#still?.();
    this.#still = this.#clock.after(MOVES, "movement", () => {
      this.#moving = false;
      this.#changed(FILTER.NoMovement);
    });
    const news = (this.#moving ? 0 : FILTER.Movement) | (this.#occupied ? 0 : FILTER.Occupied);
    [this.#moving, this.#occupied] = [true, true];
    if (news) this.#changed(news);
  }

  #vacant(): undefined {
    this.#hold?.();
    if (!this.#occupied) return;
    [this.#occupied, this.#moving] = [false, false];
    this.#still?.();
    this.#changed(FILTER.Vacant);
  }

  #changed(news: number): void {
    this.#news |= news;
    this.#reporter.changed();
  }

  #event(repeat: boolean): void {
    const caught = this.#catching && (this.#news & FILTER.Movement) !== 0;
    if (caught) this.#catching = false;
    const news = repeat ? FILTER.Repeat : this.#news;
    this.#news = 0;
    const [movement, occupied] = [this.#moving, this.#occupied];
    const meaning: EventMeaning = { kind: "occupancy", movement, occupied, repeat, sensor: "movement" };
    this.#tell?.(meaning, caught ? null : news);
  }
}
