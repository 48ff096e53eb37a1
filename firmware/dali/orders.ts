import type { ComponentId, Rank, Step } from "../../controllers/model.ts";
import type { Level } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { LampWatch } from "./lamp-watch.ts";
import { type DaliLamp, type Order, PendingSteps, type Shortcuts } from "./pending.ts";
import type { BusScheduler } from "./scheduler.ts";
import { ask, type Sequence } from "./sequence.ts";
import { Tuning } from "./tuning.ts";

export interface OrdersOptions {
  readonly clock: Clock;
  readonly lamps: readonly DaliLamp[];
  /** Steps of these ranks go before others on the bus (priority 2; others 4). */
  readonly userRanks: readonly Rank[];
  /** How long after a command a lamp's level is believed, ms. */
  readonly fadeEnd: number;
  /** Who watches a lamp of the line. */
  readonly watchOf: (lamp: ComponentId) => LampWatch | undefined;
}

/** Brings the steps of a line to its bus, while it has one: users' first, what goes together in one frame, colour with light. */
export class Orders {
  readonly tuning: Tuning;
  readonly #options: OrdersOptions;
  readonly #pending: PendingSteps;
  readonly #draining = { user: false, other: false };
  #bus: { readonly scheduler: BusScheduler; readonly broken: (error: unknown) => void } | undefined;

  /** Throws TypeError for a warm-dim curve that is none. */
  constructor(options: OrdersOptions) {
    this.#options = options;
    this.tuning = new Tuning(options.lamps);
    this.#pending = new PendingSteps(options.lamps, options.userRanks);
  }

  /** Throws TypeError for a lamp that is not on the line. */
  put(steps: readonly Pick<Step, "lamp" | "level" | "rank">[]): void {
    for (const step of steps) this.#pending.put(step);
    this.#drain("user");
    this.#drain("other");
  }

  /** There is a bus: what waits is sent. `broken` is told of the first Fault. */
  attach(scheduler: BusScheduler, broken: (error: unknown) => void): void {
    this.#bus = { scheduler, broken };
    this.put([]);
  }

  /** There is none any more; what waits goes on waiting. */
  detach(): void {
    this.#bus = undefined;
  }

  /** Forgets what waits, and what the lamps were given: they may be anywhere now. */
  clear(): void {
    this.#pending.clear();
  }

  /** These lamps may be anywhere, in any colour. */
  lost(lamps: Iterable<ComponentId>): void {
    const gone = [...lamps];
    this.#pending.lost(gone);
    this.tuning.lost(gone);
  }

  /** Groups and scenes that may be used from now on. */
  use(shortcuts: Shortcuts): void {
    this.#pending.use(shortcuts);
    this.tuning.use(shortcuts.groups);
  }

  /**
   * Sends every lamp to a level before an ordered end, in whatever colour, and resolves when that is on the bus. Throws the
   * signal's reason, and Faults.
   */
  async last(level: Level, signal: AbortSignal): Promise<void> {
    const bus = this.#bus;
    if (!bus) return;
    for (const { id } of this.#options.lamps) this.#pending.put({ lamp: id, level, rank: "safety" });
    const gaveUp = Promise.withResolvers<never>();
    const aborted = () => gaveUp.reject(signal.reason);
    signal.addEventListener("abort", aborted, { once: true });
    try {
      signal.throwIfAborted();
      // the last round finds nothing to send: it only waits for what others have on the bus
      for (let more = true; more; ) {
        more = this.#pending.waits(true);
        const sent = bus.scheduler.transact(this.#next("user", false), { priority: 2, dtr: false, signal });
        await Promise.race([sent, gaveUp.promise]);
      }
    } finally {
      signal.removeEventListener("abort", aborted);
    }
  }

  #drain(who: "user" | "other"): void {
    const bus = this.#bus;
    if (!bus || this.#draining[who] || !this.#pending.waits(who === "user")) return;
    this.#draining[who] = true;
    const priority = who === "user" ? 2 : 4;
    bus.scheduler.transact(this.#next(who, true), { priority, dtr: this.tuning.any }).then(
      () => {
        this.#draining[who] = false;
        this.#drain(who);
      },
      (error: unknown) => {
        this.#draining[who] = false;
        if (this.#bus === bus) bus.broken(error);
      },
    );
  }

  /** Decides what to send only when the bus is free for it. */
  *#next(who: "user" | "other", colours: boolean): Sequence<void> {
    const order = this.#pending.take(who === "user");
    if (!order) return;
    this.#each(order, (watch) => watch.commanded(Number.POSITIVE_INFINITY));
    if (colours) yield* this.tuning.before(order.steps);
    yield* ask(order.command);
    const { clock, fadeEnd } = this.#options;
    const [until, at] = [clock.monotonic() + fadeEnd, clock.now()];
    this.#each(order, (watch, level) => watch.given(level, until, at));
  }

  #each(order: Order, act: (watch: LampWatch, level: Level) => void): void {
    for (const { lamp, level } of order.steps) {
      const watch = this.#options.watchOf(lamp.id);
      if (watch) act(watch, level);
    }
  }
}
