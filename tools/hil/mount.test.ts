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
  for (const { i2c } of there.outputs) assert.is(i2c.adapter, "CP2112 SMBus Bridge @1-1");
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
