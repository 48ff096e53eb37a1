/**
 * Some days of a street on the runtime's own path: light decided by `decide`, sent and read back by a DALI line over a simulated
 * bus, alarms as they would be told. Power and diagnostics come as Readings from what the gear draws, not through its memory banks:
 * reading those is measured elsewhere, and would make this bench ten times as long.
 */
import type { AlarmCode, Event, Lamp, Reading, Site } from "../../controllers/model.ts";
import { prepare } from "../../controllers/prepare.ts";
import { duration, hours, instant, level, metres, minutes, seconds, watts } from "../../controllers/units.ts";
import { daliLine } from "../../firmware/dali/line.ts";
import { silent } from "../../firmware/hal/log.ts";
import { createLoop } from "../../firmware/loop.ts";
import { SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { NO_FAULTS } from "../../sim/gear/faults.ts";
import { Gear } from "../../sim/gear.ts";
import { idealGateway } from "../../sim/ideal-gateway.ts";
import { Noise } from "../../sim/noise.ts";
import { SeededRandom } from "../../sim/random.ts";
import { LABELS, type Label } from "./dali-diagnosis-faults.ts";

/** 18 November 2026, noon: five nights may follow. */
const NOON = Date.UTC(2026, 10, 18, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RATED = 40;

export interface TrialOptions {
  readonly seed: number;
  /** 1 to 63. */
  readonly lamps: number;
  /** The first day is sound; faults begin in the second and last a day and a half. */
  readonly days: number;
}

/** A lamp with its fault, or sound (`label` null). */
export interface Patient {
  readonly lamp: string;
  readonly label: Label | null;
  /** ms since the beginning: the fault is there in [from, until). */
  readonly from: number;
  readonly until: number;
}

export interface Told {
  readonly lamp: string;
  readonly code: AlarmCode;
  readonly active: boolean;
  readonly message: string;
  /** ms since the beginning. */
  readonly at: number;
}

export interface Trial {
  readonly patients: readonly Patient[];
  readonly told: readonly Told[];
  readonly lampDays: number;
}

/** Plays one trial: the same seed, the same trial. Every second lamp falls ill. */
export async function playTrial({ seed, lamps: count, days }: TrialOptions): Promise<Trial> {
  const random = new SeededRandom(seed);
  const clock = new VirtualClock(instant(NOON));
  const bus = new SimulatedBus(clock, random.fork("bus"));
  bus.noise = new Noise(
    { replyLost: 0.01, replySpoilt: 0.01, replyWrong: 0.0003, frameLost: 0.002, gearMisses: 0.001 },
    random.fork("noise"),
  );
  const site = street(count);
  const patients = fallIll(site.lamps, random.fork("patients"), seed);
  const gear = site.lamps.map((_, i) => gearOf(clock, random.fork(`gear ${i}`), i));
  for (const one of gear) bus.add(one);

  const told: Told[] = [];
  const line = daliLine({
    id: "bus/1",
    open: async () => idealGateway(bus, { keepsEvents: false }),
    clock,
    random: random.fork("line"),
    log: silent,
    lamps: site.lamps.map(({ id, curve }, address) => ({ id, curve, address })),
    fadeTime: seconds(2),
    failSafe: level(100),
    pollEvery: minutes(4),
    pollShare: 1,
  });
  const note = (event: Event) => {
    if (event.kind !== "alarm" || !event.component.startsWith("lamp/")) return;
    const { component: lamp, code, active, message, at } = event;
    told.push({ lamp, code, active, message, at: at - NOON });
  };
  const loop = createLoop({ site: prepare(site), clock, lines: [line], tell: (_, events) => events.forEach(note) });
  const end = new AbortController();
  const running = [loop.run(end.signal), line.run(loop.reading, end.signal)];
  people(clock, random.fork("people"), site, loop.reading, end.signal);
  for (const [i, one] of gear.entries()) {
    const patient = patients[i] as Patient;
    if (measures(i)) measure(clock, random.fork(`meter ${i}`), one, patient, loop.reading);
    play(clock, random.fork(`fault ${i}`), bus, one, patient);
  }
  await clock.advance(duration(days * DAY));
  end.abort();
  await clock.run(Promise.allSettled(running), seconds(5));
  return { patients, told, lampDays: count * days };
}

/** Every other lamp of each kind measures itself (D4i). */
const measures = (i: number): boolean => i % 4 < 2;

function street(count: number): Site {
  const period = (from: number, percent: number, adaptive = false) => ({
    from: { kind: "clock", minutes: from * 60 } as const,
    level: level(percent),
    adaptive,
  });
  return {
    node: "bench/cabinet",
    timeZone: "UTC",
    lamps: Array.from({ length: count }, (_, i) => ({
      id: `lamp/1/${i}`,
      line: "bus/1",
      street: `street ${i % 4}`,
      position: metres(30 * Math.floor(i / 4)),
      group: "all",
      power: watts(RATED),
      curve: "logarithmic",
      class: "P3",
      reducedClass: "P5",
      schedule: "night",
    })),
    counters: [0, 1, 2, 3].map((i) => ({ id: `counter/${i}`, street: `street ${i}`, position: metres(60) })),
    joins: [],
    schedules: [
      {
        name: "night",
        periods: [period(17, 100), period(21, 80, true), period(5, 100)],
        off: { kind: "clock", minutes: 450 },
      },
    ],
    adaptive: {
      ahead: metres(40),
      fastest: 2,
      slowest: 0.8,
      reach: metres(120),
      hold: seconds(10),
      ramp: seconds(12),
      rampStep: seconds(4),
      staleAfter: hours(24),
    },
    failSafe: level(100),
    sun: () => "down",
  };
}

/** No two are alike: wattage by some percent, the driver's own lowest level. */
const gearOf = (clock: VirtualClock, random: SeededRandom, address: number): Gear =>
  new Gear({ clock, random, address, power: watts(RATED * (0.88 + 0.24 * random.next())), physicalMinimum: 85 });

function fallIll(lamps: readonly Lamp[], random: SeededRandom, seed: number): Patient[] {
  let [plain, measured] = [seed * 5, seed * 7];
  const anyones = LABELS.filter((label) => !label.measures);
  return lamps.map(({ id }, i) => {
    const from = DAY + random.next() * DAY;
    const well: Patient = { lamp: id, label: null, from: 0, until: 0 };
    if (i % 2 === 1) return well;
    const label = measures(i) ? LABELS[measured++ % LABELS.length] : anyones[plain++ % anyones.length];
    return label ? { lamp: id, label, from, until: from + 1.5 * DAY } : well;
  });
}

/** Somebody passes a counter now and then: seldom at night, often in the evening. */
function people(
  clock: VirtualClock,
  random: SeededRandom,
  site: Site,
  report: (reading: Reading) => void,
  signal: AbortSignal,
): void {
  for (const { id: source } of site.counters) {
    const next = () => {
      if (signal.aborted) return;
      const hour = new Date(clock.now()).getUTCHours();
      const perHour = hour >= 17 && hour < 23 ? 10 : hour < 6 ? 2 : 5;
      clock.after(random.exponential(perHour) * HOUR, "a passer-by", () => {
        report({ kind: "count", source, people: 1, direction: "both", at: clock.now() });
        next();
      });
    };
    next();
  }
}

const POWER_EVERY = minutes(10);
const LOSSES = 1.2;

/** Tells power every ten minutes, diagnostics every hour, with noise, the mains' daily swing, and a tenth of a watt as its unit. */
function measure(
  clock: VirtualClock,
  random: SeededRandom,
  gear: Gear,
  { lamp: source, label, from, until }: Patient,
  report: (reading: Reading) => void,
): void {
  const began = clock.monotonic();
  const swing = random.next() * DAY;
  const bell = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  let n = Math.floor(random.next() * 6);
  const tell = () => {
    clock.after(POWER_EVERY, "a power reading", tell);
    const { faults } = gear;
    if (faults.mute || random.next() < faults.misses) return;
    const since = clock.monotonic() - began;
    const alight = gear.light() > 0;
    const mains = 1 + 0.015 * Math.sin(((since + swing) / DAY) * 2 * Math.PI) + 0.015 * bell();
    const power = watts(Math.max(0, Math.round((gear.power() + (alight ? LOSSES : 0)) * mains * 10) / 10));
    report({ kind: "power", source, power, at: clock.now() });
    if (n++ % 6 > 0) return;
    const ill = alight && since >= from && since < until ? label?.hot : undefined;
    const gearTemperature = Math.round(ill?.degrees ?? 30 + 0.3 * gear.light() + 3 * bell());
    const conditions = ill?.tells ? (["gear-derating"] as const) : [];
    report({ kind: "gear-diagnostics", source, gear: { gearTemperature, conditions }, at: clock.now() });
  };
  clock.after(random.next() * POWER_EVERY, "the first power reading", tell);
}

/** The fault comes and goes. */
function play(
  clock: VirtualClock,
  random: SeededRandom,
  bus: SimulatedBus,
  gear: Gear,
  { label, from, until }: Patient,
) {
  if (!label) return;
  const twin = label.twin ? new Gear({ clock, random: random.fork("twin"), address: null, power: watts(RATED) }) : null;
  if (twin) bus.add(twin);
  clock.after(from, "a fault begins", () => {
    if (label.faults) gear.suffer(label.faults(random));
    if (twin) twin.shortAddress = gear.shortAddress;
  });
  clock.after(until, "a fault is repaired", () => {
    gear.suffer(NO_FAULTS);
    if (twin) twin.shortAddress = null;
  });
  if (!label.dips) return;
  const { everyHours } = label.dips;
  const dip = () => {
    clock.after(random.exponential(1 / everyHours) * HOUR, "mains dips", () => {
      const since = clock.now() - NOON;
      if (since >= from && since < until) {
        gear.setMains(false);
        clock.after(400, "mains is back", () => gear.setMains(true));
      }
      dip();
    });
  };
  dip();
}
