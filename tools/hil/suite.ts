import { join } from "node:path";

/** The scenarios that come with hulotte. */
export const SUITE = join(import.meta.dirname, "../../sim/scenarios/suite");

/** Those that also run on the slower, more faithful machine. */
export const SUITE_ON_RASPI = ["evening", "operator", "killed"].map((name) => join(SUITE, `${name}.yaml`));
