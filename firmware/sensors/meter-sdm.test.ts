import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { meterSdmTwin } from "../../sim/sensors/meter-sdm.ts";
import { type Log, silent } from "../hal/log.ts";
import type { ModbusReply } from "../modbus/pdu.ts";
import { decodeRequest, encodeReply } from "../modbus/rtu.ts";
import { meterSdm } from "./meter-sdm.ts";
import { encodeFloat } from "./sdm-registers.ts";

/** Nothing here is to be a defect of the code. */
const log: Log = {
  ...silent,
  error() {
    throw new Error("a defect was logged");
  },
};

function setUp(phases: 1 | 3 = 3, address = 1) {
  const clock = new VirtualClock(instant(1e12));
  const twin = meterSdmTwin(clock, 1);
  const readings: Reading[] = [];
  const stop = new AbortController();
  const start = (port: SimulatedPort) => {
    const sensor = meterSdm({ id: "meter/1", port, address, phases, clock, random: new SeededRandom(1), log });
    const run = sensor.run((reading) => readings.push(reading), stop.signal);
    return {
      sensor,
      end: () => {
        stop.abort();
        return clock.run(run, milliseconds(0));
      },
    };
  };
  return { clock, twin, readings, start };
}

/** A meter that answers each request as the test says. */
function answering(answer: (register: number) => ModbusReply): SimulatedPort {
  return new SimulatedPort("p", (far) => {
    const serve = async () => {
      for await (const chunk of far.chunks) {
        const asked = decodeRequest(chunk);
        if (asked?.request.kind === "read") await far.write(encodeReply(asked, answer(asked.request.first)));
      }
    };
    serve().catch(() => {});
  });
}

const value = (number: number): ModbusReply => ({ kind: "registers", values: encodeFloat(number) });

test("power every 2 s, energy at first and then each minute", async () => {
  const { clock, twin, readings, start } = setUp();
  const { end } = start(new SimulatedPort("p", twin.attach));
  twin.show(1204.5);
  await clock.advance(seconds(130));
  const powers = readings.filter((r) => r.kind === "power");
  assert.ok(powers.length > 55 && powers.length <= 65, `${powers.length}`);
  for (const { power } of powers) assert.is(power, 1204.5);
  const energies = readings.filter((r) => r.kind === "energy");
  assert.is(energies.length, 3);
  const [first, second] = energies as [(typeof energies)[0], (typeof energies)[0]];
  const hours = (second.at - first.at) / 3_600_000;
  assert.ok(Math.abs((second.energy - first.energy) / hours / 1204.5 - 1) < 0.001);
  await end();
});

test("a single-phase meter is asked for its one phase", async () => {
  for (const [phases, register] of [
    [1, 0x0c],
    [3, 0x34],
  ] as const) {
    const asked: number[] = [];
    const { clock, start } = setUp(phases);
    const { end } = start(
      answering((register) => {
        asked.push(register);
        return value(1);
      }),
    );
    await clock.advance(seconds(1));
    assert.equal(asked, [register, 0x48]);
    await end();
  }
});

test("one lost reply is asked for again and is no fault; three are", async () => {
  const { clock, twin, readings, start } = setUp();
  const { sensor, end } = start(new SimulatedPort("p", twin.attach));
  await clock.advance(seconds(1));
  twin.silence(true);
  await clock.advance(seconds(2));
  twin.silence(false);
  await clock.advance(seconds(3));
  assert.equal(
    readings.filter((r) => r.kind === "fault"),
    [],
  );
  assert.is(sensor.tally()["unanswered"], 2);
  twin.silence(true);
  await clock.advance(seconds(4));
  assert.equal(
    readings.filter((r) => r.kind === "fault").map((r) => r.fault),
    ["sensor-silent"],
  );
  await end();
});

test("the wrong unit is silence", async () => {
  const { clock, twin, readings, start } = setUp(3, 2);
  const { end } = start(new SimulatedPort("p", twin.attach));
  await clock.advance(seconds(3));
  assert.equal(
    readings.map((r) => r.kind === "fault" && r.fault),
    ["sensor-silent"],
  );
  await end();
});

test("what cannot be is a fault, and no reading", async () => {
  const refused: ModbusReply = { kind: "exception", code: 2 };
  for (const wrong of [value(-80), value(Number.NaN), value(Number.POSITIVE_INFINITY), value(2e9), refused]) {
    const { clock, readings, start } = setUp();
    const { end } = start(answering(() => wrong));
    await clock.advance(seconds(10));
    assert.equal(
      readings.map((r) => r.kind === "fault" && r.fault),
      ["protocol"],
    );
    await end();
  }
  const { clock, readings, start } = setUp();
  const { end } = start(answering((register) => value(register === 0x48 ? -1 : 5)));
  await clock.advance(milliseconds(200));
  assert.equal(
    readings.map((r) => r.kind),
    ["power", "fault"],
  );
  await end();
});

test("the noise of an idle meter is 0 W", async () => {
  const { clock, readings, start } = setUp();
  const { end } = start(answering((register) => value(register === 0x48 ? 1 : -0.4)));
  await clock.advance(seconds(1));
  assert.equal(
    readings.map((r) => r.kind === "power" && r.power),
    [0, false],
  );
  await end();
});

test.run();
