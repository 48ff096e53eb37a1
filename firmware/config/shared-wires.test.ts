import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig, siteOf } from "./read.ts";

/** Three buses of one unit, a meter and an output on one RS-485, a box and a chip on I2C, relays and read-back. */
const SHARED = `
node: 21231/cab-1
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets: [{ name: quai, length: 500 }]
buses:
  - { id: bus/1, gateway: wb-dali, port: ./rs485, address: 7, channel: 0, baud: 19200, options: { monitor: on } }
  - { id: bus/2, gateway: wb-dali, port: ./rs485, address: 7, channel: 1, baud: 19200, audit: repair, powerOnLevel: 80 }
  - { id: bus/3, gateway: wb-dali, port: ./rs485, address: 7, channel: 2, baud: 19200, pollShare: 0.1 }
  - { id: bus/4, gateway: lw14, i2c: { adapter: i2c1, address: 0x23 } }
outputs:
  - id: output/1
    kind: wb-mao4
    port: ./rs485
    address: 9
    baud: 19200
    safety: 20
    relays:
      - { lamps: [lamp/a/0], pin: { chip: i2c1@0x20, offset: 0 }, onWhen: high, hold: 5 }
      - { lamps: [lamp/a/1], pin: { chip: i2c1@0x20, offset: 1 }, onWhen: low }
    readBack:
      i2c: { adapter: i2c1, address: 0x48 }
      inputs: [{ lamp: lamp/a/0, input: 0, divider: 3 }, { lamp: lamp/a/1, input: 1, divider: 3 }]
  - { id: output/2, kind: gp8403, i2c: { adapter: i2c1, address: 0x58 }, relays: [{ pin: { chip: i2c1@0x20, offset: 2 }, onWhen: high }] }
lamps:
  - { bus: bus/1, addresses: 0-3, street: quai, position: 0, every: 20, power: 40, class: P3, warmDim: [[10, 2200], [100, 4000]] }
  - { id: lamp/a/0, output: output/1, channel: 0, street: quai, position: 100, power: 60, class: P3, calibration: [[10, 1], [50, 4], [100, 9]] }
  - { id: lamp/a/1, output: output/1, channel: 3, street: quai, position: 120, power: 60, class: P3 }
  - { id: lamp/b/0, output: output/2, channel: 0, street: quai, position: 140, power: 60, class: P3, calibration: [[0, 10], [100, 0]] }
  - { id: lamp/b/1, output: output/2, channel: 1, street: quai, position: 160, power: 60, class: P3 }
meters:
  - { id: meter/1, kind: sdm, port: ./rs485, address: 2, baud: 19200 }
schedules: [{ name: night, periods: [{ from: sunset, level: 100 }] }]
`;

test("units share a Modbus line, and what hangs on an output is filled in", () => {
  const read = readConfig(SHARED);
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  const { buses, outputs, lamps } = read.config;
  assert.equal(
    buses.map(({ port, i2c, address, channel, audit, powerOnLevel, systemFailureLevel, pollShare }) => [
      port ?? i2c?.address,
      address,
      channel,
      audit,
      powerOnLevel,
      systemFailureLevel,
      pollShare,
    ]),
    [
      ["./rs485", 7, 0, "check", 100, 100, 0.3],
      ["./rs485", 7, 1, "repair", 80, 100, 0.3],
      ["./rs485", 7, 2, "check", 100, 100, 0.1],
      [0x23, undefined, undefined, "check", 100, 100, 0.3],
    ],
  );
  const pin = (offset: number) => ({ chip: "i2c1@0x20", offset });
  assert.equal(outputs, [
    {
      id: "output/1",
      kind: "wb-mao4",
      port: "./rs485",
      address: 9,
      baud: 19_200,
      safety: 20_000,
      relays: [
        { lamps: ["lamp/a/0"], pin: pin(0), onWhen: "high", hold: 5000 },
        { lamps: ["lamp/a/1"], pin: pin(1), onWhen: "low", hold: 30_000 },
      ],
      readBack: {
        i2c: { adapter: "i2c1", address: 0x48 },
        tolerance: 0.5,
        lasting: 10_000,
        inputs: [
          { lamp: "lamp/a/0", input: 0, divider: 3 },
          { lamp: "lamp/a/1", input: 1, divider: 3 },
        ],
      },
    },
    {
      id: "output/2",
      kind: "gp8403",
      i2c: { adapter: "i2c1", address: 0x58 },
      relays: [{ lamps: ["lamp/b/0", "lamp/b/1"], pin: pin(2), onWhen: "high", hold: 30_000 }],
    },
  ]);
  const of = (id: string) => lamps.find((lamp) => lamp.id === id);
  assert.equal(of("lamp/1/3")?.warmDim, [
    { light: 10, kelvin: 2200 },
    { light: 100, kelvin: 4000 },
  ]);
  assert.equal(of("lamp/a/0")?.calibration, [
    { level: 10, volts: 1 },
    { level: 50, volts: 4 },
    { level: 100, volts: 9 },
  ]);
  assert.is(of("lamp/a/1")?.calibration, undefined);
  for (const lamp of siteOf(read.config).lamps)
    for (const key of ["address", "calibration", "warmDim"]) assert.not(Object.hasOwn(lamp, key), key);
});

/** A change to the text, and all that must be said of it. */
const MISTAKES: readonly (readonly [from: string, to: string, ...said: string[]])[] = [
  // what goes with which gateway
  [
    "gateway: lw14, i2c: { adapter: i2c1, address: 0x23 }",
    "gateway: lw14, port: ./dali, channel: 0",
    "buses[3].i2c: found nothing, allowed the chip's adapter and address, for gateway lw14",
    'buses[3].port: found "./dali", allowed nothing: gateway lw14 has none',
    "buses[3].channel: found 0, allowed nothing: gateway lw14 has none",
  ],
  [
    "gateway: lw14,",
    "gateway: lw14, port: 5,",
    "buses[3].port: found 5, allowed a device path such as /dev/serial/by-id/... (relative to this file) or tcp://host:port",
  ],
  [
    "gateway: wb-dali, port: ./rs485, address: 7, channel: 2, baud: 19200",
    "gateway: wb-dali, i2c: { adapter: i2c1, address: 0x24 }",
    "buses[2].port: found nothing, allowed a device path such as /dev/serial/by-id/... or tcp://host:port, for gateway wb-dali",
    "buses[2].address: found nothing, allowed its Modbus unit, for gateway wb-dali",
    "buses[2].channel: found nothing, allowed which of its buses, from 0, for gateway wb-dali",
    "buses[2].i2c: found a map, allowed nothing: gateway wb-dali has none",
  ],
  ["channel: 2, baud", "channel: 3, baud", "buses[2].channel: found 3, allowed 0 to 2 for gateway wb-dali"],
  ["monitor: on", "monitor: of", 'buses[0].options.monitor: found "of", allowed on or off'],
  [
    "gateway: lw14,",
    "gateway: lw14, options: { monitor: on },",
    'buses[3].options.monitor: found "on", allowed nothing: gateway lw14 has none',
  ],
  // who shares a port
  [
    "port: ./rs485, address: 2",
    "port: rs485, address: 2",
    'meters[0].port: found "rs485", allowed "./rs485", as the other units of the line have it; first in line 7',
  ],
  [
    "address: 2, baud: 19200",
    "address: 2",
    'meters[0].baud: found 9600, allowed 19200, as the other units of "./rs485" have it; first in line 7',
  ],
  [
    "channel: 1, baud: 19200",
    "channel: 1, baud: 9600",
    'buses[1].baud: found 9600, allowed 19200, as the other units of "./rs485" have it; first in line 7',
  ],
  [
    "gateway: lw14, i2c: { adapter: i2c1, address: 0x23 }",
    "gateway: luba, port: ./rs485",
    'buses[3].port: found "./rs485", allowed each port once; first in line 7',
  ],
  [
    "channel: 2, baud",
    "channel: 1, baud",
    "buses[2].channel: found 1, allowed each channel of a unit once; first in line 8",
  ],
  [
    "address: 2, baud: 19200",
    "address: 7, baud: 19200",
    "meters[0].address: found 7, allowed another unit: a wb-dali is at that one; first in line 7",
  ],
  [
    "meters:\n",
    "meters:\n  - { id: meter/2, kind: sdm, port: ./rs485, address: 2, baud: 19200 }\n",
    "meters[1].address: found 2, allowed each unit of a port once; first in line 32",
  ],
  // chips and pins
  [
    "address: 0x48",
    "address: 0x23",
    'outputs[0].readBack.i2c: found "i2c1 address 35", allowed each chip once; first in line 10',
  ],
  [
    "offset: 1 }",
    "offset: 0 }",
    'outputs[0].relays[1].pin: found "i2c1@0x20 0", allowed each pin once; first in line 19',
  ],
  [
    "i2c1@0x20, offset: 2",
    "i2c1@0x48, offset: 2",
    'outputs[1].relays[0].pin.chip: found "i2c1@0x48", allowed an expander: another chip is at that address',
  ],
  // what goes with which output
  [
    "kind: gp8403, i2c: { adapter: i2c1, address: 0x58 }",
    "kind: gp8403, port: ./other, address: 1, safety: 10",
    "outputs[1].i2c: found nothing, allowed the chip's adapter and address, for kind gp8403",
    'outputs[1].port: found "./other", allowed nothing: kind gp8403 has none',
    "outputs[1].address: found 1, allowed nothing: kind gp8403 has none",
    "outputs[1].safety: found 10, allowed nothing: kind gp8403 has none",
  ],
  [
    "kind: gp8403, i2c",
    "kind: wb-mao4, i2c",
    "outputs[1].port: found nothing, allowed a device path such as /dev/serial/by-id/... or tcp://host:port, for kind wb-mao4",
    "outputs[1].address: found nothing, allowed its Modbus unit, for kind wb-mao4",
    "outputs[1].i2c: found a map, allowed nothing: kind wb-mao4 has none",
  ],
  ["safety: 20", "safety: 0", "outputs[0].safety: found 0, allowed a number from 1 to 65534"],
  ["channel: 3, street", "channel: 4, street", "lamps[2].channel: found 4, allowed 0 to 3: a wb-mao4 has 4 channels"],
  // relays and read-back
  [
    "lamps: [lamp/a/1]",
    "lamps: [lamp/b/1]",
    'outputs[0].relays[1].lamps[0]: found "lamp/b/1", allowed lamp/a/0 or lamp/a/1; did you mean "lamp/a/1"?',
  ],
  [
    "lamps: [lamp/a/1]",
    "lamps: [lamp/a/0]",
    'outputs[0].relays[1].lamps[0]: found "lamp/a/0", allowed each lamp of a relay once; first in line 19',
  ],
  [
    "{ lamps: [lamp/a/1], pin",
    "{ pin",
    'outputs[0].relays[1]: found "lamp/a/0", allowed each lamp of a relay once; first in line 19',
  ],
  ["lamps: [lamp/a/1]", "lamps: []", "outputs[0].relays[1].lamps: found an empty list, allowed a list of 1 or more"],
  [
    "lamp: lamp/a/1, input: 1",
    "lamp: lamp/b/0, input: 0",
    'outputs[0].readBack.inputs[1].lamp: found "lamp/b/0", allowed lamp/a/0 or lamp/a/1; did you mean "lamp/a/0"?',
    'outputs[0].readBack.inputs[1].input: found "0", allowed each input once; first in line 23',
  ],
  [
    "lamp: lamp/a/1, input: 1, divider: 3",
    "lamp: lamp/a/0, input: 4, divider: 2",
    'outputs[0].readBack.inputs[1].lamp: found "lamp/a/0", allowed each lamp once; first in line 23',
    "outputs[0].readBack.inputs[1].input: found 4, allowed an integer from 0 to 3",
    "outputs[0].readBack.inputs[1].divider: found 2, allowed a number from 2.5 to 100",
  ],
  // curves
  [
    "[[0, 10], [100, 0]]",
    "[[0, 10], [100, 0], [50, 5]]",
    "lamps[3].calibration: found points that are no curve, allowed growing light, and volts that only grow or only fall with it; level of point 3 is 50: allowed more than 100",
  ],
  [
    "[[0, 10], [100, 0]]",
    "[[0, 10], [50, 0], [100, 5]]",
    "lamps[3].calibration: found points that are no curve, allowed growing light, and volts that only grow or only fall with it; volts of point 3 is 5: they only grow, or only fall, from point to point",
  ],
  ["[[0, 10], [100, 0]]", "[[0, 10]]", "lamps[3].calibration: found a list of 1, allowed a list of 2 or more"],
  ["[[0, 10], [100, 0]]", "[[0, 10], [100]]", "lamps[3].calibration[1]: found a list of 1, allowed a list of 2"],
  ["[[0, 10], [100, 0]]", "[[0, 11], [100, 0]]", "lamps[3].calibration[0][1]: found 11, allowed a number from 0 to 10"],
  [
    "warmDim: [[10, 2200], [100, 4000]]",
    "warmDim: [[10, 2200], [100, 2000]], calibration: [[0, 0], [100, 10]]",
    "lamps[0].warmDim: found points that are no curve, allowed growing light, never warmer at more light; warm-dim curve: 2000 K is warmer at more light",
    "lamps[0].calibration: found a list, allowed nothing: only a lamp of an output has it",
  ],
  [
    "calibration: [[0, 10], [100, 0]]",
    "warmDim: [[10, 2200]]",
    "lamps[3].warmDim: found a list, allowed nothing: only a lamp of a bus has it",
  ],
];

for (const [from, to, ...expected] of MISTAKES) {
  test(`a mistake is named: ${from} -> ${to}`, () => {
    const changed = SHARED.replace(from, to);
    assert.is.not(changed, SHARED, "the change changed nothing");
    const read = readConfig(changed);
    const problems = read.ok ? [] : read.problems;
    assert.equal(
      problems.map(({ path, message }) => `${path}: ${message}`),
      expected,
    );
  });
}

test.run();
