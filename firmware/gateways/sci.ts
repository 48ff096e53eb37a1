/**
 * Driver of DALI SCI and SCI2 serial interfaces (Tridonic, made by Lunatone: articles 24166096 and 22176438-HS), 38400 baud.
 * Sources differ on the place of 16-bit frames, on send-twice and on 24 bits, so these are options. The box keeps no
 * command while it is at one: the next waits for its answer, which comes after the reply or, without one, some 10 ms after the
 * frame. That costs no bus time: the next frame settles for longer. So its bit for an answer at once, on whose answer sources
 * differ, serves for learning the layout only. Bus power is not told apart from a short circuit: without it the wire is low, too.
 */
import { milliseconds } from "../../controllers/units.ts";
import { COLLISION, type GatewayRequest, NO_REPLY } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import type { SerialGateway } from "./kind.ts";
import { encodeSci, SciDecoder, type SciFrame } from "./sci-frame.ts";
import { isEcho, layoutsBy, PROBE } from "./sci-layout.ts";
import { CONTROL, decodeStatus, encodeCommand, type Layout, SCI_ERROR, type SciStatus } from "./sci-message.ts";
import { openSerial, type SerialBox, type SerialProtocol } from "./serial-box.ts";
import { isPair } from "./twice.ts";

/** The box answers a command within this time, also on a busy bus. */
const ANSWER = milliseconds(800);
const ATTEMPTS = 3;
/** No reply to our frame is told so soon after a foreign frame, ms: ours settles for 13.5, lasts 14.2, is answered after 5.5. */
const FOREIGN_REPLY = 30;
/**
 * So long after the line was last busy our frame is through, ms: 21.1 of settling, 14.2 of frame, 1.3 of break, the serial line. What
 * is spoilt later is a reply; earlier it may be our frame, which begins again after 4.6 and is answered within 40 in all.
 */
const THROUGH = 39;
const DOUBT = milliseconds(40);

const IDENTIFY = encodeSci(CONTROL.monitor | CONTROL.identify, 0);

export const sci: SerialGateway = {
  name: "sci",
  title: "DALI SCI and SCI2 (Tridonic, Lunatone)",
  wire: "bytes",
  // it lives on these two lines
  settings: { baud: 38400, rts: true, dtr: false },
  options: {
    /** Where a 16-bit frame is in a command: in the high and middle byte, or in the middle and low; `auto` asks the box. */
    layout: ["auto", "high", "low"],
    /** The same for what the box tells; learnt with the layout where that is `auto`. */
    received: ["low", "high"],
    /** Who sends a frame twice. Older firmware knows no such bit; `host` is right for any. */
    twice: ["host", "box"],
    /** Whether it knows the mode for 24-bit frames. */
    "24-bit": ["yes", "no"],
  },
  open: (stream, opening) => openSerial(stream, opening, (box: SerialBox<SciFrame>) => new Sci(box, opening.options)),
};

const fault = (kind: "bus-short-circuit" | "protocol") =>
  new Fault(kind, "sci", "its layout cannot be told from its echo: mend the bus, or set the option layout");

class Sci implements SerialProtocol<SciFrame> {
  readonly name = "sci";
  readonly decoder = new SciDecoder();
  readonly byteGap = milliseconds(20);
  readonly quiet = milliseconds(2000);
  readonly overlaps = false;
  readonly #box: SerialBox<SciFrame>;
  readonly #options: Readonly<Record<string, string>>;
  #sent: Layout;
  #received: Layout;
  #attempts = 0;
  /** When the first frame of a pair was over. */
  #first: number | undefined;
  /** Something else was on the bus since then. */
  #parted = false;
  #foreignAt = Number.NEGATIVE_INFINITY;
  /** When the line was busy with something else than our frame, or we had not handed it over. */
  #busyUntil = Number.NEGATIVE_INFINITY;
  #answerBy = 0;

  constructor(box: SerialBox<SciFrame>, options: Readonly<Record<string, string>>) {
    this.#box = box;
    this.#options = options;
    this.#sent = options["layout"] === "low" ? "low" : "high";
    this.#received = options["received"] === "high" ? "high" : "low";
  }

  async greet(): Promise<string> {
    await this.ping();
    if (this.#options["layout"] === "auto") await this.#learnLayouts();
    return `DALI SCI, layout ${this.#sent}`;
  }

  async ping(): Promise<void> {
    await this.#box.ask({ bytes: IDENTIFY, isAnswer: (frame) => this.#read(frame)?.kind === "ok" });
  }

  async #learnLayouts(): Promise<void> {
    const isAnswer = (frame: SciFrame) => {
      const status = this.#read(frame);
      if (status?.kind === "error") return status.code !== SCI_ERROR.check && status.code !== SCI_ERROR.reception;
      return status?.kind === "frame" && isEcho(frame.data);
    };
    const ask = this.#box.ask({ bytes: encodeSci(PROBE.first, PROBE.data), isAnswer, limit: ANSWER });
    const frame = await ask.catch((error: unknown) => {
      // it has just said who it is: silence is no sign of its absence
      throw error instanceof Fault && error.kind === "gateway-silent" ? fault("protocol") : error;
    });
    const status = this.#read(frame);
    if (status?.kind === "error")
      throw fault(status.code === SCI_ERROR.shortCircuit ? "bus-short-circuit" : "protocol");
    const layouts = layoutsBy(frame.data);
    if (!layouts) throw fault("protocol");
    this.#sent = layouts.sent;
    this.#received = layouts.received;
  }

  #read(frame: SciFrame): SciStatus | undefined {
    return decodeStatus(frame, this.#received);
  }

  // ---- one request ----

  begin(request: GatewayRequest): void {
    if (request.frame.bits === 24 && this.#options["24-bit"] === "no") {
      return this.#box.refuse("protocol", "it sends no 24-bit frames: option 24-bit is no");
    }
    this.#attempts = 0;
    this.#attempt(request);
  }

  #attempt(request: GatewayRequest): void {
    this.#attempts++;
    this.#first = undefined;
    this.#put(request);
  }

  #put({ frame, twice }: GatewayRequest): void {
    const byBox = twice && this.#options["twice"] === "box";
    const { first, data } = encodeCommand({ frame, twice: byBox, echo: false }, this.#sent);
    this.#parted = false;
    this.#busyUntil = this.#box.clock.monotonic();
    this.#answerBy = this.#busyUntil + ANSWER;
    this.#box.write(encodeSci(first, data));
    this.#await();
  }

  #await(): void {
    const left = Math.ceil(this.#answerBy - this.#box.clock.monotonic());
    this.#box.timer(milliseconds(Math.max(left, 1)), "answer", () => {
      // an attempt costs so long that two must do
      if (this.#attempts >= 2) return this.#box.fail("gateway-silent", "no answer to a frame");
      this.#again(() => {});
    });
  }

  #again(otherwise: () => void): void {
    const { request } = this.#box;
    if (!request) return;
    if (this.#attempts >= ATTEMPTS) return otherwise();
    this.#attempt(request);
  }

  /** A frame of ours is over, and nobody answered. */
  #over(request: GatewayRequest): void {
    if (!request.twice || this.#options["twice"] === "box") return this.#box.done(NO_REPLY);
    const now = this.#box.clock.monotonic();
    if (this.#first === undefined) {
      this.#first = now;
      return this.#put(request);
    }
    if (!this.#parted && isPair(request.frame, this.#first, now)) return this.#box.done(NO_REPLY);
    this.#again(() => this.#box.refuse("bus-collision", "other frames part the two each time"));
  }

  /** Something was spoilt that may be the reply: several answers at once are an answer, not silence. */
  #spoilt(request: GatewayRequest): void {
    const ends = () => (request.answers ? this.#box.done(COLLISION) : this.#over(request));
    if (this.#box.clock.monotonic() - this.#busyUntil > THROUGH) return ends();
    // the box still answers if it was our frame
    this.#busyUntil = this.#box.clock.monotonic();
    this.#box.events.push({ kind: "framing-error" });
    this.#box.timer(DOUBT, "doubt", ends);
  }

  // ---- what the box says ----

  take(frame: SciFrame): void {
    const status = this.#read(frame);
    const { request, events, log } = this.#box;
    // a reply that is told now may be to somebody else's frame
    const ours = request !== undefined && this.#box.clock.monotonic() - this.#foreignAt > FOREIGN_REPLY;
    switch (status?.kind) {
      case "ok":
      case "no":
        return request && this.#over(request);
      case "byte":
        if (!ours) {
          this.#busyUntil = this.#box.clock.monotonic();
          return events.push({ kind: "frame", bits: 8, data: status.value });
        }
        return request.answers ? this.#box.done(status) : this.#over(request);
      case "frame":
        return this.#heard(status);
      case "error":
        return this.#failed(status.code, ours);
      case undefined:
        return log.debug({ status: frame.first }, "status that says nothing of DALI");
    }
  }

  #heard({ bits, data }: Extract<SciStatus, { kind: "frame" }>): void {
    const { request, events } = this.#box;
    // some models may tell our own frames, too
    if (request?.frame.bits === bits && request.frame.data === data) return;
    this.#foreignAt = this.#box.clock.monotonic();
    this.#busyUntil = this.#foreignAt;
    this.#parted = true;
    if (request) this.#await();
    events.push({ kind: "frame", bits, data });
  }

  #failed(code: number, ours: boolean): void {
    const { request, events, log } = this.#box;
    switch (code) {
      case SCI_ERROR.check:
        return this.#again(() => this.#box.refuse("protocol", "it finds every command damaged"));
      case SCI_ERROR.shortCircuit:
        if (request) return this.#box.refuse("bus-short-circuit", "short circuit, or no bus power");
        return events.bus("bus-short-circuit");
      case SCI_ERROR.reception:
        if (request && ours) return this.#spoilt(request);
        this.#busyUntil = this.#box.clock.monotonic();
        return events.push({ kind: "framing-error" });
      case SCI_ERROR.collision:
        if (!request) return events.push({ kind: "framing-error" });
        return this.#again(() => this.#box.refuse("bus-collision", "another master spoilt the frame"));
      case SCI_ERROR.unknownCommand:
        return request && this.#box.refuse("protocol", "it does not know the command");
      default:
        return log.debug({ code }, "error of a kind that is not known");
    }
  }
}
