import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Event, Lamp, Reading, Step } from "../controllers/model.ts";
import { prepare } from "../controllers/prepare.ts";
import { duration, instant, level, minutes, seconds } from "../controllers/units.ts";
import { VirtualClock } from "../sim/clock.ts";
import { readConfig, siteOf } from "./config/read.ts";
import { constantLight } from "./energy/constant-light.ts";
import type { LampLine } from "./hal/lamp-line.ts";
import { createLoop } from "./loop.ts";
import { operatorWishes } from "./operator.ts";

const read = readConfig(readFileSync(new URL("../tools/demo/cabinet.yaml", import.meta.url), "utf8"));
if (!read.ok) throw new Error("the demonstration's cabinet.yaml is not valid");
const { config } = read;

/** A loop over lines that write down what they are told. `at`: local hour of a November night. */
function start(at: number) {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 18, at - 1)));
  const steps: Step[] = [];
  const events: Event[] = [];
  const lines = [...config.buses, ...config.outputs].map(
    ({ id }): LampLine => ({
      id,
      apply: (more) => void steps.push(...more),
      run: async () => {},
      failSafe: async () => {},
    }),
  );
  const loop = createLoop({
    site: prepare(siteOf(config)),
    clock,
    lines,
    tell: (_, told) => void events.push(...told),
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  const end = async () => {
    stop.abort();
    await clock.run(running, seconds(1));
  };
  const take = () => steps.splice(0);
  return { clock, loop, take, events, end };
}

test("the first pass gives each lamp a step, by its line; later passes none while nothing changes", async () => {
  const { clock, take, end } = start(20);
  await clock.advance(duration(1));
  const steps = take();
  assert.is(steps.length, config.lamps.length);
  assert.ok(steps.every(({ lamp, line }) => config.lamps.find(({ id }) => id === lamp)?.line === line));
  await clock.advance(minutes(30));
  assert.equal(take(), []);
  await end();
});

test("wall time that is set is noticed within ten seconds, though nothing else happens", async () => {
  const { clock, take, end } = start(20);
  await clock.advance(minutes(30));
  take();
  clock.jump(16 * 3_600_000); // noon
  await clock.advance(seconds(10));
  const steps = take();
  assert.is(steps.length, config.lamps.length);
  assert.ok(steps.every((step) => step.level === 0));
  await end();
});

test("a lamp that reads back another level is told again, one that reads back its target is not", async () => {
  const { clock, loop, take, end } = start(20);
  await clock.advance(seconds(1));
  take();
  const at = clock.now();
  loop.reading({ kind: "level", source: "lamp/1/3", level: level(37), at });
  loop.reading({ kind: "level", source: "lamp/1/4", level: level(100), at });
  await clock.advance(duration(1));
  assert.equal(
    take().map(({ lamp, level }) => [lamp, level]),
    [["lamp/1/3", 100]],
  );
  await end();
});

test("when a line's fault ends, every lamp of that line is told its target, no other", async () => {
  const { clock, loop, take, end } = start(20);
  await clock.advance(seconds(1));
  take();
  const fault = (kind: "port-lost" | null): Reading => ({
    kind: "fault",
    source: "bus/2",
    fault: kind,
    at: clock.now(),
  });
  loop.reading(fault("port-lost"));
  await clock.advance(seconds(3));
  take();
  loop.reading(fault(null));
  await clock.advance(duration(1));
  const told = take();
  assert.is(told.length, 12);
  assert.ok(told.every(({ line }) => line === "bus/2"));
  await end();
});

test("a wish is a step in the same instant, with the operator's rank; its withdrawal another", async () => {
  const { clock, loop, take, end } = start(20);
  await clock.advance(seconds(1));
  take();
  const standing = () => loop.standing().map(({ target }) => target);
  const taken = loop.wish(operatorWishes(["lamp/1/0"], 30, clock.now() + 60_000));
  assert.equal(standing(), ["lamp/1/0"], "from the moment it came: who comes before the pass replaces it");
  const targets = await clock.run(taken, duration(0));
  assert.equal(targets.find(({ lamp }) => lamp === "lamp/1/0")?.rank, "operator");
  assert.equal(standing(), ["lamp/1/0"]);
  const [step, ...more] = take();
  assert.equal(more, []);
  assert.equal([step?.lamp, step?.level, step?.rank], ["lamp/1/0", 30, "operator"]);
  void loop.cancel(["lamp/1/0"]);
  assert.equal(standing(), []);
  await clock.advance(duration(0));
  assert.equal(
    take().map((back) => [back.lamp, back.level]),
    [["lamp/1/0", 100]],
  );
  await end();
});

test("a wish withdrawn before its pass never is one; a wish after a withdrawal stands", async () => {
  const { clock, loop, take, end } = start(20);
  await clock.advance(seconds(1));
  take();
  const until = clock.now() + 60_000;
  void loop.wish(operatorWishes(["lamp/1/0", "lamp/1/1"], 30, until));
  void loop.cancel(["lamp/1/0"]);
  void loop.cancel(["lamp/1/2"]);
  void loop.wish(operatorWishes(["lamp/1/2"], 30, until));
  await clock.advance(duration(0));
  assert.equal(
    take().map(({ lamp }) => lamp),
    ["lamp/1/1", "lamp/1/2"],
  );
  await end();
});

test("many readings of one instant are one pass", async () => {
  const { clock, loop, events, end } = start(23);
  await clock.advance(seconds(40));
  events.length = 0;
  for (let i = 0; i < 50; i++)
    loop.reading({ kind: "count", source: "counter/1", people: 1, direction: "up", at: clock.now() });
  await clock.advance(duration(0));
  const raised = events.filter((event) => event.kind === "target");
  assert.ok(raised.length > 0);
  assert.is(new Set(raised.map((event) => event.kind === "target" && event.target.lamp)).size, raised.length);
  await end();
});

test("a lamp whose light is held constant is told less while it is new, and read back as the light it was to give", async () => {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 18, 19)));
  const steps: Step[] = [];
  const told: Reading[] = [];
  const lines = [...config.buses, ...config.outputs].map(
    ({ id }): LampLine => ({
      id,
      apply: (more) => void steps.push(...more),
      run: async () => {},
      failSafe: async () => {},
    }),
  );
  const held = config.lamps[0] as Lamp;
  const upkeep = new Map([[held.id, { curve: [100, 80].map((percent, i) => ({ hours: i * 1e5, percent })) }]]);
  const loop = createLoop({
    site: prepare(siteOf(config)),
    clock,
    lines,
    gear: constantLight({ upkeep, burnt: () => 0, now: () => clock.now() }),
    tell: (readings) => void told.push(...readings),
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  await clock.run(loop.wish(operatorWishes([held.id], 70, clock.now() + 3_600_000)), seconds(1));
  const sent = steps.findLast(({ lamp }) => lamp === held.id)?.level as number;
  assert.ok(sent >= 56 && sent < 57.6, `${sent} %`);
  steps.splice(0);
  loop.reading({ kind: "level", source: held.id, level: level(sent), at: clock.now() });
  await clock.advance(minutes(5));
  const last = told.findLast((reading) => reading.kind === "level");
  assert.is(last?.kind === "level" && last.level, 70);
  assert.equal(
    steps.filter(({ lamp }) => lamp === held.id),
    [],
    "what it gives is what it was told",
  );
  // by itself at full: more than was planned, so it is told again
  loop.reading({ kind: "level", source: held.id, level: level(100), at: clock.now() });
  await clock.advance(seconds(1));
  assert.is(steps.find(({ lamp }) => lamp === held.id)?.level, sent);
  stop.abort();
  await clock.run(running, seconds(1));
});

test.run();
