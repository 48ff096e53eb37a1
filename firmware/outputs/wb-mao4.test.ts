import { test } from "uvu";
import * as assert from "uvu/assert";
import type { FaultKind, Reading } from "../../controllers/model.ts";
import { instant, level, milliseconds, seconds, watts } from "../../controllers/units.ts";
import { atBaud } from "../../sim/baud.ts";
import { SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { wbDaliSlave } from "../../sim/gateways/wb-dali.ts";
import { Gear } from "../../sim/gear.ts";
import { SimulatedModbus } from "../../sim/modbus.ts";
import { SimulatedMao4 } from "../../sim/outputs/wb-mao4.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { meterSdmTwin } from "../../sim/sensors/meter-sdm.ts";
import { silent } from "../hal/log.ts";
import { modbusLines } from "../modbus/lines.ts";
import { calibrationOf } from "./calibration.ts";
import { wbMao4 } from "./wb-mao4.ts";
import { MAO4, ownMillivolts, ownPercent } from "./wb-mao4-registers.ts";

const UNIT = 4;
const calibration = calibrationOf([
  { level: 10, volts: 1 },
  { level: 100, volts: 9.5 },
]);

function setUp(baud = 9600) {
  const clock = new VirtualClock(instant(1e12));
  const line = new SimulatedModbus(clock);
  const module = new SimulatedMao4(clock);
  line.slaves.set(UNIT, module);
  const settings = { baud };
  const port = new SimulatedPort("rs485", (far) => line.attach(atBaud(clock, far, baud)));
  const lines = modbusLines({ bytes: () => port, clock });
  const start = (failSafe = 100, safety: number | null = 20) => {
    const faults: (FaultKind | null)[] = [];
    const levels: Reading[] = [];
    const stop = new AbortController();
    const output = wbMao4({
      id: "output/1",
      lines,
      port: "rs485",
      settings,
      address: UNIT,
      ...(safety === null ? {} : { safety: seconds(safety) }),
      lamps: [0, 1, 3].map((channel) => ({ id: `lamp/${channel}`, channel, calibration })),
      failSafe: level(failSafe),
      fadeTime: seconds(2),
      clock,
      random: new SeededRandom(1),
      log: silent,
    });
    const running = output.run((reading) => {
      if (reading.kind === "fault") faults.push(reading.fault);
      else levels.push(reading);
    }, stop.signal);
    return {
      faults,
      levels,
      set: (percent: number) =>
        output.apply(
          [0, 1, 3].map((channel) => ({
            kind: "level",
            line: "output/1",
            lamp: `lamp/${channel}`,
            level: level(percent),
            rank: "adaptive",
          })),
        ),
      async end() {
        stop.abort();
        await clock.run(running, milliseconds(0));
      },
    };
  };
  return { clock, line, module, lines, settings, port, start };
}

const near = (volts: number, wanted: number) => assert.ok(Math.abs(volts - wanted) < 0.06, `${volts}, not ${wanted}`);

test("its own percent are the nearest, 0 only for 0 V", () => {
  assert.equal(
    [0, 100, 5050, 10_000, 12, 11_000].map((millivolts) => ownPercent(millivolts, 100, 10_000)),
    [0, 1, 51, 100, 1, 100],
  );
  assert.is(ownPercent(500, 500, 500), 100);
  for (let percent = 0; percent <= 100; percent++)
    assert.is(ownPercent(ownMillivolts(percent, 100, 10_000), 100, 10_000), percent);
});

test("without the cabinet it falls to the fail-safe level by itself, and wakes with it after a power cut", async () => {
  const { clock, module, start } = setUp();
  const { set, end, faults } = start(80);
  await clock.advance(seconds(1));
  set(30);
  await clock.advance(seconds(60));
  near(module.volts(0), 1 + (20 * 8.5) / 90);
  await end();
  await clock.advance(seconds(15));
  near(module.volts(0), 1 + (20 * 8.5) / 90);
  await clock.advance(seconds(6));
  const safe = 1 + (70 * 8.5) / 90;
  for (const channel of [0, 1, 3]) near(module.volts(channel), safe);
  assert.is(module.volts(2), 0, "a channel without a lamp stays dark");
  module.powerCycle();
  near(module.volts(3), safe);
  assert.equal(faults, []);
});

test("what it is to keep is written once, and only where it holds something else; without safety never", async () => {
  const { clock, module, start } = setUp();
  const first = start(100, null);
  await clock.advance(seconds(10));
  assert.is(module.wear, 0);
  await first.end();
  const second = start();
  await clock.advance(seconds(10));
  assert.is(module.wear, 3 * 4 + 1);
  await second.end();
  const third = start();
  await clock.advance(seconds(10));
  assert.is(module.wear, 3 * 4 + 1);
  assert.equal([...first.faults, ...second.faults, ...third.faults], []);
  await third.end();
});

test("a module that gives PWM, or has its channels off, is set right", async () => {
  const { clock, module, start } = setUp();
  module.answer({ kind: "write-register", at: MAO4.mode, value: 0 });
  const { set, end } = start();
  set(100);
  await clock.advance(seconds(3));
  near(module.volts(1), 9.5);
  module.answer({ kind: "write-coil", at: MAO4.on + 1, on: false });
  assert.is(module.volts(1), 0);
  await clock.advance(seconds(3));
  near(module.volts(1), 9.5);
  await end();
});

test("firmware without a safety mode is a fault where safety is asked for", async () => {
  const { clock, line, module, start } = setUp();
  line.slaves.set(UNIT, {
    thinks: 2,
    answer: (request) =>
      request.kind === "read" && request.first >= MAO4.safetyAction
        ? { kind: "exception", code: 2 }
        : module.answer(request),
  });
  const { faults, end } = start();
  await clock.advance(seconds(20));
  assert.equal(faults, ["protocol"]);
  await end();
  const without = start(100, null);
  without.set(50);
  await clock.advance(seconds(5));
  assert.equal(without.faults, []);
  await without.end();
});

test("a fade of three channels takes its two seconds at 9600 baud, with a meter and a DALI gateway on the same line", async () => {
  const { clock, line, start } = setUp();
  const bus = new SimulatedBus(clock, new SeededRandom(1));
  bus.add(new Gear({ clock, random: new SeededRandom(2), address: 5, power: watts(60) }));
  line.slaves.set(7, wbDaliSlave([bus]));
  line.slaves.set(1, meterSdmTwin(clock).slave);
  const { set, levels, end } = start();
  set(10);
  await clock.advance(seconds(1));
  levels.length = 0;
  const since = clock.now();
  set(100);
  await clock.advance(seconds(4));
  assert.is(levels.length, 3);
  for (const { at } of levels) assert.ok(at - since > 1800 && at - since < 2300, `${at - since} ms`);
  await end();
});

test.run();
