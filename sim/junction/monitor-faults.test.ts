/** The monitor in front of a whole junction whose hardware or engine breaks at any time. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runEngine, startEngine } from "../../controllers/junction/engine.ts";
import { kernelHash } from "../../controllers/junction/kernel-hash.ts";
import { tableOf } from "../../controllers/junction/kernel-table.ts";
import type { Signal } from "../../controllers/junction/model.ts";
import { type MonitorFault, type Shown, startMonitor, watch } from "../../controllers/junction/monitor.ts";
import { monitorTable } from "../../controllers/junction/monitor-table.ts";
import { tenGroup } from "../../controllers/junction/test-junctions.ts";
import { instant } from "../../controllers/units.ts";

const junction = tenGroup();
const table = tableOf(junction);
const monitoring = monitorTable(junction);
const START = 1_000_000_000;
/** ms between two times that heads are read back. */
const READ = 50;

/** What heads show, of what they are told; `held`: what was shown when it broke. */
type Break = (told: readonly Shown[], held: readonly Shown[], group: number) => readonly Shown[];

const HARDWARE: Readonly<Record<string, Break>> = {
  "relays that stick": (told, held, group) => told.with(group, held[group] as Shown),
  "a green contact that is welded": (told, _, group) =>
    told.with(group, told[group] === "green" || told[group] === "dark" ? "green" : "mixed"),
  "a green that is always on": (told, _, group) => told.with(group, "green"),
  "a head that is dark": (told, _, group) => told.with(group, "dark"),
  "a red lamp that is out": (told, _, group) =>
    told.with(group, told[group] === "red" ? "dark" : (told[group] as Shown)),
  "a green lamp that is out": (told, _, group) =>
    told.with(group, told[group] === "green" ? "dark" : (told[group] as Shown)),
  "an amber lamp that is out": (told, _, group) =>
    told.with(group, told[group] === "amber" ? "dark" : (told[group] as Shown)),
  "swapped wires": (told, _, group) => {
    const other = (group + 1) % told.length;
    return told.with(group, told[other] as Shown).with(other, told[group] as Shown);
  },
};

/** A whole cycle and more: whatever breaks is of some consequence in it. */
const LONGEST = 260_000;

/** What heads are told at each reading of a junction that is well; the engine knows nothing of what breaks behind it. */
const courses = new Map<number, readonly (readonly Signal[])[]>();
function courseOf(phase: number): readonly (readonly Signal[])[] {
  const known = courses.get(phase);
  if (known) return known;
  let engine = startEngine(table, instant(START));
  const course: (readonly Signal[])[] = [];
  for (let now = START + phase; now < START + LONGEST; now += READ) {
    const called = Math.floor(now / 40_000) % 2 === 0 ? ["R", "U"] : [];
    engine = runEngine(table, engine, { wanted: called, occupied: [], plan: null, clockSet: true }, instant(now)).state;
    course.push(engine.signals);
  }
  courses.set(phase, course);
  return course;
}

/**
 * Works the junction until the monitor sees a fault; since when anything but what was told stood until then, and the engine's
 * last beat. Throws where that stood for longer than 200 ms and no fault was seen.
 */
function run(broken: Break | null, group: number, breaksAt: number, phase: number, dies = false) {
  let monitor = startMonitor(monitoring, instant(START));
  let held: readonly Shown[] = [];
  let signals: readonly Signal[] = [];
  let wrongSince: number | null = null;
  let beat = START;
  for (const [i, well] of courseOf(phase).entries()) {
    const now = START + phase + i * READ;
    const isBroken = now >= START + breaksAt;
    if (!(dies && isBroken)) {
      beat = now;
      signals = well;
    }
    const told = signals.map(({ aspect }): Shown => aspect);
    if (!isBroken || held.length === 0) held = told;
    const shown = isBroken && broken ? broken(told, held, group) : told;
    const read = shown.map((aspect, i) => ({ group: (signals[i] as Signal).group, aspect }));
    const context = { heartbeat: instant(beat), otherHash: kernelHashOnce, told: signals };
    const pass = watch(monitoring, monitor, read, context, instant(now));
    const isWrong = shown.some((aspect, i) => aspect !== told[i]);
    // What was read the last time stood until now, even if it is over.
    if (isWrong) wrongSince ??= now;
    if (pass.fault) return { fault: pass.fault as MonitorFault | null, wrongSince, beat };
    assert.ok(wrongSince === null || now - wrongSince < 200, `not seen for ${now - (wrongSince ?? now)} ms`);
    if (!isWrong) wrongSince = null;
    monitor = pass.state;
  }
  return { fault: null, wrongSince, beat };
}

const kernelHashOnce = kernelHash(table);
const moment = fc.integer({ min: 10_000, max: 130_000 });
const group = fc.nat(junction.groups.length - 1);
const phase = fc.nat(READ - 1);

test("a junction whose hardware is well is left alone", () => {
  const { fault } = run(null, 0, 0, 17);
  assert.is(fault, null, JSON.stringify(fault));
});

/** Orders that change while what is wrong stands, and what is over as it has stood for long enough. */
const EXAMPLES: [number, number, number][] = [
  [8, 101_851, 0],
  [7, 60_801, 0],
  [0, 123_801, 0],
  [6, 60_801, 0],
];

for (const [what, broken] of Object.entries(HARDWARE))
  test(`${what}: seen within 200 ms of the first wrong thing shown, in whatever state it breaks`, async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.property(group, moment, phase, (group, at, phase) => {
        const { fault, wrongSince } = run(broken, group, at, phase);
        if (!fault) return;
        // Wires of two heads that always show the same may be swapped: what is not wrong is no fault.
        assert.ok(wrongSince !== null, `${fault.kind}: ${fault.text}`);
        assert.ok(fault.at - wrongSince <= 200, `${fault.kind} after ${fault.at - wrongSince} ms`);
        kinds.add(fault.kind);
      }),
      { numRuns: 60, examples: EXAMPLES },
    );
    assert.ok(kinds.size > 0);
  });

test("an engine that dies is seen within 200 ms of its last beat, whatever is shown", async () => {
  await fc.assert(
    fc.property(moment, phase, (at, phase) => {
      const { fault, beat } = run(null, 0, at, phase, true);
      assert.is(fault?.kind, "watchdog");
      assert.ok((fault as MonitorFault).at - beat <= 200);
    }),
    { numRuns: 10 },
  );
});

test.run();
