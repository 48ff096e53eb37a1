/** What every thermal array must do as a sensor, run over the catalogue with each kind's twin. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, metres, milliseconds, seconds } from "../../controllers/units.ts";
import { SimulatedAmg8833 } from "../../sim/chips/amg8833.ts";
import { SimulatedIna226 } from "../../sim/chips/ina226.ts";
import { SimulatedMlx90640 } from "../../sim/chips/mlx90640.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { SeededRandom } from "../../sim/random.ts";
import { THERMAL_TWINS } from "../../sim/sensors/list.ts";
import { Fault } from "../hal/fault.ts";
import { type Log, silent } from "../hal/log.ts";
import { pixelCelsius, pixelWord, thermistorCelsius, thermistorWord } from "./amg8833-registers.ts";
import { COUNTERS, type KindOn } from "./list.ts";
import { lazily } from "./thermal-lazy.ts";

/** Nothing here is to be a defect of the code. */
const log: Log = {
  ...silent,
  error(_, message) {
    throw new Error(`a defect was logged: ${message}`);
  },
};

type Kind = KindOn<typeof COUNTERS, "i2c">;
const ADDRESS = 0x33;
const MOUNTING = { height: metres(3.8), up: "right" } as const;

/** `lag`: what a transfer takes beside its bytes, ms, each of which is 22.5 us on a wire of 400 kHz; none: no time at all. */
function setUp(kind: Kind, seed = 1, lag?: number) {
  const clock = new VirtualClock(instant(1e12));
  const bus = new SimulatedI2c("i2c1");
  const twin = THERMAL_TWINS[kind](clock, seed, MOUNTING);
  bus.devices.set(ADDRESS, twin.chip);
  const open = { buses: 0 };
  const sensor = COUNTERS[kind].create({
    id: "counter/1",
    i2c: async () => {
      if (!bus.present) throw new Fault("port-missing", "i2c1");
      open.buses++;
      return {
        name: bus.name,
        async transfer(address, write, read) {
          if (lag !== undefined) await clock.sleep(milliseconds(lag + (write.length + read) * 0.0225), "transfer");
          return bus.transfer(address, write, read);
        },
        close: async () => {
          open.buses--;
        },
      };
    },
    address: ADDRESS,
    ...MOUNTING,
    clock,
    random: new SeededRandom(1),
    log,
  });
  const readings: Reading[] = [];
  const stop = new AbortController();
  const run = sensor.run((reading) => readings.push(reading), stop.signal);
  return {
    clock,
    bus,
    twin,
    sensor,
    open,
    readings,
    /** What was reported while so many seconds passed. */
    async during(s: number) {
      readings.length = 0;
      await clock.advance(seconds(s));
      return {
        faults: readings.filter((reading) => reading.kind === "fault").map(({ fault }) => fault),
        counts: readings.filter((reading) => reading.kind === "count"),
      };
    },
    async end() {
      stop.abort();
      await clock.run(run, milliseconds(0));
    },
  };
}

/** The code of a sensor is loaded when it first runs, which is real time: until then virtual time must wait. */
await Promise.all([import("./amg8833.ts"), import("./mlx90640.ts")]);
await Promise.all([import("./thermal-net-amg8833.ts"), import("./thermal-net-mlx90640.ts")]);
const loaded = () => new Promise((resolve) => setImmediate(resolve));

for (const kind of Object.keys(THERMAL_TWINS) as Kind[]) {
  const name = (what: string) => `${kind}: ${what}`;
  const begun = async (seed?: number) => {
    const all = setUp(kind, seed);
    for (let n = 0; n < 5; n++) await loaded();
    return all;
  };

  test(name("an empty street is told every 5 s, and nothing else"), async () => {
    const { during, sensor, end } = await begun();
    const { faults, counts } = await during(60);
    assert.equal(faults, []);
    assert.ok(counts.length >= 11 && counts.length <= 13, `${counts.length}`);
    for (const { people, direction } of counts) assert.equal([people, direction], [0, "both"]);
    assert.ok((sensor.tally()["pictures"] as number) > 400, `${sensor.tally()["pictures"]}`);
    await end();
  });

  test(name("people are counted as they cross, by direction"), async () => {
    const { twin, during, end } = await begun(2);
    await during(8);
    const seen = { up: 0, down: 0 };
    for (const direction of ["up", "down", "up", "up"] as const) {
      twin.pass(direction);
      const { faults, counts } = await during(8);
      assert.equal(faults, []);
      const people = counts.filter((count) => count.people > 0);
      assert.equal(
        people.map((count) => [count.people, count.direction]),
        [[1, direction]],
      );
      seen[direction]++;
    }
    assert.equal(seen, { up: 3, down: 1 });
    await end();
  });

  test(name("readings are counts and faults: no picture leaves the driver"), async () => {
    const { twin, readings, during, end } = await begun();
    await during(6);
    twin.pass("down", 2);
    await during(12);
    assert.ok(readings.some((reading) => reading.kind === "count" && reading.people > 0));
    for (const reading of readings)
      assert.equal(Object.keys(reading).sort(), ["at", "direction", "kind", "people", "source"]);
    await end();
  });

  test(name("a chip that is missing, at first or later, is a fault that ends; the bus is given back"), async () => {
    const { bus, twin, during, open, end } = await begun();
    await during(5);
    bus.devices.delete(ADDRESS);
    assert.equal((await during(30)).faults, ["port-missing"]);
    assert.is(open.buses, 0);
    bus.devices.set(ADDRESS, twin.chip);
    const again = await during(15);
    assert.equal(again.faults, [null]);
    assert.ok(again.counts.length > 0);
    bus.present = false;
    assert.equal((await during(30)).faults, ["port-missing"]);
    bus.present = true;
    assert.equal((await during(15)).faults, [null]);
    assert.is(open.buses, 1);
    await end();
    assert.is(open.buses, 0);
  });

  test(name("another chip at its address is told as such"), async () => {
    const { clock, bus, during, end } = await begun();
    bus.devices.set(ADDRESS, new SimulatedIna226(clock, { shunt: 0.001 }));
    assert.is((await during(10)).faults.at(-1), "protocol");
    await end();
  });

  test(name("a chip that lost its supply unseen goes on, and counts"), async () => {
    for (const after of [0, 300, 1730]) {
      const { clock, twin, during, sensor, end } = await begun();
      await clock.advance(milliseconds(3000 + after));
      twin.chip.powerCycle();
      const before = sensor.tally()["pictures"] as number;
      const { faults } = await during(10);
      assert.equal(faults, []);
      // At its old pace.
      assert.ok((sensor.tally()["pictures"] as number) - before > 70);
      twin.pass("up");
      const { counts } = await during(8);
      assert.equal(
        counts.filter(({ people }) => people > 0).map(({ direction }) => direction),
        ["up"],
      );
      assert.ok((sensor.tally()["resets"] as number) <= 1);
      await end();
    }
  });

  test(name("ends at once and leaves nothing waiting"), async () => {
    for (const after of [0, 0.1, 0.5, 3]) {
      const { clock, during, end } = await begun();
      await during(after);
      await end();
      assert.equal(clock.waiting(), []);
    }
  });
}

test("a driver that cannot be loaded is a fault, until it can", async () => {
  const clock = new VirtualClock(instant(1e12));
  const stop = new AbortController();
  const faults: (string | null)[] = [];
  let installed = false;
  const sensor = lazily(async () => {
    if (!installed) throw new Fault("port-missing", "disk");
    return ({ id }) => ({
      id,
      tally: () => ({ pictures: 7 }),
      run: (_, signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve())),
    });
  })({
    id: "counter/1",
    i2c: () => Promise.reject(new Error("not asked")),
    address: ADDRESS,
    ...MOUNTING,
    clock,
    random: new SeededRandom(1),
    log,
  });
  const run = sensor.run((reading) => {
    if (reading.kind === "fault") faults.push(reading.fault);
  }, stop.signal);
  await clock.advance(seconds(20));
  assert.equal([faults, sensor.tally()], [["port-missing"], {}]);
  installed = true;
  await clock.advance(seconds(6));
  assert.equal([faults, sensor.tally()], [["port-missing", null], { pictures: 7 }]);
  stop.abort();
  await clock.run(run, milliseconds(0));
});

test("mlx90640: no subpage is skipped where each transfer starts a program of 4 ms", async () => {
  const { sensor, during, end } = setUp("mlx90640", 1, 4);
  for (let n = 0; n < 5; n++) await loaded();
  await during(5);
  const before = sensor.tally()["pictures"] as number;
  await during(60);
  const pictures = (sensor.tally()["pictures"] as number) - before;
  assert.ok(pictures >= 478 && pictures <= 481, `${pictures} of 480`);
  await end();
});

test("mlx90640: a chip that measures no more is silent; one whose EEPROM is spoilt is refused", async () => {
  const { bus, clock, during, end } = setUp("mlx90640");
  const chip = new SimulatedMlx90640(clock, 3);
  bus.devices.set(ADDRESS, chip);
  for (let n = 0; n < 5; n++) await loaded();
  assert.equal((await during(10)).faults, []);
  chip.hangs = true;
  assert.equal((await during(10)).faults, ["sensor-silent"]);
  chip.hangs = false;
  assert.equal((await during(15)).faults, [null]);
  chip.eeprom[0x30] = 0;
  bus.devices.delete(ADDRESS);
  await during(6);
  bus.devices.set(ADDRESS, chip);
  assert.equal((await during(10)).faults, ["protocol"]);
  await end();
});

test("mlx90640: a pixel that shows what cannot be is left out, a picture of such is a fault", async () => {
  const { bus, clock, during, end } = setUp("mlx90640");
  const chip = new SimulatedMlx90640(clock, 3);
  bus.devices.set(ADDRESS, chip);
  for (let n = 0; n < 5; n++) await loaded();
  chip.watch(() => new Float64Array(768).fill(12).fill(150, 40, 60));
  assert.equal((await during(10)).faults, []);
  chip.watch(() => new Float64Array(768).fill(150));
  assert.equal((await during(10)).faults, ["protocol"]);
  await end();
});

test("amg8833: pixels of more than 12 bits are those of another chip", async () => {
  const { bus, during, end } = setUp("amg8833");
  let register = 0;
  const other = {
    write: (bytes: Uint8Array) => {
      register = bytes[0] as number;
    },
    read: (count: number) => new Uint8Array(count).fill(register < 0x80 ? 0 : 0xff),
  };
  bus.devices.set(ADDRESS, other);
  for (let n = 0; n < 5; n++) await loaded();
  assert.equal((await during(10)).faults, ["protocol"]);
  await end();
});

test("amg8833: words of pixels and thermistor are turned back, below zero too", () => {
  for (let celsius = -30; celsius <= 90; celsius += 0.25) {
    assert.is(pixelCelsius(pixelWord(celsius)), celsius === 0 ? 0 : celsius);
    assert.ok(pixelWord(celsius) <= 0xfff);
    assert.is(Math.abs(thermistorCelsius(thermistorWord(celsius)) - celsius), 0);
  }
  // The data sheet's own: 25 degrees, and -0.25 in both forms.
  assert.equal([pixelWord(25), pixelWord(-0.25), thermistorWord(-0.25)], [0x064, 0xfff, 0x804]);
});

test("amg8833: a picture that never changes is an old one; asleep it is no AMG8833", async () => {
  const { bus, clock, during, end } = setUp("amg8833");
  const chip = new SimulatedAmg8833(clock, 3);
  bus.devices.set(ADDRESS, chip);
  for (let n = 0; n < 5; n++) await loaded();
  assert.equal((await during(10)).faults, []);
  const old = { write: () => {}, read: (count: number) => new Uint8Array(count) };
  bus.devices.set(ADDRESS, old);
  assert.equal((await during(10)).faults[0], "sensor-silent");
  await end();
});

test.run();
