import type { District } from "./district.ts";
import type { SeededRandom } from "./random.ts";

/** Says nothing; says that nobody comes; says all the time that somebody does. */
export type Failure = "silent" | "stuck low" | "stuck high";

/** How many fail, and how. */
export interface Failing {
  /** Of the lines and of the radars, each rounded up. */
  readonly share: number;
  /** In turn. */
  readonly kinds: readonly Failure[];
}

/** A tenth of the sensors, in every way that there is. */
export const TENTH: Failing = { share: 0.1, kinds: ["silent", "stuck low", "stuck high"] };

/** Which sensors of a district fail, drawn by chance, and how; by index of the counter. */
export function failuresOf(
  district: District,
  { share, kinds }: Failing,
  random: SeededRandom,
): ReadonlyMap<number, Failure> {
  const failures = new Map<number, Failure>();
  for (const lines of [true, false]) {
    const left = district.sensors.flatMap(({ range }, i) => ((range === 0) === lines ? [i] : []));
    const count = Math.ceil(left.length * share);
    for (let i = 0; i < count; i++) {
      const [failed] = left.splice(Math.floor(random.next() * left.length), 1);
      failures.set(failed as number, kinds[i % kinds.length] as Failure);
    }
  }
  return failures;
}
