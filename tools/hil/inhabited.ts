import type { Facts } from "../../sim/scenarios/model.ts";
import { type Berth, plugIn } from "./berth.ts";
import { type Guest, guestOf } from "./guest.ts";
import type { GuestClock } from "./guest-clock.ts";
import type { Observed } from "./observed.ts";

/** The emulated machine of one scenario: booted or found running, with the runtime in it, through power cuts and pulled plugs. */
export class InhabitedMachine {
  readonly #berth: Berth;
  readonly #broker: string;
  readonly #clock: GuestClock;
  readonly #observed: Observed;
  readonly #say: (line: string) => void;
  /** Addresses of serial lines that are out. */
  readonly #pulled = new Set<string>();
  /** The runtime ended before it was ever online. */
  readonly #died = Promise.withResolvers<void>();
  #guest: Guest | undefined;

  /** `broker`: its URL as the guest reaches it. */
  constructor(berth: Berth, broker: string, clock: GuestClock, observed: Observed, say: (line: string) => void) {
    this.#berth = berth;
    this.#broker = broker;
    this.#clock = clock;
    this.#observed = observed;
    this.#say = say;
  }

  get guest(): Guest {
    if (!this.#guest) throw new Error("the machine was never booted");
    return this.#guest;
  }

  /** The machine is up, with all devices, the configuration in it and nothing of a runtime before. */
  async prepare(): Promise<void> {
    const { machine, mounting, url } = this.#berth;
    if (machine?.running) this.#listen();
    else await this.#boot(false);
    const names = mounting.serial.map(({ name }) => name);
    await this.guest.devices(names, mounting.bridges.length);
    await this.guest.prepare(url);
  }

  async startRuntime(): Promise<void> {
    await this.guest.setClock(() => this.#clock.now());
    await this.guest.start(this.#broker);
  }

  /** Resolves with `online`. Rejects with the runtime's log where it ends first, or does not come within `ms`. */
  async until(online: Promise<void>, ms: number): Promise<void> {
    const late = setTimeout(() => this.#died.resolve(), ms);
    const came = await Promise.race([online.then(() => true), this.#died.promise.then(() => false)]);
    clearTimeout(late);
    if (!came) throw new Error(`the runtime did not come online:\n${await this.guest.log()}`);
  }

  async plug(address: string, present: boolean): Promise<void> {
    if (present) this.#pulled.delete(address);
    else this.#pulled.add(address);
    await this.#show(address, present);
  }

  async cutPower(): Promise<void> {
    await this.#berth.machine?.kill();
    this.#observed.tell({ at: performance.timeOrigin + performance.now(), kind: "runtime", running: false });
  }

  /** Boots from the disk that was cut off; the scenario goes on meanwhile, as a street does. */
  powerUp(): void {
    const words = [`hulotte.time=${Math.round(this.#clock.now() / 1000)}`, `hulotte.broker=${this.#broker}`];
    this.#boot(true, words).catch((error: unknown) => this.#observed.broke(String(error)));
  }

  async facts(): Promise<Facts> {
    return this.#berth.machine?.running ? this.guest.facts() : {};
  }

  /** Ends the runtime and puts every plug back: the next scenario finds the machine as this one did. */
  async leave(): Promise<void> {
    if (!this.#berth.machine?.running) return;
    await this.guest.stop();
    for (const address of this.#pulled) await this.#show(address, true);
  }

  async #boot(keepDisk: boolean, words: readonly string[] = []): Promise<void> {
    const machine = await plugIn(this.#berth, keepDisk, words);
    this.#berth.machine = machine;
    this.#listen();
    this.#say(`${this.#berth.kind} booted in ${(await machine.booted).toFixed(1)} s`);
    for (const address of this.#pulled) await this.#show(address, false);
  }

  #listen(): void {
    const { machine } = this.#berth;
    if (!machine) return;
    this.#guest = guestOf(machine.shell);
    machine.shell.onSaid = (line) => {
      const [, state, pid] = /^runtime (up|down) (\d+)/.exec(line) ?? [];
      if (state === undefined) return;
      const running = state === "up";
      const at = performance.timeOrigin + performance.now();
      this.#observed.tell({ at, kind: "runtime", running, ...(running ? { pid: Number(pid) } : {}) });
      if (!running) this.#died.resolve();
    };
  }

  async #show(address: string, present: boolean): Promise<void> {
    const { machine, mounting } = this.#berth;
    const line = mounting.serial.find((one) => one.address === address);
    if (line && machine?.running) await machine.plugSerial(line.id, present);
  }
}
