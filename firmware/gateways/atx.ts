/**
 * Driver of the ATX LED DALI HAT (AL-DALI-HAT), 19200 baud on the Pi's own UART. Facts: what one public driver sends and reads;
 * the maker's paper was not at hand. Not verified, so options: which letter says that a reply was spoilt, and which that
 * the bus is dead. The box knows no question about itself: whether it is there is asked by a broadcast command that gear ignores.
 */
import { milliseconds } from "../../controllers/units.ts";
import { forward16 } from "../dali/frame.ts";
import { COLLISION, type GatewayRequest, NO_REPLY } from "../dali/gateway.ts";
import { AtxDecoder, type AtxLine, encodeAtxCommand } from "./atx-line.ts";
import type { SerialGateway } from "./kind.ts";
import { openSerial, type SerialBox, type SerialProtocol } from "./serial-box.ts";
import { isPair } from "./twice.ts";

/** The box answers a command within this time, also on a busy bus. */
const ANSWER = milliseconds(800);
const ATTEMPTS = 3;
/** After a spoilt frame the box may say more of it; then nothing of it is left. */
const DRAIN = milliseconds(30);

/** Broadcast command 0xFF: of a device type, and without ENABLE DEVICE TYPE nobody's (IEC 62386-102 11.7.14). */
const NOBODYS = encodeAtxCommand({ frame: forward16(0xffff), twice: false });

export const atx: SerialGateway = {
  name: "atx",
  title: "ATX LED DALI HAT",
  wire: "bytes",
  settings: { baud: 19200 },
  options: {
    /**
     * The letter for a reply that could not be read; it may say that a frame was given up, too, so the query is repeated. Where either may be
     * it, a frame that nobody answers tells them apart.
     */
    "spoilt-reply": ["either", "x", "z"],
    /** The letter for a bus without power; unknown: it looks like a collision that does not end. */
    "dead-bus": ["unknown", "x", "z"],
  },
  open: (stream, opening) => openSerial(stream, opening, (box: SerialBox<AtxLine>) => new Atx(box, opening.options)),
};

class Atx implements SerialProtocol<AtxLine> {
  readonly name = "atx";
  readonly decoder = AtxDecoder.fromBox();
  readonly byteGap = milliseconds(20);
  readonly quiet = milliseconds(2000);
  readonly overlaps = false;
  readonly #box: SerialBox<AtxLine>;
  readonly #spoiltReply: string | undefined;
  readonly #deadBus: string | undefined;
  #attempts = 0;
  /** What the next line is about; `draining`: nothing. */
  #stage: "frame" | "nobody's" | "draining" = "frame";
  /** Frames of ours that are still to be confirmed. */
  #left = 0;
  /** When the first of a pair was over, where we send the second. */
  #first: number | undefined;
  #parted = false;

  constructor(box: SerialBox<AtxLine>, options: Readonly<Record<string, string>>) {
    this.#box = box;
    this.#spoiltReply = options["spoilt-reply"];
    this.#deadBus = options["dead-bus"];
  }

  async greet(): Promise<string> {
    await this.ping();
    return "ATX LED DALI HAT";
  }

  async ping(): Promise<void> {
    await this.#box.ask({ bytes: NOBODYS, isAnswer: ({ kind }) => kind !== "heard", limit: ANSWER });
  }

  // ---- one request ----

  begin(request: GatewayRequest): void {
    this.#attempts = 0;
    this.#attempt(request);
  }

  #attempt(request: GatewayRequest): void {
    this.#attempts++;
    this.#first = undefined;
    this.#put(request);
  }

  #put({ frame, twice }: GatewayRequest): void {
    const byBox = twice && frame.bits === 16;
    this.#left = byBox ? 2 : 1;
    this.#parted = false;
    this.#say("frame", encodeAtxCommand({ frame, twice: byBox }));
  }

  #say(stage: "frame" | "nobody's", bytes: Uint8Array): void {
    this.#stage = stage;
    this.#box.write(bytes);
    this.#box.timer(ANSWER, "answer", () => {
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
    if (--this.#left > 0) return;
    if (!request.twice || request.frame.bits === 16) return this.#box.done(NO_REPLY);
    const now = this.#box.clock.monotonic();
    if (this.#first === undefined) {
      this.#first = now;
      return this.#put(request);
    }
    if (!this.#parted && isPair(request.frame, this.#first, now)) return this.#box.done(NO_REPLY);
    this.#again(() => this.#box.refuse("bus-collision", "other frames part the two each time"));
  }

  /** Waits until the box has said all about a spoilt frame, then goes on. */
  #drain(then: () => void): void {
    this.#stage = "draining";
    this.#box.timer(DRAIN, "drain", then);
  }

  #spoilt(request: GatewayRequest, letter: string): void {
    const dead = letter === this.#deadBus;
    const either = this.#spoiltReply === "either";
    const mayBeReply = request.answers && this.#stage === "frame" && (either || letter === this.#spoiltReply);
    // a frame that was given up may have the same letter: replies that spoil each other do so again
    if (mayBeReply && !either && !dead && this.#attempts > 1) return this.#box.done(COLLISION);
    this.#drain(() => {
      // the reply to a query is what is left, if a frame without one goes through
      if (mayBeReply && this.#attempts === ATTEMPTS - 1) {
        this.#attempts++;
        return this.#say("nobody's", NOBODYS);
      }
      this.#again(() =>
        dead
          ? this.#box.refuse("bus-power-lost", "the bus is dead")
          : this.#box.refuse("bus-collision", "frames are spoilt, or the bus is dead"),
      );
    });
  }

  // ---- what the box says ----

  take(line: AtxLine): void {
    const { request, events } = this.#box;
    if (line.kind === "heard") {
      this.#parted = true;
      return events.push({ kind: "frame", ...line.frame });
    }
    if (!request) {
      if (line.kind === "byte") events.push({ kind: "frame", bits: 8, data: line.value });
      else if (line.kind === "spoilt") events.push({ kind: "framing-error" });
      return;
    }
    if (this.#stage === "draining") return;
    if (line.kind === "spoilt") return this.#spoilt(request, line.letter);
    // whatever the answer: the frame went through, so the query's own was spoilt by its replies
    if (this.#stage === "nobody's") return this.#box.done(COLLISION);
    if (line.kind === "byte" && request.answers) return this.#box.done(line);
    this.#over(request);
  }
}
