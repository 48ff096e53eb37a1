/**
 * Driver of Lunatone gateways that speak LUBA over a serial line (article 24166096 and kin), 38400 baud. Facts: what
 * public drivers send and read; the vendor's paper was not at hand. Not verified, so options: the code of a full buffer,
 * and whether events of types 1 and 3 say why a frame was not sent. Without them a box that takes frames and never sends
 * them stands for a dead bus, or for another master in the way where framing errors were heard meanwhile.
 */
import { duration, milliseconds } from "../../controllers/units.ts";
import { COLLISION, type GatewayRequest, NO_REPLY } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import type { SerialGateway } from "./kind.ts";
import { encodeLuba, LubaDecoder, type LubaFrame } from "./luba-frame.ts";
import {
  answerTo,
  decodeAccepted,
  decodeDeviceInfo,
  decodeEvent,
  encodeAddFrame,
  FAILURE,
  LUBA,
  type LubaEvent,
  SETTINGS,
} from "./luba-message.ts";
import { openSerial, type SerialBox, type SerialProtocol } from "./serial-box.ts";

/** The box answers on the serial line within this time; nothing on the bus is waited for. */
const ANSWER = milliseconds(600);
/** It has put a frame on the bus within this time of its request, also on a busy bus. */
const CONFIRM = milliseconds(1000);
/** A backward frame is reported within this time of the forward frame (22.4 ms on the wire, IEC 62386-101). */
const REPLY_WINDOW = milliseconds(25);
/** How often a frame is handed over before a fault is called. */
const ATTEMPTS = 2;
/** A full box is asked again after this time, so often. */
const FULL_WAIT = milliseconds(100);
const FULL_ATTEMPTS = 6;

const CODES = Array.from({ length: 16 }, (_, code) => `${code}`);

export const luba: SerialGateway = {
  name: "luba",
  title: "Lunatone gateways that speak LUBA",
  wire: "bytes",
  settings: { baud: 38400 },
  options: {
    /** By which code it refuses a frame when its buffer is full. */
    "full-code": ["unknown", ...CODES],
    /** Whether events of types 1 and 3 carry the codes of Lunatone's IoT gateways: 61 collision, 62 bus error, 63 time-out. */
    failures: ["silent", "coded"],
  },
  open: (stream, opening) => openSerial(stream, opening, (box: SerialBox<LubaFrame>) => new Luba(box, opening.options)),
};

class Luba implements SerialProtocol<LubaFrame> {
  readonly name = "luba";
  readonly decoder = new LubaDecoder("box");
  readonly byteGap = milliseconds(20);
  // with two unanswered questions: a box that is gone is noticed within 3.8 s
  readonly quiet = milliseconds(2600);
  readonly overlaps = true;
  readonly #box: SerialBox<LubaFrame>;
  readonly #fullCode: number | undefined;
  readonly #coded: boolean;
  #attempts = 0;
  #full = 0;
  /** The box's number for the frame, once it has taken it. */
  #id: number | undefined;
  /** How often the box has still to say that the frame was sent. */
  #unsent = 0;
  #spoilt = false;

  constructor(box: SerialBox<LubaFrame>, options: Readonly<Record<string, string>>) {
    this.#box = box;
    const code = options["full-code"];
    this.#fullCode = code === undefined || code === "unknown" ? undefined : Number(code);
    this.#coded = options["failures"] === "coded";
  }

  async greet(): Promise<string> {
    const { payload } = await this.#ask(LUBA.deviceInfo, Uint8Array.of(0));
    const kept = (await this.#ask(LUBA.settings, SETTINGS)).payload;
    if (SETTINGS.some((byte, i) => kept[i] !== byte)) throw new Fault("protocol", "luba", "it keeps other settings");
    const info = decodeDeviceInfo(payload);
    return info ? `LUBA, article ${info.article}, GTIN ${info.gtin}` : "LUBA";
  }

  async ping(): Promise<void> {
    await this.#ask(LUBA.deviceInfo, Uint8Array.of(0));
  }

  begin(request: GatewayRequest): void {
    this.#attempts = 0;
    this.#full = 0;
    this.#spoilt = false;
    this.#attempt(request);
  }

  take({ command, payload }: LubaFrame): void {
    if (command === LUBA.event) this.#event(decodeEvent(payload));
    else if (command === answerTo(LUBA.addFrame)) this.#answered(payload);
  }

  #ask(command: number, payload: Uint8Array): Promise<LubaFrame> {
    const isAnswer = (frame: LubaFrame) => frame.command === answerTo(command);
    return this.#box.ask({ bytes: encodeLuba(command, payload), isAnswer, limit: ANSWER });
  }

  // ---- one frame ----

  #attempt(request: GatewayRequest): void {
    this.#attempts++;
    this.#id = undefined;
    this.#unsent = request.twice ? 2 : 1;
    this.#box.write(encodeLuba(LUBA.addFrame, encodeAddFrame(request)));
    this.#box.timer(ANSWER, "answer", () => {
      if (this.#id === undefined) return this.#again(() => this.#box.fail("gateway-silent", "no answer to a frame"));
      this.#box.timer(duration(CONFIRM - ANSWER), "confirmation", () =>
        this.#again(() =>
          this.#spoilt
            ? this.#box.refuse("bus-collision", "frames are taken and not sent, among framing errors")
            : this.#box.refuse("bus-power-lost", "frames are taken and not sent"),
        ),
      );
    });
  }

  /** Hands the frame over once more; `otherwise` where that was done. */
  #again(otherwise: () => void): void {
    const { request } = this.#box;
    if (!request) return;
    if (this.#attempts >= ATTEMPTS) return otherwise();
    this.#box.log.debug({ attempt: this.#attempts }, "frame not confirmed, handed over again");
    this.#attempt(request);
  }

  #answered(payload: Uint8Array): void {
    const { request } = this.#box;
    const answer = decodeAccepted(payload);
    if (!request || !answer) return;
    if (answer.kind === "accepted") {
      this.#id ??= answer.id;
    } else if (answer.code !== this.#fullCode) {
      this.#box.refuse("protocol", `frame refused with code ${answer.code}`);
    } else if (++this.#full >= FULL_ATTEMPTS) {
      this.#box.refuse("gateway-full", `no room after ${FULL_ATTEMPTS} attempts`);
    } else {
      this.#attempts--;
      this.#box.timer(FULL_WAIT, "wait for room", () => this.#attempt(request));
    }
  }

  #sent(event: Extract<LubaEvent, { kind: "sent" }>): void {
    const { request } = this.#box;
    const ours =
      request !== undefined &&
      this.#unsent > 0 &&
      event.bits === request.frame.bits &&
      event.data === request.frame.data &&
      (this.#id === undefined || this.#id === event.id);
    if (!ours) return this.#box.log.debug({ id: event.id }, "confirmation of a frame that was given up");
    this.#id = event.id;
    this.#unsent--;
    if (this.#unsent > 0) return;
    if (!request.answers) return this.#box.done(NO_REPLY);
    this.#box.timer(REPLY_WINDOW, "reply window", () => {
      this.#box.flush();
      if (this.#inReplyWindow) this.#box.done(NO_REPLY);
    });
  }

  /** Whether a backward frame that is heard now is the reply to our frame. */
  get #inReplyWindow(): boolean {
    return this.#box.request?.answers === true && this.#unsent === 0;
  }

  // ---- what happens on the bus ----

  #event(event: LubaEvent | undefined): void {
    const { events, log } = this.#box;
    switch (event?.kind) {
      case "sent":
        return this.#sent(event);
      case "received":
        if (event.bits === 8 && this.#inReplyWindow) return this.#box.done({ kind: "byte", value: event.data });
        return events.push({ kind: "frame", bits: event.bits, data: event.data });
      case "framing-error":
      case "noise":
        // several answers at once spoil each other: an answer, not silence
        if (this.#inReplyWindow) return this.#box.done(COLLISION);
        this.#spoilt = true;
        return events.push({ kind: "framing-error" });
      case "unknown":
        if (this.#coded) this.#failed(event.status & 0x3f);
        else log.debug({ status: event.status }, "event of a kind that is not known");
        return;
      case undefined:
        return log.debug({}, "malformed event");
    }
  }

  /** The box gave a frame up. */
  #failed(code: number): void {
    if (!this.#box.request || this.#unsent === 0) return;
    const [kind, why] =
      code === FAILURE.collision
        ? (["bus-collision", "another master spoilt the frame"] as const)
        : ([
            "bus-power-lost",
            code === FAILURE.busError ? "bus error" : "the frame could not be sent in time",
          ] as const);
    this.#again(() => this.#box.refuse(kind, why));
  }
}
