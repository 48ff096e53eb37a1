/**
 * The life of a box on a stream of bytes, which all of them share: one request at a time, what comes in cut into frames,
 * questions about itself, a watch over its silence, one end. What the bytes mean is its `SerialProtocol`'s, which is handed
 * the box and calls it:
 *
 *     open: (stream, opening) => openSerial(stream, opening, (box: SerialBox<SomeFrame>) => new SomeProtocol(box, opening.options))
 */
import type { FaultKind } from "../../controllers/model.ts";
import { type Duration, duration } from "../../controllers/units.ts";
import type { DaliGateway, GatewayRequest, Reply } from "../dali/gateway.ts";
import { after } from "../dali/timer.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Log } from "../hal/log.ts";
import { BusEvents } from "./bus-events.ts";
import type { Opening } from "./kind.ts";
import { type Question, SerialQuestions } from "./serial-questions.ts";

/** Finds frames in a stream of bytes that may lose, gain or change some. Never throws, keeps no more than a frame or two. */
export interface SerialDecoder<Frame> {
  push(bytes: Uint8Array): readonly Frame[];
  /** Says that nothing more comes for now: what is incomplete is discarded, what was in doubt is decided. */
  flush(): readonly Frame[];
  /** Whether bytes wait for more. */
  readonly waiting: boolean;
  /** Bytes that belonged to no valid frame. */
  readonly discarded: number;
}

export interface SerialProtocol<Frame> {
  /** For faults and names of timers. */
  readonly name: string;
  readonly decoder: SerialDecoder<Frame>;
  /** No gap inside a frame is longer; after it the decoder is flushed. USB adapters keep bytes back for up to 16 ms. */
  readonly byteGap: Duration;
  /** After so much silence the box is asked whether it is there (`ping`), unless a request is under way: that has its own time-out. */
  readonly quiet: Duration;
  /** Whether a request may be sent while a question about itself is unanswered; else it waits for the answer. */
  readonly overlaps: boolean;
  /** Proves that it is there and sets it up. Gives its description. Throws Fault. */
  greet(): Promise<string>;
  /** Asks something harmless. Throws Fault: that ends the box. */
  ping(): Promise<void>;
  /** Puts a request on the line. It ends by `box.done`, `box.refuse` or `box.fail`. Throws TypeError for what the box cannot. */
  begin(request: GatewayRequest): void;
  /** A frame that is no answer to a question about itself. */
  take(frame: Frame): void;
}

/** What a request can come to beside a reply while the box lives on. */
export type Refusal =
  | "bus-power-lost"
  | "bus-short-circuit"
  | "bus-collision"
  | "gateway-full"
  | "gateway-fault"
  | "protocol";

/** Whatever fails a request for the bus' sake is told by an event, too. */
const OF_THE_BUS: readonly FaultKind[] = ["bus-power-lost", "bus-short-circuit", "gateway-fault"];

interface Sending {
  readonly request: GatewayRequest;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** Opens a box: greets it, then watches it. The stream is closed where that fails. As `GatewayKind.open`. */
export async function openSerial<Frame>(
  stream: ByteStream,
  { clock, log, signal }: Opening,
  protocolOf: (box: SerialBox<Frame>) => SerialProtocol<Frame>,
): Promise<SerialBox<Frame>> {
  const box = new SerialBox(stream, clock, log, protocolOf);
  const abort = () => box.end(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    await box.open();
    return box;
  } catch (error) {
    await box.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

export class SerialBox<Frame> implements DaliGateway {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: BusEvents;
  description = "";
  readonly #stream: ByteStream;
  readonly #protocol: SerialProtocol<Frame>;
  readonly #questions: SerialQuestions<Frame>;
  #sending: Sending | undefined;
  #begun = false;
  #asking = false;
  #ended: { readonly reason: unknown } | undefined;
  #heard: number;
  #requestTimer = () => {};
  #watch = () => {};
  #gap = () => {};

  constructor(
    stream: ByteStream,
    clock: Clock,
    log: Log,
    protocolOf: (box: SerialBox<Frame>) => SerialProtocol<Frame>,
  ) {
    this.#stream = stream;
    this.clock = clock;
    this.log = log;
    this.events = new BusEvents(clock);
    this.#questions = new SerialQuestions(clock, (bytes) => this.write(bytes));
    this.#heard = clock.monotonic();
    this.#protocol = protocolOf(this);
  }

  // ---- for whoever uses the gateway ----

  get discarded(): number {
    return this.#protocol.decoder.discarded;
  }

  send(request: GatewayRequest): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended.reason);
      if (this.#sending) return reject(new TypeError("the gateway is busy: one request at a time"));
      this.#sending = { request, resolve, reject };
      this.#begun = false;
      this.#begin();
    });
  }

  async close(): Promise<void> {
    this.end(new Fault("port-lost", this.#protocol.name, "closed"), true);
    await this.#stream.close();
  }

  // ---- for its protocol ----

  /** The request that is under way, from `begin` to its end. */
  get request(): GatewayRequest | undefined {
    return this.#begun ? this.#sending?.request : undefined;
  }

  write(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#stream.write(bytes).catch((error: unknown) => this.end(error));
  }

  /** The request's one timer: a new one replaces it, and the request's end calls it off. */
  timer(d: Duration, name: string, fire: () => void): void {
    this.#requestTimer();
    this.#requestTimer = after(this.clock, d, `${this.#protocol.name} ${name}`, fire);
  }

  /** Ends the request with what came back. The bus works: that is told where it did not. */
  done(reply: Reply): void {
    this.events.bus(null);
    this.#settle()?.resolve(reply);
  }

  /** Ends the request with a fault; the box works on. */
  refuse(kind: Refusal, detail: string): void {
    if (OF_THE_BUS.includes(kind)) this.events.bus(kind);
    this.#settle()?.reject(new Fault(kind, this.#protocol.name, detail));
  }

  /** Ends the box. */
  fail(kind: FaultKind, detail: string): void {
    this.end(new Fault(kind, this.#protocol.name, detail));
  }

  /** Asks the box about itself. Throws Fault `gateway-silent`, or what ended the box. */
  async ask(question: Question<Frame>): Promise<Frame> {
    this.#asking = true;
    try {
      const answer = await this.#questions.ask(question);
      if (answer === undefined) throw new Fault("gateway-silent", this.#protocol.name, "no answer about itself");
      return answer;
    } finally {
      this.#asking = false;
      this.#begin();
    }
  }

  /** Decides now what the decoder has doubts about. */
  flush(): void {
    this.#take(this.#protocol.decoder.flush());
  }

  // ---- its life ----

  /** Called once, by `openSerial`. */
  async open(): Promise<void> {
    void this.#listen();
    this.description = await this.#protocol.greet();
    this.log.info({ gateway: this.description }, "gateway found");
    this.#watchAfter(this.#protocol.quiet);
  }

  /** Ends it all with `reason`: what waits is rejected, the stream is closed. */
  end(reason: unknown, wanted = false): void {
    if (this.#ended) return;
    this.#ended = { reason };
    this.#watch();
    this.#gap();
    this.#questions.fail(reason);
    this.#settle()?.reject(reason);
    if (wanted) this.events.end();
    else this.events.fail(reason);
    void this.#stream.close();
  }

  #begin(): void {
    const sending = this.#sending;
    if (!sending || this.#begun || this.#ended) return;
    if (this.#asking && !this.#protocol.overlaps) return;
    this.#begun = true;
    try {
      this.#protocol.begin(sending.request);
    } catch (error) {
      this.#settle()?.reject(error);
    }
  }

  #settle(): Sending | undefined {
    const sending = this.#sending;
    this.#sending = undefined;
    this.#begun = false;
    this.#requestTimer();
    return sending;
  }

  async #listen(): Promise<void> {
    const { decoder, byteGap, name } = this.#protocol;
    try {
      for await (const chunk of this.#stream.chunks) {
        if (this.#ended) return;
        this.#gap();
        this.#take(decoder.push(chunk));
        if (decoder.waiting) this.#gap = after(this.clock, byteGap, `${name} byte gap`, () => this.flush());
      }
      this.fail("port-lost", "the stream ended");
    } catch (error) {
      this.end(error);
    }
  }

  #take(frames: readonly Frame[]): void {
    for (const frame of frames) {
      if (this.#ended) return;
      this.#heard = this.clock.monotonic();
      if (!this.#questions.heard(frame)) this.#protocol.take(frame);
    }
  }

  #watchAfter(ms: number): void {
    if (this.#ended) return;
    const { quiet, name } = this.#protocol;
    // whole ms: a rest too small for the clock to count would never pass
    this.#watch = after(this.clock, duration(Math.ceil(ms)), `${name} watch`, () => {
      const silent = this.clock.monotonic() - this.#heard;
      if (silent < quiet) return this.#watchAfter(quiet - silent);
      if (this.#sending) return this.#watchAfter(quiet);
      this.#protocol.ping().then(
        () => this.#watchAfter(quiet),
        (error: unknown) => this.end(error),
      );
    });
  }
}
