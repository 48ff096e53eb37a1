/** The street of the link's benches: one cabinet, two streets of 1.6 km, 128 lamps on two buses, a counter each 200 m. */
import { type CabinetConfig, readConfig } from "../../firmware/config/read.ts";

const STREETS = ["quai", "rue"];
const LENGTH = 1600;
const COUNTER_EVERY = 200;
const PER_STREET = LENGTH / COUNTER_EVERY + 1;

/** `lamps`: on each of the two buses, 64 at most. */
export function benchStreet(lamps = 64): CabinetConfig {
  const every = LENGTH / lamps;
  const lines = [
    "node: 21231/cab-0117",
    "site: { name: Bench, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }",
    "mqtt: { url: mqtt://127.0.0.1:1883 }",
    "streets:",
    ...STREETS.map((name) => `  - { name: ${name}, length: ${LENGTH} }`),
    "buses:",
    ...STREETS.map((_, i) => `  - { id: bus/${i + 1}, gateway: luba, port: ./ports/dali-${i + 1} }`),
    "lamps:",
    ...STREETS.map(
      (name, i) =>
        `  - { bus: bus/${i + 1}, addresses: 0-${lamps - 1}, street: ${name}, position: ${every / 2}, every: ${every}, ` +
        `group: ${name}, power: 42, class: P3, reducedClass: P5 }`,
    ),
    "counters:",
    ...STREETS.flatMap((name, street) =>
      Array.from({ length: PER_STREET }, (_, i) => {
        const id = street * PER_STREET + i + 1;
        const position = Math.min(LENGTH - 5, Math.max(5, i * COUNTER_EVERY));
        return `  - { id: counter/${id}, kind: ascii, port: ./ports/counter-${id}, street: ${name}, position: ${position} }`;
      }),
    ),
    "contacts:",
    "  - { id: door/1, pin: { chip: pinctrl-bcm2711, offset: 17 }, openWhen: high }",
    "meters:",
    "  - { id: meter/1, kind: sdm, port: ./ports/meter-1, address: 1, baud: 9600, phases: 3 }",
    "schedules:",
    "  - name: night",
    "    periods:",
    "      - { from: sunset, level: 100 }",
    '      - { from: "22:00", level: 100, adaptive: true }',
    '      - { from: "06:00", level: 100 }',
    "    off: sunrise",
  ];
  const read = readConfig(lines.join("\n"));
  if (read.ok) return read.config;
  throw new TypeError(JSON.stringify(read));
}
