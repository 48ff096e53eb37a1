import { between, type Instant, seconds } from "../units.ts";
import type { Called, PriorityCall } from "./junction-state.ts";
import type { Live } from "./request.ts";

/** An arrival that moved by less is not told again. */
const MOVED = seconds(2);

/** What a controller that is not ours is told: of each vehicle whose priority is active, its begin, its new time, its end. */
export function callsAfter(
  called: readonly Called[],
  vehicles: readonly Live[],
  now: Instant,
): { readonly called: readonly Called[]; readonly calls: readonly PriorityCall[] } {
  const active = vehicles.filter(({ request }) => request.state === "activated");
  const calls: PriorityCall[] = [];
  const next: Called[] = [];
  for (const { request, key, mean } of called) {
    if (active.some((live) => live.key === key)) continue;
    calls.push({ request, group: request.group, eta: between(now, mean), phase: "end" });
  }
  for (const { key, request } of active) {
    const { mean } = request.arrival;
    const before = called.find((one) => one.key === key);
    const isTold = before && Math.abs(before.mean - mean) < MOVED;
    if (!isTold)
      calls.push({ request, group: request.group, eta: between(now, mean), phase: before ? "update" : "begin" });
    next.push({ key, request, mean: isTold ? before.mean : mean });
  }
  return { called: next, calls };
}
