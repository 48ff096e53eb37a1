import type { ComponentId, FaultKind, Rank, Reading, Step } from "../../controllers/model.ts";
import { type Duration, duration, type Level } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { LampLine } from "../hal/lamp-line.ts";
import type { Log } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import type { WantedSettings } from "./audit/settings.ts";
import { Care } from "./care.ts";
import { BROADCAST, whole } from "./frame.ts";
import type { DaliGateway } from "./gateway.ts";
import { type DaliInput, Inputs } from "./inputs.ts";
import { LampWatch } from "./lamp-watch.ts";
import { type Loan, lend } from "./loan.ts";
import { movesPointers } from "./memory/pointer.ts";
import { Orders } from "./orders.ts";
import type { DaliLamp } from "./pending.ts";
import { pollLamps } from "./polling.ts";
import { BusScheduler } from "./scheduler.ts";
import type { Sequence } from "./sequence.ts";
import { fadeTimeCode, fadeTimeOf, setFadeTimeTo } from "./sequences/fade-time.ts";
import { type Traffic, watched } from "./traffic.ts";

export interface DaliLineOptions {
  readonly id: ComponentId;
  /** Opens the box, each time anew. Throws Fault; aborts with the signal's reason. */
  readonly open: (signal: AbortSignal) => Promise<DaliGateway>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** All lamps of the bus: a broadcast reaches every gear on it. */
  readonly lamps: readonly DaliLamp[];
  /** How long gear fades to a new level; the nearest that DALI knows is set: 0, 0.7 s to 90.5 s. */
  readonly fadeTime: Duration;
  readonly failSafe: Level;
  /** Level and status of every lamp are each read once in so long, or as often as the budget allows. */
  readonly pollEvery: Duration;
  /** Part of the bus time that polling may take. */
  readonly pollShare?: number;
  /** What each gear is to keep, by short address: compared once it is there. */
  readonly settings?: ReadonlyMap<number, WantedSettings>;
  /** Whether what differs is set right. */
  readonly mend?: boolean;
  /** Sensors on the bus that light follows. */
  readonly inputs?: readonly DaliInput[];
  /** Steps of these ranks go before others on the bus (priority 2; others 4). */
  readonly userRanks?: readonly Rank[];
}

const USER_RANKS: readonly Rank[] = ["safety", "operator"];
const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 5000;
/** A sweep is five frames: more often they would be missed by the polls of single lamps. */
const SHORTEST_SWEEP = 10_000;
/** A gear's own clock is not exact: its level is believed somewhat after its fade should be over. */
const fadeEnd = (fadeTime: number): number => fadeTime * 1.1 + 100;

/** A line whose bus a technician can watch, and have to himself for a while. */
export interface DaliLine extends LampLine {
  /** Part of the last minute, 0 to 1, that the bus was in use by us and others; null while the line does not work. */
  readonly utilisation: number | null;
  /** Tells what goes over the bus from now on. Returns how to stop. */
  watch(listener: (traffic: Traffic) => void): () => void;
  /**
   * Lends the gateway until it is closed: meanwhile the line sends nothing, drops its steps and is at fault `in-maintenance`.
   * Then it begins anew, as after a fault. Throws Fault `port-busy` where it is lent already, else the line's own fault.
   */
  borrow(): Promise<DaliGateway>;
}

/**
 * A DALI bus of lamps behind a gateway. It opens the gateway, and opens it again after a fault, after
 * 0.5 s to 5 s, for ever. Steps before the first opening wait for it; steps during a fault are dropped, and when the fault
 * has ended (`null`) every lamp's level is read and reported anew.
 * Throws TypeError where an address is not 0..63 or is used twice.
 */
export function daliLine(options: DaliLineOptions): DaliLine {
  const addresses = options.lamps.map(({ address }) => whole("address", address, 63));
  if (new Set(addresses).size < addresses.length) throw new TypeError(`line ${options.id}: an address is used twice`);
  return new Line(options);
}

class Line implements DaliLine {
  readonly id: ComponentId;
  readonly #options: DaliLineOptions;
  readonly #fadeCode: number;
  readonly #log: Log;
  readonly #orders: Orders;
  /** Frames of others that moved the pointers into gear's memory. */
  #moved = 0;
  #watches = new Map<ComponentId, LampWatch>();
  #report: (reading: Reading) => void = () => {};
  #fault: FaultKind | null = null;
  /** There while the bus works. */
  #bus:
    | {
        readonly scheduler: BusScheduler;
        readonly gateway: DaliGateway;
        readonly lend: (loan: Loan) => void;
        /** Resolves when nothing of ours is on the bus any more. */
        readonly idle: Promise<void>;
      }
    | undefined;
  #loan: Loan | undefined;
  #inputs: Inputs | undefined;
  readonly #listeners = new Set<(traffic: Traffic) => void>();

  constructor(options: DaliLineOptions) {
    this.id = options.id;
    this.#options = options;
    this.#log = options.log;
    this.#fadeCode = fadeTimeCode(options.fadeTime);
    this.#orders = new Orders({
      clock: options.clock,
      lamps: options.lamps,
      userRanks: options.userRanks ?? USER_RANKS,
      fadeEnd: fadeEnd(fadeTimeOf(this.#fadeCode)),
      watchOf: (lamp) => this.#watches.get(lamp),
    });
  }

  apply(steps: readonly Step[]): void {
    if (this.#fault !== null) return;
    this.#orders.put(steps);
  }

  async failSafe(signal: AbortSignal): Promise<void> {
    try {
      await this.#orders.last(this.#options.failSafe, signal);
    } catch (error) {
      this.#log.warn({ error: String(error) }, "fail-safe level not sent");
    }
  }

  async run(report: (reading: Reading) => void, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    this.#report = report;
    const care = this.#careFor(report);
    this.#inputs = new Inputs({ id: this.id, clock, inputs: this.#options.inputs ?? [], report });
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.#serve(care, signal, () => {
          failures = 0;
        });
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn({ error: String(error) }, "line lost");
        this.#orders.clear();
        this.#setFault(error instanceof Fault ? error.kind : "protocol");
      }
      const longest = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** failures);
      const wait = SHORTEST_WAIT + random.next() * (longest - SHORTEST_WAIT);
      await clock.sleep(duration(wait), `${this.id} reopening`, signal).catch(() => {});
    }
  }

  get utilisation(): number | null {
    return this.#bus?.scheduler.meter.utilisation(this.#options.clock.monotonic()) ?? null;
  }

  watch(listener: (traffic: Traffic) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async borrow(): Promise<DaliGateway> {
    const bus = this.#bus;
    if (!bus) throw new Fault(this.#fault === "in-maintenance" ? "port-busy" : (this.#fault ?? "port-lost"), this.id);
    const loan = lend(bus.gateway);
    bus.lend(loan);
    this.#loan = loan;
    await bus.idle;
    return loan.gateway;
  }

  /** One life of the gateway. Ends with the signal's reason or the Fault that ended it. */
  async #serve(care: Care, signal: AbortSignal, works: () => void): Promise<never> {
    const { clock } = this.#options;
    const gateway = watched(await this.#options.open(signal), clock, (traffic) => {
      for (const listener of this.#listeners) listener(traffic);
    });
    const end = Promise.withResolvers<never>();
    const aborted = () => end.reject(signal.reason);
    signal.addEventListener("abort", aborted, { once: true });
    try {
      signal.throwIfAborted();
      const over = Promise.race([this.#watchTraffic(gateway), end.promise]);
      for (;;) {
        const loan = await this.#work(care, gateway, over, works, end.reject);
        await Promise.race([loan.returned, over]);
        this.#loan = undefined;
      }
    } catch (error) {
      this.#loan?.end(error);
      this.#loan = undefined;
      throw error;
    } finally {
      signal.removeEventListener("abort", aborted);
      if (gateway.discarded > 0) this.#log.info({ discarded: gateway.discarded }, "bytes from the gateway discarded");
      await gateway.close();
    }
  }

  /** Works the bus until somebody borrows it. Ends else as `over` does. */
  async #work(
    care: Care,
    gateway: DaliGateway,
    over: Promise<never>,
    works: () => void,
    broken: (error: unknown) => void,
  ): Promise<Loan> {
    const { id, clock, pollShare, pollEvery } = this.#options;
    const scheduler = new BusScheduler(gateway, clock, pollShare);
    const life = new AbortController();
    const wanted = Promise.withResolvers<Loan>();
    const idle = Promise.withResolvers<void>();
    const watches = [...this.#watches.values()];
    try {
      await Promise.race([scheduler.transact(setFadeTimeTo(BROADCAST, this.#fadeCode), { priority: 3 }), over]);
      works();
      for (const watch of watches) watch.forget();
      care.forget();
      this.#orders.tuning.lost(this.#watches.keys());
      this.#bus = { scheduler, gateway, lend: wanted.resolve, idle: idle.promise };
      this.#setFault(null);
      this.#orders.attach(scheduler, broken);
      const status = care.status.bind(care);
      const polling = pollLamps({ id, clock, scheduler, watches, pollEvery, status }, life.signal);
      const caring = care.run(scheduler, life.signal);
      const sensing = this.#inputs?.run(scheduler, life.signal) ?? polling;
      const loan = await Promise.race([wanted.promise, polling, caring, sensing, over]);
      this.#bus = undefined;
      this.#orders.detach();
      polling.catch(() => {});
      caring.catch(() => {});
      sensing.catch(() => {});
      await Promise.race([scheduler.transact(nothing(), { priority: 2, dtr: false }), over]);
      this.#orders.clear();
      this.#setFault("in-maintenance");
      return loan;
    } finally {
      this.#bus = undefined;
      this.#orders.detach();
      const reason = new Fault("port-lost", id, "the line ended");
      life.abort(reason);
      scheduler.close(reason);
      idle.resolve();
    }
  }

  /** Makes who watches the lamps, and who cares for them. */
  #careFor(report: (reading: Reading) => void): Care {
    const { id, clock, lamps, pollEvery, settings = new Map(), mend = false } = this.#options;
    const heard = (reading: Reading) => {
      report(reading);
      if (reading.kind === "fault" && reading.fault === "gear-missing") care.missing(reading.source);
    };
    const watches: readonly LampWatch[] = lamps.map((lamp) => new LampWatch(lamp, heard, () => watches));
    this.#watches = new Map(watches.map((watch) => [watch.lamp.id, watch]));
    const care = new Care({
      id,
      clock,
      log: this.#log,
      watches,
      sweepEvery: duration(Math.max(SHORTEST_SWEEP, pollEvery / 2)),
      settings,
      mend,
      report,
      tuning: this.#orders.tuning,
      others: () => this.#moved,
      use: (shortcuts) => this.#orders.use(shortcuts),
      lost: (gone) => this.#orders.lost(gone),
    });
    return care;
  }

  #setFault(fault: FaultKind | null): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#report({ kind: "fault", source: this.id, fault, at: this.#options.clock.now() });
  }

  async #watchTraffic(gateway: DaliGateway): Promise<never> {
    for await (const event of gateway.events) {
      this.#log.debug(event, "foreign traffic");
      if (event.kind === "frame") {
        const { bits, data } = event;
        this.#bus?.scheduler.meter.heard(bits, event.at);
        if (bits === 24) this.#inputs?.heard(data);
        if (bits === 16 && movesPointers({ bits, data })) this.#moved++;
      }
      this.#loan?.heard(event);
    }
    throw new Fault("port-lost", this.id, "the gateway closed");
  }
}

/** Takes its turn, and has nothing to send. */
function* nothing(): Sequence<void> {}
