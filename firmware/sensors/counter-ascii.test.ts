import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type PipeEnd, SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { counterAsciiTwin } from "../../sim/sensors/counter-ascii.ts";
import { silent } from "../hal/log.ts";
import { counterAscii } from "./counter-ascii.ts";
import { encodeLine } from "./counter-line.ts";

function setUp(device: (far: PipeEnd, clock: VirtualClock) => void) {
  const clock = new VirtualClock(instant(1e12));
  const port = new SimulatedPort("p", (far) => device(far, clock));
  const sensor = counterAscii({ id: "counter/1", port, clock, random: new SeededRandom(1), log: silent });
  const readings: Reading[] = [];
  const stop = new AbortController();
  const run = sensor.run((reading) => readings.push(reading), stop.signal);
  const people = (direction: string) =>
    readings.reduce((n, r) => n + (r.kind === "count" && r.direction === direction ? r.people : 0), 0);
  const end = () => {
    stop.abort();
    return clock.run(run, milliseconds(0));
  };
  return { clock, port, sensor, readings, people, end };
}

/** A counter whose lines the test writes. */
function byHand() {
  let far: PipeEnd | undefined;
  const made = setUp((end) => {
    far = end;
  });
  return {
    ...made,
    async say(seq: number, up: number, down: number) {
      await made.clock.advance(seconds(1));
      await far?.write(encodeLine({ seq, up, down }));
      await made.clock.advance(milliseconds(0));
    },
  };
}

test("people are counted by direction, and nobody before the first line", async () => {
  const { say, people, readings, end } = byHand();
  await say(100, 5000, 7000);
  await say(101, 5001, 7000);
  await say(102, 5001, 7002);
  assert.equal(
    readings.map((r) => (r.kind === "count" ? [r.people, r.direction] : r.kind)),
    [
      [0, "both"],
      [1, "up"],
      [2, "down"],
    ],
  );
  assert.is(people("up") + people("down"), 3);
  await end();
});

test("lost lines lose nobody", async () => {
  const { say, people, sensor, end } = byHand();
  await say(1, 0, 0);
  await say(5, 6, 2);
  assert.is(people("up"), 6);
  assert.is(people("down"), 2);
  assert.is(sensor.tally()["lost"], 3);
  await end();
});

test("totals and sequence numbers wrap at 65,536", async () => {
  const { say, people, sensor, end } = byHand();
  await say(65_534, 65_530, 65_535);
  await say(65_535, 65_535, 65_535);
  await say(0, 3, 2);
  assert.is(people("up"), 9);
  assert.is(people("down"), 3);
  assert.is(sensor.tally()["restarts"], 0);
  await end();
});

test("a counter that begins anew sets a new base and counts nobody twice", async () => {
  for (const [seq, up, down] of [
    [0, 0, 0],
    [301, 2, 0],
    [301, 900, 0],
    [300, 500, 401],
  ] as const) {
    const { say, people, sensor, end } = byHand();
    await say(300, 500, 400);
    await say(seq, up, down);
    assert.is(people("up") + people("down"), 0, `${seq}`);
    assert.is(sensor.tally()["restarts"], 1, `${seq}`);
    await say(seq + 1, up + 1, down);
    assert.is(people("up"), 1);
    await end();
  }
});

test("a line said twice counts once", async () => {
  const { say, people, sensor, end } = byHand();
  await say(1, 0, 0);
  await say(2, 1, 0);
  await say(2, 1, 0);
  await say(3, 1, 0);
  assert.is(people("up"), 1);
  assert.is(sensor.tally()["repeated"], 1);
  assert.is(sensor.tally()["restarts"], 0);
  await end();
});

test("while nobody comes it says so every 5 s, and only then", async () => {
  let twin: ReturnType<typeof counterAsciiTwin> | undefined;
  const { clock, readings, end } = setUp((far, c) => {
    twin = counterAsciiTwin(c);
    twin.attach(far);
  });
  await clock.advance(seconds(31));
  const times = readings.map((r) => (r.kind === "count" && r.people === 0 ? r.at - 1e12 : "?"));
  assert.equal(times, [1000, 6000, 11_000, 16_000, 21_000, 26_000, 31_000]);
  readings.length = 0;
  for (let s = 0; s < 20; s++) {
    twin?.pass("up");
    await clock.advance(seconds(1));
  }
  assert.equal(
    readings.map((r) => r.kind === "count" && r.people),
    Array(20).fill(1),
  );
  await end();
});

test("people who passed while the plug was out are not taken for people of now", async () => {
  let twin: ReturnType<typeof counterAsciiTwin> | undefined;
  const { clock, port, people, end } = setUp((far, c) => {
    twin ??= counterAsciiTwin(c);
    twin.attach(far);
  });
  await clock.advance(seconds(3));
  port.unplug();
  twin?.pass("up", 5);
  await clock.advance(seconds(10));
  port.replug();
  await clock.advance(seconds(10));
  assert.is(people("up"), 0);
  twin?.pass("up", 2);
  await clock.advance(seconds(2));
  assert.is(people("up"), 2);
  await end();
});

test.run();
