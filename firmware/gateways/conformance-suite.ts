/**
 * What every gateway must do, over every wire: cases for `conformance.test.ts`, which runs them for each kind of the list and each
 * model of its twin. What a box cannot do is data (`Traits` in its twin, harms of its wire), and chooses the cases by `when`.
 */
import type { Case } from "./conformance-bench.ts";
import { frameCases } from "./conformance-frames.ts";
import { lifeCases } from "./conformance-life.ts";

export const cases: readonly Case[] = [...lifeCases, ...frameCases];
