/** Random walks on a junction of ten groups: the engine for years, and the whole decision for days. */
import * as fc from "fast-check";
import { prepareJunction } from "../../controllers/junction/junction.ts";
import { tenGroup } from "../../controllers/junction/test-junctions.ts";
import { walk } from "../../sim/junction/walk.ts";
import { walkRequests } from "../../sim/junction/walk-requests.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Figure, print, progress } from "./line.ts";
import { REAL } from "./proof-exploration.ts";

/** h of one walk. */
const A_WALK = 50;
const A_DAY = 2;
/** One simulated hour of the whole decision takes a second or more, one of the engine some milliseconds. */
const DECIDED = 0.005;

const walks = fc.record({
  seed: fc.nat(),
  pace: fc.constantFrom(3, 10, 30, 100),
  jumps: fc.constantFrom(0, 0.01, 0.1),
  starts: fc.constantFrom(0, 0.005),
});

/** The row "random walks": violations in so many simulated hours, the same for the same seed. */
export async function walkRow(hours = 10_000, seed = 1): Promise<Figure> {
  const junction = tenGroup();
  const counts = { hours: 0, passes: 0, changes: 0, plans: 0, calls: 0, jumps: 0, starts: 0 };
  let longest = 0;
  const began = performance.now();
  const engine = fc.property(walks, ({ seed, ...settings }) => {
    const walked = walk(junction, REAL, new SeededRandom(seed), { hours: A_WALK, ...settings });
    counts.hours += A_WALK;
    for (const name of ["passes", "changes", "plans", "calls", "jumps", "starts"] as const)
      counts[name] += walked[name];
    longest = Math.max(longest, walked.longest);
    if (walked.violation) throw new Error(walked.violation);
  });
  const first = fc.check(engine, { seed, numRuns: Math.ceil(hours / A_WALK) });
  const took = (performance.now() - began) / 1000;
  progress(`walks: ${counts.hours} h of the engine in ${took.toFixed(0)} s`);

  const prepared = prepareJunction(junction);
  const days = { hours: 0, passes: 0, words: 0, activated: 0, starts: 0 };
  const since = performance.now();
  const whole = fc.property(fc.record({ seed: fc.nat(), pace: fc.constantFrom(30, 100, 300) }), ({ seed, pace }) => {
    const walked = walkRequests(prepared, new SeededRandom(seed), { hours: A_DAY, pace });
    days.hours += A_DAY;
    for (const name of ["passes", "words", "activated", "starts"] as const) days[name] += walked[name];
    longest = Math.max(longest, walked.longest);
    if (walked.violation) throw new Error(walked.violation);
  });
  const second = fc.check(whole, { seed, numRuns: Math.ceil((hours * DECIDED) / A_DAY) });
  const decided = (performance.now() - since) / 1000;
  progress(`walks: ${days.hours} h of the whole decision in ${decided.toFixed(0)} s`);

  const wrong = [first, second].filter(({ failed }) => failed);
  const why = wrong.map(
    ({ counterexample, errorInstance }) => `${JSON.stringify(counterexample)}: ${String(errorInstance)}`,
  );
  return {
    name: "random walks on ten groups, walks with a violation",
    value: wrong.length,
    unit: "",
    target: 0,
    parts: {
      ...counts,
      hoursASecond: Math.round(counts.hours / took),
      longestWait: Number(longest.toFixed(4)),
      ...Object.fromEntries(Object.entries(days).map(([name, count]) => [`decided-${name}`, count])),
      "decided-hoursASecond": Number((days.hours / decided).toFixed(2)),
      ...(why.length > 0 ? { why: why.join("; ") } : {}),
    },
    holds: counts.hours >= hours,
  };
}

if (import.meta.main) print(await walkRow(Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 1)));
