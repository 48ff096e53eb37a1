/**
 * One pass of the decision for a large cabinet: 512 lamps on streets that cross, 32 counters, classes that follow use and
 * people all evening.
 */
import { decide } from "../../controllers/decide.ts";
import type { Inputs, Reading, Site } from "../../controllers/model.ts";
import { prepare } from "../../controllers/prepare.ts";
import { initialState } from "../../controllers/state.ts";
import { hours, instant, level, metres, minutes, seconds, watts } from "../../controllers/units.ts";
import { sunOf } from "../../firmware/almanac.ts";
import { SeededRandom } from "../../sim/random.ts";
import { percentile } from "./line.ts";

const STREETS = 16;
const LAMPS_A_STREET = 32;
const SPACING = 28;
const LENGTH = LAMPS_A_STREET * SPACING;

/** 16 streets of 32 lamps, each across the next, a counter near both ends of each. */
export function passSite(): Site {
  const names = Array.from({ length: STREETS }, (_, i) => `street ${i}`);
  return {
    node: "bench/pass",
    timeZone: "Europe/Paris",
    lamps: names.flatMap((street, i) =>
      Array.from({ length: LAMPS_A_STREET }, (_, j) => ({
        id: `lamp/${i}/${j}`,
        line: `bus/${i >> 1}`,
        street,
        position: metres(j * SPACING + SPACING / 2),
        group: street,
        power: watts(36),
        curve: "logarithmic" as const,
        class: "P3" as const,
        reducedClass: "P6" as const,
        empty: level(10),
        schedule: "night",
      })),
    ),
    counters: names.flatMap((street, i) =>
      [30, LENGTH - 30].map((position, j) => ({ id: `counter/${i}-${j}`, street, position: metres(position) })),
    ),
    joins: names.slice(1).map((street, i) => ({
      a: { street: names[i] as string, position: metres(LENGTH) },
      b: { street, position: metres(LENGTH / 2) },
    })),
    selections: names.map((street, i) => ({
      street,
      counters: [`counter/${i}-0`, `counter/${i}-1`],
      window: minutes(15),
      steps: [
        { class: "P3", from: 60 },
        { class: "P4", from: 15 },
        { class: "P5", from: 0 },
      ],
      hysteresis: 0.8,
    })),
    schedules: [
      {
        name: "night",
        periods: [{ from: { kind: "sunset", offset: 0 }, level: level(100), adaptive: true }],
        off: { kind: "sunrise", offset: 0 },
      },
    ],
    adaptive: {
      ahead: metres(50),
      fastest: 7,
      slowest: 0.7,
      reach: metres(200),
      hold: seconds(15),
      ramp: seconds(30),
      rampStep: seconds(3),
      up: 50,
      reaction: seconds(6),
      staleAfter: minutes(1),
    },
    failSafe: level(100),
    sun: sunOf(47.322, 5.041),
  };
}

export interface PassMeasure {
  /** Of single passes, ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly passes: number;
  /** Time of all passes, ms, for one night. */
  readonly nightMs: number;
}

/**
 * Plays nights of twelve hours with `perHour` people past each counter, every counter heard every 20 s. The first night
 * warms up and is not measured.
 */
export function measurePass({ nights = 3, perHour = 60 } = {}): PassMeasure {
  const site = passSite();
  const prepared = prepare(site);
  const random = new SeededRandom(6);
  let now = instant(Date.UTC(2026, 11, 1, 17));
  let state = initialState(prepared, now);
  const times: number[] = [];
  for (let night = 0; night <= nights; night++) {
    const end = instant(Date.UTC(2026, 11, 1 + night, 17) + hours(12));
    let beat = now;
    let passer = instant(now + gap(random, perHour, site));
    while (now < end) {
      const next = Math.min(beat, passer, state.wakeAt);
      now = instant(Math.max(now, next));
      const readings: Reading[] = [];
      if (now >= beat) {
        for (const { id } of site.counters)
          readings.push({ kind: "count", source: id, people: 0, direction: "both", at: now });
        beat = instant(now + 20_000);
      }
      if (now >= passer) {
        const counter = site.counters[Math.floor(random.next() * site.counters.length)];
        const direction = random.next() < 0.5 ? ("up" as const) : ("down" as const);
        if (counter) readings.push({ kind: "count", source: counter.id, people: 1, direction, at: now });
        passer = instant(now + gap(random, perHour, site));
      }
      const inputs: Inputs = { readings, wishes: [], cancelled: [], clockSet: true };
      const began = performance.now();
      ({ state } = decide(prepared, state, inputs, now));
      if (night > 0) times.push(performance.now() - began);
    }
    // By day nothing is counted here: the next evening begins where this morning ends.
    now = instant(Date.UTC(2026, 11, 2 + night, 17));
  }
  return {
    p50Ms: percentile(times, 50),
    p99Ms: percentile(times, 99),
    maxMs: percentile(times, 100),
    passes: times.length,
    nightMs: times.reduce((sum, time) => sum + time, 0) / nights,
  };
}

const gap = (random: SeededRandom, perHour: number, { counters }: Site): number =>
  Math.max(1, Math.round(random.exponential(perHour * counters.length) * 3_600_000));
