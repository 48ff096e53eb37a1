/** The small parts of a junction's wiring, each by itself. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { JunctionEvent } from "../../controllers/junction/model.ts";
import type { PriorityRequest, RequestState, VehicleWord } from "../../controllers/junction/request-model.ts";
import { type Duration, instant, milliseconds, minutes, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedPin } from "../../sim/pin.ts";
import { junctionOf } from "../config/junctions.ts";
import { silent } from "../hal/log.ts";
import { heartbeat } from "./heartbeat.ts";
import { HourLedger } from "./ledger.ts";
import { cockpitSource, RequestList } from "./request-list.ts";
import { junctionRunner } from "./runner.ts";
import { steadyOffset, steadyTime } from "./steady.ts";

const START = instant(Date.UTC(2026, 10, 18, 16, 30));
const at = (s: number) => instant(START + s * 1000);

test("steady time goes on where the clock is set, and what was stamped either way finds its place", async () => {
  const clock = new VirtualClock(START);
  const time = steadyTime(clock);
  await clock.advance(seconds(10));
  clock.jump(-3_600_000);
  assert.is(time.now(), at(10));
  assert.is(time.offset, -3_600_000);
  assert.is(time.fromWall(clock.now()), at(10));
  assert.is(time.toWall(at(10)), clock.now());
});

test("second 0 of a coordinated cycle stays where wall time has it", () => {
  const [offset, cycle] = [seconds(20), seconds(70)];
  for (const by of [0, 5000, -5000, 3_600_000, -86_400_000]) {
    const moved = steadyOffset(offset, cycle, by);
    assert.ok(moved >= 0 && moved < cycle);
    const steady = START;
    const mod = (value: number) => ((value % cycle) + cycle) % cycle;
    assert.is(mod(steady - moved), mod(steady + by - offset), `${by}`);
  }
});

test("the watchdog line stands still 3 s after the last pass", async () => {
  const clock = new VirtualClock(START);
  const pin = new SimulatedPin();
  let edges = 0;
  pin.watch(() => edges++);
  const beat = heartbeat(clock);
  const stop = new AbortController();
  const over = beat.run(pin.output(false), "alive", stop.signal).catch(() => {});
  await clock.advance(seconds(5));
  assert.is(edges, 0, "nobody has lived yet");
  beat.lives();
  await clock.advance(seconds(10));
  assert.ok(edges >= 5 && edges <= 6, `${edges}`);
  stop.abort();
  await over;
});

test("a defect in a pass lets the signals go, and all begins anew after 5 s", async () => {
  const clock = new VirtualClock(START);
  const { junction } = junctionOf({
    id: "tlc/1",
    groups: [
      { id: "A", kind: "vehicle" },
      { id: "B", kind: "vehicle" },
    ],
    stages: [
      { id: "a", groups: ["A"] },
      { id: "b", groups: ["B"] },
    ],
    plans: [
      {
        id: 1,
        cycle: 60,
        stages: [
          { stage: "a", at: 0 },
          { stage: "b", at: 30 },
        ],
      },
    ],
    engine: { simulated: true },
  });
  let begun = 0;
  let held = 0;
  let orders = 0;
  let running: number | undefined;
  let living = 0;
  const errors: string[] = [];
  const runner = junctionRunner({
    junction,
    clock,
    log: { ...silent, error: (_, message) => errors.push(message) },
    tell({ decision }) {
      if (decision.mode === "running") running ??= clock.monotonic();
      living = decision.requests.length;
    },
    adapter: {
      order() {
        if (++orders === 3) throw new Error("a defect");
      },
      run: (_, signal) => {
        begun++;
        held++;
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            held--;
            resolve();
          });
        });
      },
      tally: () => ({}),
    },
  });
  const asks = (second: number): VehicleWord => {
    const movement = { group: "A" };
    return { kind: "request", source: "radio", id: "1", movement, eta: seconds(20), facts: {}, at: at(second) };
  };
  runner.hear([asks(0)]);
  const stop = new AbortController();
  const over = runner.run(stop.signal);
  await clock.advance(seconds(2));
  assert.is(living, 1);
  await clock.advance(seconds(2));
  assert.equal([begun, held, errors.length], [1, 0, 1]);
  await clock.advance(seconds(10));
  assert.equal([begun, held, errors.length], [2, 1, 1]);
  assert.ok(orders > 8);
  assert.ok((running ?? 0) >= 11_000, `all red again first: it ran after ${running} ms`);
  assert.is(runner.tally()["defects"], 1);
  runner.hear([asks(0)]);
  await clock.advance(seconds(1));
  assert.is(living, 0, "what was heard before is no news after");
  runner.hear([asks(14)]);
  await clock.advance(seconds(1));
  assert.is(living, 1);
  assert.is(runner.tally()["aside"], 1);
  stop.abort();
  await clock.run(over, seconds(1));
  assert.is(held, 0);
});

const passage = (line: string | undefined, waited: number, would: number, late = false): JunctionEvent => ({
  kind: "passage",
  group: "A",
  ...(line === undefined ? {} : { line }),
  waited: seconds(waited),
  wouldHaveWaited: seconds(would),
  late,
  at: START,
});

test("an hour is told when it is over, by line and by group, from where it was counted", () => {
  const ledger = new HourLedger(START);
  ledger.add(passage("L1", 2, 20));
  ledger.add(passage("L1", 0, 11, true));
  ledger.add(passage(undefined, 5, 5));
  ledger.add({ kind: "unused", group: "A", green: milliseconds(7500), at: START });
  for (const waited of [10, 30] as Duration[])
    ledger.add({ kind: "wait", group: "B", waited: seconds(waited), at: START });
  assert.is(ledger.over(at(29 * 60)), null);
  assert.equal(ledger.over(at(31 * 60)), {
    from: START,
    to: at(30 * 60),
    vehicles: 3,
    waited: 7,
    wouldHaveWaited: 36,
    late: 1,
    unused: 1,
    unusedGreen: 7.5,
    lines: [
      { line: "L1", vehicles: 2, waited: 2, wouldHaveWaited: 31, late: 1 },
      { line: "", vehicles: 1, waited: 5, wouldHaveWaited: 5, late: 0 },
    ],
    waits: [{ group: "B", served: 2, mean: 20, longest: 30 }],
  });
  const next = ledger.over(instant(START + minutes(91)));
  assert.equal([next?.from, next?.vehicles, next?.lines], [at(30 * 60), 0, []]);
});

test("whoever invents lines fills no ledger", () => {
  const ledger = new HourLedger(START);
  for (let i = 0; i < 500; i++) ledger.add(passage(`line ${i}`, 1, 1));
  const { lines, vehicles } = ledger.close(START);
  assert.is(vehicles, 500);
  assert.ok(lines.length <= 64);
});

const request = (id: string, state: RequestState, source = "feed/1"): JunctionEvent => ({
  kind: "request",
  request: { source, id, group: "A", state } as PriorityRequest,
  at: START,
});
const same = (when: typeof START) => when;

test("what ended is listed once; a controller that answers is believed until the request ends here", () => {
  const list = new RequestList("tlc/1");
  const states = () => list.all.map(({ r, s }) => `${r} ${s}`);
  assert.ok(list.after([request("a", "received"), request("b", "activated", cockpitSource("x"))], [], same));
  assert.equal(states(), ["feed/1 a received", "b activated"]);
  assert.not(list.after([], [], same));
  assert.ok(list.after([], [{ kind: "request", key: "feed/1 a", state: "queued", at: START }], same));
  list.after([request("a", "activated")], [], same);
  assert.equal(states(), ["feed/1 a queued", "b activated"], "its controller has it in a queue");
  list.after([request("a", "completed")], [], same);
  assert.equal(states(), ["feed/1 a completed", "b activated"]);
  assert.ok(list.after([], [], same));
  assert.equal(states(), ["b activated"]);
  list.after([request("c", "activated")], [], same);
  list.after([], [{ kind: "request", key: "feed/1 c", state: "rejected", at: START }], same);
  assert.equal(states(), ["b activated", "feed/1 c rejected"]);
  list.after([], [], same);
  list.after([request("c", "completed")], [], same);
  assert.equal(states(), ["b activated"], "its end was told");
  assert.ok(list.after([request("c", "received")], [], same), "its name may be used again");
  list.after([request("c", "cancelled")], [], same);
  list.after([], [], same);
  assert.not(list.after([], [{ kind: "request", key: "feed/1 z", state: "queued", at: START }], same), "of nobody");
});

test.run();
