import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, level, lux, milliseconds, minutes, seconds, watts } from "../../controllers/units.ts";
import { SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { lubaTwin } from "../../sim/gateways/luba.ts";
import { Gear } from "../../sim/gear.ts";
import { InputDevice, LightSensor, OccupancySensor } from "../../sim/input-device.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { luba } from "../gateways/luba.ts";
import { silent } from "../hal/log.ts";
import type { DaliInput } from "./inputs.ts";
import { daliLine } from "./line.ts";

const OCCUPANCY: DaliInput = { id: "counter/1", kind: "occupancy", address: 3, instance: 0 };
const LIGHT: DaliInput = { id: "light/1", kind: "light", address: 3, instance: 1, full: lux(2000) };

/** A line of lamps with one device of both sensors, whole from the port to the eye. */
function rig(inputs: readonly DaliInput[] = [OCCUPANCY, LIGHT], lamps = 8) {
  const clock = new VirtualClock(instant(1_790_000_000_000));
  const random = new SeededRandom(9);
  const bus = new SimulatedBus(clock, random);
  for (let address = 0; address < lamps; address++) bus.add(new Gear({ clock, random, address, power: watts(60) }));
  const [eye, cell] = [new OccupancySensor(clock), new LightSensor(clock)];
  const device = new InputDevice(bus, { random, address: 3, sensors: [eye, cell] });
  const port = new SimulatedPort("/dev/test", lubaTwin(bus));
  const line = daliLine({
    id: "bus/1",
    open: async (signal) => luba.open(await port.open(signal), { clock, log: silent, signal, options: {} }),
    clock,
    random,
    log: silent,
    lamps: Array.from({ length: lamps }, (_, address) => ({ id: `lamp/1/${address}`, address, curve: "logarithmic" })),
    fadeTime: milliseconds(700),
    failSafe: level(100),
    pollEvery: seconds(60),
    inputs,
  });
  const readings: Reading[] = [];
  const abort = new AbortController();
  void line.run((reading) => readings.push(reading), abort.signal);
  return {
    clock,
    bus,
    eye,
    cell,
    device,
    line,
    /** What the sensors said meanwhile, in words. */
    async during(s: number) {
      readings.length = 0;
      await clock.advance(seconds(s));
      return readings.flatMap((r) => {
        if (r.kind === "count") return [`${r.source} ${r.people}`];
        if (r.kind === "light") return [`${r.source} ${Math.round(r.light)} lx`];
        if (r.kind === "fault" && inputs.some(({ id }) => id === r.source)) return [`${r.source} ${r.fault}`];
        return [];
      });
    },
    end: () => abort.abort(),
  };
}

test("somebody who moves is told within a second, among the polls of the lamps; then that nobody is there", async () => {
  const { during, eye, end } = rig();
  await during(20);
  eye.movement();
  assert.ok((await during(1)).includes("counter/1 1"));
  const after = await during(40);
  assert.ok(after.includes("counter/1 0"), `${after}`);
  assert.not.ok(after.slice(after.indexOf("counter/1 0")).includes("counter/1 1"));
  end();
});

test("an empty street is told again and again, often enough that nobody takes it for a dead sensor", async () => {
  const { during, end } = rig();
  await during(30);
  const said = (await during(120)).filter((it) => it.startsWith("counter"));
  assert.ok(said.length >= 4 && said.every((it) => it === "counter/1 0"), `${said}`);
  end();
});

test("light comes in lux, at its changes", async () => {
  const { during, cell, end } = rig();
  await during(20);
  cell.shine(512);
  assert.ok((await during(3)).includes("light/1 1001 lx"));
  cell.shine(5);
  assert.ok((await during(3)).includes("light/1 10 lx"));
  end();
});

test("the device keeps what the cabinet set, which is not written a second time", async () => {
  const { device, clock, bus, line, end } = rig();
  let stores = 0;
  bus.onFrame((heard) => {
    if (heard.kind !== "forward" || heard.frame.bits !== 24) return;
    const { data } = heard.frame;
    // SET EVENT SCHEME, SET EVENT FILTER to an instance
    if ((data & 0x10000) !== 0 && data < 0x800000 && [0x67, 0x68].includes(data & 0xff)) stores++;
  });
  await clock.advance(seconds(30));
  const kept = () => device.instances.map(({ settings }) => [settings.scheme, settings.filter]);
  assert.equal(kept(), [
    [2, 0x0f],
    [2, 0x01],
  ]);
  assert.ok(stores > 0);
  stores = 0;
  const loan = await clock.run(line.borrow(), seconds(5));
  await clock.run(loan.close(), seconds(5));
  await clock.advance(seconds(30));
  assert.is(stores, 0);
  end();
});

test("a sensor that is not there, goes, or comes back is a fault as long as it lasts; another kind of sensor is one too", async () => {
  const wrong: DaliInput = { ...OCCUPANCY, id: "counter/2", instance: 1 };
  const nobody: DaliInput = { ...OCCUPANCY, id: "counter/3", address: 9 };
  const { during, device, end } = rig([OCCUPANCY, wrong, nobody]);
  const first = await during(60);
  assert.ok(first.includes("counter/2 protocol"), `${first}`);
  assert.ok(first.includes("counter/3 sensor-silent"), `${first}`);
  assert.not.ok(first.includes("counter/1 sensor-silent"));
  device.shortAddress = 8;
  const gone = await during(150);
  assert.ok(gone.includes("counter/1 sensor-silent"), `${gone}`);
  assert.not.ok(gone.slice(gone.indexOf("counter/1 sensor-silent")).includes("counter/1 0"));
  device.shortAddress = 3;
  const back = await during(30);
  assert.ok(back.includes("counter/1 null") && back.includes("counter/1 0"), `${back}`);
  end();
});

test("two sensors and eight lamps leave the bus free", async () => {
  const { line, clock, eye, end } = rig();
  await clock.advance(minutes(5));
  for (let i = 0; i < 30; i++) {
    eye.movement();
    await clock.advance(seconds(4));
  }
  assert.ok((line.utilisation ?? 1) < 0.2, `${line.utilisation}`);
  end();
});

test.run();
