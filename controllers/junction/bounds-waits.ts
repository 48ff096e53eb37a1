import type { JunctionTable } from "./kernel-table.ts";

/** With more stages than this the bound is a sum of worst cases, not the worst order. */
const MOST_STAGES = 9;

/** Groups whose maxWait nobody can promise to keep, whatever a plan asks for and whoever else waits. */
export function waitFaults(table: JunctionTable, tell: (path: string, message: string) => void): void {
  for (const [g, { id, maxWait }] of table.groups.entries()) {
    const needs = worstWait(table, g);
    if (maxWait < needs) tell(`groups.${id}.maxWait`, `${maxWait} ms cannot be promised: at worst it needs ${needs}`);
  }
}

/**
 * The longest that a group waits, ms, when the engine serves those who wait in the order they came: somebody comes when a
 * stage was just begun, all others wait already, and the stages lie in the worst order. (README.md says why it is enough.)
 */
export function worstWait(table: JunctionTable, g: number): number {
  const homes = [...new Set(table.home)];
  const goals = homes.filter((s) => table.stages[s]?.has[g]);
  let worst = 0;
  for (const first of table.stages.keys()) {
    const begun = table.longest + (table.stages[first]?.hold ?? 0);
    const rest = homes.length > MOST_STAGES ? sumOf(table, homes) : longestWay(table, homes, first, goals);
    worst = Math.max(worst, begun + rest);
  }
  return worst;
}

/** From leaving `first` to full green of a goal, over any of the homes in any order, each once; ms. */
function longestWay(table: JunctionTable, homes: readonly number[], first: number, goals: readonly number[]): number {
  const n = homes.length;
  const count = table.stages.length;
  const change = (a: number, b: number) => table.change[a * count + b] as number;
  // reached[set * n + last]: the latest full green of `last` when the stages of the set were served, `last` after all others.
  const reached = new Array<number>(n * (1 << n)).fill(Number.NEGATIVE_INFINITY);
  let longest = 0;
  for (let set = 1; set < 1 << n; set++) {
    for (let last = 0; last < n; last++) {
      if ((set & (1 << last)) === 0) continue;
      const stage = homes[last] as number;
      const others = set ^ (1 << last);
      let at = others === 0 ? change(first, stage) : Number.NEGATIVE_INFINITY;
      for (let before = 0; before < n; before++) {
        if ((others & (1 << before)) === 0) continue;
        const from = homes[before] as number;
        const way = (reached[others * n + before] as number) + (table.stages[from]?.hold ?? 0) + change(from, stage);
        if (way > at) at = way;
      }
      reached[set * n + last] = at;
      if (goals.includes(stage) && at > longest) longest = at;
    }
  }
  return longest;
}

function sumOf(table: JunctionTable, homes: readonly number[]): number {
  const count = table.stages.length;
  let sum = 0;
  for (const to of homes) {
    sum += table.stages[to]?.hold ?? 0;
    sum += Math.max(...table.stages.map((_, from) => table.change[from * count + to] as number));
  }
  return sum;
}
