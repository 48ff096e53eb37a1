import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../units.ts";
import type { GroupId } from "./model.ts";
import { aspectOfLamps, type MonitorFaultKind, type Shown, startMonitor, watch } from "./monitor.ts";
import { HEALTHY, type Heads, junction, type Run, run, type Script, START, seenAt, table } from "./monitor-scene.ts";

test("a healthy junction is left alone, whether or not it says what it tells its heads, and however it is asked", () => {
  for (const each of [10, 50, 200, 1000])
    for (const untold of [{}, { untold: true }] as const) {
      const { fault } = run(HEALTHY, { each, ...untold });
      assert.is(fault, null, JSON.stringify(fault));
    }
  assert.is(run(HEALTHY, { phase: 37 }).fault, null);
});

/** The script, with other times or heads at some steps. */
const wrong = (changes: Readonly<Record<number, readonly [number, Partial<Heads>] | null>>): Script =>
  HEALTHY.flatMap((step) => {
    const change = changes[step[0]];
    return change === null ? [] : [change ?? step];
  });

const PROGRAMMES: readonly [MonitorFaultKind, number, Script][] = [
  ["short-intergreen", 41.5, wrong({ 42: [41.5, { A: "green" }] })],
  ["short-intergreen", 30, wrong({ 25: [26, { A: "amber" }], 28: [29, { A: "red" }] })],
  ["short-intergreen", 30, wrong({ 20: [21.5, { P: "red" }] })],
  ["short-green", 35.5, wrong({ 36: [35.5, { B: "amber" }] })],
  ["short-amber", 27.5, wrong({ 28: [27.5, { A: "red" }] })],
  ["long-amber", 28, wrong({ 28: [28.5, { A: "red" }] })],
  ["missing-amber", 25, wrong({ 25: [25, { A: "red" }], 28: null })],
  ["missing-red-amber", 30, wrong({ 29: null })],
  ["short-red-amber", 30, wrong({ 29: [29.5, { B: "red-amber" }] })],
  ["long-red-amber", 30, wrong({ 30: [30.5, { B: "green" }] })],
  ["succession", 22, [...HEALTHY.slice(0, 3), [22, { P: "amber" }]]],
  ["conflict", 20, wrong({ 20: [20, { B: "green" }] })],
  ["conflict", 20, wrong({ 20: [20, { B: "flashing-amber" }] })],
  ["conflict", 27.8, wrong({ 29: [27.8, { B: "red-amber" }] })],
  ["short-intergreen", 4, [HEALTHY[0] as Script[number], [4, { A: "green" }]]],
];

test("a programme that is not safe is a fault of its kind within 200 ms, though heads do what they are told", () => {
  for (const [kind, since, script] of PROGRAMMES)
    for (const phase of [0, 13, 49]) {
      const { fault, events } = run(script, { phase });
      assert.is(fault?.kind, kind, `${JSON.stringify(script)}: ${fault?.text}`);
      const late = seenAt(fault) - since * 1000;
      assert.ok(late > 0 && late <= 200, `${kind} seen ${late} ms after it began`);
      assert.equal(events, [{ kind: "mode", mode: "flashing", why: `${kind}: ${fault?.text}`, at: fault?.at }]);
    }
});

/** From `from` on, one head shows something else. */
const shows =
  (from: number, heads: Partial<Record<GroupId, Shown | null>>) =>
  (told: Heads, at: number): Readonly<Record<GroupId, Shown | null>> =>
    at >= from * 1000 ? { ...told, ...(heads as Heads) } : told;

const HARDWARE: readonly [string, MonitorFaultKind, number, Run][] = [
  ["a contact that is welded", "conflict", 31, { broken: shows(31, { A: "green" }) }],
  ["a contact that is welded while others have red", "stuck", 28, { broken: shows(25, { A: "amber" }) }],
  ["a relay that does not close", "missing-green", 30, { broken: shows(30, { B: "red" }) }],
  ["a green lamp that is out", "missing-green", 30, { broken: shows(30, { B: "dark" }) }],
  ["a red lamp that is out", "dark", 12, { broken: shows(12, { B: "dark" }) }],
  ["red and green at a time", "mixed", 12, { broken: shows(12, { A: "mixed" }) }],
  ["a head that cannot be read", "unread", 12, { broken: shows(12, { P: null }) }],
  ["a red lamp that is out, unbidden", "dark", 12, { untold: true, broken: shows(12, { B: "dark" }) }],
  ["unread, unbidden", "unread", 12, { untold: true, broken: shows(12, { B: null }) }],
  ["lamps mixed, unbidden", "mixed", 12, { untold: true, broken: shows(12, { P: "mixed" }) }],
  [
    "swapped wires of heads that are never green together",
    "conflict",
    9,
    { broken: (told) => ({ ...told, A: told["B"] as Shown, B: told["A"] as Shown }) },
  ],
  [
    "swapped wires of heads that are",
    "missing-green",
    20,
    { broken: (told) => ({ ...told, A: told["P"] as Shown, P: told["A"] as Shown }) },
  ],
  ["an engine that died", "watchdog", 17, { lives: (at) => at < 17_000 }],
  ["a table that was changed", "hash", 17, { hash: (at) => (at < 17_000 ? table.hash : "0123456789abcdef") }],
];

test("whatever breaks is seen within 200 ms", () => {
  for (const [what, kind, since, how] of HARDWARE)
    for (const phase of [0, 13, 49]) {
      const { fault } = run(HEALTHY, { ...how, phase });
      assert.is(fault?.kind, kind, `${what}: ${fault?.text}`);
      const late = seenAt(fault) - since * 1000;
      assert.ok(late >= 0 && late <= 200, `${what} seen after ${late} ms`);
    }
});

test("a glitch of less than the persistence is none; what stands longer is", () => {
  const glitch = (ms: number): Run => ({
    each: 10,
    broken: (told, at) => (at >= 12_000 && at < 12_000 + ms ? { ...told, B: "green" } : told),
  });
  assert.is(run(HEALTHY, glitch(140)).fault, null);
  assert.is(run(HEALTHY, glitch(160)).fault?.kind, "conflict");
});

test("heads that are slower than they should be by less than they may are left alone", () => {
  const late = (ms: number): Run => ({
    each: 10,
    broken: (_, at) => {
      const told: Record<GroupId, Shown> = {};
      for (const [from, heads] of HEALTHY) if (from * 1000 <= Math.max(0, at - ms)) Object.assign(told, heads);
      return told;
    },
  });
  assert.is(run(HEALTHY, late(100)).fault, null);
  assert.is(run(HEALTHY, late(170)).fault?.kind, "missing-green");
});

test("a fault stays, whatever comes after, until somebody starts the monitor again", () => {
  const { fault, events } = run(HEALTHY, {
    broken: (told, at) => (at >= 12_000 && at < 13_000 ? { ...told, B: "green" } : told),
  });
  assert.is(seenAt(fault), 12_150);
  assert.is(events.length, 1);
  assert.is(startMonitor(table, instant(START)).fault, null);
});

test("flashing amber: read as on and off in turn, left through red only, and as long as after green", () => {
  const flash: Script = [
    ...HEALTHY.slice(0, 3),
    [22, { A: "flashing-amber", B: "flashing-amber", P: "dark" }],
    [40, { A: "red", B: "red", P: "red" }],
  ];
  const blinking: Run = {
    broken: (told, at) =>
      Object.fromEntries(
        Object.entries(told).map(([id, aspect]) => [
          id,
          aspect === "flashing-amber" ? (id === "P" || at % 1000 < 500 ? "dark" : "amber") : aspect,
        ]),
      ),
  };
  assert.is(run([...flash, [49, { A: "green" }]], blinking).fault, null);
  assert.is(run([...flash, [45, { A: "green" }]], blinking).fault?.kind, "short-intergreen");
  assert.is(run([...flash.slice(0, 4), [40, { A: "green", B: "red", P: "red" }]], blinking).fault?.kind, "succession");
  const one = run([...HEALTHY.slice(0, 2), [15, { B: "flashing-amber" }]]);
  assert.is(one.fault?.kind, "conflict", "one that flashes beside one that is let go");
});

test("a monitor that was itself stopped does not hold that against the engine; its own clock may not go back", () => {
  let state = startMonitor(table, instant(START));
  const red = junction.groups.map(({ id }) => ({ group: id, aspect: "red" as const }));
  const at = (ms: number, heartbeat: number) => {
    const pass = watch(
      table,
      state,
      red,
      { heartbeat: instant(heartbeat), otherHash: table.hash },
      instant(START + ms),
    );
    state = pass.state;
    return pass.fault?.kind ?? null;
  };
  assert.is(at(0, 1), null);
  assert.is(at(5000, 1), null, "both were stopped");
  assert.is(at(5010, 2), null, "the engine lives");
  assert.is(at(5060, 2), null);
  assert.is(at(5110, 2), null);
  assert.is(at(5160, 2), "watchdog");
  state = startMonitor(table, instant(START));
  at(100, 1);
  assert.is(at(99, 2), "clock");
});

test("groups that are not of the junction, or twice, are the caller's mistake", () => {
  const state = startMonitor(table, instant(START));
  const context = { heartbeat: instant(START), otherHash: table.hash };
  const shown = (ids: string[]) => ids.map((id) => ({ group: id, aspect: "red" as const }));
  assert.throws(() => watch(table, state, shown(["A", "X"]), context, instant(START)), /group X: allowed are/);
  assert.throws(() => watch(table, state, shown(["A", "A"]), context, instant(START)), /each once/);
});

test("lamps make aspects", () => {
  const of = (lamps: string) =>
    aspectOfLamps({ red: lamps.includes("r"), amber: lamps.includes("a"), green: lamps.includes("g") });
  assert.equal(["", "r", "ra", "a", "g", "rg", "ag", "rag"].map(of), [
    "dark",
    "red",
    "red-amber",
    "amber",
    "green",
    "mixed",
    "mixed",
    "mixed",
  ]);
});

test.run();
