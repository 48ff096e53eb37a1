/** The course of the base plan, cycle after cycle: what is still to come of it after an arbitration has looked its farthest. */
export interface Rhythm {
  /** Seconds from the begin of a stage of the base plan until a group's next green, and until that green's end: [index * groups + group]. */
  readonly opens: Float64Array;
  readonly closes: Float64Array;
  /** By group: what the base plan costs a second, in the long run; person-seconds. */
  readonly average: Float64Array;
}

/** What a change takes, s: about. */
export const CHANGE = 5;
/** A queue shrinks by this part of what leaves at least: one that never ends says nothing. */
const SURPLUS = 0.1;

interface Course {
  readonly stages: Int32Array;
  readonly length: Float64Array;
  readonly has: Uint8Array;
  readonly groups: number;
  readonly rate: Float64Array;
  readonly saturation: Float64Array;
  readonly weight: Float64Array;
}

export function rhythmOf(course: Course): Rhythm {
  const { stages, length, has, groups } = course;
  const count = stages.length;
  const opens = new Float64Array((count + 1) * groups);
  const closes = new Float64Array((count + 1) * groups);
  const isIn = (i: number, g: number) => i < count && has[(stages[i] as number) * groups + g] === 1;
  for (let i = count - 1; i >= 0; i--)
    for (let g = 0; g < groups; g++) {
      const [here, next] = [i * groups + g, (i + 1) * groups + g];
      const lasts = length[i] as number;
      if (!isIn(i, g)) opens[here] = lasts + (opens[next] as number);
      closes[here] = lasts + (isIn(i, g) && !isIn(i + 1, g) ? 0 : (closes[next] as number));
    }
  return { opens, closes, average: averages(course, opens, isIn) };
}

function averages(
  { stages, length, groups, rate, saturation, weight }: Course,
  opens: Float64Array,
  isIn: (i: number, g: number) => boolean,
): Float64Array {
  const average = new Float64Array(groups);
  // From its second stage on, which is whole, until that comes again.
  const again = stages.indexOf(stages[1] ?? -1, 2);
  if (again < 0) return average;
  const cycle = length.subarray(1, again).reduce((sum, one) => sum + one, 0);
  for (let g = 0; g < groups; g++) {
    let cost = 0;
    for (let i = 1; i < again; i++)
      if (isIn(i - 1, g) && !isIn(i, g))
        cost += redCost(0, (opens[i * groups + g] as number) + CHANGE, rate[g] as number, saturation[g] as number);
    average[g] = ((weight[g] as number) * cost) / cycle;
  }
  return average;
}

/** What a queue costs that waits so long and then leaves, until nobody stands: vehicle-seconds. */
export function redCost(queue: number, wait: number, rate: number, saturation: number): number {
  const standing = queue + rate * wait;
  const surplus = Math.max(SURPLUS * saturation, saturation - rate);
  return ((queue + standing) / 2) * wait + (standing * standing) / (2 * surplus);
}
