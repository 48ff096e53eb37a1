import { queryGroups0To7, queryGroups8To15, querySceneLevel } from "./commands/gear.ts";
import type { Shortcuts } from "./pending.ts";
import { ask, type Sequence } from "./sequence.ts";

const TRIES = 3;

/** What one gear keeps of groups and scenes. */
export interface Membership {
  readonly groups: readonly number[];
  /** Arc power levels of the scenes that were asked and move it. */
  readonly scenes: ReadonlyMap<number, number>;
}

/** Reads which groups a gear is in, and what it keeps for some scenes; null where it does not tell. Only queries. */
export function* readMembership(gear: number, scenes: readonly number[]): Sequence<Membership | null> {
  const low = yield* bits(gear, queryGroups0To7);
  const high = low === null ? null : yield* bits(gear, queryGroups8To15);
  if (low === null || high === null) return null;
  const all = low | (high << 8);
  const kept = new Map<number, number>();
  for (const scene of scenes) {
    const level = yield* sceneLevel(gear, scene);
    if (level === undefined) return null;
    if (level !== null) kept.set(scene, level);
  }
  return { groups: Array.from({ length: 16 }, (_, i) => i).filter((group) => all & (1 << group)), scenes: kept };
}

function* bits(gear: number, question: typeof queryGroups0To7): Sequence<number | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = yield* ask(question(gear));
    if (answer.kind === "value") return answer.value;
  }
  return null;
}

/** undefined: it does not tell. */
function* sceneLevel(gear: number, scene: number): Sequence<number | null | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = yield* ask(querySceneLevel(gear, scene));
    if (answer.kind === "value") return answer.value;
  }
  return undefined;
}

/**
 * The groups and scenes of a line of which every gear has told what it keeps: where one has not, nothing may be used, since
 * it might be moved too.
 */
export function shortcutsOf(known: ReadonlyMap<number, Membership | null>): Shortcuts {
  const groups = new Map<number, Set<number>>();
  const scenes = new Map<number, Map<number, number>>();
  for (const [address, membership] of known) {
    if (!membership) return { groups: new Map(), scenes: new Map() };
    for (const group of membership.groups) groups.set(group, (groups.get(group) ?? new Set()).add(address));
    for (const [scene, level] of membership.scenes)
      scenes.set(scene, (scenes.get(scene) ?? new Map()).set(address, level));
  }
  return { groups, scenes };
}
