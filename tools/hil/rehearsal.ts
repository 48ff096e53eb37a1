/** Outcomes for tests of the reports: a street of 24 lamps as a run of 60 s would show it, and hostile texts. */

import { SeededRandom } from "../../sim/random.ts";
import type { Observation, Report, StepReport, Target } from "../../sim/scenarios/model.ts";
import type { Outcome } from "./outcome.ts";

const LIBERTE = "rue de la Liberté";
const MUSETTE = "rue Musette";
const LAMPS = [0, 1].map((bus) => Array.from({ length: 12 }, (_, n) => `lamp/${bus + 1}/${n}`));

export interface Rehearsed {
  readonly target?: Target;
  readonly file?: string;
  readonly name?: string;
  readonly steps?: readonly StepReport[];
  readonly timeline?: readonly Observation[];
  readonly report?: Partial<Report>;
  /** Everything came so much later, ms. */
  readonly late?: number;
}

/** One outcome; without more, a scenario of 60 s that passed, with 5,000 frames. */
export function rehearsed(options: Rehearsed = {}): Outcome {
  const { target = "in-process", file = "scenarios/walker.yaml", name = "A walker lights the street ahead" } = options;
  const steps = options.steps ?? stepsOf(options.late ?? 0);
  const verdict = steps.some((step) => step.verdict === "failed") ? "failed" : "passed";
  const timeline = options.timeline ?? street(options.late ?? 0);
  const base = {
    name,
    target,
    verdict,
    seed: 7,
    time: Date.UTC(2026, 10, 22, 21),
    duration: 60_000,
    dropped: 0,
  } as const;
  return {
    file,
    took: target === "in-process" ? 84 : 66_400,
    layout: {
      streets: [
        { name: LIBERTE, lamps: LAMPS[0] as string[] },
        { name: MUSETTE, lamps: LAMPS[1] as string[] },
      ],
      pins: { "pinctrl-bcm2711:17": "door/1" },
    },
    report: { ...base, steps, timeline, facts: {}, ...options.report },
  };
}

export const failedStep: StepReport = {
  line: 31,
  text: "expect lamp/1/11 at least 90 % within 5 s",
  verdict: "failed",
  due: 44_000,
  began: 44_000,
  deadline: 49_000,
  ended: 49_000,
  expected: "lamp/1/11 gives at least 90 %",
  seen: "lamp/1/11 gives 40 %, at most 43 % since the step began",
};

function stepsOf(late: number): StepReport[] {
  const step = (line: number, text: string, due: number, within: number, took: number): StepReport => ({
    line,
    text,
    verdict: "passed",
    due,
    began: due,
    ended: due + took + (within ? late : 0),
    ...(within ? { deadline: due + within, happened: due + took + late } : {}),
  });
  return [
    step(12, "somebody begins to walk up rue de la Liberté at 0 m", 2000, 0, 0),
    step(15, "expect lamp/1/0-1/1 at least 90 % within 3 s", 2000, 3000, 700),
    {
      ...step(18, "the plug of bus/2 is pulled", 12_000, 0, 0),
      note: "the second bus goes, the first must not notice",
    },
    step(21, "expect the alarm lighting.bus at bus/2 within 5 s", 12_000, 5000, 2100),
    step(25, "the plug of bus/2 is put back", 24_000, 0, 0),
    step(28, "expect no alarm lighting.bus at bus/2 within 10 s", 24_000, 10_000, 4300),
  ];
}

function street(late: number): Observation[] {
  const random = new SeededRandom(3);
  const seen: Observation[] = [
    { at: -3000, kind: "runtime", running: true, pid: 4711 },
    { at: -2800, kind: "presence", presence: "online" },
    { at: -2500, kind: "pin", chip: "pinctrl-bcm2711", offset: 17, high: false },
    { at: 2000, kind: "action", text: "somebody begins to walk up rue de la Liberté at 0 m" },
    { at: 12_000, kind: "action", text: "the plug of bus/2 is pulled" },
    { at: 14_100 + late, kind: "alarm", code: "lighting.bus", component: "bus/2", active: true, message: "port-lost" },
    { at: 24_000, kind: "action", text: "the plug of bus/2 is put back" },
    { at: 28_300 + late, kind: "alarm", code: "lighting.bus", component: "bus/2", active: false, message: "" },
    { at: 35_000, kind: "pin", chip: "pinctrl-bcm2711", offset: 17, high: true },
    { at: 41_000, kind: "pin", chip: "pinctrl-bcm2711", offset: 17, high: false },
    { at: 45_000 + late, kind: "result", code: "lighting.level.set", ok: false, error: "out-of-range" },
  ];
  for (const [bus, lamps] of LAMPS.entries()) {
    for (const [n, lamp] of lamps.entries()) {
      seen.push({ at: -2000, kind: "light", lamp, level: 40 });
      const comes = 2500 + n * 3000 + bus * 9000 + late;
      for (let i = 1; i <= 5; i++) seen.push({ at: comes + i * 140, kind: "light", lamp, level: 40 + i * 12 });
      for (let i = 1; i <= 10; i++)
        seen.push({ at: comes + 12_000 + i * 900, kind: "light", lamp, level: 100 - i * 6 });
    }
  }
  for (let i = 0; i < 2500; i++) {
    const bus = `bus/${1 + (i % 2)}`;
    const at = -2000 + i * 24.7 + random.next() * 5;
    if (bus === "bus/2" && at > 12_000 && at < 27_000) continue;
    const lamp = Math.floor(random.next() * 12);
    if (random.next() < 0.15) {
      seen.push({ at, kind: "frame", bus, bits: 16, data: (lamp << 9) | 170, text: `DAPC ${lamp} 170` });
      continue;
    }
    seen.push({ at, kind: "frame", bus, bits: 16, data: (lamp << 9) | 0x190, text: `QUERY STATUS ${lamp}` });
    const spoilt = random.next() < 0.01;
    seen.push({
      at: at + 17,
      kind: "frame",
      bus,
      bits: 8,
      data: spoilt ? null : 4,
      text: spoilt ? "answers that spoilt each other" : "answer 0x04",
    });
  }
  for (let at = 1000; at < 60_000; at += 2000) {
    seen.push({ at, kind: "status", code: "energy.power", attribute: "power", component: "meter/1", value: 412 });
    seen.push({
      at: at + 300,
      kind: "status",
      code: "lighting.levels",
      attribute: "level",
      component: "lamp/1/3",
      value: 70,
    });
  }
  return seen.filter(({ at }) => at <= 60_000).toSorted((a, b) => a.at - b.at);
}
