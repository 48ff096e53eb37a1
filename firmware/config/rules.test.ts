import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig } from "./read.ts";

const GOOD = `
node: 21231/cab-0117
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets:
  - { name: rue de la Liberté, length: 300 }
  - { name: rue Musette, length: 150 }
joins:
  - { a: { street: rue de la Liberté, at: 150 }, b: { street: rue Musette, at: 0 } }
buses:
  - { id: bus/1, gateway: luba, port: ./ports/dali-1 }
  - { id: bus/2, gateway: luba, port: ./ports/dali-2 }
outputs:
  - { id: output/1, kind: gp8403, i2c: { adapter: i2c1, address: 0x58 } }
lamps:
  - { bus: bus/1, addresses: 0-11, street: rue de la Liberté, position: 12.5, every: 25, power: 42, class: P3, reducedClass: P5 }
  - { bus: bus/2, addresses: 0-5, street: rue Musette, position: 12.5, every: 25, power: 28, class: P4, reducedClass: P6 }
  - { bus: bus/2, addresses: 6-11, street: rue de la Liberté, position: 25, every: 50, power: 42, class: P3 }
  - { id: lamp/dac/0, output: output/1, channel: 0, street: rue de la Liberté, position: 145, power: 60, class: P3 }
  - { id: lamp/dac/1, output: output/1, channel: 1, street: rue de la Liberté, position: 155, power: 60, class: P3 }
counters:
  - { id: counter/1, kind: ascii, port: ./ports/counter-1, street: rue de la Liberté, position: 295 }
  - { id: counter/2, kind: ascii, port: ./ports/counter-2, street: rue Musette, position: 145 }
contacts:
  - { id: door/1, pin: { chip: pinctrl-bcm2711, offset: 17 }, openWhen: high }
meters:
  - { id: meter/1, kind: sdm, port: ./ports/meter-1 }
schedules:
  - { name: night, periods: [{ from: sunset, level: 100 }, { from: "22:00", level: 100, adaptive: true }, { from: "06:00", level: 100 }] }
adaptive: { fastest: 7, slowest: 0.7, ramp: 30, rampStep: 3 }
failSafe: 100
`;

test("a problem stands where the text has it", () => {
  const read = readConfig(
    GOOD.replace("latitude: 47.322", "latitude: 91").replace("{ name: rue Musette", "{ nme: rue Musette"),
  );
  const places = read.ok ? [] : read.problems.map(({ line, column, path }) => [line, column, path]);
  const lines = GOOD.split("\n");
  const at = (line: number, word: string) => [line, (lines[line - 1] as string).indexOf(word) + 1];
  assert.equal(places.slice(0, 3), [
    [...at(3, "47.322"), "site.latitude"],
    [...at(7, "{"), "streets[1].name"],
    [...at(7, "name"), "streets[1].nme"],
  ]);
});

test("lamps without any schedule are a mistake, each", () => {
  const changed = GOOD.replace(/^schedules:\n.*\n/m, "schedules: []\n");
  const read = readConfig(changed);
  assert.equal(
    read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`),
    [0, 1, 2, 3, 4].map((i) => `lamps[${i}]: found a lamp, allowed a lamp with a schedule: \`schedules\` has none`),
  );
});

test("a value may be written once and used twice", () => {
  const read = readConfig(GOOD.replace("power: 42,", "power: &led 42,").replace("power: 28,", "power: *led,"));
  assert.equal(read.ok && read.config.lamps[12]?.power, 42);
});

test("clock times pass midnight once in a night", () => {
  for (const [times, good] of [
    [["20:00", "23:00", "01:00", "06:00"], true],
    [["23:59", "00:00", "23:58"], true],
    [["20:00", "01:00", "23:00"], false],
    [["20:00", "20:00"], false],
    [["sunset-30min", "sunset", "sunset+30min"], true],
    [["sunset", "sunset-30min"], false],
    [["sunset", "22:00", "sunrise-30min"], true],
  ] as const) {
    const periods = times.map((time) => `{ from: "${time}", level: 50 }`).join(", ");
    const read = readConfig(GOOD.replace(/periods: \[.*\]/, `periods: [${periods}]`));
    assert.is(read.ok, good, times.join(" "));
  }
});

test("an adapter is named by its alias or its name, never by a number of the kernel's", () => {
  for (const [adapter, good] of [
    ["i2c1", true],
    ["i2c10", true],
    ["CP2112 SMBus Bridge", true],
    ["bcm2835 (i2c@7e804000)", true],
    ["i2c-1", false],
    ["i2c-12", false],
    ["/dev/i2c-1", false],
    ["i2c-gpio", true],
    ["", false],
    [" i2c1", false],
  ] as const) {
    const read = readConfig(GOOD.replace("adapter: i2c1", `adapter: "${adapter}"`));
    assert.is(read.ok, good, adapter);
    const [output] = read.ok ? read.config.outputs : [];
    if (output) assert.is("i2c" in output && output.i2c.adapter, adapter);
  }
});

test("a pulse counter has a pin, a meter on I2C a chip and a shunt, and nothing else", () => {
  const read = readConfig(
    GOOD.replace("kind: ascii, port: ./ports/counter-1", "kind: pulse, pin: { chip: cp2112_gpio, offset: 3 }").replace(
      "kind: sdm, port: ./ports/meter-1",
      "kind: ina226, i2c: { adapter: i2c1, address: 64 }, shunt: 0.002",
    ),
  );
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  assert.equal(read.config.counters[0], {
    id: "counter/1",
    kind: "pulse",
    street: "rue de la Liberté",
    position: 295,
    pin: { chip: "cp2112_gpio", offset: 3 },
    activeWhen: "low",
  });
  assert.equal(read.config.meters, [
    { id: "meter/1", kind: "ina226", measures: "all", i2c: { adapter: "i2c1", address: 64 }, shunt: 0.002 },
  ]);
});

test("the text that the mistakes are made in is good", () => {
  assert.equal(readConfig(GOOD).ok, true);
});

/** A change to the good text, and all that must be said of it. */
const MISTAKES: readonly (readonly [from: string, to: string, ...said: string[]])[] = [
  ["node: 21231/cab-0117", "", "node: found nothing, allowed words parted by /, such as 21231/cab-0117"],
  [
    "cab-0117\n",
    "status\n",
    'node: found "21231/status", allowed an RSMP 4 node id; node "21231/status" has the level "status": allowed is any word that is no message type',
  ],
  ["latitude: 47.322", "latitude: 91", "site.latitude: found 91, allowed a number from -90 to 90"],
  ["latitude: 47.322", "latitude: .nan", "site.latitude: found NaN, allowed a number from -90 to 90"],
  [
    "Europe/Paris",
    "Europe/Dijon",
    'site.timeZone: found "Europe/Dijon", allowed an IANA time zone such as Europe/Paris',
  ],
  [
    "latitude:",
    "latitud:",
    "site.latitude: found nothing, allowed a number from -90 to 90",
    'site.latitud: found an unknown key, allowed name, latitude, longitude or timeZone; did you mean "latitude"?',
  ],
  [
    "mqtt://127",
    "mqtt://me:secret@127",
    'mqtt.url: found "mqtt://***@127.0.0.1:1883", allowed mqtt://, mqtts://, ws:// or wss:// with host and port, and no password in it',
  ],
  [
    "{ name: rue Musette,",
    "{ name: rue de la Liberté,",
    'streets[1].name: found "rue de la Liberté", allowed each street once; first in line 6',
    'joins[0].b.street: found "rue Musette", allowed rue de la Liberté',
    'lamps[1].street: found "rue Musette", allowed rue de la Liberté',
    'counters[1].street: found "rue Musette", allowed rue de la Liberté',
  ],
  ["at: 150 }", "at: 301 }", 'joins[0].a.at: found 301 m, allowed 0 to 300: "rue de la Liberté" is 300 m long'],
  [
    "gateway: luba",
    "gateway: lubba",
    'buses[0].gateway: found "lubba", allowed luba, sci, atx, foxtron, sevenlab, lw14 or wb-dali',
  ],
  [
    "{ id: bus/2",
    "{ id: bus/1",
    'buses[1].id: found "bus/1", allowed each id once; first in line 11',
    'lamps[1].bus: found "bus/2", allowed bus/1; did you mean "bus/1"?',
    'lamps[2].bus: found "bus/2", allowed bus/1; did you mean "bus/1"?',
  ],
  [
    "{ id: bus/2",
    "{ id: buss/2",
    'buses[1].id: found "buss/2", allowed bus/ and a name of letters, digits, _ and -, such as bus/1',
  ],
  ["./ports/dali-2", "ports/dali-1", 'buses[1].port: found "ports/dali-1", allowed each port once; first in line 11'],
  [
    "./ports/meter-1",
    "./ports/counter-1",
    'meters[0].port: found "./ports/counter-1", allowed each port once; first in line 22',
  ],
  [
    "./ports/meter-1",
    "http://x",
    'meters[0].port: found "http://x", allowed a device path such as /dev/serial/by-id/... (relative to this file) or tcp://host:port',
  ],
  [
    "adapter: i2c1",
    "adapter: i2c-1",
    "outputs[0].i2c.adapter: found \"i2c-1\", allowed an alias of the device tree such as i2c1, or an adapter's name such as CP2112 SMBus Bridge; not the kernel's number i2c-1, which moves",
  ],
  [
    "kind: ascii, port: ./ports/counter-1",
    "kind: pulse, port: ./ports/counter-1",
    "counters[0].pin: found nothing, allowed the pin: its chip and offset, for kind pulse",
    'counters[0].port: found "./ports/counter-1", allowed nothing: kind pulse has none',
  ],
  [
    "{ chip: pinctrl-bcm2711, offset: 17 }",
    '{ chip: "i2c1@0x58", offset: 1 }',
    'contacts[0].pin.chip: found "i2c1@0x58", allowed an expander: another chip is at that address',
  ],
  [
    "kind: ascii, port: ./ports/counter-1",
    "kind: ascii, activeWhen: high",
    "counters[0].port: found nothing, allowed a device path such as /dev/serial/by-id/... or tcp://host:port, for kind ascii",
    'counters[0].activeWhen: found "high", allowed nothing: kind ascii has none',
  ],
  [
    "kind: ascii, port: ./ports/counter-1",
    "kind: pulse, pin: { chip: pinctrl-bcm2711, offset: 17 }",
    'contacts[0].pin: found "pinctrl-bcm2711 17", allowed each pin once; first in line 22',
  ],
  [
    "kind: sdm, port: ./ports/meter-1",
    "kind: ina226, port: ./ports/meter-1, address: 1, baud: 9600, phases: 1",
    "meters[0].i2c: found nothing, allowed the chip's adapter and address, for kind ina226",
    "meters[0].shunt: found nothing, allowed the resistance of its shunt in ohms, for kind ina226",
    'meters[0].port: found "./ports/meter-1", allowed nothing: kind ina226 has none',
    "meters[0].address: found 1, allowed nothing: kind ina226 has none",
    "meters[0].baud: found 9600, allowed nothing: kind ina226 has none",
    "meters[0].phases: found 1, allowed nothing: kind ina226 has none",
  ],
  [
    "kind: sdm, port: ./ports/meter-1",
    "kind: sdm, i2c: { adapter: i2c1, address: 0x40 }, shunt: 0.001",
    "meters[0].port: found nothing, allowed a device path such as /dev/serial/by-id/... or tcp://host:port, for kind sdm",
    "meters[0].i2c: found a map, allowed nothing: kind sdm has none",
    "meters[0].shunt: found 0.001, allowed nothing: kind sdm has none",
  ],
  [
    "kind: sdm, port: ./ports/meter-1",
    "kind: ina226, i2c: { adapter: i2c1, address: 0x58 }, shunt: 20",
    'meters[0].i2c: found "i2c1 address 88", allowed each chip once; first in line 14',
    "meters[0].shunt: found 20, allowed a number from 0.0001 to 10",
  ],
  ["address: 0x58", "address: 0x80", "outputs[0].i2c.address: found 128, allowed an integer from 8 to 119"],
  [
    "addresses: 0-11",
    "address: 64",
    "lamps[0].address: found 64, allowed an integer from 0 to 63",
    "lamps[0].every: found 25, allowed nothing: only a row of `addresses` has it",
  ],
  [
    "addresses: 0-11",
    "addresses: 11-0",
    'lamps[0].addresses: found "11-0", allowed a range with the lower address first',
  ],
  [
    "addresses: 0-11",
    "addresses: 0-64",
    'lamps[0].addresses: found "0-64", allowed a range from 0-0 to 0-63, such as 0-11',
  ],
  [
    "addresses: 0-11",
    "adresses: 0-11",
    "lamps[0].address: found nothing, allowed a short address from 0 to 63, or a range in `addresses`",
    'lamps[0].adresses: found an unknown key, allowed id, bus, address, addresses, output, channel, street, position, every, group, power, class, reducedClass, empty, shares, curve, calibration, warmDim, clo, cleaning or schedule; did you mean "addresses"?',
    "lamps[0].every: found 25, allowed nothing: only a row of `addresses` has it",
  ],
  [
    "addresses: 6-11",
    "addresses: 5-10",
    'lamps[2].addresses: found "bus/2 address 5", allowed each address once; first in line 17',
  ],
  [
    "addresses: 6-11",
    "addresses: 6-12",
    'lamps[2].position: found 325 m, allowed 0 to 300: "rue de la Liberté" is 300 m long',
  ],
  [
    "channel: 1",
    "channel: 0",
    'lamps[4].channel: found "output/1 channel 0", allowed each address once; first in line 19',
  ],
  ["channel: 1", "channel: 2", "lamps[4].channel: found 2, allowed 0 to 1: a gp8403 has 2 channels"],
  [
    "channel: 1",
    "address: 1",
    "lamps[4].channel: found nothing, allowed a channel of the output",
    "lamps[4].address: found 1, allowed nothing: a lamp of an output has a channel",
  ],
  [
    "{ id: lamp/dac/1, ",
    "{ ",
    "lamps[4].id: found nothing, allowed an id such as lamp/dac/0: a lamp of an output needs one",
  ],
  ["{ id: lamp/dac/1", "{ id: lamp/1/3", 'lamps[4].id: found "lamp/1/3", allowed each id once; first in line 16'],
  [
    "output: output/1, channel: 1",
    "bus: bus/1, address: 12, output: output/1",
    'lamps[4].output: found "output/1", allowed nothing: a lamp has a bus or an output',
  ],
  [
    "output: output/1, channel: 1, ",
    "",
    "lamps[4].bus: found nothing, allowed the id of a bus, or of an output in `output`",
  ],
  [
    "reducedClass: P5",
    "reducedClass: P2",
    'lamps[0].reducedClass: found "P2", allowed a class that may reduce it; P2 is brighter than P3: allowed is P3 or a lower P class',
  ],
  [
    "reducedClass: P5",
    "reducedClass: M6",
    'lamps[0].reducedClass: found "M6", allowed a class that may reduce it; M6 cannot reduce P3: allowed are P classes only',
  ],
  ["reducedClass: P5", "schedule: nihgt", 'lamps[0].schedule: found "nihgt", allowed night'],
  ["power: 42", "power: 42 W", 'lamps[0].power: found "42 W", allowed a number from 0.1 to 10000'],
  [
    "position: 295",
    "position: 305",
    'counters[0].position: found 305 m, allowed 0 to 300: "rue de la Liberté" is 300 m long',
  ],
  [
    "kind: ascii",
    "kind: nmea",
    'counters[0].kind: found "nmea", allowed ascii, pulse, mqtt, ld2450, ops243, amg8833 or mlx90640',
  ],
  [
    "power: 42",
    "power: 42, clo: [[0, 100], [0, 80]]",
    "lamps[0].clo: found points that are no curve, allowed growing hours, never growing light; 0 h follows 0 h",
  ],
  ["openWhen: high", "openWhen: true", "contacts[0].openWhen: found true, allowed high or low"],
  [
    '"22:00"',
    "2200",
    'schedules[0].periods[1].from: found 2200, allowed a local time such as "23:00", or sunset or sunrise, with or without an offset such as sunset-10min and limits such as "sunrise not before 05:00 not after 08:00"',
  ],
  [
    '"06:00"',
    '"22:00"',
    'schedules[0].periods[2].from: found "22:00", allowed a time after 22:00, in the order of the night',
  ],
  [
    "from: sunset,",
    "from: sunrise,",
    'schedules[0].off: found "sunrise", allowed a time after sunrise, in the order of the night',
  ],
  [
    "schedules:\n",
    "schedules:\n  - { name: night, periods: [{ from: sunset, level: 1 }] }\n",
    'schedules[1].name: found "night", allowed each schedule once; first in line 29',
  ],
  ["fastest: 7", "fastest: 0.5", "adaptive.fastest: found 0.5, allowed 0.7 (slowest) or more"],
  ["rampStep: 3", "rampStep: 31", "adaptive.rampStep: found 31, allowed 30 (ramp) or less"],
  ["failSafe: 100", "failSafe: 100\nfailSafe: 0", "failSafe: found the key twice, allowed once; first in line 31"],
  [
    "failSafe: 100",
    "buses2: []",
    'buses2: found an unknown key, allowed node, site, mqtt, commands, journal, metrics, privacy, streets, classWeights, joins, buses, outputs, lamps, counters, inputs, neighbours, contacts, meters, schedules, calendars, groups, adaptive, forecast, junctions, vehicles, own or failSafe; did you mean "buses"?',
  ],
  ["every: 50", "every: -10", 'lamps[2].position: found -25 m, allowed 0 to 300: "rue de la Liberté" is 300 m long'],
  [
    "position: 12.5, every: 25, power: 42",
    "position: 310, every: -20, power: 42",
    'lamps[0].position: found 310 m, allowed 0 to 300: "rue de la Liberté" is 300 m long',
  ],
  [
    "addresses: 0-11,",
    "addresses: 0-11, id: lamp/x,",
    'lamps[0].id: found "lamp/x", allowed nothing: the lamps of a row are named after bus and address',
  ],
  [
    "addresses: 0-11,",
    "addresses: 0-11, address: 1,",
    "lamps[0].address: found 1, allowed nothing: an entry has an address or addresses",
  ],
  [
    "addresses: 0-11,",
    "addresses: 0-11, channel: 1,",
    "lamps[0].channel: found 1, allowed nothing: a lamp of a bus has an address",
  ],
  [
    "0-11, street: rue de la Liberté, position: 12.5, every: 25",
    "0-11, street: rue de la Liberté, position: 12.5",
    "lamps[0].every: found nothing, allowed the distance of the row's lamps in metres",
  ],
  [
    "  - { id: output/1,",
    "  - { id: output/2, kind: gp8403, i2c: { adapter: i2c1, address: 88 } }\n  - { id: output/1,",
    'outputs[1].i2c: found "i2c1 address 88", allowed each chip once; first in line 14',
  ],
  [
    "  - { id: door/1,",
    "  - { id: door/2, pin: { chip: pinctrl-bcm2711, offset: 17 }, openWhen: low }\n  - { id: door/1,",
    'contacts[1].pin: found "pinctrl-bcm2711 17", allowed each pin once; first in line 25',
  ],
  [
    "  - { id: counter/2",
    "  - { id: counter/1",
    'counters[1].id: found "counter/1", allowed each id once; first in line 22',
  ],
  [
    "street: rue Musette, position: 145",
    "street: X, position: 145",
    'counters[1].street: found "X", allowed rue de la Liberté or rue Musette',
  ],
  [
    "power: 42, class: P3, reducedClass: P5",
    "power: 0, class: P3, reducedClass: P7",
    "lamps[0].power: found 0, allowed a number from 0.1 to 10000",
    'lamps[0].reducedClass: found "P7", allowed a class that may reduce it; P7 sets no light level to dim to: allowed is P3 or a lower class that sets one',
  ],
  [
    "class: P4, ",
    "",
    "lamps[1].class: found nothing, allowed M1, M2, M3, M4, M5, M6, C0, C1, C2, C3, C4, C5, P1, P2, P3, P4, P5, P6 or P7",
  ],
  [
    "lamps:",
    "lamps: 5\nlamp:",
    "lamps: found 5, allowed a list",
    'lamp: found an unknown key, allowed node, site, mqtt, commands, journal, metrics, privacy, streets, classWeights, joins, buses, outputs, lamps, counters, inputs, neighbours, contacts, meters, schedules, calendars, groups, adaptive, forecast, junctions, vehicles, own or failSafe; did you mean "lamps"?',
  ],
];

for (const [from, to, ...expected] of MISTAKES) {
  test(`a mistake is named: ${from} -> ${to}`, () => {
    const changed = GOOD.replace(from, to);
    assert.is.not(changed, GOOD, "the change changed nothing");
    const read = readConfig(changed);
    const problems = read.ok ? [] : read.problems;
    assert.equal(
      problems.map(({ path, message }) => `${path}: ${message}`),
      expected,
    );
  });
}

test.run();
