import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig } from "../../firmware/config/read.ts";
import { mount } from "./mount.ts";
import { RigMissing } from "./rig.ts";
import { SUITE } from "./suite.ts";

const text = readFileSync(join(SUITE, "street.yaml"), "utf8");
const placeOf = (index: number) => `1-${index + 1}`;

function configOf(yaml: string) {
  const read = readConfig(yaml);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  return read.config;
}

test("the mounted file is valid, and differs only in where devices are", () => {
  const config = configOf(text);
  const { text: mounted, serial, bridges } = mount(text, config, placeOf);
  const there = configOf(mounted);
  assert.equal(there.lamps, config.lamps);
  assert.equal(there.schedules, config.schedules);
  assert.is(
    serial.length,
    config.buses.length + [...config.counters, ...config.meters].filter((one) => "port" in one).length,
  );
  for (const [i, bus] of config.buses.entries()) {
    const line = serial.find(({ address }) => address === bus.port);
    assert.is(there.buses[i]?.port, `/dev/serial/by-id/usb-${line?.name}`);
  }
  assert.equal(
    bridges.map(({ adapter, chip }) => adapter ?? chip),
    ["i2c1", "pinctrl-bcm2711"],
  );
  for (const output of there.outputs) if ("i2c" in output) assert.is(output.i2c.adapter, "CP2112 SMBus Bridge @1-1");
  const pins = [...there.contacts, ...there.counters].flatMap((one) => ("pin" in one ? [one.pin] : []));
  assert.equal(
    pins.map(({ chip }) => chip),
    pins.map(() => "cp2112_gpio @1-2"),
  );
  assert.equal(
    pins.map(({ offset }) => offset).sort(),
    pins.map((_, i) => i),
  );
});

test("names of serial devices are distinct, and such as a USB serial number can be", () => {
  const names = mount(text, configOf(text), placeOf).serial.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z0-9-]+$/);
});

test("units of one Modbus line share its plug; relays and read-back are mounted with their output", () => {
  const yaml = `
node: 21231/cab-1
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets: [{ name: quai, length: 200 }]
outputs:
  - id: output/1
    kind: wb-mao4
    port: ./rs485
    address: 9
    relays: [{ pin: { chip: pinctrl-bcm2711, offset: 5 }, onWhen: high }]
    readBack: { i2c: { adapter: i2c1, address: 0x48 }, inputs: [{ lamp: lamp/a/0, input: 0, divider: 3 }] }
lamps: [{ id: lamp/a/0, output: output/1, channel: 0, street: quai, position: 0, power: 60, class: P3 }]
meters: [{ id: meter/1, kind: sdm, port: ./rs485, address: 2 }]
schedules: [{ name: night, periods: [{ from: sunset, level: 100 }] }]
`;
  const { text: mounted, serial, bridges } = mount(yaml, configOf(yaml), placeOf);
  assert.equal(serial, [{ id: "serial0", name: "output-1", address: "./rs485" }]);
  assert.equal(
    bridges.map(({ adapter, chip }) => adapter ?? chip),
    ["i2c1", "pinctrl-bcm2711"],
  );
  const { outputs, meters } = configOf(mounted);
  const [output] = outputs;
  const ports = [output, ...meters].map((one) => one && "port" in one && one.port);
  assert.equal(ports, ["/dev/serial/by-id/usb-output-1", "/dev/serial/by-id/usb-output-1"]);
  assert.equal(output?.relays[0]?.pin, { chip: "cp2112_gpio @1-2", offset: 0 });
  assert.is(output?.readBack?.i2c.adapter, "CP2112 SMBus Bridge @1-1");
});

test("a line of an expander is refused, and said where it can be had", () => {
  const yaml = text.replace(/pin: \{ chip: pinctrl-bcm2711, offset: \d+ \}/, "pin: { chip: i2c1@0x20, offset: 9 }");
  assert.is.not(yaml, text);
  assert.throws(
    () => mount(yaml, configOf(yaml), placeOf),
    (error: Error) => error instanceof RigMissing && /i2c1@0x20: .*in-process has/.test(error.message),
  );
});

test("more lines of a chip than the machine has are refused, with the number it has", () => {
  const doors = Array.from(
    { length: 9 },
    (_, i) => `  - { id: door/${i + 20}, pin: { chip: gpio-x, offset: ${i} }, openWhen: high }\n`,
  ).join("");
  const yaml = text.replace(/^contacts:\n/m, `contacts:\n${doors}`);
  assert.throws(
    () => mount(yaml, configOf(yaml), placeOf),
    (error: Error) => {
      return error instanceof RigMissing && /gpio-x: 9 lines.*room for 8/.test(error.message);
    },
  );
});

test.run();
