/** Released windows laid into equal slots of time, as tables of counts want them. */
import type { Release } from "../../controllers/footfall/privacy.ts";
import type { ComponentId } from "../../controllers/model.ts";
import type { Duration, Instant } from "../../controllers/units.ts";

/** `count` is null where the slot was not counted, or fewer passed than are told: nobody can tell which. */
export interface Slot {
  readonly from: number;
  readonly to: number;
  readonly count: number | null;
}

/**
 * The slots of a zone in [from, to), each `step` long and aligned to it since 1970 UTC. A slot has a count where released windows
 * cover it without a gap and without reaching beyond it: then it is their sum. Windows of a clock that was set back, which overlap,
 * count for nothing.
 */
export function slotsOf(
  releases: readonly Release[],
  zone: ComponentId,
  span: { readonly from: Instant; readonly to: Instant },
  step: Duration,
): readonly Slot[] {
  const own = releases.filter((one) => one.zone === zone).sort((a, b) => a.from - b.from || a.to - b.to);
  const slots: Slot[] = [];
  let next = 0;
  for (let from = Math.ceil(span.from / step) * step; from + step <= span.to; from += step) {
    const to = from + step;
    while (next < own.length && (own[next] as Release).from < from) next++;
    let end = from;
    let sum: number | null = 0;
    for (; next < own.length && (own[next] as Release).from < to; next++) {
      const one = own[next] as Release;
      sum = sum === null || one.from !== end || one.to > to ? null : sum + one.people;
      end = Math.max(end, one.to);
    }
    slots.push({ from, to, count: end === to ? sum : null });
  }
  return slots;
}
