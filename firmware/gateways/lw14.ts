/**
 * Driver of Code Mercenaries' LED-Warrior14, a DALI master on I2C. Facts: the maker's examples and the sheet of its sibling, the
 * LED-Warrior09; the chip's own sheet was not at hand. It tells nothing by itself: its status must be looked at. How often while
 * nothing is sent is the option `listen`, I2C load against lost events: a look is 0.4 ms of a 100 kHz bus, or some ms of a USB adapter.
 *
 * - 10 ms: nothing is lost. An answer is over no sooner than 10.4 ms after its frame (7 Te and 9 bits). 4 % of the bus.
 * - 25 ms: no forward frame is lost, 27.7 ms apart at the least; where one is answered, the answer is seen and the frame counted
 *   as a gap. 1.6 %.
 * - 100 ms: for a line where nobody else speaks; it tells that the bus fails and works again. 0.4 %.
 *
 * While a frame is sent the chip is looked at every 2 ms. It settles by itself: the priority cannot be set. A short circuit is to it
 * the same as no power. That another master spoilt our frame it does not say. An adapter may repeat a transfer: a frame that is
 * written again while the first copy waits is ignored, one that is repeated later (after a time-out of the adapter) is sent again.
 */
import { duration, milliseconds } from "../../controllers/units.ts";
import { type ForwardFrame, wireTime } from "../dali/frame.ts";
import { COLLISION, type DaliGateway, type GatewayRequest, NO_REPLY, type Reply } from "../dali/gateway.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { I2cBus } from "../hal/i2c.ts";
import type { Log } from "../hal/log.ts";
import { BusEvents } from "./bus-events.ts";
import type { I2cGateway } from "./kind.ts";
import { type Look, Lw14Chip } from "./lw14-chip.ts";

/** Between looks while a frame is on its way. */
const STEP = milliseconds(2);
/** A frame is on the bus within this time of its writing, also on a busy bus. */
const SENT = 1000;
/** So long after a frame its answer is over, ms: it may begin until 12.4 (IEC 62386-101), which is later than the chip's own timeframe. */
const ANSWERED = 24;
/** No answer is over sooner after its frame than this, ms. */
const SOONEST_ANSWER = 9.9;
/** Longest gap between the two frames of a pair, ms (IEC 62386-101). */
const PAIR = 94;
/** How often a frame, or a pair, is handed over before a fault is called. */
const ATTEMPTS = 3;

export const lw14: I2cGateway = {
  name: "lw14",
  title: "Code Mercenaries LED-Warrior14",
  wire: "i2c",
  address: 0x23,
  options: { listen: ["10 ms", "25 ms", "100 ms"] },
  async open(bus, address, { clock, log, signal, options }) {
    const gateway = new Lw14Gateway(bus, address, clock, log);
    const abort = () => gateway.end(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      signal.throwIfAborted();
      await gateway.open(Number.parseInt(options["listen"] ?? "10", 10));
      return gateway;
    } catch (error) {
      await gateway.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  },
};

class Lw14Gateway implements DaliGateway {
  readonly events: BusEvents;
  /** Registers are read whole: there is nothing to discard. */
  readonly discarded = 0;
  description = "";
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #chip: Lw14Chip;
  readonly #life = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #sending: ((reason: unknown) => void) | undefined;
  #ended: { readonly reason: unknown } | undefined;

  constructor(bus: I2cBus, address: number, clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.events = new BusEvents(clock);
    this.#chip = new Lw14Chip(bus, address, clock);
  }

  async open(listen: number): Promise<void> {
    this.description = `LED-Warrior14, signature ${await this.#alive(this.#chip.signature())}`;
    this.#log.info({ gateway: this.description }, "gateway found");
    // what was there before is nobody's
    await this.#alive(this.#chip.look());
    this.#state(await this.#look());
    void this.#listen(listen);
  }

  send(request: GatewayRequest): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended.reason);
      if (this.#sending) return reject(new TypeError("the gateway is busy: one request at a time"));
      this.#sending = reject;
      this.#inTurn(() => this.#transmit(request)).then(
        (reply) => {
          this.#sending = undefined;
          resolve(reply);
        },
        (error: unknown) => {
          this.#sending = undefined;
          reject(error);
        },
      );
    });
  }

  async close(): Promise<void> {
    this.end(new Fault("port-lost", "lw14", "closed"), true);
    await this.#chip.close();
  }

  end(reason: unknown, wanted = false): void {
    if (this.#ended) return;
    this.#ended = { reason };
    this.#life.abort(reason);
    this.#sending?.(reason);
    if (wanted) this.events.end();
    else this.events.fail(reason);
    void this.#chip.close();
  }

  /** Looks while nothing is sent. */
  async #listen(every: number): Promise<void> {
    try {
      for (;;) {
        await this.#pause(every, "LED-Warrior14 is listened to");
        if (!this.#sending) await this.#inTurn(() => this.#hear());
      }
    } catch {
      // it has ended: by close(), or by what #alive told
    }
  }

  // ---- one frame ----

  async #transmit(request: GatewayRequest): Promise<Reply> {
    await this.#whenFree();
    for (let attempt = 1; ; attempt++) {
      const sent = await this.#put(request.frame);
      if (!request.twice) return this.#outcome(request, sent.look);
      this.#tell(sent.look, request.frame);
      const second = await this.#put(request.frame);
      // the first was over after it was last seen under way, the second had begun a frame's length before it was seen done
      const gap = second.at - wireTime(request.frame.bits) - sent.under;
      if (gap <= PAIR) return this.#outcome(request, second.look);
      this.#tell(second.look, request.frame);
      this.#log.debug({ gap }, "the two frames of a pair may be too far apart");
      if (attempt === ATTEMPTS) throw new Fault("bus-collision", "lw14", "the two frames of a pair came apart");
    }
  }

  /** Writes a frame and waits until it is on the bus. `under`: when it was last seen not to be; `at`: when it was seen to be. */
  async #put(frame: ForwardFrame): Promise<{ readonly under: number; readonly at: number; readonly look: Look }> {
    let look = await this.#write(frame);
    const limit = this.#clock.monotonic() + SENT;
    let under = this.#clock.monotonic();
    this.#tell(look, frame);
    await this.#pause(wireTime(frame.bits) - STEP, "LED-Warrior14 sends");
    for (;;) {
      const before = this.#clock.monotonic();
      look = await this.#look();
      this.#throwFault(look);
      if (!look.busy) return { under, at: this.#clock.monotonic(), look };
      under = before;
      this.#tell(look, frame);
      if (before >= limit) throw new Fault("bus-power-lost", "lw14", "a frame is taken and not sent");
      await this.#pause(STEP, "LED-Warrior14 sends");
    }
  }

  /** Writes until the chip says that it has something to send. */
  async #write(frame: ForwardFrame): Promise<Look> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      await this.#alive(this.#chip.write(frame));
      const look = await this.#look();
      this.#throwFault(look);
      if (look.busy) return look;
      this.#tell(look);
    }
    throw new Fault("protocol", "lw14", "it takes no frame");
  }

  /** What comes after our frame; `look` is the one that found it sent. */
  async #outcome({ frame: own, answers }: GatewayRequest, look: Look): Promise<Reply> {
    if (!answers) {
      this.#tell(look, own);
      return NO_REPLY;
    }
    const limit = this.#clock.monotonic() + ANSWERED;
    // had the adapter been slow, the answer could be here already, or that of another master's frame before ours
    if (look.frameError && look.valid) return COLLISION;
    if (look.valid && look.frame?.bits === 8) return { kind: "byte", value: look.frame.data };
    this.#tell(look, own);
    await this.#pause(SOONEST_ANSWER - STEP, "LED-Warrior14 is answered");
    for (;;) {
      const now = await this.#look();
      this.#throwFault(now);
      // with an overrun nobody knows what the register holds
      if (now.frameError || now.overrun) return COLLISION;
      if (now.frame?.bits === 8) return { kind: "byte", value: now.frame.data };
      this.#tell(now, own);
      if (this.#clock.monotonic() >= limit) return NO_REPLY;
      await this.#pause(STEP, "LED-Warrior14 is answered");
    }
  }

  async #whenFree(): Promise<void> {
    const limit = this.#clock.monotonic() + SENT;
    for (;;) {
      const look = await this.#hear();
      this.#throwFault(look);
      if (!look.busy) return;
      if (this.#clock.monotonic() >= limit) throw new Fault("bus-power-lost", "lw14", "a frame is taken and not sent");
      await this.#pause(STEP, "LED-Warrior14 is busy");
    }
  }

  // ---- what others do ----

  async #hear(): Promise<Look> {
    const look = await this.#look();
    this.#tell(look);
    return look;
  }

  /** Tells what a look found that is not our own frame: whether the chip hears itself is not verified. */
  #tell({ frame, frameError, overrun }: Look, own?: ForwardFrame): void {
    if (overrun) this.events.push({ kind: "gap", frames: 1 });
    if (frameError) this.events.push({ kind: "framing-error" });
    if (frame && !(own && frame.bits === own.bits && frame.data === own.data))
      this.events.push({ kind: "frame", ...frame });
  }

  #state({ fault }: Look): void {
    this.events.bus(fault ? "bus-power-lost" : null);
  }

  #throwFault({ fault }: Look): void {
    if (fault) throw new Fault("bus-power-lost", "lw14", "the bus is low");
  }

  // ---- the chip ----

  async #look(): Promise<Look> {
    const look = await this.#alive(this.#chip.look());
    this.#state(look);
    return look;
  }

  /** What the chip answers. A chip that does not ends the gateway. */
  async #alive<T>(work: Promise<T>): Promise<T> {
    try {
      const answer = await work;
      this.#life.signal.throwIfAborted();
      return answer;
    } catch (error) {
      const missing = error instanceof Fault && error.kind === "port-missing";
      this.end(missing ? new Fault("gateway-silent", "lw14", "no answer at its address", error) : error);
      throw this.#ended?.reason;
    }
  }

  #pause(ms: number, name: string): Promise<void> {
    return this.#clock.sleep(duration(ms), name, this.#life.signal);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}
