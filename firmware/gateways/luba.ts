/**
 * Driver of Lunatone gateways that speak LUBA over a serial line (article 24166096 and kin), 38400 baud. Facts: what
 * public drivers send and read; the vendor's paper was not at hand. So line power is not read from the box (status 0x2D
 * and event types 1 and 3 are not verified): a box that takes frames and never sends them stands for a dead bus.
 */
import { duration, milliseconds } from "../../controllers/units.ts";
import type { BusEvent, DaliGateway, GatewayRequest, Reply } from "../dali/gateway.ts";
import { COLLISION, NO_REPLY } from "../dali/gateway.ts";
import { after } from "../dali/timer.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Log } from "../hal/log.ts";
import { Queue } from "../hal/queue.ts";
import type { SerialGateway } from "./kind.ts";
import { encodeLuba, LubaDecoder, type LubaFrame } from "./luba-frame.ts";
import {
  answerTo,
  decodeAccepted,
  decodeDeviceInfo,
  decodeEvent,
  encodeAddFrame,
  LUBA,
  type LubaEvent,
  SETTINGS,
} from "./luba-message.ts";
import { ANSWER, ATTEMPTS, LubaQuestions } from "./luba-questions.ts";

/** It has put a frame on the bus within this time of its request, also on a busy bus. */
const CONFIRM = milliseconds(1000);
/** A backward frame is reported within this time of the forward frame (22.4 ms on the wire, IEC 62386-101). */
const REPLY_WINDOW = milliseconds(25);
/** After so much quiet the box is asked whether it is there. With two unanswered questions: noticed within 3.8 s. */
const QUIET = milliseconds(2600);
/** No gap inside a frame is longer: 16 ms is what USB adapters keep bytes back. */
const BYTE_GAP = milliseconds(20);

export const luba: SerialGateway = {
  name: "luba",
  title: "Lunatone gateways that speak LUBA",
  wire: "bytes",
  settings: { baud: 38400 },
  async open(stream, { clock, log, signal }) {
    const gateway = new LubaGateway(stream, clock, log);
    const abort = () => gateway.fail(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      signal.throwIfAborted();
      await gateway.greet();
      return gateway;
    } catch (error) {
      await gateway.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  },
};

/** A frame handed to the box, until its reply is known. */
interface Sending {
  readonly request: GatewayRequest;
  readonly bytes: Uint8Array;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
  attempt: number;
  /** The box's number for it, once it has taken it. */
  id: number | undefined;
  /** How often the box has still to say that it was sent. */
  unsent: number;
  timer: () => void;
}

class LubaGateway implements DaliGateway {
  readonly events = new Queue<BusEvent>();
  description = "LUBA";
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #decoder = new LubaDecoder("box");
  #sending: Sending | undefined;
  readonly #questions: LubaQuestions;
  #ended: { readonly reason: unknown } | undefined;
  #heard: number;
  #watch: () => void = () => {};
  #gap: () => void = () => {};

  constructor(stream: ByteStream, clock: Clock, log: Log) {
    this.#stream = stream;
    this.#clock = clock;
    this.#log = log;
    this.#questions = new LubaQuestions(clock, (bytes) => this.#write(bytes));
    this.#heard = clock.monotonic();
    void this.#listen();
  }

  get discarded(): number {
    return this.#decoder.discarded;
  }

  /** Asks who it is and sets what it reports; from then on watches that it lives. */
  async greet(): Promise<void> {
    const info = decodeDeviceInfo(await this.#questions.ask(LUBA.deviceInfo, Uint8Array.of(0)));
    if (info) this.description = `LUBA, article ${info.article}, GTIN ${info.gtin}`;
    const settings = await this.#questions.ask(LUBA.settings, SETTINGS);
    if (SETTINGS.some((byte, i) => settings[i] !== byte))
      throw new Fault("protocol", "luba", "it keeps other settings");
    this.#log.info({ gateway: this.description }, "gateway found");
    this.#watchAfter(QUIET);
  }

  send(request: GatewayRequest): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended.reason);
      if (this.#sending) return reject(new TypeError("the gateway is busy: one request at a time"));
      this.#sending = {
        request,
        bytes: encodeLuba(LUBA.addFrame, encodeAddFrame(request)),
        resolve,
        reject,
        attempt: 0,
        id: undefined,
        unsent: 0,
        timer: () => {},
      };
      this.#attempt(this.#sending);
    });
  }

  async close(): Promise<void> {
    this.fail(new Fault("port-lost", "luba", "closed"), true);
    await this.#stream.close();
  }

  /** Ends it all with `reason`: what waits is rejected, the stream is closed. */
  fail(reason: unknown, wanted = false): void {
    if (this.#ended) return;
    this.#ended = { reason };
    this.#watch();
    this.#gap();
    this.#sending?.timer();
    this.#sending?.reject(reason);
    this.#questions.fail(reason);
    this.#sending = undefined;
    if (wanted) this.events.end();
    else this.events.fail(reason);
    void this.#stream.close();
  }

  // ---- one frame ----

  #attempt(sending: Sending): void {
    sending.attempt++;
    sending.id = undefined;
    sending.unsent = sending.request.twice ? 2 : 1;
    this.#write(sending.bytes);
    sending.timer = after(this.#clock, ANSWER, "LUBA answer", () => {
      if (sending.id === undefined) this.#missed(sending, "gateway-silent");
      else {
        const left = duration(CONFIRM - ANSWER);
        sending.timer = after(this.#clock, left, "LUBA confirmation", () => this.#missed(sending, "bus-power-lost"));
      }
    });
  }

  #missed(sending: Sending, kind: "gateway-silent" | "bus-power-lost"): void {
    if (sending.attempt < ATTEMPTS) {
      this.#log.debug({ kind }, "frame not confirmed, sent again");
      this.#attempt(sending);
    } else if (kind === "gateway-silent") {
      this.fail(new Fault(kind, "luba", "no answer to a frame"));
    } else {
      this.#sending = undefined;
      sending.reject(new Fault(kind, "luba", "frames are taken but not sent"));
    }
  }

  #accepted(payload: Uint8Array): void {
    const sending = this.#sending;
    const answer = decodeAccepted(payload);
    if (!sending || !answer) return;
    if (answer.kind === "accepted") {
      sending.id ??= answer.id;
    } else {
      sending.timer();
      this.#sending = undefined;
      sending.reject(new Fault("protocol", "luba", `frame refused with code ${answer.code}`));
    }
  }

  #sent(event: Extract<LubaEvent, { kind: "sent" }>): void {
    const sending = this.#sending;
    const ours =
      sending !== undefined &&
      sending.unsent > 0 &&
      event.bits === sending.request.frame.bits &&
      event.data === sending.request.frame.data &&
      (sending.id === undefined || sending.id === event.id);
    if (!ours) {
      this.#log.debug({ id: event.id }, "confirmation of a frame that was given up");
      return;
    }
    sending.id = event.id;
    sending.unsent--;
    if (sending.unsent > 0) return;
    sending.timer();
    if (!sending.request.answers) return this.#done(NO_REPLY);
    sending.timer = after(this.#clock, REPLY_WINDOW, "DALI reply", () => {
      this.#take(this.#decoder.flush());
      if (this.#sending === sending) this.#done(NO_REPLY);
    });
  }

  /** Whether a backward frame that is heard now is the reply to our frame. */
  get #inReplyWindow(): boolean {
    return this.#sending?.request.answers === true && this.#sending.unsent === 0;
  }

  #done(reply: Reply): void {
    const sending = this.#sending;
    this.#sending = undefined;
    sending?.timer();
    sending?.resolve(reply);
  }

  // ---- what comes in ----

  async #listen(): Promise<void> {
    try {
      for await (const chunk of this.#stream.chunks) {
        if (this.#ended) return;
        this.#gap();
        this.#take(this.#decoder.push(chunk));
        if (this.#decoder.waiting) {
          this.#gap = after(this.#clock, BYTE_GAP, "LUBA byte gap", () => this.#take(this.#decoder.flush()));
        }
      }
      this.fail(new Fault("port-lost", "luba", "the stream ended"));
    } catch (error) {
      this.fail(error);
    }
  }

  #take(frames: readonly LubaFrame[]): void {
    for (const { command, payload } of frames) {
      this.#heard = this.#clock.monotonic();
      if (command === LUBA.event) this.#event(decodeEvent(payload));
      else if (command === answerTo(LUBA.addFrame)) this.#accepted(payload);
      else this.#questions.heard(command, payload);
    }
  }

  #event(event: LubaEvent | undefined): void {
    switch (event?.kind) {
      case "sent":
        return this.#sent(event);
      case "received":
        if (event.bits === 8 && this.#inReplyWindow) return this.#done({ kind: "byte", value: event.data });
        return this.events.push({ kind: "frame", bits: event.bits, data: event.data, at: this.#clock.monotonic() });
      case "framing-error":
      case "noise":
        // several answers at once spoil each other: an answer, not silence
        if (this.#inReplyWindow) return this.#done(COLLISION);
        return this.events.push({ kind: "framing-error", at: this.#clock.monotonic() });
      case "unknown":
        return this.#log.debug({ status: event.status }, "event of a kind that is not known");
      case undefined:
        return this.#log.debug({}, "malformed event");
    }
  }

  // ---- the box itself ----

  #write(bytes: Uint8Array): void {
    this.#stream.write(bytes).catch((error: unknown) => this.fail(error));
  }

  #watchAfter(ms: number): void {
    if (this.#ended) return;
    // whole ms: a rest too small for the clock to count would never pass
    this.#watch = after(this.#clock, duration(Math.ceil(ms)), "LUBA watch", () => {
      const quiet = this.#clock.monotonic() - this.#heard;
      if (quiet < QUIET) return this.#watchAfter(QUIET - quiet);
      // a frame under way has its own time-out
      if (this.#sending) return this.#watchAfter(QUIET);
      this.#questions.ask(LUBA.deviceInfo, Uint8Array.of(0)).then(
        () => this.#watchAfter(QUIET),
        (error: unknown) => this.fail(error),
      );
    });
  }
}
