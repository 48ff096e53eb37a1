import type { ComponentId } from "../../controllers/model.ts";
import type { Log } from "../hal/log.ts";
import type { Store } from "../hal/store.ts";

const KEY = "junction-plans";

/** Signal plans that somebody chose, by junction: a restart does not undo what was acknowledged. */
export interface PlanBook {
  readonly chosen: ReadonlyMap<ComponentId, number>;
  /** Resolves once it is on the disk. */
  choose(junction: ComponentId, plan: number): Promise<void>;
}

/** A damaged store costs the choice, never the start. */
export async function openPlans(store: Store, log: Log): Promise<PlanBook> {
  const chosen = new Map<ComponentId, number>();
  try {
    const bytes = await store.read(KEY);
    const kept: unknown = bytes ? JSON.parse(new TextDecoder().decode(bytes)) : {};
    if (typeof kept !== "object" || kept === null) throw new TypeError("the kept plans are no map");
    for (const [id, plan] of Object.entries(kept)) if (Number.isInteger(plan)) chosen.set(id, plan as number);
  } catch (error) {
    log.error({ err: error }, "the kept signal plans cannot be read: each junction begins with its first");
  }
  return {
    chosen,
    choose(junction, plan) {
      chosen.set(junction, plan);
      return store.write(KEY, new TextEncoder().encode(JSON.stringify(Object.fromEntries(chosen))));
    },
  };
}
