import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { siteOf } from "./model.ts";
import { readConfig } from "./read.ts";

const GOOD = `
node: 21231/cab-0117
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
classWeights: { use: { quiet: -2 } }
streets:
  - { name: main, length: 300, use: { speed: low, composition: pedestrians and motor, busyFrom: 40, quietBelow: 10 } }
  - { name: lane, length: 100, oneWay: up }
buses:
  - { id: bus/1, gateway: luba, port: ./ports/dali-1 }
lamps:
  - { bus: bus/1, addresses: 0-11, street: main, position: 12.5, every: 25, power: 42, class: P3, reducedClass: P6, empty: 10 }
  - { bus: bus/1, address: 12, street: lane, position: 0, power: 28, class: P4, reducedClass: P6, shares: mast }
  - { bus: bus/1, address: 13, street: lane, position: 50, power: 28, class: P4, reducedClass: P6, shares: mast }
counters:
  - { id: counter/1, kind: ascii, port: ./ports/counter-1, street: main, position: 295 }
  - { id: counter/2, kind: ascii, port: ./ports/counter-2, street: lane, position: 5 }
schedules:
  - { name: night, periods: [{ from: sunset, level: 100, adaptive: true }] }
adaptive: { down: 2, reaction: 5 }
`;

test("a street's use becomes the classes that its people select, with the nation's weights and the defaults", () => {
  const read = readConfig(GOOD);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  const site = siteOf(read.config);
  assert.equal(site.selections, [
    {
      street: "main",
      counters: ["counter/1"],
      window: 900_000,
      steps: [
        { class: "P3", from: 40 },
        { class: "P4", from: 10 },
        { class: "P6", from: 0 },
      ],
      hysteresis: 0.8,
    },
  ]);
  assert.equal(site.oneWays, [{ street: "lane", way: "up" }]);
  assert.equal(
    site.lamps.slice(11).map(({ empty, shares }) => [empty, shares]),
    [
      [10, undefined],
      [undefined, "mast"],
      [undefined, "mast"],
    ],
  );
  const { up, down, reaction } = site.adaptive;
  assert.equal([up, down, reaction], [50, 2, 5000]);
});

test("the guide's example means what the guide says", () => {
  const guide = readFileSync(new URL("../../controllers/lighting/README.md", import.meta.url), "utf8");
  const [, example = ""] = /```yaml\n([^`]*)```/.exec(guide) ?? [];
  const rest = GOOD.slice(GOOD.indexOf("buses:"));
  const head = GOOD.slice(0, GOOD.indexOf("classWeights:"));
  const own = rest.replace(/^lamps:\n( .*\n)*/m, "").replace(/^ .*street: lane.*\n/m, "");
  const read = readConfig(head + example + own);
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
  const { selections, oneWays, lamps } = siteOf(read.config);
  assert.equal(
    selections?.[0]?.steps.map((step) => `${step.class} from ${step.from}`),
    ["P3 from 40", "P4 from 10", "P5 from 0"],
  );
  assert.equal([oneWays, lamps[0]?.empty], [[{ street: "bridge", way: "up" }], 10]);
});

test("a street names the counters it is judged by, and the lowest class it may have", () => {
  const read = readConfig(
    GOOD.replace("quietBelow: 10 }", "quietBelow: 10, counters: [counter/2, counter/1], lowest: P4 }"),
  );
  assert.equal(read.ok && siteOf(read.config).selections?.[0], {
    street: "main",
    counters: ["counter/2", "counter/1"],
    window: 900_000,
    steps: [
      { class: "P3", from: 40 },
      { class: "P4", from: 0 },
    ],
    hysteresis: 0.8,
  });
});

/** A change to the good text, and all that must be said of it. */
const MISTAKES: readonly (readonly [from: string, to: string, ...said: string[]])[] = [
  [
    "street: main, position: 295",
    "street: lane, position: 95",
    'streets[0].use.counters: found nothing, allowed counters: none stands on "main"',
  ],
  [
    "quietBelow: 10 }",
    "quietBelow: 10, counters: [counter/3] }",
    'streets[0].use.counters[0]: found "counter/3", allowed counter/1 or counter/2; did you mean "counter/1"?',
  ],
  ["quietBelow: 10", "quietBelow: 50", "streets[0].use.quietBelow: found 50, allowed 40 (busyFrom) or less"],
  [
    "reducedClass: P6, empty: 10",
    "reducedClass: P5, empty: 0",
    "lamps[0].empty: found 0, allowed a number from 1 to 100",
  ],
  [
    "quietBelow: 10 }",
    "quietBelow: 10, lowest: P7 }",
    'streets[0].use.lowest: found "P7", allowed a class that the lamps may have; P7 sets no light level: allowed are P1 to P6',
  ],
  [
    "quietBelow: 10 }",
    "quietBelow: 10, lowest: P2 }",
    'streets[0].use.lowest: found "P2", allowed a class that the lamps may have; P2 is brighter than P3: allowed is P3 or a lower P class',
  ],
  [
    "class: P3, reducedClass: P6",
    "class: M3, reducedClass: M6",
    'streets[0].use.lowest: found "M6", allowed a class that the lamps may have; M3 does not follow use: allowed are lamps of a P class',
  ],
  [
    "street: lane, position: 0, power: 28, class: P4, reducedClass: P6, shares: mast",
    "street: main, position: 0, power: 28, class: P4, reducedClass: P6",
    "streets[0].use.lowest: found lamps of P3 to P6 and of P4 to P6, allowed lamps of one `class` and `reducedClass` on a street whose class follows its use",
  ],
  [
    "position: 50, power: 28, class: P4",
    "position: 50, power: 28, class: P3",
    'lamps[2].class: found "P3", allowed "P4": lamps that share "mast" are alike; first in line 13',
  ],
  ["oneWay: up", "oneWay: north", 'streets[1].oneWay: found "north", allowed up or down'],
  [
    "composition: pedestrians and motor",
    "composition: dogs",
    'streets[0].use.composition: found "dogs", allowed pedestrians, cyclists, pedestrians and cyclists, pedestrians and motor or all',
  ],
  ["quiet: -2", "quiet: -9", "classWeights.use.quiet: found -9, allowed an integer from -5 to 5"],
  ["down: 2", "down: 0", "adaptive.down: found 0, allowed a number from 0.1 to 1000"],
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

test("a lowest class under the lamps' own reduced class is refused", () => {
  const text = GOOD.replace("reducedClass: P6, empty", "reducedClass: P5, empty").replace(
    "quietBelow: 10 }",
    "quietBelow: 10, lowest: P6 }",
  );
  const read = readConfig(text);
  assert.equal(read.ok ? [] : read.problems.map(({ message }) => message), [
    'found "P6", allowed P5 (the lamps\' reducedClass) or a brighter class',
  ]);
});

test.run();
