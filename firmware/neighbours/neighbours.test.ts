import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../controllers/units.ts";
import { EMPTY, NEAR, type Pair, SCHEDULED, startPair, WEST } from "../../sim/pair.ts";

/** 100 m from the western counter to the border: the soonest and the latest that its law thinks of. */
const SOONEST = seconds(100 / 7);
const LATEST = seconds(100 / 0.7);
/** Lamps of the first 50 m, and those that the border's own reach ends before. */
const AHEAD = [0, 1];
const FAR = [7, 8, 12];

const walker = ({ west }: Pair, direction: "up" | "down") => west.cabinet.counters.get("counter/1")?.pass(direction);
const are = (pair: Pair, lamps: readonly number[], level: number) =>
  lamps.every((lamp) => Math.abs(pair.light(lamp) - level) <= 1);
const shown = (pair: Pair) => [0, 1, 2, 3, 4, 5, 6, 7, 12].map((lamp) => pair.light(lamp)).join(" ");

test("who walks out of one cabinet's area finds light in the next, and leaves it as they came", async () => {
  const pair = await startPair();
  assert.ok(are(pair, [...AHEAD, ...FAR], EMPTY), shown(pair));
  walker(pair, "down");
  await pair.clock.advance(seconds(20));
  assert.ok(are(pair, AHEAD, EMPTY), "who goes away from the border concerns nobody there");

  walker(pair, "up");
  await pair.clock.advance(seconds(3));
  assert.ok(are(pair, AHEAD, EMPTY), "not yet: the fastest needs 14 s, and light is up 50 m ahead");
  await pair.clock.advance(milliseconds(SOONEST - 3000 - 2000));
  assert.ok(are(pair, AHEAD, NEAR), `up before the fastest is at the border: ${shown(pair)}`);
  await pair.clock.advance(milliseconds(LATEST - SOONEST + 2000));
  assert.ok(are(pair, AHEAD, NEAR), `and still when the slowest is: ${shown(pair)}`);
  assert.ok(are(pair, FAR, EMPTY), "as far as the law's reach");
  assert.equal([...pair.east.cockpit.alarms], []);
  await pair.end();
});

test("a neighbour that is cut off: its border follows the schedule, the rest of the street does not", async () => {
  const pair = await startPair();
  pair.broker.cut(WEST);
  await pair.clock.advance(seconds(39));
  assert.ok(are(pair, AHEAD, EMPTY), "it said something 20 s ago at most");
  await pair.clock.advance(seconds(60 - 39 + 3));
  assert.ok(are(pair, [0, 1, 2, 3, 4, 5, 6], SCHEDULED), `after its validity: ${shown(pair)}`);
  assert.ok(are(pair, FAR, EMPTY), shown(pair));
  pair.broker.restore(WEST);
  await pair.clock.advance(seconds(15 + 20 + 30));
  assert.ok(are(pair, AHEAD, EMPTY), `back, within a reconnection, a sign of life and the ramp: ${shown(pair)}`);
  await pair.end();
});

test("a neighbour whose counter is dead says nothing: nobody knows who comes", async () => {
  const pair = await startPair();
  pair.west.ports.plugs.get("/dev/counter-1")?.unplug();
  await pair.clock.advance(seconds(60 + 20));
  assert.ok(are(pair, AHEAD, SCHEDULED), shown(pair));
  pair.west.ports.plugs.get("/dev/counter-1")?.replug();
  await pair.clock.advance(seconds(20 + 20 + 30));
  assert.ok(are(pair, AHEAD, EMPTY), shown(pair));
  await pair.end();
});

test.run();
