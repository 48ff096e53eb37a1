import { toArc } from "../../controllers/lighting/curve.ts";
import type { ComponentId, DimmingCurve, Rank, Step } from "../../controllers/model.ts";
import type { Level } from "../../controllers/units.ts";
import type { Command, To } from "./command.ts";
import { dapc, goToScene } from "./commands/gear.ts";
import { BROADCAST, group } from "./frame.ts";
import type { WarmPoint } from "./warm-dim.ts";

/** A lamp of a DALI line. */
export interface DaliLamp {
  readonly id: ComponentId;
  /** Short address 0..63. */
  readonly address: number;
  readonly curve: DimmingCurve;
  /** Its colour temperature follows its light (device type 8). */
  readonly warmDim?: readonly WarmPoint[];
}

/** One frame to send, and which lamps' steps it does. */
export interface Order {
  readonly command: Command<void>;
  readonly steps: readonly { readonly lamp: DaliLamp; readonly level: Level }[];
}

interface Wanted {
  readonly lamp: DaliLamp;
  readonly level: Level;
  readonly arc: number;
  readonly user: boolean;
}

/**
 * What the gear of a line is known to keep: it was read back. By these many lamps go to their levels in one frame.
 * Addresses are short addresses.
 */
export interface Shortcuts {
  /** Members of each group 0..15. */
  readonly groups: ReadonlyMap<number, ReadonlySet<number>>;
  /** By scene 0..15 the arc power level of each gear that it moves. */
  readonly scenes: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

/**
 * Steps that wait for the bus: the latest of each lamp, in the order in which the lamps began to wait. What goes out is
 * decided when the bus is free, so that a step replaced meanwhile is never sent, and lamps that go together go in one frame: by
 * broadcast, by group or by scene, whichever does most.
 */
export class PendingSteps {
  readonly #lamps: ReadonlyMap<ComponentId, DaliLamp>;
  readonly #userRanks: ReadonlySet<Rank>;
  readonly #waiting = new Map<ComponentId, Wanted>();
  readonly #given = new Map<ComponentId, number>();
  /** Ways to reach several lamps: the arc power level each of them gives its lamps. */
  #ways: readonly Way[] = [];

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

  /** Groups and scenes that may be used from now on, instead of those before. Of addresses that are no lamp of the line nothing is known. */
  use({ groups, scenes }: Shortcuts): void {
    const idOf = new Map(this.#lamps.values().map(({ id, address }) => [address, id]));
    const known = (addresses: Iterable<number>) => [...addresses].every((address) => idOf.has(address));
    const ways: Way[] = [];
    for (const [number, members] of groups) {
      if (known(members))
        ways.push({
          kind: "level",
          to: group(number),
          lamps: new Set([...members].map(idOf.get, idOf)) as Set<ComponentId>,
        });
    }
    for (const [scene, levels] of scenes) {
      if (!known(levels.keys())) continue;
      ways.push({
        kind: "scene",
        scene,
        arcs: new Map([...levels].map(([address, arc]) => [idOf.get(address) as ComponentId, arc])),
      });
    }
    this.#ways = ways;
  }

  /** Takes out what to send next for users, or for others: one frame. */
  take(user: boolean): Order | undefined {
    for (const wanted of this.#waiting.values()) {
      if (wanted.user === user) return this.#order(this.#best(wanted), wanted);
    }
    return undefined;
  }

  /** These lamps may be anywhere: what they were given counts no more. */
  lost(lamps: readonly ComponentId[]): void {
    for (const id of lamps) this.#given.delete(id);
  }

  /** Forgets what waits, and what the lamps were given: they may be anywhere now. */
  clear(): void {
    this.#waiting.clear();
    this.#given.clear();
  }

  /** The way that does most of what waits, this step among it, and moves no other lamp. */
  #best({ lamp, arc }: Wanted): Way {
    let best: Way = { kind: "level", to: lamp.address, lamps: new Set([lamp.id]) };
    let most = 1;
    for (const way of [{ kind: "level", to: BROADCAST, lamps: this.#lamps } as const, ...this.#ways]) {
      const does = this.#does(way, lamp.id, arc);
      if (does > most) [best, most] = [way, does];
    }
    return best;
  }

  /** How many waiting steps a way does; 0 where it would move a lamp elsewhere than it is to be, or not move this one. */
  #does(way: Way, lamp: ComponentId, arc: number): number {
    const all = way.kind === "level" ? way.lamps : way.arcs;
    if (!all.has(lamp)) return 0;
    let does = 0;
    for (const id of all.keys()) {
      const waits = this.#waiting.get(id);
      if ((waits?.arc ?? this.#given.get(id)) !== (way.kind === "level" ? arc : way.arcs.get(id))) return 0;
      if (waits) does++;
    }
    return does;
  }

  #order(way: Way, { arc }: Wanted): Order {
    const reached = way.kind === "level" ? way.lamps : way.arcs;
    const steps = [...this.#waiting.values()].filter(({ lamp }) => reached.has(lamp.id));
    for (const done of steps) {
      this.#waiting.delete(done.lamp.id);
      this.#given.set(done.lamp.id, done.arc);
    }
    return { command: way.kind === "level" ? dapc(way.to, arc) : goToScene(BROADCAST, way.scene), steps };
  }
}

type Way =
  | {
      readonly kind: "level";
      readonly to: To;
      readonly lamps: ReadonlySet<ComponentId> | ReadonlyMap<ComponentId, unknown>;
    }
  /** Broadcast: gear that has nothing stored for the scene stays as it is. */
  | { readonly kind: "scene"; readonly scene: number; readonly arcs: ReadonlyMap<ComponentId, number> };
