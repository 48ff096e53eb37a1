import type { Exchange, SimulatedI2c } from "../i2c.ts";
import { DETAIL, LIMIT, PHASE, REPORTS, type SmbusConfig, STATUS } from "./cp2112-reports.ts";

/** Timers of simulated time, as VirtualClock has them. Returns how to call one off. */
export interface Timers {
  after(ms: number, name: string, fire: () => void): () => void;
  /**
   * ms as the host sees them pass, where the timers may run behind (a process that was busy): an answer overdue by it is
   * dropped. Without it the timers are believed.
   */
  hostTime?(): number;
}

/**
 * How long the Linux driver waits for an answer, ms. One that came later would be taken for the answer to the next question, so the model
 * never sends it (the driver's RESPONSE_TIMEOUT).
 */
const PATIENCE = 50;

/** As from the factory. */
const POWER_UP: SmbusConfig = {
  clock: 100_000,
  address: 0x02,
  autoSendRead: 0,
  writeTimeout: 0,
  readTimeout: 0,
  sclLowTimeout: 0,
  retries: 0,
};

interface Transfer {
  readonly address: number;
  readonly write: Uint8Array;
  readonly read: number;
  /** undefined while the bus is stuck. */
  outcome: Exchange | "bus-timeout" | undefined;
  /** BUSY answers still to give. */
  busy: number;
  /** ms that the next answer about it takes. */
  late: number;
  /** What was read and not yet sent. */
  unsent: Uint8Array;
}

/**
 * The I2C half: one transfer at a time, begun by one report, asked about by another. A transfer is over on the wire at once;
 * the faults of `SimulatedI2c` shape what is said about it. A new transfer takes the place of one that is not done.
 */
export class Cp2112Smbus {
  #config = POWER_UP;
  readonly #i2c: SimulatedI2c;
  readonly #timers: Timers;
  readonly #say: (report: Uint8Array) => void;
  #transfer: Transfer | undefined;
  /** Call off the answer that is on its way, and the time-out that runs. */
  #answer: (() => void) | undefined;
  #timeout: (() => void) | undefined;

  constructor(i2c: SimulatedI2c, timers: Timers, say: (report: Uint8Array) => void) {
    this.#i2c = i2c;
    this.#timers = timers;
    this.#say = say;
  }

  get config(): SmbusConfig {
    return this.#config;
  }

  configure(config: SmbusConfig): void {
    this.#config = config;
  }

  /** `address` of 7 bits; `write` may be empty, `read` 0. */
  start(address: number, write: Uint8Array, read: number): void {
    this.cancel();
    const transfer = { address, write, read, outcome: undefined, busy: 0, late: 0, unsent: new Uint8Array() };
    this.#transfer = transfer;
    this.#attempt(transfer);
    const limit = read > 0 ? this.#config.readTimeout : this.#config.writeTimeout;
    if (transfer.outcome === undefined && limit > 0) this.#expireAfter(limit, transfer);
  }

  cancel(): void {
    this.#answer?.();
    this.#answer = undefined;
    this.#timeout?.();
    this.#timeout = undefined;
    this.#transfer = undefined;
  }

  /** Answers with one status report, now, late or (past the driver's patience) never. */
  askStatus(): void {
    const transfer = this.#transfer;
    if (this.#answer) return; // the answer on its way serves this question too
    if (!transfer) return this.#sayStatus(STATUS.idle, 0, 0);
    this.#attempt(transfer);
    if (transfer.outcome === undefined || transfer.busy > 0) {
      transfer.busy = Math.max(0, transfer.busy - 1);
      return this.#sayStatus(STATUS.busy, transfer.read > 0 ? PHASE.reading : PHASE.writing, 0);
    }
    const { late } = transfer;
    transfer.late = 0;
    if (late > PATIENCE) return;
    if (late === 0) return this.#sayOutcome(transfer);
    const asked = this.#timers.hostTime?.() ?? 0;
    this.#answer = this.#timers.after(late, "CP2112 late answer", () => {
      this.#answer = undefined;
      if ((this.#timers.hostTime?.() ?? 0) - asked <= PATIENCE) this.#sayOutcome(transfer);
    });
  }

  /** Sends up to `length` bytes of what was read, in packets of 61; one empty packet when there is nothing. */
  forceSend(length: number): void {
    const transfer = this.#transfer;
    const ready = transfer !== undefined && this.#ready(transfer);
    const unsent = ready ? transfer.unsent : new Uint8Array();
    const data = unsent.slice(0, length);
    if (ready) transfer.unsent = unsent.slice(data.length);
    const status = transfer === undefined ? STATUS.idle : ready ? statusOf(transfer) : STATUS.busy;
    for (let at = 0; at === 0 || at < data.length; at += LIMIT.chunk) {
      this.#say(REPORTS.readData.encode({ status, data: data.slice(at, at + LIMIT.chunk) }));
    }
  }

  powerOff(): void {
    this.cancel();
    this.#config = POWER_UP;
  }

  /** Tries it on the wire; as long as the bus is stuck it stays to be tried. */
  #attempt(transfer: Transfer): void {
    if (transfer.outcome !== undefined) return;
    const exchange = this.#i2c.exchange(transfer.address, transfer.write, transfer.read);
    if (exchange.outcome === "stuck") return;
    this.#timeout?.();
    this.#timeout = undefined;
    transfer.outcome = exchange;
    if (exchange.outcome !== "done") return;
    transfer.busy = exchange.busy;
    transfer.late = exchange.late;
    transfer.unsent = exchange.data.slice(0, transfer.read);
    this.#autoSend(transfer);
  }

  /** Sends what was read unasked, where the host configured it so. */
  #autoSend(transfer: Transfer): void {
    const wanted = this.#config.autoSendRead === 1 && transfer.unsent.length > 0;
    if (wanted && this.#ready(transfer)) this.forceSend(LIMIT.read);
  }

  #expireAfter(limit: number, transfer: Transfer): void {
    this.#timeout = this.#timers.after(limit, "CP2112 bus time-out", () => {
      this.#timeout = undefined;
      transfer.outcome = "bus-timeout";
    });
  }

  /** Whether its outcome can be told. */
  #ready(transfer: Transfer): boolean {
    return transfer.outcome !== undefined && transfer.busy === 0 && transfer.late === 0 && this.#answer === undefined;
  }

  #sayOutcome(transfer: Transfer): void {
    const { outcome } = transfer;
    const read = typeof outcome === "object" && outcome.outcome === "done" ? outcome.data.length : 0;
    this.#sayStatus(statusOf(transfer), detailOf(transfer), read);
    this.#autoSend(transfer);
  }

  #sayStatus(status: number, detail: number, read: number): void {
    this.#say(REPORTS.status.encode({ status, detail, retries: 0, read }));
  }
}

const statusOf = ({ outcome }: Transfer): number =>
  typeof outcome === "object" && outcome.outcome === "done" ? STATUS.complete : STATUS.error;

function detailOf({ outcome }: Transfer): number {
  if (typeof outcome !== "object") return DETAIL.busTimeout;
  switch (outcome.outcome) {
    case "done":
      return DETAIL.succeeded;
    case "nack":
      return DETAIL.nack;
    case "nack-data":
      return DETAIL.writeIncomplete;
    case "stuck":
      return DETAIL.busTimeout;
  }
}
