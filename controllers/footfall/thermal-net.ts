/** A small dense network that says how many people a warm thing is. Computed here: it is too small to be worth a library. */

import { type Evidence, PATCH } from "./thermal-evidence.ts";
import type { Judge, Opinion } from "./thermal-tally.ts";

export interface DenseLayer {
  /** A row of `bias.length` numbers for each input. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** Rectified between its layers; the outputs are of nobody, one person, two, three. */
export type ThermalNet = readonly DenseLayer[];

export const FEATURES = PATCH + 9;
export const MOST_PEOPLE = 3;

/** What the network is given: the picture as parts of its own warmest place, and how the thing went. */
export function featuresOf(evidence: Evidence): Float32Array {
  const { patch, speed, aside, age, seen, others, nearest, cell } = evidence;
  let [peak, sum] = [0.3, 0];
  for (const value of patch) {
    peak = Math.max(peak, value);
    sum += value;
  }
  const features = new Float32Array(FEATURES);
  for (let k = 0; k < PATCH; k++) features[k] = (patch[k] as number) / peak;
  features.set(
    [Math.log(peak), speed, aside, Math.min(age, 5) / 5, seen, Math.min(others, 4) / 2, nearest, cell, sum / peak / 10],
    PATCH,
  );
  return features;
}

/** The outputs of the last layer. */
export function outputsOf(net: ThermalNet, features: Float32Array): Float32Array {
  let values = features;
  for (const [at, { kernel, bias }] of net.entries()) {
    const units = bias.length;
    const next = Float32Array.from(bias);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value === 0) continue;
      for (let u = 0; u < units; u++) next[u] = (next[u] as number) + value * (kernel[i * units + u] as number);
    }
    if (at < net.length - 1) for (let u = 0; u < units; u++) next[u] = Math.max(0, next[u] as number);
    values = next;
  }
  return values;
}

/** What the network thinks of a thing. */
export function byNet(net: ThermalNet): Judge {
  return (evidence) => opinionOf(outputsOf(net, featuresOf(evidence)));
}

/** Of the outputs of the last layer: chances are their exponentials, as parts of the sum. */
export function opinionOf(outputs: Float32Array): Opinion {
  const most = Math.max(...outputs);
  const chances = outputs.map((output) => Math.exp(output - most));
  const sum = chances.reduce((a, b) => a + b);
  const mean = chances.reduce((total, chance, people) => total + chance * people, 0) / sum;
  return { likeliest: outputs.indexOf(most), mean };
}

/**
 * Without a network: a warm thing is one person if it is warm enough, goes as people do, and where they do. Its numbers are the
 * best for the scenes that the networks were trained on.
 */
export const byRule: Judge = ({ patch, speed, seen, y, cell }) => {
  const warm = Math.max(...patch) >= (cell > RULE.coarse ? RULE.warmth.coarse : RULE.warmth.fine);
  const one = warm && speed <= RULE.fastest && seen >= RULE.seen && Math.abs(y) <= RULE.aside;
  return one ? { likeliest: 1, mean: 1 } : { likeliest: 0, mean: 0 };
};
/** K, m/s, metres; a coarse cell shows a body mixed with the ground around it. */
const RULE = { coarse: 0.22, warmth: { coarse: 0.7, fine: 2 }, fastest: 3.2, seen: 0.4, aside: 1.2 };
