import { runEngine } from "../../controllers/junction/engine.ts";
import type { EngineState } from "../../controllers/junction/engine-state.ts";
import type { JunctionTable } from "../../controllers/junction/kernel-table.ts";
import type { GroupId, Signal, TentativePlan } from "../../controllers/junction/model.ts";
import { after, type Instant, instant, seconds } from "../../controllers/units.ts";
import type { OracleMachine } from "./oracle.ts";
import { START_UP_LOSS } from "./queue.ts";

/**
 * The runtime's own signal engine as the oracle's machine: in each second any stage may be wanted, and kernel and maximum
 * waits rule as they do for the runtime. `queues` are the groups that have one.
 */
export function engineMachine(
  table: JunctionTable,
  queues: readonly GroupId[],
  start: Instant,
  horizon: number,
): OracleMachine<EngineState> {
  const at = (second: number): Instant => instant(start + second * 1000);
  const indices = queues.map((id) => table.indexOf.get(id) as number);
  const run = (state: EngineState, plan: TentativePlan | null, now: Instant): EngineState =>
    runEngine(table, state, { wanted: [], occupied: [], plan, clockSet: true }, now).state;
  const exclusive = indices.every((a) => indices.every((b) => a === b || table.conflicts[a]?.includes(b)));
  const clearings = indices.flatMap((a) =>
    indices.map((b) => table.intergreen[a * table.groups.length + b] as number).filter((time) => time >= 0),
  );
  return {
    choices: table.stages.map(({ id }) => id),
    changeover: exclusive ? Math.min(...clearings) / 1000 + START_UP_LOSS : null,
    step: (state, choice, second) =>
      run(state, [{ stage: choice, from: at(second), to: after(at(second), seconds(3600)) }], at(second)),
    rest: (state, second) => run(state, null, at(second)),
    key: (state, second) => keyOf(table, state, at(second), Math.max(0, horizon - second)),
    open: (state, second) => indices.map((g) => isOpen(state.signals[g], at(second))),
    opensAt: (state, second) => indices.map((g) => (opensAt(table, state.signals, g, at(second)) - start) / 1000),
  };
}

/** Green for longer than the start-up loss, in all of the second from `now` on. */
export const isOpen = (signal: Signal | undefined, now: Instant): boolean =>
  signal?.aspect === "green" && now >= signal.since + START_UP_LOSS * 1000;

/** No choice lets the group's vehicles go before: the kernel's least times, every conflict ended as soon as it may be. */
function opensAt(table: JunctionTable, signals: readonly Signal[], g: number, now: Instant): number {
  const { aspect, since } = signals[g] as Signal;
  const loss = START_UP_LOSS * 1000;
  if (aspect === "green") return Math.max(now, since + loss);
  let begins: number = now;
  for (const c of table.conflicts[g] as readonly number[]) {
    const other = signals[c] as Signal;
    const group = table.groups[c];
    if (!group) continue;
    let ended = other.since;
    if (other.aspect === "green") ended = Math.max(now, other.since + group.minGreen) as Instant;
    else if (other.aspect === "red") ended = (other.since - group.amber) as Instant;
    begins = Math.max(begins, ended + (table.intergreen[c * table.groups.length + g] as number));
  }
  return begins + loss;
}

/** Waits count where they may come to rule before everybody has been served once more. */
const ROUND = seconds(120);

/**
 * What of a state still has an effect. Ages count up to the longest time that anything asks of them: greens to their
 * minimum, reds to the longest intergreen, stages to the base plan's cycle, waits where maximum waits may come to rule.
 */
function keyOf(table: JunctionTable, state: EngineState, now: Instant, left: number): string {
  const [plan] = table.junction.plans;
  const cycle = plan?.kind === "fixed" ? plan.cycle : ROUND;
  const parts: (string | number)[] = [state.stage, state.mode, state.full === null ? "-" : "full"];
  parts.push(Math.min(now - state.since, cycle), state.base.entry);
  for (const [g, { aspect, since }] of state.signals.entries()) {
    const { minGreen = 0, amber = 0, maxWait = 0 } = table.groups[g] ?? {};
    const most = aspect === "green" ? Math.max(minGreen, START_UP_LOSS * 1000) : table.longest + amber;
    const wait = state.waiting[g] ?? null;
    parts.push(aspect, Math.min(now - since, most));
    if (wait !== null) parts.push(now - wait + left * 1000 + ROUND < maxWait ? "w" : now - wait);
  }
  return parts.join(" ");
}
