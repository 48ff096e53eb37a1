/** What approaches teach: numbers by hour of the week that forget slowly. Bounded: 168 cells for each thing learnt. */
import type { Instant } from "../units.ts";

/** Mean and variance of what was seen, newer counting more. */
export interface Moments {
  /** Of how many sightings, after forgetting. */
  readonly weight: number;
  readonly mean: number;
  readonly variance: number;
}

/** One thing learnt: in all, and by hour of the week where that hour was seen. Plain data: it goes through JSON as it is. */
export interface Lesson {
  readonly all: Moments;
  readonly hours: Readonly<Record<number, Moments>>;
}

const HOUR = 3_600_000;
export const HOURS_OF_WEEK = 168;
/** 1970 began on a Thursday. */
const MONDAY = 3 * 24;

/** 0 is Monday's first hour, UTC: for who has no better. */
export const hourOfWeek = (at: Instant): number => (Math.floor(at / HOUR) + MONDAY) % HOURS_OF_WEEK;

/** Sightings that are remembered, so to say. */
const MEMORY = 60;
/** How many sightings what is known without this hour is worth. */
const PRIOR = 4;

const NOTHING: Moments = { weight: 0, mean: 0, variance: 0 };
export const NO_LESSON: Lesson = { all: NOTHING, hours: {} };

function seen({ weight, mean, variance }: Moments, value: number): Moments {
  const now = Math.min(weight, MEMORY) + 1;
  const step = (value - mean) / now;
  return {
    weight: now,
    mean: mean + step,
    variance: ((now - 1) * (variance + step * (value - mean))) / now,
  };
}

/** After one more sighting in that hour of the week. */
export const learn = ({ all, hours }: Lesson, hour: number, value: number): Lesson => ({
  all: seen(all, value),
  hours: { ...hours, [hour]: seen(hours[hour] ?? NOTHING, value) },
});

/** What is expected in that hour: what was seen then, held back by what was seen at all, held back by what was said. */
export function expected(lesson: Lesson | undefined, hour: number, said: Omit<Moments, "weight">): Moments {
  if (!lesson) return { weight: 0, ...said };
  return blend(lesson.hours[hour], blend(lesson.all, { weight: 0, ...said }));
}

function blend(own: Moments | undefined, prior: Moments): Moments {
  if (!own || own.weight === 0) return prior;
  const part = own.weight / (own.weight + PRIOR);
  const apart = own.mean - prior.mean;
  return {
    weight: own.weight,
    mean: prior.mean + part * apart,
    variance: part * own.variance + (1 - part) * prior.variance + part * (1 - part) * apart * apart,
  };
}

/** Whether something is a lesson that can be used: from a file nobody vouches for. */
export function isLesson(value: unknown): value is Lesson {
  if (!isRecord(value) || !isMoments(value["all"]) || !isRecord(value["hours"])) return false;
  return Object.entries(value["hours"]).every(
    ([hour, moments]) => /^\d{1,3}$/.test(hour) && Number(hour) < HOURS_OF_WEEK && isMoments(moments),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function isMoments(value: unknown): value is Moments {
  if (!isRecord(value)) return false;
  const { weight, mean, variance } = value;
  return isAtLeast0(weight) && weight <= MEMORY + 1 && Number.isFinite(mean) && isAtLeast0(variance);
}

const isAtLeast0 = (value: unknown): value is number => typeof value === "number" && value >= 0 && value < Infinity;
