import { readFile } from "node:fs/promises";
import { formatProblem, readConfig } from "../../firmware/config/read.ts";

/** `hulotte check`: reads a configuration as `run` would and says all that is wrong. Resolves with the exit code, 0 or 2. */
export async function check(path: string): Promise<number> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    console.error(`${path}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return 2;
  }
  const read = readConfig(text);
  if (!read.ok) {
    for (const problem of read.problems) console.error(formatProblem(problem, path));
    console.error(`${read.problems.length} ${read.problems.length === 1 ? "problem" : "problems"}`);
    return 2;
  }
  const { lamps, counters } = read.config;
  console.log(`${path}: good, ${lamps.length} lamps, ${counters.length} counters`);
  return 0;
}
