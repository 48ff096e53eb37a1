import type { ComponentId } from "../controllers/model.ts";
import type { Log } from "./hal/log.ts";
import type { Store } from "./hal/store.ts";

const KEY = "counters-proven";

/** Which counters ever saw somebody, over restarts: a street they watch needs no proof anew that it is empty. */
export interface ProvenBook {
  readonly known: readonly ComponentId[];
  /** Keeps them; a disk that fails costs light that nobody needs, after the next restart. */
  keep(counters: readonly ComponentId[]): void;
}

/** What was kept; nothing where it is damaged. */
export async function provenBook(store: Store, log: Log): Promise<ProvenBook> {
  return {
    known: await load(store, log),
    keep(counters) {
      store
        .write(KEY, new TextEncoder().encode(JSON.stringify(counters)))
        .catch((error) => log.error({ err: error }, "which counters see cannot be kept"));
    },
  };
}

async function load(store: Store, log: Log): Promise<readonly ComponentId[]> {
  try {
    const bytes = await store.read(KEY);
    const kept: unknown = bytes ? JSON.parse(new TextDecoder().decode(bytes)) : [];
    if (Array.isArray(kept)) return kept.filter((one) => typeof one === "string");
    throw new TypeError("no list of counters");
  } catch (error) {
    log.error({ err: error }, "which counters see cannot be read: each has to see somebody first");
    return [];
  }
}
