/**
 * Driver of Foxtron's DALI232 on a serial line and DALInet, DALI2net over TCP (port 23 for the first bus, 24 for the second), by the
 * maker's paper v1.7. The box answers when the frame was on the bus and its reply window is over, so a frame that is not answered
 * may be waiting, unsent or unheard of: then the box is asked for the state of the bus, its queue is emptied, and the frame is handed
 * over once more. Not verified: whether a frame sent twice is answered once or twice (both are understood), and whether a frame that
 * waits when the bus loses its power goes out when it is back (the queue is emptied).
 */
import { duration, milliseconds, seconds } from "../../controllers/units.ts";
import { wireTime } from "../dali/frame.ts";
import { COLLISION, type GatewayRequest, NO_REPLY, type Reply } from "../dali/gateway.ts";
import { encodeFoxtron, FoxtronDecoder } from "./foxtron-frame.ts";
import { keptAlive } from "./foxtron-keep-alive.ts";
import {
  decodeFromBox,
  encodeFromHost,
  type FromBox,
  type FromHost,
  ITEM,
  POWER,
  SPECIALS,
} from "./foxtron-message.ts";
import type { SerialGateway } from "./kind.ts";
import { openSerial, type Refusal, type SerialBox, type SerialProtocol } from "./serial-box.ts";

/** It answers a question about itself within this time. */
const ANSWER = milliseconds(400);
/** It has answered a frame within this time of its request, also on a busy bus. */
const CONFIRM = milliseconds(700);
/** After the first of two frames was answered, the second is within this time, or was part of that answer. */
const SECOND_ANSWER = milliseconds(100);
/** How often a frame is handed over before a fault is called. */
const ATTEMPTS = 2;
/** A full box is asked again after this time, so often. */
const FULL_WAIT = milliseconds(100);
const FULL_ATTEMPTS = 6;
/** Over TCP the box hangs up when it heard nothing for about 30 s, also while it talks of others' traffic. */
const KEEP_ALIVE = seconds(20);
/** No gear begins to answer sooner after a frame, ms (IEC 62386-101). */
const SOONEST_ANSWER = 2.4;

const say = (message: FromHost): Uint8Array => encodeFoxtron(encodeFromHost(message));
const READ_FIRMWARE = say({ kind: "read", item: ITEM.firmware });

export const foxtron: SerialGateway = {
  name: "foxtron",
  title: "Foxtron DALI232, DALInet and DALI2net",
  wire: "bytes",
  // the unit draws its supply from the line
  settings: { baud: 19200, parity: "even", rts: true, dtr: true },
  open: (stream, opening) =>
    openSerial(
      keptAlive(stream, opening.clock, READ_FIRMWARE, KEEP_ALIVE),
      opening,
      (box: SerialBox<Uint8Array>) => new Foxtron(box),
    ),
};

type Value = Extract<FromBox, { kind: "value" }>;
type OnBus = Extract<FromBox, { kind: "heard" | "answered" }>;

class Foxtron implements SerialProtocol<Uint8Array> {
  readonly name = "foxtron";
  readonly decoder = new FoxtronDecoder();
  // a start is known as such wherever it comes: a gap only settles what is discarded, and TCP may make long ones
  readonly byteGap = milliseconds(250);
  // with two unanswered questions: a box that is gone is noticed within 3.4 s
  readonly quiet = milliseconds(2600);
  // a request may ask about the bus: its question must not meet another
  readonly overlaps = false;
  readonly #box: SerialBox<Uint8Array>;
  /** Why nothing can be sent, as the box last said. */
  #fault: Refusal | undefined;
  #requests = 0;
  #attempts = 0;
  #full = 0;
  #answers = 0;

  constructor(box: SerialBox<Uint8Array>) {
    this.#box = box;
  }

  async greet(): Promise<string> {
    const firmware = await this.#read(ITEM.firmware);
    const serial = await this.#read(ITEM.serial);
    // what an earlier opening left there
    await this.#emptyQueue();
    this.#state(await this.#read(ITEM.power));
    return `Foxtron, serial number ${serial}, firmware ${firmware >> 8}.${firmware & 0xff}`;
  }

  async ping(): Promise<void> {
    await this.#read(ITEM.firmware);
  }

  begin(request: GatewayRequest): void {
    this.#requests++;
    this.#attempts = 0;
    this.#full = 0;
    if (this.#fault) this.#ifGood(() => this.#attempt(request));
    else this.#attempt(request);
  }

  take(payload: Uint8Array): void {
    const message = decodeFromBox(payload);
    switch (message?.kind) {
      case "heard":
      case "answered":
        return message.own ? this.#answered(message) : this.#foreign(message);
      case "special":
        return this.#special(message.code);
      case "value":
      case "written":
        // the answer to a keep-alive, or to a question that was given up
        return;
      case undefined:
        return this.#box.log.debug({ type: payload[0] }, "malformed message");
    }
  }

  // ---- questions ----

  async #read(item: number): Promise<number> {
    const isAnswer = (payload: Uint8Array) => {
      const message = decodeFromBox(payload);
      return message?.kind === "value" && message.item === item;
    };
    const answer = await this.#box.ask({ bytes: say({ kind: "read", item }), isAnswer, limit: ANSWER });
    return (decodeFromBox(answer) as Value).value;
  }

  async #emptyQueue(): Promise<void> {
    const item = ITEM.queue;
    const isAnswer = (payload: Uint8Array) => {
      const message = decodeFromBox(payload);
      return message?.kind === "written" && message.item === item;
    };
    await this.#box.ask({ bytes: say({ kind: "write", item, value: 0 }), isAnswer, limit: ANSWER });
  }

  /** Goes on with the request where the box says that the bus is good. */
  #ifGood(then: () => void): void {
    const request = this.#requests;
    this.#read(ITEM.power).then(
      (code) => {
        this.#state(code);
        if (this.#requests !== request || !this.#box.request) return;
        if (this.#fault) this.#box.refuse(this.#fault, `state ${code} of the bus`);
        else then();
      },
      (error: unknown) => this.#box.end(error),
    );
  }

  /** What the box says of the bus. */
  #state(code: number): void {
    this.#fault = faultOf(code);
    this.#box.events.bus(this.#fault ?? null);
  }

  // ---- one frame ----

  #attempt(request: GatewayRequest): void {
    this.#attempts++;
    this.#answers = 0;
    const { priority, frame, twice } = request;
    this.#box.write(say({ kind: "send", priority, frame, twice }));
    this.#box.timer(CONFIRM, "answer to a frame", () => this.#ifGood(() => this.#again(request)));
  }

  /** Hands the frame over once more, when no other copy of it waits in the box. */
  #again(request: GatewayRequest): void {
    if (this.#attempts >= ATTEMPTS) return this.#box.fail("gateway-silent", "no answer to a frame");
    const number = this.#requests;
    this.#emptyQueue().then(
      () => {
        if (this.#requests === number && this.#box.request) this.#attempt(request);
      },
      (error: unknown) => this.#box.end(error),
    );
  }

  #answered(message: OnBus): void {
    const { request } = this.#box;
    const { bits, data } = message;
    if (!request || request.frame.bits !== bits || request.frame.data !== data)
      return this.#box.log.debug({ bits, data }, "answer to a frame that was given up");
    this.#fault = undefined;
    const reply = request.answers ? replyOf(message) : NO_REPLY;
    if (!request.twice || ++this.#answers === 2) return this.#box.done(reply);
    this.#box.timer(SECOND_ANSWER, "answer to the second frame", () => this.#box.done(reply));
  }

  // ---- what the box says by itself ----

  #special(code: number): void {
    const { request } = this.#box;
    switch (code) {
      case SPECIALS.full:
        if (!request) return;
        if (++this.#full >= FULL_ATTEMPTS)
          return this.#box.refuse("gateway-full", `no room after ${FULL_ATTEMPTS} attempts`);
        this.#attempts--;
        return this.#box.timer(FULL_WAIT, "wait for room", () => this.#attempt(request));
      case SPECIALS.checksum:
        if (!request) return;
        if (this.#attempts >= ATTEMPTS) return this.#box.refuse("protocol", "it cannot read what it is told");
        return this.#attempt(request);
      case SPECIALS.invalid:
        if (request) this.#box.refuse("protocol", "invalid command");
        return;
      case POWER.good:
        return this.#state(code);
      default:
        this.#state(code);
        if (!request || !this.#fault) return;
        this.#box.write(say({ kind: "write", item: ITEM.queue, value: 0 }));
        return this.#box.refuse(this.#fault, `state ${code} of the bus`);
    }
  }

  #foreign(message: OnBus): void {
    const { events, clock } = this.#box;
    const { bits, data } = message;
    if (bits === 0) return events.push({ kind: "framing-error" });
    if (message.kind === "heard") return events.push({ kind: "frame", bits, data });
    const answered = clock.monotonic();
    const at = duration(Math.max(0, answered - wireTime(8) - SOONEST_ANSWER));
    events.push({ kind: "frame", bits, data, at });
    const { answer } = message;
    events.push(answer === null ? { kind: "framing-error" } : { kind: "frame", bits: 8, data: answer });
  }
}

const replyOf = (message: OnBus): Reply => {
  if (message.kind === "heard") return NO_REPLY;
  return message.answer === null ? COLLISION : { kind: "byte", value: message.answer };
};

/** undefined is good; a state that the paper does not know is a fault of the box. */
function faultOf(code: number): Refusal | undefined {
  if (code === POWER.good) return undefined;
  return code === POWER.lost ? "bus-power-lost" : "gateway-fault";
}
