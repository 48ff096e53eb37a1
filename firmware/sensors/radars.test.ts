import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { COUNTER_TWINS } from "../../sim/sensors/list.ts";
import { silent } from "../hal/log.ts";
import { COUNTERS } from "./list.ts";
import { reversed } from "./reversed.ts";

function setUp(kind: "ld2450" | "ops243", turned = false) {
  const clock = new VirtualClock(instant(1e12));
  const twin = COUNTER_TWINS[kind](clock);
  const port = new SimulatedPort("p", (far) => twin.attach(far));
  const made = COUNTERS[kind].create({ id: "counter/1", port, clock, random: new SeededRandom(1), log: silent });
  const sensor = turned ? reversed(made) : made;
  const readings: Extract<Reading, { kind: "count" }>[] = [];
  const stop = new AbortController();
  const run = sensor.run((reading) => {
    if (reading.kind === "count") readings.push(reading);
  }, stop.signal);
  return {
    clock,
    twin,
    readings,
    people: () =>
      ["up", "down", "both"].map((way) =>
        readings.reduce((sum, { direction, people }) => sum + (direction === way ? people : 0), 0),
      ),
    end: () => {
      stop.abort();
      return clock.run(run, milliseconds(0));
    },
  };
}

for (const kind of ["ld2450", "ops243"] as const) {
  test(`${kind}: people are counted once, each way, and nobody while nobody comes`, async () => {
    const { clock, twin, readings, people, end } = setUp(kind);
    await clock.advance(seconds(20));
    assert.equal(people(), [0, 0, 0]);
    assert.ok(readings.length >= 4, "it says that it lives");
    twin.pass("up", 4);
    await clock.advance(seconds(30));
    assert.equal(people(), [4, 0, 0]);
    twin.pass("down", 2);
    twin.pass("up");
    await clock.advance(seconds(30));
    assert.equal(people(), [5, 2, 0]);
    await end();
  });

  test(`${kind}: light need not wait: who comes is told within two seconds of coming into sight`, async () => {
    const { clock, twin, readings, end } = setUp(kind);
    await clock.advance(seconds(1));
    const came = clock.now();
    twin.pass("down");
    await clock.advance(seconds(4));
    const seen = readings.find(({ people }) => people > 0);
    assert.ok(seen && seen.at - came <= 2000, `${seen && seen.at - came} ms`);
    assert.is(seen.speed !== undefined, kind === "ops243");
    await end();
  });

  test(`${kind}: mounted the other way round it counts the other way round`, async () => {
    const { clock, twin, people, end } = setUp(kind, true);
    await clock.advance(seconds(1));
    twin.pass("up", 2);
    await clock.advance(seconds(20));
    assert.equal(people(), [0, 2, 0]);
    await end();
  });
}

test.run();
