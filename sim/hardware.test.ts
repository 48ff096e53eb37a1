import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant, milliseconds, seconds } from "../controllers/units.ts";
import { readConfig } from "../firmware/config/read.ts";
import type { OutputChip } from "./chips/chip.ts";
import { VirtualClock } from "./clock.ts";
import { portsOf, simulateCabinet } from "./hardware.ts";
import type { SimulatedI2c } from "./i2c.ts";
import { SeededRandom } from "./random.ts";
import { startRig } from "./rig.ts";

/** Every kind of device that a configuration can name. */
const TEXT = `
node: 21231/cab-1
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets: [{ name: quai, length: 200 }]
buses: [{ id: bus/1, gateway: luba, port: ./dali }]
outputs:
  - { id: output/1, kind: gp8403, i2c: { adapter: CP2112 SMBus Bridge, address: 0x58 } }
  - { id: output/2, kind: mcp4728, i2c: { adapter: CP2112 SMBus Bridge, address: 0x60 } }
lamps:
  - { bus: bus/1, addresses: 0-3, street: quai, position: 10, every: 20, power: 40, class: P3, reducedClass: P5 }
  - { id: lamp/a/0, output: output/1, channel: 0, street: quai, position: 100, power: 60, class: P3 }
  - { id: lamp/b/3, output: output/2, channel: 3, street: quai, position: 120, power: 50, class: P3 }
counters:
  - { id: counter/1, kind: pulse, pin: { chip: cp2112_gpio, offset: 1 }, street: quai, position: 60 }
  - { id: counter/2, kind: ascii, port: ./counter-2, street: quai, position: 150 }
contacts:
  - { id: door/1, pin: { chip: cp2112_gpio, offset: 0 }, openWhen: low }
  - { id: door/2, pin: { chip: CP2112 SMBus Bridge@0x20, offset: 9 }, openWhen: high }
meters:
  - { id: meter/1, kind: sdm, port: ./meter-1 }
  - { id: meter/2, kind: ina226, i2c: { adapter: CP2112 SMBus Bridge, address: 0x40 }, shunt: 0.002 }
schedules: [{ name: night, periods: [{ from: sunset, level: 100 }] }]
`;
const read = readConfig(TEXT);
if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
const { config } = read;
const NIGHT = instant(Date.UTC(2026, 10, 18, 21));
const ADAPTER = "CP2112 SMBus Bridge";

const build = () => simulateCabinet(config, new VirtualClock(NIGHT), new SeededRandom(1), 0);

test("what has a port is on a stream, what has a chip is on its bus, what has a pin is a line", () => {
  const cabinet = build();
  assert.equal(portsOf(config), ["./dali", "./counter-2", "./meter-1"]);
  assert.equal(
    [...(cabinet.i2c(ADAPTER)?.devices.keys() ?? [])].sort((a, b) => a - b),
    [0x20, 0x40, 0x58, 0x60],
  );
  assert.is(cabinet.pin({ chip: "cp2112_gpio", offset: 0 })?.high, true);
  assert.is(cabinet.pin({ chip: "cp2112_gpio", offset: 1 })?.high, true);
  assert.is(cabinet.pin({ chip: "cp2112_gpio", offset: 2 }), undefined);
  const free = cabinet.wire({ chip: "cp2112_gpio", offset: 2 });
  assert.is(cabinet.pin({ chip: "cp2112_gpio", offset: 2 }), free);
});

test("a line of an expander is the chip's", () => {
  const cabinet = build();
  const chip = cabinet.i2c(ADAPTER)?.devices.get(0x20);
  const inputs = () => {
    chip?.write(Uint8Array.of(0));
    return [...(chip?.read(2) ?? [])];
  };
  assert.equal(inputs(), [0xff, 0xfd]);
  cabinet.setDoor(true);
  assert.equal(inputs(), [0xff, 0xff]);
  assert.is(cabinet.doorOpen(), true);
  assert.throws(() => cabinet.wire({ chip: `${ADAPTER}@0x20`, offset: 16 }), /line of .* is 16: allowed 0 to 15/);
  assert.throws(() => cabinet.wire({ chip: `${ADAPTER}@0x58`, offset: 0 }), /is no PCA9535/);
});

test("the runtime works with every kind: light, power, doors and people", async () => {
  const rig = startRig({ config, start: NIGHT });
  await rig.clock.advance(seconds(30));
  assert.equal([...rig.cockpit.alarms], []);
  for (const { id } of config.lamps) assert.ok(rig.cabinet.light(id) > 99.9, `${id}: ${rig.cabinet.light(id)}`);
  const power = rig.cockpit.status.get("energy.power");
  for (const meter of ["meter/1", "meter/2"]) {
    const seen = power?.get(`activePower ${meter}`) as number;
    assert.ok(Math.abs(seen - rig.cabinet.power()) < 1, `${meter}: ${seen} of ${rig.cabinet.power()}`);
  }
  assert.ok(Math.abs(rig.cabinet.power() - (4 * 40 + 60 + 50)) < 5);

  rig.cabinet.street.walk("quai", 0, 1);
  await rig.clock.advance(seconds(180));
  const counts = rig.cockpit.status.get("footfall.counts");
  for (const counter of ["counter/1", "counter/2"])
    assert.is(counts?.get(`accumulatedRoadUserNumber ${counter}`), 1, counter);

  rig.cabinet.setDoor(true);
  await rig.clock.advance(seconds(10));
  assert.equal([...rig.cockpit.alarms].sort(), ["access.door door/1", "access.door door/2"]);
  rig.cabinet.setDoor(false);
  await rig.clock.advance(seconds(10));
  assert.equal([...rig.cockpit.alarms], []);
  await rig.clock.run(rig.end(), seconds(2));
  for (const { id } of config.lamps) assert.ok(rig.cabinet.light(id) > 99.9, id);
});

test("a pulled adapter is an alarm for what hangs on it and for nothing else, and ends when it is back", async () => {
  const rig = startRig({ config, start: NIGHT });
  await rig.clock.advance(seconds(30));
  const bus = rig.cabinet.i2c(ADAPTER);
  if (!bus) throw new Error("no bus");
  bus.present = false;
  await rig.clock.advance(seconds(20));
  assert.equal([...rig.cockpit.alarms].sort(), [
    "energy.meter meter/2",
    "lighting.output output/1",
    "lighting.output output/2",
  ]);
  bus.present = true;
  await rig.clock.advance(seconds(20));
  assert.equal([...rig.cockpit.alarms], []);
  await rig.clock.run(rig.end(), seconds(2));
});

test("an output chip that lost its supply is set right within 2 s, and gives light until then where it can keep it", async () => {
  const rig = startRig({ config, start: NIGHT });
  await rig.clock.advance(seconds(30));
  const { devices } = rig.cabinet.i2c(ADAPTER) as SimulatedI2c;
  for (const address of [0x58, 0x60]) (devices.get(address) as OutputChip).powerCycle();
  assert.is(rig.cabinet.light("lamp/a/0"), 0);
  assert.ok(rig.cabinet.light("lamp/b/3") > 99.9);
  await rig.clock.advance(duration(2100));
  assert.ok(rig.cabinet.light("lamp/a/0") > 99.9);
  await rig.clock.run(rig.end(), milliseconds(2000));
});

test.run();
