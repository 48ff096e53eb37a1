import { toArc } from "../../controllers/lighting/curve.ts";
import type { ComponentId, DimmingCurve, Rank, Step } from "../../controllers/model.ts";
import type { Level } from "../../controllers/units.ts";
import type { To } from "./command.ts";
import { BROADCAST } from "./frame.ts";

/** A lamp of a DALI line. */
export interface DaliLamp {
  readonly id: ComponentId;
  /** Short address 0..63. */
  readonly address: number;
  readonly curve: DimmingCurve;
}

/** One DAPC to send, and which lamps' steps it does. */
export interface Order {
  readonly to: To;
  readonly arc: number;
  readonly steps: readonly { readonly lamp: DaliLamp; readonly level: Level }[];
}

interface Wanted {
  readonly lamp: DaliLamp;
  readonly level: Level;
  readonly arc: number;
  readonly user: boolean;
}

/**
 * Steps that wait for the bus: the latest of each lamp, in the order in which the lamps began to wait. What goes out is
 * decided when the bus is free, so that a step replaced meanwhile is never sent, and lamps that go to one level go in one frame.
 */
export class PendingSteps {
  readonly #lamps: ReadonlyMap<ComponentId, DaliLamp>;
  readonly #userRanks: ReadonlySet<Rank>;
  readonly #waiting = new Map<ComponentId, Wanted>();
  readonly #given = new Map<ComponentId, number>();

  constructor(lamps: readonly DaliLamp[], userRanks: readonly Rank[]) {
    this.#lamps = new Map(lamps.map((lamp) => [lamp.id, lamp]));
    this.#userRanks = new Set(userRanks);
  }

  /** Throws TypeError for a lamp that is not on the line. */
  put(step: Pick<Step, "lamp" | "level" | "rank">): void {
    const lamp = this.#lamps.get(step.lamp);
    if (!lamp) throw new TypeError(`step for lamp ${step.lamp}: it is not on this line`);
    const { level, rank } = step;
    this.#waiting.set(lamp.id, { lamp, level, arc: toArc(level, lamp.curve), user: this.#userRanks.has(rank) });
  }

  /** Whether steps wait that users gave (`user`), or others. */
  waits(user: boolean): boolean {
    for (const wanted of this.#waiting.values()) if (wanted.user === user) return true;
    return false;
  }

  /** Takes out what to send next for users, or for others: one frame. */
  take(user: boolean): Order | undefined {
    for (const wanted of this.#waiting.values()) {
      if (wanted.user !== user) continue;
      const together = this.#waiting.size > 1 && this.#allAt(wanted.arc);
      const steps = together ? [...this.#waiting.values()] : [wanted];
      for (const { lamp, arc } of steps) {
        this.#waiting.delete(lamp.id);
        this.#given.set(lamp.id, arc);
      }
      return { to: together ? BROADCAST : wanted.lamp.address, arc: wanted.arc, steps };
    }
    return undefined;
  }

  /** Forgets what waits, and what the lamps were given: they may be anywhere now. */
  clear(): void {
    this.#waiting.clear();
    this.#given.clear();
  }

  /** Whether every lamp of the line waits for this level or was last given it: then a broadcast changes nobody else. */
  #allAt(arc: number): boolean {
    for (const id of this.#lamps.keys()) {
      if ((this.#waiting.get(id)?.arc ?? this.#given.get(id)) !== arc) return false;
    }
    return true;
  }
}
