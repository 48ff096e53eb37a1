import type { ComponentId, Reading } from "../../controllers/model.ts";
import { type Duration, type Instant, milliseconds, seconds } from "../../controllers/units.ts";

export interface MainsReturnOptions {
  /**
   * How long a gear is left alone after its first answer: it goes to its power-on level some 600 ms after mains, and a level
   * sent into that has been seen to be lost.
   */
  readonly settle?: Duration;
  /** How long the first lamp that is ready waits for others, so that lamps of one supply can be told together. */
  readonly gather?: Duration;
}

/** After so long a restored lamp is asked whether it has obeyed; then it is asked less and less often. */
const CHECK = 2000;
const LONGEST_CHECK = 300_000;
/** Gear that went silent is asked so often; some needs seconds to boot. */
const AGAIN = 1000;
const LONGEST_AGAIN = 30_000;

type Phase =
  | { readonly kind: "steady" }
  /** Another lamp's mains returned: perhaps this one's, too. */
  | { readonly kind: "suspect" }
  | { readonly kind: "silent"; readonly askAt: number; readonly wait: number }
  | { readonly kind: "settling"; readonly until: number; readonly vanished: boolean }
  /** `wait`: how long after its level was sent it is asked whether it has obeyed. */
  | { readonly kind: "ready"; readonly since: number; readonly wait: number }
  | { readonly kind: "restored"; readonly askAt: number; readonly wait: number };

const STEADY: Phase = { kind: "steady" };

/**
 * Which lamps had no mains for a while, and when each can take its level again. POWER CYCLE SEEN tells it (IEC 62386-102
 * 9.13; any level command clears it), or that a lamp did not answer and answers again. Pure: it is told what was seen, says
 * whose status to ask next, and which lamps are to have their level sent anew. `ms` is monotonic time.
 */
export class MainsReturn {
  readonly #phases: Map<ComponentId, Phase>;
  readonly #settle: number;
  readonly #gather: number;

  constructor(
    lamps: readonly ComponentId[],
    { settle = milliseconds(700), gather = seconds(5) }: MainsReturnOptions = {},
  ) {
    this.#phases = new Map(lamps.map((id) => [id, STEADY]));
    this.#settle = settle;
    this.#gather = gather;
  }

  /** A lamp's status was asked for: whether it had a power cycle, null where no answer came. */
  status(id: ComponentId, powerCycleSeen: boolean | null, ms: number): void {
    const phase = this.#phases.get(id);
    if (!phase) return;
    if (powerCycleSeen === null) this.#unanswered(id, phase, ms);
    else if (powerCycleSeen) this.#cycled(id, phase, ms);
    else this.#calm(id, phase, ms);
  }

  /** The line itself was down: all levels are sent anew in any case. */
  forget(): void {
    for (const id of this.#phases.keys()) this.#phases.set(id, STEADY);
  }

  /** The line counts a lamp as missing: whenever it answers again, its mains may have been away. */
  missing(id: ComponentId, ms: number): void {
    const phase = this.#phases.get(id);
    if (phase && phase.kind !== "silent") this.#phases.set(id, silentFrom(ms));
  }

  /** Whose status to ask now, ahead of the usual round; undefined where nobody's. */
  next(ms: number): ComponentId | undefined {
    let best: ComponentId | undefined;
    let earliest = ms;
    for (const [id, phase] of this.#phases) {
      const at = askAt(phase);
      if (at > earliest || (best !== undefined && at === earliest)) continue;
      [best, earliest] = [id, at];
    }
    return best;
  }

  /** When there is, or will be, something to ask or to restore; Infinity where never. */
  get wakeAt(): number {
    let at = Number.POSITIVE_INFINITY;
    for (const phase of this.#phases.values()) {
      at = Math.min(at, phase.kind === "ready" ? phase.since + this.#gather : askAt(phase));
    }
    return at;
  }

  /** The lamps whose level is to be sent anew now, each told once: all that are ready, once nobody else is expected soon. */
  restore(ms: number): readonly ComponentId[] {
    const ready = [...this.#phases].flatMap(([id, phase]) => (phase.kind === "ready" ? [{ id, ...phase }] : []));
    if (ready.length === 0) return [];
    const expected = this.#phases.values().some(({ kind }) => kind === "suspect" || kind === "settling");
    if (expected && ready.every(({ since }) => ms - since < this.#gather)) return [];
    for (const { id, wait } of ready) this.#phases.set(id, { kind: "restored", askAt: ms + wait, wait });
    return ready.map(({ id }) => id);
  }

  #unanswered(id: ComponentId, phase: Phase, ms: number): void {
    if (phase.kind === "silent") {
      const wait = Math.min(LONGEST_AGAIN, phase.wait * 1.5);
      this.#phases.set(id, { kind: "silent", askAt: ms + wait, wait });
    }
    // it is still booting, or has lost its mains again; of a lamp that was well one missing answer says nothing
    else if (phase.kind !== "steady") this.#phases.set(id, silentFrom(ms));
  }

  #cycled(id: ComponentId, phase: Phase, ms: number): void {
    switch (phase.kind) {
      case "settling":
        if (ms >= phase.until) this.#ready(id, ms);
        return;
      case "ready":
        return;
      case "restored":
        // it did not take the level, or its mains went once more: again, but gear that never clears the flag less and less often
        if (ms >= phase.askAt) this.#ready(id, ms, Math.min(LONGEST_CHECK, phase.wait * 2));
        return;
      case "steady":
        for (const [other, { kind }] of this.#phases)
          if (kind === "steady") this.#phases.set(other, { kind: "suspect" });
        this.#settleFrom(id, false, ms);
        return;
      case "suspect":
      case "silent":
        this.#settleFrom(id, phase.kind === "silent", ms);
        return;
    }
  }

  /** It answers, and its power cycle is not seen any more, or it has no such flag. */
  #calm(id: ComponentId, phase: Phase, ms: number): void {
    if (phase.kind === "silent") this.#settleFrom(id, true, ms);
    else if (phase.kind === "settling" && phase.vanished) {
      if (ms >= phase.until) this.#ready(id, ms);
    }
    // a level command has reached it meanwhile
    else if (phase.kind !== "ready") this.#phases.set(id, STEADY);
  }

  #settleFrom(id: ComponentId, vanished: boolean, ms: number): void {
    this.#phases.set(id, { kind: "settling", until: ms + this.#settle, vanished });
  }

  #ready(id: ComponentId, ms: number, wait = CHECK): void {
    this.#phases.set(id, { kind: "ready", since: ms, wait });
  }
}

const silentFrom = (ms: number): Phase => ({ kind: "silent", askAt: ms + AGAIN, wait: AGAIN });

function askAt(phase: Phase): number {
  switch (phase.kind) {
    case "steady":
    case "ready":
      return Number.POSITIVE_INFINITY;
    case "suspect":
      return Number.NEGATIVE_INFINITY;
    case "settling":
      return phase.until;
    case "silent":
    case "restored":
      return phase.askAt;
  }
}

/**
 * What tells the loop that a lamp may be anywhere and needs its target again: the end of a fault, whether or not one was
 * told. The gear fades there from where it is.
 */
export const needsItsLevel = (source: ComponentId, at: Instant): Reading => ({
  kind: "fault",
  source,
  fault: null,
  at,
});
