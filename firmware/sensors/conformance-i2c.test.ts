/** What every meter on I2C must do, run over the catalogue with each kind's twin. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { METER_CHIPS } from "../../sim/chips/list.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Fault } from "../hal/fault.ts";
import { type Log, silent } from "../hal/log.ts";
import { type KindOn, METERS } from "./list.ts";

/** Nothing here is to be a defect of the code. */
const log: Log = {
  ...silent,
  error() {
    throw new Error("a defect was logged");
  },
};

const ADDRESS = 0x40;
const SHUNT = 0.001;

type Kind = KindOn<typeof METERS, "i2c">;

function setUp(kind: Kind) {
  const clock = new VirtualClock(instant(1e12));
  const bus = new SimulatedI2c("i2c1");
  const chip = METER_CHIPS[kind](clock, SHUNT);
  bus.devices.set(ADDRESS, chip);
  const open = { buses: 0 };
  const sensor = METERS[kind].create({
    id: "meter/1",
    i2c: async () => {
      if (!bus.present) throw new Fault("port-missing", "i2c1");
      open.buses++;
      return {
        name: bus.name,
        transfer: (...parts) => bus.transfer(...parts),
        close: async () => {
          open.buses--;
        },
      };
    },
    address: ADDRESS,
    shunt: SHUNT,
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
    chip,
    sensor,
    open,
    /** What was reported while so many seconds passed. */
    async during(s: number) {
      readings.length = 0;
      await clock.advance(seconds(s));
      return {
        faults: readings.filter((reading) => reading.kind === "fault").map(({ fault }) => fault),
        powers: readings.filter((reading) => reading.kind === "power").map(({ power }) => power),
      };
    },
    async end() {
      stop.abort();
      await clock.run(run, milliseconds(0));
    },
  };
}

for (const kind of Object.keys(METER_CHIPS) as Kind[]) {
  const name = (what: string) => `${kind}: ${what}`;

  test(name("power each 2 s, as the lamps draw it, to a step of the chip"), async () => {
    for (const watts of [0, 0.5, 60, 1092, 1900]) {
      const { chip, during, sensor, end } = setUp(kind);
      chip.show(watts);
      const { faults, powers } = await during(60);
      assert.equal(faults, []);
      assert.ok(powers.length >= 29 && powers.length <= 31, `${powers.length}`);
      for (const power of powers) assert.ok(Math.abs(power - watts) <= 0.13, `${power} of ${watts}`);
      assert.equal(sensor.tally(), { values: powers.length, resets: 0 });
      await end();
    }
  });

  test(name("a change is seen at the next poll"), async () => {
    const { chip, during, end } = setUp(kind);
    chip.show(100);
    await during(10);
    chip.show(500);
    const { powers } = await during(4.5);
    assert.ok(Math.abs((powers.at(-1) as number) - 500) < 0.2);
    await end();
  });

  test(name("a chip that lost its supply unseen is set anew; nothing wrong is said meanwhile"), async () => {
    for (let after = 300; after < 2700; after += 100) {
      const { chip, clock, during, sensor, end } = setUp(kind);
      chip.show(100);
      await clock.advance(milliseconds(after));
      chip.powerCycle();
      const { faults, powers } = await during(20);
      assert.equal(faults, []);
      assert.ok(powers.length >= 8);
      for (const power of powers) assert.ok(Math.abs(power - 100) < 0.2, `${after}: ${power}`);
      // Before the chip was first set up there is nothing to lose.
      assert.ok((sensor.tally()["resets"] as number) <= 1);
      await end();
    }
  });

  test(name("a chip that is missing, at first or later, is a fault that ends; the bus is given back"), async () => {
    const { bus, chip, during, open, end } = setUp(kind);
    await during(5);
    bus.devices.delete(ADDRESS);
    assert.equal((await during(30)).faults, ["port-missing"]);
    assert.is(open.buses, 0);
    bus.devices.set(ADDRESS, chip);
    const again = await during(10);
    assert.equal(again.faults, [null]);
    assert.ok(again.powers.length > 0);
    bus.present = false;
    assert.equal((await during(30)).faults, ["port-missing"]);
    bus.present = true;
    assert.equal((await during(10)).faults, [null]);
    assert.is(open.buses, 1);
    await end();
    assert.is(open.buses, 0);
  });

  test(name("ends at once and leaves nothing waiting"), async () => {
    for (const after of [0, 0.1, 0.5, 3]) {
      const { clock, during, end } = setUp(kind);
      await during(after);
      await end();
      assert.equal(clock.waiting(), []);
    }
  });
}

test("every meter on I2C has a twin", () => {
  const kinds = Object.keys(METERS).filter((kind) => METERS[kind as keyof typeof METERS].wire === "i2c");
  assert.equal(Object.keys(METER_CHIPS), kinds);
});

test.run();
