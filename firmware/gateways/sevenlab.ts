/**
 * Driver of SevenLab's dali_usb_lpc1114, 500000 baud. The box says of every frame when it began, loops our own back, and reports a
 * query's answer or its absence; that it has taken a command it does not say. It gives up a frame that another master spoils: the
 * driver repeats it. A dead bus it tells after half a second, and cannot tell from a short circuit; a frame that it took for a dead bus
 * may still go out when the bus recovers (read in its source, not seen). The protocol has no check: a digit that noise made another
 * digit is believed.
 */
import { milliseconds } from "../../controllers/units.ts";
import { COLLISION, type DaliGateway, type GatewayRequest, NO_REPLY } from "../dali/gateway.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Opening, SerialGateway } from "./kind.ts";
import { openSerial, type SerialBox, type SerialProtocol } from "./serial-box.ts";
import { SevenLabDecoder } from "./sevenlab-decoder.ts";
import { encodeCommand, type SevenLabMessage, STATUS } from "./sevenlab-message.ts";
import { BoxTicks } from "./sevenlab-ticks.ts";

/** It answers a question about itself within this time. */
const ANSWER = milliseconds(400);
/** A frame has looped back within this time, also on a busy bus. */
const CONFIRM = milliseconds(600);
/** After its frame, a query is reported on within this time: 13.4 ms of waiting, 10 ms of answer, and an adapter's delay. */
const REPORT = milliseconds(60);
/** A played answer loops back within this time. */
const PLAYED = milliseconds(100);
/** How often a frame is handed over before a fault is called. */
const ATTEMPTS = 2;
/** How often a frame that others spoil is sent. */
const COLLISIONS = 3;
/** A full box is asked again after this time, so often. */
const FULL_WAIT = milliseconds(100);
const FULL_ATTEMPTS = 6;
/** A frame is reported when its stop condition is over (IEC 62386-101), ms after its last bit. */
const STOP = 2.4;

/** A SevenLab box on a test bench, where it also plays gear. One call at a time, and none while a request is under way. */
export interface SevenLabBox extends DaliGateway {
  /** Answers the frame just heard with a byte. Throws Fault `gateway-silent` where that does not loop back. */
  backward(value: number): Promise<void>;
  /** Answers with a frame that nobody can read (IEC 62386-101 9.6.2). Throws as `backward` does. */
  corrupt(): Promise<void>;
}

export const sevenlab: SerialGateway = {
  name: "sevenlab",
  title: "SevenLab dali_usb_lpc1114",
  wire: "bytes",
  settings: { baud: 500_000 },
  open: openSevenLab,
};

/** As `GatewayKind.open`, with what a test bench needs. */
export async function openSevenLab(stream: ByteStream, opening: Opening): Promise<SevenLabBox> {
  const box = await openSerial(stream, opening, (made: SerialBox<SevenLabMessage>) => new SevenLab(made));
  const play = async (bytes: Uint8Array, isAnswer: (message: SevenLabMessage) => boolean): Promise<void> => {
    await box.ask({ bytes, isAnswer, limit: PLAYED, attempts: 1 });
  };
  return Object.assign(box, {
    backward: (value: number) =>
      play(
        encodeCommand({ kind: "backward", value }),
        (message) => message.kind === "frame" && message.loopback && message.bits === 8 && message.data === value,
      ),
    corrupt: () =>
      play(
        encodeCommand({ kind: "corrupt" }),
        (message) => message.kind === "status" && message.loopback && spoils(message.status),
      ),
  });
}

type Frame = Extract<SevenLabMessage, { kind: "frame" }>;
type Status = Extract<SevenLabMessage, { kind: "status" }>;

class SevenLab implements SerialProtocol<SevenLabMessage> {
  readonly name = "sevenlab";
  readonly decoder = new SevenLabDecoder();
  readonly byteGap = milliseconds(20);
  // with two unanswered questions: a box that is gone is noticed within 3.4 s
  readonly quiet = milliseconds(2600);
  // a request may ask whether the box is there: its question must not meet another; and commands need 0.2 ms between them
  readonly overlaps = false;
  readonly #box: SerialBox<SevenLabMessage>;
  readonly #ticks = new BoxTicks();
  /** The box said that the bus is low. */
  #dead = false;
  #requests = 0;
  #attempts = 0;
  #collisions = 0;
  #full = 0;
  /** How often the frame has still to loop back. */
  #unsent = 0;

  constructor(box: SerialBox<SevenLabMessage>) {
    this.#box = box;
  }

  async greet(): Promise<string> {
    return `SevenLab dali_usb_lpc1114, firmware ${await this.#version()}`;
  }

  async ping(): Promise<void> {
    await this.#version();
  }

  begin(request: GatewayRequest): void {
    this.#requests++;
    this.#attempts = 0;
    this.#collisions = 0;
    this.#full = 0;
    this.#attempt(request);
  }

  take(message: SevenLabMessage): void {
    switch (message.kind) {
      case "frame":
        return message.loopback ? this.#sent(message) : this.#heard(message);
      case "status":
        return this.#status(message);
      case "title":
      case "version":
        return;
    }
  }

  async #version(): Promise<string> {
    const isAnswer = ({ kind }: SevenLabMessage) => kind === "version";
    const answer = await this.#box.ask({ bytes: encodeCommand({ kind: "information" }), isAnswer, limit: ANSWER });
    return answer.kind === "version" ? answer.version : "";
  }

  // ---- one frame ----

  #attempt(request: GatewayRequest): void {
    const { frame, priority, twice, answers } = request;
    this.#attempts++;
    this.#unsent = twice ? 2 : 1;
    // a query cannot be sent twice; what answers such a command is seen all the same
    const kind = answers && !twice ? "query" : "send";
    this.#box.write(encodeCommand({ kind, frame, priority, twice }));
    this.#box.timer(CONFIRM, "loopback", () => this.#unconfirmed(request));
  }

  /** It is there and the frame was not sent, or it is not there. */
  #unconfirmed(request: GatewayRequest): void {
    const number = this.#requests;
    this.#version().then(
      () => {
        if (this.#requests !== number || !this.#box.request) return;
        if (this.#dead || this.#attempts >= ATTEMPTS)
          this.#box.refuse("bus-power-lost", "frames are taken and not sent");
        else this.#attempt(request);
      },
      (error: unknown) => this.#box.end(error),
    );
  }

  #sent({ bits, data }: Frame): void {
    const { request } = this.#box;
    this.#dead = false;
    if (!request || this.#unsent === 0 || request.frame.bits !== bits || request.frame.data !== data)
      return this.#box.log.debug({ bits, data }, "loopback of a frame that was given up");
    this.#unsent--;
    if (this.#unsent > 0) return;
    if (!request.answers) return this.#box.done(NO_REPLY);
    // a report that was spoilt on the line: nobody knows what was answered, and a query that counts on must not be repeated
    this.#box.timer(REPORT, "report on a query", () => this.#box.done(request.twice ? NO_REPLY : COLLISION));
  }

  /** Whether a backward frame that is heard now is the reply to our frame. */
  get #inReplyWindow(): boolean {
    return this.#box.request?.answers === true && this.#unsent === 0;
  }

  #heard({ tick, bits, data }: Frame): void {
    if (bits === 8 && this.#inReplyWindow) return this.#box.done({ kind: "byte", value: data });
    this.#box.events.push({ kind: "frame", bits, data, at: this.#when(tick, bits) });
  }

  #when(tick: number, bits: number) {
    return this.#ticks.at(tick, ((1 + bits) / 1200) * 1000, STOP, this.#box.clock.monotonic());
  }

  #status({ status, loopback }: Status): void {
    const { request, events } = this.#box;
    if (spoils(status)) {
      if (this.#inReplyWindow) return this.#box.done(COLLISION);
      if (loopback && request) return this.#collided(request);
      return events.push({ kind: "framing-error" });
    }
    switch (status) {
      case STATUS.timeout:
        // also where the loopback before it was lost: nothing else brings it
        if (request?.answers && !request.twice) this.#box.done(NO_REPLY);
        return;
      case STATUS.busLow:
        this.#dead = true;
        if (request) return this.#box.refuse("bus-power-lost", "the bus is low");
        return events.bus("bus-power-lost");
      case STATUS.recovered:
        this.#dead = false;
        return events.bus(null);
      case STATUS.queueFull:
        if (request && this.#unsent > 0) this.#noRoom(request);
        return;
      case STATUS.cannotProcess:
      case STATUS.badArgument:
      case STATUS.badCommand:
      case STATUS.badCommandToo:
        if (!request || this.#unsent === 0) return;
        if (this.#attempts < ATTEMPTS) return this.#attempt(request);
        return this.#box.refuse("protocol", `status ${status.toString(16)}`);
      default:
        return this.#box.log.debug({ status }, "status");
    }
  }

  /** Another master spoilt our frame: the box has given it up. */
  #collided(request: GatewayRequest): void {
    if (++this.#collisions >= COLLISIONS)
      return this.#box.refuse("bus-collision", `the frame was spoilt ${COLLISIONS} times`);
    this.#attempts--;
    this.#attempt(request);
  }

  #noRoom(request: GatewayRequest): void {
    if (++this.#full >= FULL_ATTEMPTS)
      return this.#box.refuse("gateway-full", `no room after ${FULL_ATTEMPTS} attempts`);
    this.#attempts--;
    this.#box.timer(FULL_WAIT, "wait for room", () => this.#attempt(request));
  }
}

/** Whether it tells of a frame that cannot be read. */
const spoils = (status: number): boolean => status >= STATUS.badStartBit && status <= STATUS.settlingViolation;
