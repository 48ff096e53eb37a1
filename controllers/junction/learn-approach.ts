/** What approaches teach, as vehicles drive along them. */

import { learnDwell, NO_DWELL } from "./dwell.ts";
import { isLesson, learn, NO_LESSON } from "./learn.ts";
import type { Approach } from "./model.ts";
import type { ApproachLesson, Learnt } from "./track-model.ts";

/** What one vehicle showed. */
export type Sighting =
  | { readonly kind: "cruise"; readonly speed: number }
  | { readonly kind: "queue"; readonly vehicles: number }
  /** Seconds it stood; 0: it drove by. */
  | { readonly kind: "dwell"; readonly stop: number; readonly stood: number };

const nothing = ({ stops }: Approach): ApproachLesson => ({
  cruise: NO_LESSON,
  queue: NO_LESSON,
  dwells: stops.map(() => NO_DWELL),
});

export function learnt(before: Learnt, approach: Approach, hour: number, sighting: Sighting): Learnt {
  const known = before[approach.id] ?? nothing(approach);
  // What was learnt for other stops than there are now is of no use.
  const lesson = known.dwells.length === approach.stops.length ? known : { ...known, dwells: nothing(approach).dwells };
  return { ...before, [approach.id]: after(lesson, hour, sighting) };
}

function after(lesson: ApproachLesson, hour: number, sighting: Sighting): ApproachLesson {
  switch (sighting.kind) {
    case "cruise":
      return { ...lesson, cruise: learn(lesson.cruise, hour, sighting.speed) };
    case "queue":
      return { ...lesson, queue: learn(lesson.queue, hour, sighting.vehicles) };
    case "dwell":
      return {
        ...lesson,
        dwells: lesson.dwells.map((dwell, i) =>
          i === sighting.stop ? learnDwell(dwell, hour, sighting.stood) : dwell,
        ),
      };
  }
}

/** Whether something that was kept as JSON can be used again. */
export function isLearnt(value: unknown): value is Learnt {
  if (!isRecord(value)) return false;
  return Object.entries(value).every(([id, lesson]) => {
    if (!/^\d{1,2}$/.test(id) || !isRecord(lesson) || !Array.isArray(lesson["dwells"])) return false;
    const dwells: readonly unknown[] = lesson["dwells"];
    return (
      isLesson(lesson["cruise"]) &&
      isLesson(lesson["queue"]) &&
      dwells.every((dwell) => isRecord(dwell) && isLesson(dwell["halts"]) && isLesson(dwell["log"]))
    );
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
