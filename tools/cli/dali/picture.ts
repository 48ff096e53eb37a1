import { decodeGear, wireTime } from "../../../firmware/dali/frame.ts";
import type { Reply } from "../../../firmware/dali/gateway.ts";
import type { Traffic } from "../../../firmware/dali/traffic.ts";
import { type TrafficText, trafficReader } from "./traffic-text.ts";

/** What is known of one short address from what passed on the bus. */
export interface SeenLamp {
  /** Arc power level, as it answered or, until then, as it was told. */
  readonly level: number | undefined;
  readonly failure: boolean;
  /** Its last answer was none. */
  readonly silent: boolean;
}

export interface PictureLine extends TrafficText {
  readonly at: number;
}

/** Shortest settling of any frame, ms (IEC 62386-101). */
const SETTLING = 13.5;
const WINDOW = 10_000;
const QUERY_STATUS = 0x90;
const QUERY_LEVEL = 0xa0;

/** What a monitor shows of a bus, built from its traffic. `at` in ms of one clock. */
export class Picture {
  readonly lamps = new Map<number, SeenLamp>();
  readonly counts = { own: 0, foreign: 0, errors: 0, missed: 0 };
  readonly lines: PictureLine[] = [];
  /** What the bus is at fault with. */
  fault: string | null = null;
  readonly #keep: number;
  readonly #read = trafficReader();
  /** What another master asked last: its answer may come next. */
  #asked: Question | undefined;
  #busy: { readonly at: number; readonly ms: number }[] = [];

  /** `keep`: how many lines are kept. */
  constructor(keep = 200) {
    this.#keep = keep;
  }

  see(traffic: Traffic): PictureLine {
    const line = { at: traffic.at, ...this.#read(traffic) };
    this.lines.push(line);
    if (this.lines.length > this.#keep) this.lines.shift();
    this.#count(traffic);
    this.#learn(traffic);
    return line;
  }

  /** Part of the last 10 s that the bus was in use, 0 to 1. */
  utilisation(now: number): number {
    this.#busy = this.#busy.filter(({ at }) => at > now - WINDOW);
    return Math.min(1, this.#busy.reduce((sum, { ms }) => sum + ms, 0) / WINDOW);
  }

  #count(traffic: Traffic): void {
    const { counts } = this;
    const use = (ms: number) => this.#busy.push({ at: traffic.at, ms });
    switch (traffic.kind) {
      case "sent": {
        const frames = traffic.twice ? 2 : 1;
        counts.own += frames;
        const answered = traffic.reply !== null && traffic.reply.kind !== "none";
        use(frames * (SETTLING + wireTime(traffic.frame.bits)) + (answered ? SETTLING / 2 + wireTime(8) : 0));
        return;
      }
      case "foreign":
        counts.foreign++;
        use(traffic.bits === 8 ? wireTime(8) : SETTLING + wireTime(traffic.bits === 24 ? 24 : 16));
        return;
      case "gap":
        counts.missed += traffic.frames;
        return;
      case "bus":
        this.fault = traffic.fault;
        return;
      case "failed":
      case "framing-error":
        counts.errors++;
        return;
    }
  }

  #learn(traffic: Traffic): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (traffic.kind !== "sent" && traffic.kind !== "foreign") return;
    const frame = traffic.kind === "sent" ? traffic.frame : traffic;
    if (frame.bits === 8 && asked) return this.#answered(asked, { kind: "byte", value: frame.data });
    if (frame.bits !== 16) return;
    const said = decodeGear(frame.data);
    if (said.kind === "arc" && said.level < 255) {
      const { to } = said;
      const meant = to.kind === "short" ? [to.address] : to.kind === "broadcast" ? [...this.lamps.keys()] : [];
      for (const address of meant) this.#note(address, { level: said.level });
    }
    if (said.kind !== "command" || said.to.kind !== "short") return;
    const question = { address: said.to.address, opcode: said.opcode };
    if (traffic.kind === "foreign") this.#asked = question;
    else if (traffic.reply) this.#answered(question, traffic.reply);
  }

  #answered({ address, opcode }: Question, reply: Reply): void {
    if (reply.kind === "none") {
      if (this.lamps.has(address)) this.#note(address, { silent: true });
    } else if (reply.kind === "byte" && opcode === QUERY_LEVEL) {
      this.#note(address, { level: reply.value === 255 ? undefined : reply.value, silent: false });
    } else if (reply.kind === "byte" && opcode === QUERY_STATUS) {
      this.#note(address, { failure: (reply.value & 3) !== 0, silent: false });
    }
  }

  #note(address: number, news: Partial<SeenLamp>): void {
    const before = this.lamps.get(address) ?? { level: undefined, failure: false, silent: false };
    this.lamps.set(address, { ...before, ...news });
  }
}

interface Question {
  readonly address: number;
  readonly opcode: number;
}
