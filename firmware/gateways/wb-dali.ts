/**
 * Driver of one bus of a WB-DALI: three DALI buses on one unit of a Modbus line. Facts: `wb-dali-registers.ts`. Not verified on
 * a box: whether it says `unanswered` before the reply window is over when no gear answers, whether its ring has our own frames
 * too, and what it says of a frame that others spoil. From the factory it runs at 9600 baud with two stop bits; one is
 * heard as well. At 9600 baud a query takes 75 ms on the simulator and frames of others get lost; at 115200 it takes 45 ms, of which
 * the wire has 30, and hardly a frame gets lost.
 */
import { duration, milliseconds, seconds } from "../../controllers/units.ts";
import { wireTime } from "../dali/frame.ts";
import { COLLISION, type DaliGateway, type GatewayRequest, NO_REPLY, type Reply } from "../dali/gateway.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Log } from "../hal/log.ts";
import type { ModbusUnit } from "../modbus/unit.ts";
import { BusEvents } from "./bus-events.ts";
import type { ModbusGateway, Opening } from "./kind.ts";
import {
  decodeOutcome,
  decodeRing,
  EMPTY_SLOT,
  encodeSlot,
  type Outcome,
  registersOf,
  WB_DALI,
} from "./wb-dali-registers.ts";
import { RingReader } from "./wb-dali-ring.ts";

/** A frame that is not on the bus after so long is not sent at all. */
const SENT_WITHIN = milliseconds(1000);
const ATTEMPTS = 2;
/** Between two looks at a reply. Measured at 115200 baud: less than this makes no query faster, 10 ms costs one; 9600 is slow enough by itself. */
const LOOK_AGAIN = milliseconds(6);
/** No answer is over sooner after its question: 2.4 ms (IEC 62386-101) and the answer's own 7.5. */
const SOONEST_ANSWER = 2.4 + wireTime(8);
const BETWEEN_TWICE = 13.5;
/** How often is asked how the bus and the box are. */
const HEALTH_EVERY = seconds(1);
/** The ring is read this often where the line is fast; where it is slow, it is given a tenth of it. */
const RING_EVERY = 100;
const RING_SHARE = 10;

export const wbDali: ModbusGateway = {
  name: "wb-dali",
  title: "Wiren Board WB-DALI, three buses on Modbus RTU",
  wire: "modbus",
  settings: { baud: 9600 },
  channels: WB_DALI.channels,
  options: {
    /** Whether frames of others are read from it: input devices and other masters need it. */
    monitor: ["on", "off"],
    /** What becomes of its own supply of the bus: left as the box keeps it, or switched. */
    supply: ["keep", "on", "off"],
  },
  async open(unit, channel, opening) {
    const { signal } = opening;
    const gateway = new WbDaliBus(unit, channel, opening);
    const abort = () => void unit.close();
    signal.addEventListener("abort", abort, { once: true });
    try {
      signal.throwIfAborted();
      await gateway.begin(opening.options);
      return gateway;
    } catch (error) {
      await gateway.close();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  },
};

class WbDaliBus implements DaliGateway {
  readonly events: BusEvents;
  readonly description: string;
  readonly #unit: ModbusUnit;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #at: ReturnType<typeof registersOf>;
  readonly #ring = new RingReader();
  #slot = 0;
  #busy = false;
  #ended: { readonly reason: unknown } | undefined;

  constructor(unit: ModbusUnit, channel: number, { clock, log }: Opening) {
    if (!Number.isInteger(channel) || channel < 0 || channel >= WB_DALI.channels)
      throw new TypeError(`channel is ${channel}: allowed 0 to ${WB_DALI.channels - 1}`);
    this.#unit = unit;
    this.#clock = clock;
    this.#log = log;
    this.#at = registersOf(channel);
    this.events = new BusEvents(clock);
    this.description = `WB-DALI, ${unit.name}, bus ${channel + 1}`;
  }

  get discarded(): number {
    return this.#unit.discarded;
  }

  /** Empties its queue and sees how it is; from then on watches it. */
  async begin(options: Opening["options"]): Promise<void> {
    await this.#health();
    if (options["supply"] === "on" || options["supply"] === "off")
      await this.#unit.writeCoil(this.#at.supply, options["supply"] === "on");
    await this.#restart();
    const monitors = options["monitor"] !== "off";
    if (monitors) await this.#look();
    this.#log.info({ gateway: this.description }, "gateway found");
    this.#unit.ended.addEventListener("abort", () => this.#fail(this.#unit.ended.reason), { once: true });
    const fail = (error: unknown) => this.#fail(error);
    this.#every(
      () => HEALTH_EVERY,
      "health",
      () => this.#health(),
    ).catch(fail);
    if (monitors) this.#watchRing().catch(fail);
  }

  async send(request: GatewayRequest): Promise<Reply> {
    if (this.#ended) throw this.#ended.reason;
    if (this.#busy) throw new TypeError("the gateway is busy: one request at a time");
    this.#busy = true;
    try {
      const reply = this.#told(await this.#outcome(request));
      return request.answers ? reply : NO_REPLY;
    } catch (error) {
      if (error instanceof Fault && OVER.has(error.kind)) this.#fail(error);
      throw this.#reasonOr(error);
    } finally {
      this.#busy = false;
    }
  }

  async close(): Promise<void> {
    this.#fail(new Fault("port-lost", this.description, "closed"), true);
    await this.#unit.close();
  }

  /** Why it has ended; where it has not, `error`. */
  #reasonOr(error: unknown): unknown {
    return this.#ended ? this.#ended.reason : error;
  }

  #fail(reason: unknown, wanted = false): void {
    if (this.#ended) return;
    this.#ended = { reason };
    if (wanted) this.events.end();
    else this.events.fail(reason);
    void this.#unit.close();
  }

  // ---- one frame ----

  async #outcome(request: GatewayRequest): Promise<Outcome> {
    const words = encodeSlot(request);
    let taken = false;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const slot = this.#slot;
      if (await this.#unit.writeRegistersOnce(this.#at.slots + 2 * slot, words)) {
        this.#slot = (slot + 1) % WB_DALI.slots;
        const outcome = await this.#outcomeOf(slot, request);
        if (outcome.kind !== "waiting") return outcome;
        taken = true;
      }
      // Whether it has the frame, and where its pointer is, nobody knows: a frame left in a slot would be sent much later.
      this.#log.debug({ slot }, "frame not confirmed, queue emptied");
      await this.#restart();
    }
    if (taken) throw new Fault("gateway-fault", this.description, "it takes frames and does not send them");
    throw new Fault("gateway-silent", this.description, "no answer to a frame");
  }

  async #outcomeOf(slot: number, { frame, twice, answers }: GatewayRequest): Promise<Outcome> {
    const once = wireTime(frame.bits);
    let wait = (twice ? 2 * once + BETWEEN_TWICE : once) + (answers ? SOONEST_ANSWER : 0);
    const until = this.#clock.monotonic() + wait + SENT_WITHIN;
    for (;;) {
      await this.#clock.sleep(duration(wait), `frame of ${this.description}`, this.#unit.ended);
      const [register = 0] = await this.#unit.readInputRegisters(this.#at.replies + slot, 1);
      const outcome = decodeOutcome(register);
      if (outcome.kind !== "waiting" || this.#clock.monotonic() >= until) return outcome;
      wait = LOOK_AGAIN;
    }
  }

  #told(outcome: Outcome): Reply {
    switch (outcome.kind) {
      case "no-power":
        this.events.bus("bus-power-lost");
        throw new Fault("bus-power-lost", this.description);
      case "overheated":
        this.events.bus("gateway-fault");
        throw new Fault("gateway-fault", this.description, "too hot");
      case "unknown":
        throw new Fault("protocol", this.description, `status ${outcome.status} of a frame`);
      case "answered":
        return { kind: "byte", value: outcome.value };
      case "broken":
        return COLLISION;
      case "unanswered":
      case "waiting":
        return NO_REPLY;
    }
  }

  /** Empties all slots, so that nothing old is sent, and begins at the first. */
  async #restart(): Promise<void> {
    const empty = Array.from({ length: WB_DALI.slots }, () => EMPTY_SLOT).flat();
    await this.#unit.writeRegisters(this.#at.slots, empty);
    await this.#unit.writeRegister(this.#at.pointer, 0);
    this.#slot = 0;
  }

  // ---- the box itself, and what others do ----

  async #every(wait: () => number, name: string, work: () => Promise<void>): Promise<void> {
    for (;;) {
      await this.#clock.sleep(duration(wait()), `${name} of ${this.description}`, this.#unit.ended);
      await work();
    }
  }

  async #health(): Promise<void> {
    const { overheated, powered } = this.#at;
    const inputs = await this.#unit.readDiscreteInputs(overheated, powered - overheated + 1);
    if (!inputs.at(-1)) this.events.bus("bus-power-lost");
    else this.events.bus(inputs[0] ? "gateway-fault" : null);
  }

  async #watchRing(): Promise<void> {
    let wait = RING_EVERY;
    await this.#every(
      () => wait,
      "monitor",
      async () => {
        const since = this.#clock.monotonic();
        await this.#look();
        wait = Math.max(RING_EVERY, (this.#clock.monotonic() - since) * (RING_SHARE - 1));
      },
    );
  }

  async #look(): Promise<void> {
    const registers = await this.#unit.readInputRegisters(this.#at.ring, WB_DALI.ring * WB_DALI.entryRegisters);
    const { missed, fresh } = this.#ring.look(decodeRing(registers));
    if (missed > 0) this.events.push({ kind: "gap", frames: missed });
    for (const { broken, bits, data } of fresh)
      this.events.push(broken ? { kind: "framing-error" } : { kind: "frame", bits, data });
  }
}

/** After these there is no box any more. */
const OVER: ReadonlySet<string> = new Set(["gateway-silent", "port-lost"]);
