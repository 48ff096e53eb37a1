import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { counterPulseTwin } from "../../sim/sensors/counter-pulse.ts";
import { silent } from "../hal/log.ts";
import { counterPulse } from "./counter-pulse.ts";

function setUp(
  activeWhen: "high" | "low" = "low",
  prepare: (twin: ReturnType<typeof counterPulseTwin>) => void = () => {},
) {
  const clock = new VirtualClock(instant(1e12));
  const twin = counterPulseTwin(clock, activeWhen);
  prepare(twin);
  let open = 0;
  const edges = async () => {
    const stream = twin.pin.edges(clock);
    open++;
    return {
      ...stream,
      async close() {
        open--;
        await stream.close();
      },
    };
  };
  const sensor = counterPulse({ id: "counter/1", edges, activeWhen, clock, random: new SeededRandom(1), log: silent });
  const readings: Reading[] = [];
  const stop = new AbortController();
  const run = sensor.run((reading) => readings.push(reading), stop.signal);
  return {
    clock,
    twin,
    sensor,
    open: () => open,
    async during(s: number) {
      readings.length = 0;
      await clock.advance(seconds(s));
      const counts = readings.filter((reading) => reading.kind === "count");
      assert.ok(counts.every(({ direction, source }) => direction === "both" && source === "counter/1"));
      return {
        people: counts.reduce((sum, { people }) => sum + people, 0),
        readings: counts.length,
        faults: readings.filter((reading) => reading.kind === "fault").map(({ fault }) => fault),
      };
    },
    async end() {
      stop.abort();
      await clock.run(run, milliseconds(0));
      assert.equal(
        clock.waiting().filter((name) => !name.startsWith("simulated")),
        [],
      );
      assert.is(open, 0);
    },
  };
}

test("each pulse is a person, whichever level is a pulse and however many come at once", async () => {
  for (const activeWhen of ["high", "low"] as const) {
    const { twin, during, sensor, end } = setUp(activeWhen);
    assert.equal(await during(1), { people: 0, readings: 1, faults: [] });
    twin.pass("up");
    assert.equal(await during(0.15), { people: 1, readings: 1, faults: [] });
    twin.pass("down", 30);
    twin.pass("up", 3);
    assert.equal((await during(9)).people, 33);
    assert.equal(sensor.tally(), { pulses: 34, noise: 0, dead: 0, doubted: 0 });
    await end();
  }
});

test("while nobody comes it says so every 5 s, and silence is no fault", async () => {
  const { twin, during, end } = setUp();
  await during(1);
  assert.equal(await during(60), { people: 0, readings: 12, faults: [] });
  twin.silence(true);
  twin.pass("up", 5);
  assert.equal(await during(60), { people: 0, readings: 12, faults: [] });
  await end();
});

test("a contact that stays closed is a fault until it opens; a person who lingers is none", async () => {
  const { twin, during, clock, end } = setUp();
  await during(5);
  twin.stick(true);
  assert.equal((await during(29)).faults, []);
  twin.stick(false);
  assert.equal(await during(5), { people: 1, readings: 2, faults: [] });
  twin.stick(true);
  const stuck = await during(32);
  assert.equal(stuck.faults, ["protocol"]);
  assert.equal(await during(120), { people: 0, readings: 0, faults: [] });
  twin.stick(false);
  const { faults, people } = await during(10);
  assert.equal([faults, people], [[null], 0]);
  twin.pass("up");
  assert.is((await during(1)).people, 1);
  assert.ok(clock.monotonic() > 0);
  await end();
});

test("a contact that is closed from the beginning is a fault too, and nobody", async () => {
  const { twin, during, end } = setUp("high", (twin) => twin.stick(true));
  assert.equal((await during(32)).faults, ["protocol"]);
  twin.stick(false);
  assert.equal(await during(4), { people: 0, readings: 1, faults: [null] });
  await end();
});

test("chatter is one fault as long as it lasts, and counts nobody", async () => {
  const { twin, during, end } = setUp();
  await during(5);
  twin.chatter(60_000);
  const chatter = await during(60);
  assert.equal(chatter.faults, ["protocol"]);
  assert.equal(chatter.people, 0);
  const after = await during(12);
  assert.equal([after.faults, after.people], [[null], 0]);
  twin.pass("up", 2);
  assert.is((await during(2)).people, 2);
  await end();
});

test("who passes while the contact is doubted is not counted", async () => {
  const { twin, during, sensor, end } = setUp();
  await during(5);
  twin.chatter(1200);
  assert.equal((await during(1.3)).faults, ["protocol"]);
  await during(0.5); // open again, in doubt
  twin.pass("up");
  const doubted = await during(0.5);
  assert.equal([doubted.people, doubted.faults, sensor.tally()["doubted"]], [0, [], 1]);
  assert.equal((await during(5)).faults, [null]);
  await end();
});

test("a chip that is pulled is a fault at once, and is found again", async () => {
  const { twin, during, end, open } = setUp();
  await during(5);
  twin.pin.unplug();
  assert.equal((await during(0.1)).faults, ["port-lost"]);
  assert.is(open(), 0);
  assert.equal((await during(60)).faults, ["port-missing"]);
  twin.pin.replug();
  assert.equal((await during(6)).faults, [null]);
  twin.pass("up");
  assert.is((await during(1)).people, 1);
  await end();
});

test("ends at once from any state", async () => {
  for (const after of [0, 0.5, 3, 40]) {
    const { during, end } = setUp("low", (twin) => twin.stick(after === 40));
    await during(after);
    await end();
  }
});

test.run();
