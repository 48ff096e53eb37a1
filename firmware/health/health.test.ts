import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { FaultKind } from "../../controllers/model.ts";
import { duration, instant, level, minutes, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import type { JournalHealth } from "../hal/journal.ts";
import { silent } from "../hal/log.ts";
import type { Machine, MachineFigures } from "../hal/machine.ts";
import { problemOf } from "../link/check.ts";
import type { LinkCounters } from "../link/link.ts";
import { STATUSES } from "../link/modules.ts";
import { valuesSchema } from "../link/payload.ts";
import { type Concerns, judge } from "./concerns.ts";
import { LampCounter } from "./lamp-counts.ts";
import { watchHealth } from "./tell.ts";

const START = instant(Date.UTC(2026, 10, 22, 20));

const machine = (part: Partial<MachineFigures> = {}): MachineFigures => ({
  temperatures: { "cpu-thermal": 48.3, "rp1-thermal": 51.26 },
  underVoltage: false,
  throttled: null,
  disk: { free: 12e9, size: 16e9 },
  memory: { free: 300e6, size: 1000e6 },
  resident: 91.4e6,
  written: 12.34e6,
  cpu: 60,
  load: 0.1234,
  delay: { mean: 0.5, longest: 12.4 },
  ...part,
});
const heat = (celsius: number) => machine({ temperatures: { cpu: celsius } });
const told = (changes: readonly { concern: string; active: boolean }[]) =>
  changes.map(({ concern, active }) => `${active ? "+" : "-"} ${concern}`);

const LINK = {
  connections: 3,
  published: 10,
  dropped: 1,
  commands: 0,
  refused: { malformed: 0 },
  repeated: 0,
  ignored: 0,
  quality: { roundTrip: 41.6, acknowledged: 9, refused: 0, lost: 2 },
} as unknown as LinkCounters;
const JOURNAL: JournalHealth = {
  state: "ok",
  records: 9,
  pending: 4,
  bytes: 8192,
  dropped: { periodic: 2, event: 1, result: 0, alarm: 0 },
  quarantined: 0,
  rebuilt: 0,
};

function stage(read: () => MachineFigures) {
  const clock = new VirtualClock(START);
  const updates: [string, Readonly<Record<string, unknown>>, number][] = [];
  const alarms: string[] = [];
  const real: Machine = { versions: { node: "24.21.0", kernel: "6.12" }, read: async () => read() };
  const health = watchHealth({
    version: "0.1.0",
    draft: "2026-02-26",
    clock,
    log: silent,
    machine: real,
    journal: () => JOURNAL,
    buses: [
      { id: "bus/1", utilisation: 0.123 },
      { id: "bus/2", utilisation: null },
    ],
    lamps: () => ({ lit: 20, dark: 4, failed: 1, unknown: 1 }),
    link: {
      connected: true,
      counters: () => LINK,
      update: (code, values, at) => void updates.push([code, values, at]),
      alarm: (code, component, active, message) =>
        void alarms.push(`${active ? "+" : "-"} ${code} ${component} ${message}`),
    },
  });
  const stop = new AbortController();
  const running = health.run(stop.signal);
  return { clock, updates, alarms, health, running, stop };
}

test("each concern begins at its limit, and ends only well below it", () => {
  let concerns: Concerns = new Map();
  const step = (figures: MachineFigures, at = 0) => {
    const judged = judge(concerns, figures, duration(at));
    concerns = judged.concerns;
    return told(judged.changes);
  };
  assert.equal(step(heat(79.9)), []);
  assert.equal(step(heat(80)), ["+ heat"]);
  assert.equal(step(heat(95)), []);
  assert.equal(step(heat(75)), []);
  assert.equal(step(heat(74.9)), ["- heat"]);
  for (const what of ["disk", "memory"] as const) {
    const left = (free: number) => step(machine({ [what]: { free, size: 100 } }));
    assert.equal(left(5), []);
    assert.equal(left(4.9), [`+ ${what}`]);
    assert.equal(left(8), []);
    assert.equal(left(8.1), [`- ${what}`]);
  }
});

test("a supply that dips is mended after ten minutes without a dip, not before", () => {
  let concerns: Concerns = new Map();
  const step = (underVoltage: boolean | null, at: number) => {
    const judged = judge(concerns, machine({ underVoltage }), minutes(at));
    concerns = judged.concerns;
    return told(judged.changes);
  };
  assert.equal(step(true, 0), ["+ supply"]);
  assert.equal(step(false, 1), []);
  assert.equal(step(true, 8), []);
  assert.equal(step(false, 17), []);
  assert.equal(step(null, 30), []); // not known is not mended
  assert.equal(step(false, 31), ["- supply"]);
});

test("whatever a machine tells, begin and end of a concern alternate, and what it does not tell changes nothing", () => {
  const room = fc.option(fc.record({ free: fc.nat(100), size: fc.constantFrom(0, 100) }));
  const any = fc.record({
    temperatures: fc.dictionary(fc.constantFrom("a", "b"), fc.integer({ min: 60, max: 100 })),
    underVoltage: fc.option(fc.boolean()),
    disk: room,
    memory: room,
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (all) => {
      const active = new Set<string>();
      let concerns: Concerns = new Map();
      for (const [i, part] of all.entries()) {
        const judged = judge(concerns, machine(part), minutes(i));
        concerns = judged.concerns;
        for (const change of judged.changes) {
          assert.is(active.has(change.concern), !change.active);
          if (change.active) active.add(change.concern);
          else active.delete(change.concern);
        }
        assert.equal([...concerns.keys()].sort(), [...active].sort());
        const nothing = judge(
          concerns,
          machine({ temperatures: {}, underVoltage: null, disk: null, memory: null }),
          minutes(i + 1000),
        );
        assert.equal(nothing.changes, []);
      }
    }),
  );
});

test("once a minute the cockpit is told all that is known, as the module's table allows", async () => {
  const { clock, updates, health, running, stop } = stage(machine);
  await clock.advance(seconds(0));
  const [[code, values, at] = ["", {}, 0], buses] = updates;
  assert.equal([code, at], ["cabinet.health", START]);
  assert.is(problemOf(valuesSchema(STATUSES["cabinet.health"]), values), null);
  assert.equal(values, {
    version: "0.1.0",
    draft: "2026-02-26",
    node: "24.21.0",
    kernel: "6.12",
    clockSet: true,
    clock: "synchronised",
    supply: "good",
    speed: "unknown",
    uptime: 0,
    temperature: 51.3,
    diskFree: 75,
    written: 12.3,
    memoryFree: 300,
    rss: 91,
    load: 0.12,
    delay: 12,
    roundTrip: 42,
    reconnects: 2,
    lost: 2,
    pending: 4,
    dropped: 3,
  });
  assert.equal(buses, ["lighting.buses", { utilisation: { "bus/1": 12 } }, START]);
  assert.is(health.summary(), "cockpit connected; 20 lamps lit, 4 dark, 1 failed, 1 unknown; 4 records wait");
  await clock.advance(seconds(120));
  assert.equal(
    updates.filter(([one]) => one === "cabinet.health").map(([, { uptime }]) => uptime),
    [0, 60, 120],
  );
  stop.abort();
  await running;
  assert.is(health.latest()?.uptime, 120);
});

test("a concern is an alarm at a component of its own; a machine that cannot be read ends nothing", async () => {
  let now: () => MachineFigures = () => heat(90);
  const { clock, updates, alarms, health, running, stop } = stage(() => now());
  await clock.advance(seconds(0));
  assert.equal(alarms, ["+ cabinet.health cabinet/1/heat 90.0 °C"]);
  assert.match(health.summary(), /concerns: heat$/);
  now = () => {
    throw new Error("no sensor");
  };
  await clock.advance(seconds(60));
  const before = updates.length;
  now = () => heat(60);
  await clock.advance(seconds(60));
  assert.is(updates.length, before + 2);
  assert.equal(alarms.slice(1), ["- cabinet.health cabinet/1/heat 60.0 °C"]);
  stop.abort();
  await running;
});

test("lamps are counted by state from what was read of them; who lost its line is unknown until read again", () => {
  const counter = new LampCounter([
    { id: "lamp/1", line: "bus/1" },
    { id: "lamp/2", line: "bus/1" },
    { id: "lamp/3", line: "bus/1" },
    { id: "lamp/4", line: "bus/2" },
  ]);
  const lit = (source: string, percent: number) =>
    counter.reading({ kind: "level", source, level: level(percent), at: START });
  const failure = (lampFailure: boolean) =>
    counter.reading({ kind: "lamp", source: "lamp/3", lampFailure, gearFailure: false, at: START });
  const fault = (source: string, kind: FaultKind | null) =>
    counter.reading({ kind: "fault", source, fault: kind, at: START });
  assert.equal(counter.counts(), { lit: 0, dark: 0, failed: 0, unknown: 4 });
  lit("lamp/1", 40);
  lit("lamp/2", 0);
  lit("lamp/3", 40);
  lit("lamp/4", 40);
  lit("meter/1", 40);
  failure(true);
  assert.equal(counter.counts(), { lit: 2, dark: 1, failed: 1, unknown: 0 });
  fault("bus/1", "port-lost");
  failure(false);
  assert.equal(counter.counts(), { lit: 1, dark: 0, failed: 0, unknown: 3 });
  fault("bus/1", null);
  lit("lamp/2", 10);
  fault("lamp/4", "gear-missing");
  assert.equal(counter.counts(), { lit: 1, dark: 0, failed: 0, unknown: 3 });
});

test.run();
