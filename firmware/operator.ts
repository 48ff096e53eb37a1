import type { ComponentId, Target, Wish } from "../controllers/model.ts";
import { instant, level } from "../controllers/units.ts";
import { overruled, replacedBy } from "../controllers/wishes.ts";
import type { Clock } from "./hal/clock.ts";
import type { Log } from "./hal/log.ts";
import type { Store } from "./hal/store.ts";
import { refuse } from "./link/commands/refuse.ts";
import type { CockpitLink } from "./link/link.ts";
import type { Loop } from "./loop.ts";

const KEY = "operator-wishes";
/** As the result's table allows. */
const MOST_CAUSES = 32;
const LONGEST_REASON = 80;
/** Of one lamp, each for a time of its own: no operator fills the book. */
const MOST_WISHES = 8;

/** Operator wishes that outlive a restart: what was acknowledged to the cockpit is not lost before it expires. */
export interface WishBook {
  /** What was kept, less what is malformed: a damaged store costs wishes, never the start. */
  load(): Promise<readonly Wish[]>;
  /** Resolves once the wishes are on the disk. */
  save(wishes: readonly Wish[]): Promise<void>;
}

export function wishBook(store: Store, log: Log): WishBook {
  return {
    async load() {
      try {
        const bytes = await store.read(KEY);
        return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as unknown[]).map(wishOf) : [];
      } catch (error) {
        log.error({ err: error }, "the kept operator wishes cannot be read: lamps follow the schedule");
        return [];
      }
    },
    save: (wishes) => store.write(KEY, new TextEncoder().encode(JSON.stringify(wishes))),
  };
}

export interface OperatorOptions {
  readonly loop: Pick<Loop, "wish" | "cancel" | "standing">;
  readonly link: Pick<CockpitLink, "onCommand">;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Log;
}

/**
 * Restores what operators wished before a restart, and lets the cockpit wish and withdraw. The lamps do not wait for the
 * disk; the cockpit's result does, so that nothing acknowledged is lost.
 */
export async function obeyCockpit({ loop, link, clock, store, log }: OperatorOptions): Promise<void> {
  const book = wishBook(store, log);
  const keep = () => book.save(loop.standing());

  // Taken by the first pass, which need not be waited for: nothing is acknowledged here.
  void loop.wish((await book.load()).filter((wish) => wish.until > clock.now()));

  link.onCommand("lighting.level.set", async ({ component, values, issuer }) => {
    const now = clock.now();
    const from = values.from === undefined ? now : Date.parse(values.from);
    const wishes = operatorWishes(
      component,
      values.level,
      Date.parse(values.until),
      issuer,
      from > now ? from : undefined,
    );
    const standing = loop.standing();
    // What is for now always has room: it ends what stands now.
    const full = from > now ? crowded(component, standing) : null;
    if (full !== null)
      return refuse("busy", "component", `names ${full}: allowed are ${MOST_WISHES} wishes at different times`);
    const replaced = replacedBy(wishes, standing, now);
    const targets = await loop.wish(wishes);
    await keep();
    return {
      ok: true,
      values: { component: [...component], ...values, ...told(replaced, overruled(wishes, targets, now)) },
    };
  });
  link.onCommand("lighting.level.release", async ({ component }) => {
    await loop.cancel(component);
    await keep();
    return { ok: true, values: { component: [...component] } };
  });
}

/** The first of the lamps that has no room for a further wish. */
function crowded(lamps: readonly ComponentId[], standing: readonly Wish[]): ComponentId | null {
  const many = new Map<ComponentId, number>();
  for (const { target } of standing) many.set(target, (many.get(target) ?? 0) + 1);
  return lamps.find((lamp) => (many.get(lamp) ?? 0) >= MOST_WISHES) ?? null;
}

/** An operator's wish for each lamp, from an instant on or at once. */
export const operatorWishes = (
  lamps: readonly ComponentId[],
  percent: number,
  until: number,
  issuer?: string | undefined,
  from?: number | undefined,
): Wish[] =>
  lamps.map((target) => ({
    target,
    level: level(percent),
    rank: "operator",
    reason: "cockpit",
    ...(from === undefined ? {} : { from: instant(from) }),
    until: instant(until),
    ...(issuer === undefined ? {} : { issuer }),
  }));

/** What the result says of conflicts: whose wishes ended, and where another target won. Grouped, the largest groups first. */
function told(replaced: readonly Wish[], lost: readonly Target[]) {
  const of = grouped(
    replaced,
    ({ issuer = "", until }) => ({ issuer, until: new Date(until).toISOString() }),
    ({ target }) => target,
  );
  const by = grouped(
    lost,
    ({ level, rank, reason }) => ({ level: Number(level), rank, reason: reason.slice(0, LONGEST_REASON) }),
    ({ lamp }) => lamp,
  );
  return {
    ...(replaced.length > 0 ? { replaced: { lamps: replaced.length, of } } : {}),
    ...(lost.length > 0 ? { overruled: { lamps: lost.length, by } } : {}),
  };
}

function grouped<T, Cause extends object>(
  items: readonly T[],
  causeOf: (item: T) => Cause,
  lampOf: (item: T) => ComponentId,
): (Cause & { component: ComponentId[] })[] {
  const groups = Map.groupBy(items, (item) => JSON.stringify(causeOf(item)));
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_CAUSES)
    .map((group) => ({ component: group.map(lampOf), ...causeOf(group[0] as T) }));
}

function wishOf(kept: unknown): Wish {
  const { target, level: percent, from, until, issuer } = kept as Record<keyof Wish, unknown>;
  if (typeof target !== "string" || typeof percent !== "number" || typeof until !== "number")
    throw new TypeError("a kept wish lacks target, level or until");
  const by = typeof issuer === "string" ? issuer : undefined;
  return operatorWishes([target], percent, until, by, typeof from === "number" ? from : undefined)[0] as Wish;
}
