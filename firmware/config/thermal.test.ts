import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig } from "./read.ts";

const file = (...counters: readonly string[]): string => `
node: 21231/cab-0117
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets:
  - { name: rue Musette, length: 150 }
counters:
${counters.map((counter) => `  - { ${counter}, street: rue Musette, position: 75 }`).join("\n")}
meters:
  - { id: meter/1, kind: ina226, i2c: { adapter: i2c1, address: 0x40 }, shunt: 0.001 }
schedules:
  - { name: night, periods: [{ from: sunset, level: 100 }] }
`;

const problems = (...counters: readonly string[]): readonly string[] => {
  const read = readConfig(file(...counters));
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
};

test("thermal arrays are read, with their defaults", () => {
  const read = readConfig(
    file(
      "id: counter/1, kind: amg8833, i2c: { adapter: i2c1, address: 0x69 }, height: 3.8",
      "id: counter/2, kind: mlx90640, i2c: { adapter: i2c1, address: 0x33 }, height: 4, up: top, lens: 55",
    ),
  );
  assert.ok(read.ok);
  const place = { street: "rue Musette", position: 75 };
  assert.equal(read.ok && read.config.counters, [
    {
      id: "counter/1",
      kind: "amg8833",
      ...place,
      i2c: { adapter: "i2c1", address: 0x69 },
      mounting: { height: 3.8, up: "right" },
    },
    {
      id: "counter/2",
      kind: "mlx90640",
      ...place,
      i2c: { adapter: "i2c1", address: 0x33 },
      mounting: { height: 4, up: "top", lens: 55 },
    },
  ]);
});

test("what a thermal array needs, and what only others have", () => {
  assert.equal(problems("id: counter/1, kind: amg8833"), [
    "counters[0].i2c: found nothing, allowed the chip's adapter and address, for kind amg8833",
    "counters[0].height: found nothing, allowed its height above the ground in metres, for kind amg8833",
  ]);
  assert.equal(
    problems(
      "id: counter/1, kind: amg8833, i2c: { adapter: i2c1, address: 0x33 }, height: 2, lens: 55, activeWhen: low",
    ),
    [
      "counters[0].i2c.address: found 51, allowed 0x68 or 0x69, for kind amg8833",
      "counters[0].height: found 2, allowed a number from 2.2 to 12",
      "counters[0].lens: found 55, allowed nothing: kind amg8833 has one lens",
      'counters[0].activeWhen: found "low", allowed nothing: kind amg8833 has none',
    ],
  );
  assert.equal(problems("id: counter/1, kind: ascii, port: ./ports/x, height: 4, up: left"), [
    "counters[0].height: found 4, allowed nothing: kind ascii has none",
    'counters[0].up: found "left", allowed nothing: kind ascii has none',
  ]);
});

test("a thermal array has a chip's place for itself", () => {
  assert.equal(problems("id: counter/1, kind: mlx90640, i2c: { adapter: i2c1, address: 0x40 }, height: 4"), [
    'meters[0].i2c: found "i2c1 address 64", allowed each chip once; first in line 8',
  ]);
});

test.run();
