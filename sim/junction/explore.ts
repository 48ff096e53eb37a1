/** Every state that a system can come to, breadth first: the shortest way to the first that may not be. */
import { PackedSet } from "./explore-set.ts";

/** What can be explored: finitely many states, each with finitely many moves. */
export interface System<State, Move> {
  readonly starts: readonly State[];
  /** Bytes that are the same for two states exactly when all that follows is; always as many. May reuse one array. */
  key(state: State): Uint8Array;
  moves(state: State): readonly Move[];
  /** What a move leads to, or in words what is wrong with it. */
  step(state: State, move: Move): State | string;
}

export interface Exploration<Move> {
  readonly states: number;
  readonly transitions: number;
  /** Moves to the farthest state. */
  readonly depth: number;
  /** Bytes that states are known by. */
  readonly bytes: number;
  /** Whether nothing was left out: false after a violation or at the limit. */
  readonly whole: boolean;
  /** The first that was found, by the shortest way to it. */
  readonly violation: { readonly what: string; readonly moves: readonly Move[] } | null;
}

/** A state of the present generation, and how it was come to. */
interface Found<State, Move> {
  readonly state: State;
  readonly way: Way<Move> | null;
}

interface Way<Move> {
  readonly move: Move;
  readonly before: Way<Move> | null;
}

/** Ends with the first violation, at `most` states, or when there is no other state. */
export function explore<State, Move>(
  system: System<State, Move>,
  { most = Number.POSITIVE_INFINITY }: { readonly most?: number } = {},
): Exploration<Move> {
  const first = system.starts[0];
  if (first === undefined) throw new TypeError("a system has at least one start");
  const known = new PackedSet(system.key(first).length);
  let generation: Found<State, Move>[] = [];
  for (const state of system.starts) if (known.add(system.key(state))) generation.push({ state, way: null });
  let transitions = 0;
  let depth = 0;
  const done = (whole: boolean, violation: Exploration<Move>["violation"] = null): Exploration<Move> => ({
    states: known.size,
    transitions,
    depth,
    bytes: known.bytes,
    whole,
    violation,
  });

  while (generation.length > 0) {
    const next: Found<State, Move>[] = [];
    for (const { state, way } of generation) {
      for (const move of system.moves(state)) {
        transitions++;
        const to = system.step(state, move);
        const there: Way<Move> = { move, before: way };
        if (typeof to === "string") return done(false, { what: to, moves: movesOf(there) });
        if (!known.add(system.key(to))) continue;
        next.push({ state: to, way: there });
        if (known.size >= most) return done(false);
      }
    }
    generation = next;
    if (next.length > 0) depth++;
  }
  return done(true);
}

function movesOf<Move>(way: Way<Move>): Move[] {
  const moves: Move[] = [];
  for (let at: Way<Move> | null = way; at; at = at.before) moves.push(at.move);
  return moves.reverse();
}
