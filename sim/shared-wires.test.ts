/** A whole cabinet whose devices share their wires: one RS-485 for a box with three buses, an output and a meter; I2C for the rest. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, seconds } from "../controllers/units.ts";
import { readConfig } from "../firmware/config/read.ts";
import { VirtualClock } from "./clock.ts";
import type { Gear } from "./gear.ts";
import { portsOf, simulateCabinet } from "./hardware.ts";
import { SeededRandom } from "./random.ts";
import { type Rig, startRig } from "./rig.ts";

const TEXT = `
node: 21231/cab-1
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets: [{ name: quai, length: 400 }]
buses:
  - { id: bus/1, gateway: wb-dali, port: ./rs485, address: 7, channel: 0, baud: 38400 }
  - { id: bus/2, gateway: wb-dali, port: ./rs485, address: 7, channel: 1, baud: 38400, audit: repair }
  - { id: bus/3, gateway: wb-dali, port: ./rs485, address: 7, channel: 2, baud: 38400, audit: "off" }
  - { id: bus/4, gateway: lw14, i2c: { adapter: i2c1, address: 0x23 } }
outputs:
  - id: output/1
    kind: wb-mao4
    port: ./rs485
    address: 9
    baud: 38400
    safety: 20
    relays: [{ lamps: [lamp/a/0], pin: { chip: i2c1@0x20, offset: 0 }, onWhen: high, hold: 1 }]
    readBack: { i2c: { adapter: i2c1, address: 0x48 }, lasting: 5, inputs: [{ lamp: lamp/a/1, input: 2, divider: 3 }] }
  - id: output/2
    kind: gp8403
    i2c: { adapter: i2c1, address: 0x58 }
    relays: [{ pin: { chip: pinctrl-bcm2711, offset: 5 }, onWhen: low, hold: 1 }]
lamps:
  - { bus: bus/1, addresses: 0-2, street: quai, position: 0, every: 20, power: 40, class: P3, reducedClass: P5, warmDim: [[10, 2200], [100, 4000]] }
  - { bus: bus/2, addresses: 0-1, street: quai, position: 60, every: 20, power: 40, class: P3, reducedClass: P5, group: pair }
  - { bus: bus/2, address: 2, street: quai, position: 100, power: 40, class: P3, reducedClass: P5, group: single }
  - { bus: bus/3, addresses: 0-1, street: quai, position: 120, every: 20, power: 40, class: P3, reducedClass: P5 }
  - { bus: bus/4, addresses: 0-1, street: quai, position: 160, every: 20, power: 40, class: P3, reducedClass: P5 }
  - { id: lamp/a/0, output: output/1, channel: 0, street: quai, position: 200, power: 60, class: P3, reducedClass: P5, calibration: [[10, 1], [50, 4], [100, 9]] }
  - { id: lamp/a/1, output: output/1, channel: 3, street: quai, position: 220, power: 60, class: P3, reducedClass: P5 }
  - { id: lamp/b/0, output: output/2, channel: 0, street: quai, position: 240, power: 60, class: P3, reducedClass: P5, calibration: [[5, 10], [100, 0]] }
  - { id: lamp/b/1, output: output/2, channel: 1, street: quai, position: 260, power: 60, class: P3, reducedClass: P5, calibration: [[5, 1], [100, 10]] }
meters:
  - { id: meter/1, kind: sdm, port: ./rs485, address: 2, baud: 38400 }
schedules: [{ name: night, periods: [{ from: sunset, level: 100 }, { from: "22:00", level: 50 }] }]
`;
const read = readConfig(TEXT);
if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
const { config } = read;

/** Dijon, November: minutes before 22:00 local time. */
const EVENING = instant(Date.UTC(2026, 10, 18, 20, 58));
/** The sun is up. */
const DAY = instant(Date.UTC(2026, 10, 18, 11));

const lights = ({ cabinet }: Rig, ids = config.lamps.map(({ id }) => id)) =>
  ids.map((id) => Math.round(cabinet.light(id)));
const every = (light: number) => config.lamps.map(() => light);
const alarms = ({ cockpit }: Rig) => [...cockpit.alarms].sort();
const setLevel = async ({ clock, cockpit }: Rig, lamp: string, level: number) => {
  const until = new Date(clock.now() + 600_000).toISOString();
  await clock.run(cockpit.command("lighting.level.set", { component: [lamp], values: { level, until } }), seconds(1));
  await clock.advance(seconds(5));
};
const end = (rig: Rig) => rig.clock.run(rig.end(), seconds(3));

test("devices that share a wire are on one, each at its address", () => {
  const cabinet = simulateCabinet(config, new VirtualClock(EVENING), new SeededRandom(1), 0);
  assert.equal(portsOf(config), ["./rs485"]);
  assert.equal([...(cabinet.modbus("./rs485")?.slaves.keys() ?? [])].sort(), [2, 7, 9]);
  assert.equal([...(cabinet.i2c("i2c1")?.devices.keys() ?? [])].sort(), [0x20, 0x23, 0x48, 0x58]);
  assert.equal([...cabinet.buses.keys()], ["bus/1", "bus/2", "bus/3", "bus/4"]);
  // Relays at rest are closed: nobody is in the dark for want of a runtime.
  assert.is(cabinet.pin({ chip: "i2c1@0x20", offset: 0 })?.high, true);
  assert.is(cabinet.pin({ chip: "pinctrl-bcm2711", offset: 5 })?.high, false);
  assert.throws(() => cabinet.short("lamp/1/0", true), /lamp lamp\/1\/0: allowed is one of an output/);
});

test("lights follow the schedule over every wire, and the meter sees what they draw", async () => {
  const rig = startRig({ config, start: EVENING });
  await rig.clock.advance(seconds(60));
  assert.equal(alarms(rig), []);
  assert.equal(lights(rig), every(100));
  const seen = rig.cockpit.status.get("energy.power")?.get("activePower meter/1") as number;
  assert.ok(Math.abs(seen - rig.cabinet.power()) < 5, `${seen} W of ${rig.cabinet.power()} W`);
  await rig.clock.advance(seconds(90));
  for (const light of lights(rig)) assert.ok(Math.abs(light - 50) <= 1, lights(rig).join(" "));
  assert.equal(alarms(rig), []);
  await end(rig);
  await rig.clock.advance(seconds(3));
  assert.equal(lights(rig), every(100));
});

test("by day a lamp that cannot switch itself off has lost its mains, and has it again before it is to give light", async () => {
  const rig = startRig({ config, start: DAY });
  await rig.clock.advance(seconds(30));
  assert.equal(lights(rig), every(0));
  assert.is(rig.cabinet.pin({ chip: "i2c1@0x20", offset: 0 })?.high, false);
  assert.is(rig.cabinet.pin({ chip: "pinctrl-bcm2711", offset: 5 })?.high, true);
  assert.equal(alarms(rig), []);
  // 5.5 V at a driver with 10 % at 1 V, 50 % at 4 V and 100 % at 9 V.
  await setLevel(rig, "lamp/a/0", 65);
  assert.is(rig.cabinet.pin({ chip: "i2c1@0x20", offset: 0 })?.high, true);
  assert.equal(lights(rig, ["lamp/a/0", "lamp/a/1", "lamp/b/0"]), [65, 0, 0]);
  // The pair's relay is one for both: the other stays at its lowest light.
  await setLevel(rig, "lamp/b/1", 60);
  assert.equal(lights(rig, ["lamp/b/0", "lamp/b/1"]), [5, 60]);
  await end(rig);
});

test("what gear keeps is set right, compared or left alone, as each bus has it, and colour follows light", async () => {
  const rig = startRig({ config, start: EVENING });
  const gearOf = (id: string) => rig.cabinet.gear.get(id) as Gear;
  for (const { settings } of rig.cabinet.gear.values()) {
    settings.powerOnLevel = 10;
    settings.groups = 1 << 7;
  }
  await rig.clock.advance(seconds(50));
  const kept = (id: string) => [gearOf(id).settings.powerOnLevel, gearOf(id).settings.groups];
  // The pair is group 0; one lamp by itself needs none.
  assert.equal(["lamp/2/0", "lamp/2/1", "lamp/2/2"].map(kept), [
    [254, 1],
    [254, 1],
    [254, 0],
  ]);
  for (const id of ["lamp/1/0", "lamp/3/0", "lamp/4/1"]) assert.equal(kept(id), [10, 1 << 7], id);
  const told = rig.cockpit.status.get("lighting.settings");
  const of = (lamp: string) => told?.get(`differences ${lamp}`);
  assert.match(String(of("lamp/1/0")), /powerOnLevel/i);
  assert.not.match(String(of("lamp/1/0")), /groups/i, "only a bus that is repaired has groups of the cabinet's");
  assert.is(of("lamp/3/0"), undefined);

  assert.ok(Math.abs((gearOf("lamp/1/1").colour?.kelvin ?? 0) - 4000) < 10);
  assert.is(gearOf("lamp/4/1").colour, undefined);
  await rig.clock.advance(seconds(90));
  const dim = gearOf("lamp/1/1").colour?.kelvin ?? 0;
  assert.ok(dim > 2200 && dim < 3500, `${dim} K`);
  await end(rig);
});

test("polling takes the part of the bus that the file gives it", async () => {
  const frames = async (share: number) => {
    const text = TEXT.replace("gateway: lw14,", `gateway: lw14, pollEvery: 1, pollShare: ${share},`);
    const changed = readConfig(text);
    if (!changed.ok) throw new Error("not valid");
    const rig = startRig({ config: changed.config, start: EVENING });
    await rig.clock.advance(seconds(20));
    let heard = 0;
    rig.cabinet.buses.get("bus/4")?.onFrame(({ kind }) => {
      if (kind === "forward") heard++;
    });
    await rig.clock.advance(seconds(20));
    await end(rig);
    return heard;
  };
  const [little, much] = [await frames(0.05), await frames(0.3)];
  assert.ok(little * 1.8 < much, `${little} frames of ${much}`);
});

test("the line unplugged is an alarm of all that is on it and of nothing else, and ends when it is back", async () => {
  const rig = startRig({ config, start: EVENING });
  await rig.clock.advance(seconds(30));
  const plug = rig.ports.plugs.get("./rs485");
  plug?.unplug();
  await rig.clock.advance(seconds(20));
  const down = ["energy.meter meter/1", "lighting.bus bus/1", "lighting.bus bus/2", "lighting.bus bus/3"];
  assert.equal(alarms(rig), [...down, "lighting.output output/1"]);
  plug?.replug();
  await rig.clock.advance(seconds(30));
  assert.equal(alarms(rig), []);
  assert.equal(lights(rig), every(100));
  await end(rig);
});

test("a unit that is gone is an alarm of its own, and the others of the line go on", async () => {
  const rig = startRig({ config, start: EVENING });
  await rig.clock.advance(seconds(30));
  const slaves = rig.cabinet.modbus("./rs485")?.slaves;
  const meter = slaves?.get(2);
  slaves?.delete(2);
  await rig.clock.advance(seconds(120));
  assert.equal(alarms(rig), ["energy.meter meter/1"]);
  // The schedule's change came over the same line.
  for (const light of lights(rig)) assert.ok(Math.abs(light - 50) <= 1, lights(rig).join(" "));
  if (meter) slaves?.set(2, meter);
  await rig.clock.advance(seconds(30));
  assert.equal(alarms(rig), []);
  await end(rig);
});

test("wrong volts at a lamp's input are an alarm of its output once they last, and end with their cause", async () => {
  const rig = startRig({ config, start: EVENING });
  await rig.clock.advance(seconds(30));
  rig.cabinet.short("lamp/a/1", true);
  await rig.clock.advance(seconds(3));
  assert.equal(alarms(rig), []);
  await rig.clock.advance(seconds(10));
  assert.equal(alarms(rig), ["lighting.output output/1"]);
  assert.equal(lights(rig, ["lamp/a/0", "lamp/a/1"]), [100, 0]);
  rig.cabinet.short("lamp/a/1", false);
  await rig.clock.advance(seconds(15));
  assert.equal(alarms(rig), []);
  await end(rig);
});

test("without mains all is dark; when it is back, all is lit again", async () => {
  const rig = startRig({ config, start: EVENING });
  await rig.clock.advance(seconds(30));
  rig.cabinet.setMains(false);
  await rig.clock.advance(seconds(10));
  assert.equal(lights(rig), every(0));
  rig.cabinet.setMains(true);
  // A GP8403 has forgotten its volts; a WB-MAO4 keeps what it is to give after a power cut.
  assert.equal(lights(rig, ["lamp/a/0", "lamp/b/1"]), [100, 5]);
  await rig.clock.advance(seconds(30));
  assert.equal(lights(rig), every(100));
  assert.equal(alarms(rig), []);
  await end(rig);
});

test("one bus of the box without power is an alarm of that bus alone", async () => {
  const rig = startRig({ config, start: EVENING });
  await rig.clock.advance(seconds(30));
  rig.cabinet.buses.get("bus/2")?.setPower(false);
  await rig.clock.advance(seconds(20));
  assert.equal(alarms(rig), ["lighting.bus bus/2"]);
  rig.cabinet.buses.get("bus/2")?.setPower(true);
  await rig.clock.advance(seconds(40));
  assert.equal(alarms(rig), []);
  await end(rig);
});

test.run();
