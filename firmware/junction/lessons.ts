/** What approaches taught, kept over a restart: hours of the week take weeks to learn. */
import { isLearnt } from "../../controllers/junction/learn-approach.ts";
import type { Learnt } from "../../controllers/junction/track-model.ts";
import type { ComponentId } from "../../controllers/model.ts";
import { hours } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { rest } from "../hal/rest.ts";
import type { Store } from "../hal/store.ts";

const KEY = "junction-learnt";
/** A memory card wears by what is written to it, and an hour's sightings are soon seen again. */
const EVERY = hours(1);
/** Digits of a number that are worth keeping. */
const DIGITS = 5;

type Lessons = Readonly<Record<ComponentId, Learnt>>;

export interface LessonBook {
  readonly taught: ReadonlyMap<ComponentId, Learnt>;
  /** Writes what `now` has that is new, each hour and once the signal has aborted; resolves then. Never rejects. */
  keep(now: () => Lessons, clock: Clock, signal: AbortSignal): Promise<void>;
}

/** A damaged store costs what was learnt, never the start. `junctions`: those there are, with the ids of their approaches. */
export async function openLessons(
  store: Store,
  log: Log,
  junctions: readonly { readonly id: ComponentId; readonly approaches: readonly { readonly id: number }[] }[],
): Promise<LessonBook> {
  const taught = new Map<ComponentId, Learnt>();
  try {
    const bytes = await store.read(KEY);
    const kept: unknown = bytes ? JSON.parse(new TextDecoder().decode(bytes)) : {};
    if (typeof kept !== "object" || kept === null) throw new TypeError("what was learnt is no map");
    for (const { id, approaches } of junctions) {
      const learnt: unknown = (kept as Record<string, unknown>)[id];
      if (learnt === undefined) continue;
      if (isLearnt(learnt)) taught.set(id, only(learnt, approaches));
      else log.warn({ junction: id }, "what its approaches taught is damaged: they are learnt anew");
    }
  } catch (error) {
    log.error({ err: error }, "what approaches taught cannot be read: it is learnt anew");
  }
  const round = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value);

  return {
    taught,
    async keep(now, clock, signal) {
      let written = new Map<ComponentId, Learnt | undefined>(junctions.map(({ id }) => [id, taught.get(id)]));
      const write = async () => {
        const lessons = now();
        const isNew = junctions.some(
          ({ id }) => lessons[id] !== written.get(id) && Object.keys(lessons[id] ?? {}).length > 0,
        );
        if (!isNew) return;
        try {
          await store.write(KEY, new TextEncoder().encode(JSON.stringify(lessons, round)));
          written = new Map(Object.entries(lessons));
        } catch (error) {
          log.warn({ err: error }, "what approaches taught could not be kept");
        }
      };
      while (!signal.aborted) {
        await rest(clock, EVERY, "keep what approaches taught", signal).over;
        await write();
      }
    },
  };
}

/** Of approaches that there are: a file that is worked on for years does not grow. */
const only = (learnt: Learnt, approaches: readonly { readonly id: number }[]): Learnt =>
  Object.fromEntries(approaches.flatMap(({ id }) => (learnt[id] ? [[id, learnt[id]] as const] : [])));
