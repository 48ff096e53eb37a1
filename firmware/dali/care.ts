import type { ComponentId, Reading } from "../../controllers/model.ts";
import { type Duration, duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { rest } from "../hal/rest.ts";
import { type Audit, audit, repair } from "./audit/audit.ts";
import type { WantedSettings } from "./audit/settings.ts";
import type { Answer } from "./command.ts";
import { queryStatus, type Status } from "./commands/gear.ts";
import type { LampWatch } from "./lamp-watch.ts";
import { type Membership, readMembership, shortcutsOf } from "./memberships.ts";
import type { Shortcuts } from "./pending.ts";
import { MainsReturn, needsItsLevel } from "./restore.ts";
import type { BusScheduler } from "./scheduler.ts";
import { readTunable } from "./sequences/colour-temperature.ts";
import { Survey } from "./survey.ts";
import { sweep } from "./sweep.ts";
import type { Tuning } from "./tuning.ts";

export interface CareOptions {
  readonly id: ComponentId;
  readonly clock: Clock;
  readonly log: Log;
  readonly watches: readonly LampWatch[];
  /** How often all are asked at once whether anything is wrong. */
  readonly sweepEvery: Duration;
  /** What each gear is to keep, by short address; what is not there is not audited. */
  readonly settings: ReadonlyMap<number, WantedSettings>;
  /** Whether what differs is set right. */
  readonly mend: boolean;
  readonly tuning: Tuning;
  /** Counts frames of other masters that moved the pointers into gear's memory. */
  readonly others: () => number;
  readonly report: (reading: Reading) => void;
  /** Told which groups and scenes may be used from now on. */
  readonly use: (shortcuts: Shortcuts) => void;
  /** These lamps may be anywhere: what was sent to them counts no more. */
  readonly lost: (lamps: readonly ComponentId[]) => void;
}

/** What can wait until the levels and faults of all lamps are known. */
const BACKGROUND = { priority: 5, background: true } as const;

/**
 * What a line does for its lamps beside their levels, whenever polling leaves room (priority 5): asks all at once for
 * faults, waits for gear whose mains returned and has its level sent anew, compares what gear keeps with what it should, learns
 * groups and scenes, reads memory banks.
 */
export class Care {
  readonly #options: CareOptions;
  readonly #of: ReadonlyMap<ComponentId, LampWatch>;
  /** Ends the rest, where something is due earlier than it was. */
  #wake = () => {};
  #sweepAt = 0;
  #doubtful: LampWatch[] = [];
  /** Lamps whose settings are still to be looked at, since the line was opened. */
  #unknown: LampWatch[] = [];
  readonly #memberships = new Map<number, Membership | null>();

  readonly #mains: MainsReturn;
  readonly #survey: Survey;

  constructor(options: CareOptions) {
    this.#options = options;
    const lamps = options.watches.map(({ lamp }) => lamp);
    this.#mains = new MainsReturn(lamps.map(({ id }) => id));
    this.#survey = new Survey({ clock: options.clock, lamps, others: options.others });
    this.#of = new Map(options.watches.map((watch) => [watch.lamp.id, watch]));
  }

  /** The line was down: all levels are sent anew in any case. */
  forget(): void {
    this.#mains.forget();
  }

  /** A status was asked for, by whoever. Where it tells other failures than before, it is asked for again at once. */
  status(watch: LampWatch, answer: Answer<Status>): void {
    this.#heard(watch, answer);
    if (!watch.doubtful || this.#doubtful.includes(watch)) return;
    this.#doubtful.push(watch);
    this.#wake();
  }

  #heard(watch: LampWatch, answer: Answer<Status>): void {
    const { clock } = this.#options;
    watch.status(answer, clock.now());
    if (answer.kind === "collision") return;
    this.#mains.status(watch.lamp.id, answer.kind === "value" ? answer.value.powerCycleSeen : null, clock.monotonic());
    this.#restore();
    this.#wake();
  }

  /** A lamp counts as missing: once it answers again, its mains may have been away. */
  missing(lamp: ComponentId): void {
    this.#mains.missing(lamp, this.#options.clock.monotonic());
    this.#wake();
  }

  /** Works on an open line. Ends by a Fault, or the signal's reason, only. */
  async run(scheduler: BusScheduler, signal: AbortSignal): Promise<never> {
    const { clock, watches, sweepEvery } = this.#options;
    this.#unknown = [...watches];
    this.#doubtful = [];
    this.#memberships.clear();
    this.#sweepAt = clock.monotonic() + sweepEvery;
    for (;;) {
      signal.throwIfAborted();
      if (await this.#one(scheduler)) continue;
      this.#restore();
      await this.#rest(signal);
    }
  }

  /** Until something is due, or the signal aborts. */
  async #rest(signal: AbortSignal): Promise<void> {
    const { clock, id } = this.#options;
    const now = clock.monotonic();
    const until = Math.min(this.#sweepAt, this.#mains.wakeAt, this.#survey.wakeAt);
    // whole ms: a rest too small for the clock to count would never pass
    const { over, end } = rest(clock, duration(Math.max(1, Math.ceil(until - now))), `${id} care`, signal);
    this.#wake = () => {
      if (this.#doubtful.length > 0 || this.#mains.wakeAt < until) end();
    };
    await over;
    this.#wake = () => {};
  }

  /** Does what is most urgent; false where nothing is due. */
  async #one(scheduler: BusScheduler): Promise<boolean> {
    const { clock } = this.#options;
    const back = this.#mains.next(clock.monotonic());
    const watch = back === undefined ? undefined : this.#of.get(back);
    const doubtful = this.#doubtful.shift();
    const asked = doubtful ?? watch;
    if (asked) {
      this.#heard(asked, await scheduler.send(queryStatus(asked.lamp.address), { priority: 5 }));
      return true;
    }
    if (clock.monotonic() >= this.#sweepAt) {
      await this.#sweep(scheduler);
      return true;
    }
    const unknown = this.#unknown.shift();
    if (unknown) {
      await this.#look(unknown, scheduler);
      return true;
    }
    const task = this.#survey.next();
    if (!task) return false;
    for (const reading of await scheduler.run(task.sequence, BACKGROUND)) this.#options.report(reading);
    return true;
  }

  async #sweep(scheduler: BusScheduler): Promise<void> {
    const { clock, watches, sweepEvery, log } = this.#options;
    const lamps = watches.map(({ lamp: { address } }) => {
      const groups = this.#memberships.get(address)?.groups;
      return groups ? { address, groups } : { address };
    });
    const { nobody, statuses, elsewhere } = await scheduler.run(sweep(lamps), { priority: 5, dtr: false });
    this.#sweepAt = clock.monotonic() + sweepEvery;
    for (const watch of watches) {
      const answer = statuses.get(watch.lamp.address);
      if (answer) this.status(watch, answer);
      // silence of all says nothing of who is not there
      else if (nobody.includes("lamp-failure") && nobody.includes("gear-failure") && !watch.missing)
        watch.failures({ lampFailure: false, gearFailure: false }, clock.now());
    }
    if (elsewhere.length > 0) log.debug({ elsewhere }, "gear beside the lamps of the line has something to say");
  }

  /** Compares, or sets right, what a gear keeps; learns its groups and scenes. */
  async #look(watch: LampWatch, scheduler: BusScheduler): Promise<void> {
    const { settings, mend, clock, report, use, watches, tuning } = this.#options;
    const { address, id } = watch.lamp;
    if (tuning.asks(id) && !watch.missing) {
      tuning.learnt(id, await scheduler.run(readTunable(address), BACKGROUND));
      // until now its light had whatever colour
      report(needsItsLevel(id, clock.now()));
    }
    const wanted = settings.get(address);
    if (wanted && !watch.missing) {
      const found: Audit = mend
        ? await scheduler.run(repair(address, wanted), BACKGROUND)
        : await scheduler.run(audit(address, wanted), { ...BACKGROUND, dtr: false });
      const differences = found.differences.map(({ property, found: is, wanted: should }) => ({
        property,
        found: told(is),
        wanted: told(should),
      }));
      report({ kind: "gear-settings", source: id, differences, at: clock.now() });
    }
    const scenes = [...new Set(settings.values().flatMap(({ scenes = {} }) => Object.keys(scenes).map(Number)))];
    this.#memberships.set(address, await scheduler.run(readMembership(address, scenes), { ...BACKGROUND, dtr: false }));
    if (this.#memberships.size === watches.length) use(shortcutsOf(this.#memberships));
  }

  #restore(): void {
    const { clock, report, lost } = this.#options;
    const back = this.#mains.restore(clock.monotonic());
    if (back.length === 0) return;
    lost(back);
    for (const lamp of back) {
      report(needsItsLevel(lamp, clock.now()));
      this.#survey.returned(lamp);
      const watch = this.#of.get(lamp);
      if (watch) this.#unknown.push(watch);
    }
  }
}

const told = (value: Audit["differences"][number]["found"]): string =>
  value === null ? "none" : Array.isArray(value) ? value.join(" ") || "none" : String(value);
