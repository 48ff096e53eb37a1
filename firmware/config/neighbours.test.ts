import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig, siteOf } from "./read.ts";

const file = (more: string) => `
node: 21231/cab-0117
site: { name: Rue du Lac, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1" }
streets: [{ name: rue du Lac, length: 300 }]
schedules: [{ name: night, periods: [{ from: sunset, level: 80 }] }]
${more}`;
const accepted = (more: string) => {
  const read = readConfig(file(more));
  assert.ok(read.ok, JSON.stringify(read));
  return read.config;
};
const refused = (more: string): string[] => {
  const read = readConfig(file(more));
  return read.ok ? [] : read.problems.map((problem) => String(problem.path ?? "") + JSON.stringify(problem));
};
const neighbour = (more: string) => `neighbours: [{ node: 21231/cab-0118, border: lac, street: rue du Lac, ${more} }]`;

test("a border is a counter of presences that looks inwards, silent after its validity", () => {
  for (const [position, inward] of [
    [0, "up"],
    [300, "down"],
    [120, "both"],
  ] as const) {
    const config = accepted(neighbour(`position: ${position}`));
    assert.equal(config.neighbours, [
      {
        id: "border/lac",
        node: "21231/cab-0118",
        name: "lac",
        street: "rue du Lac",
        position,
        inward,
        staleAfter: 60_000,
        presence: true,
      },
    ]);
    assert.equal(siteOf(config).counters, [
      { id: "border/lac", street: "rue du Lac", position, staleAfter: 60_000, presence: true },
    ]);
  }
  assert.is(accepted(neighbour("position: 0, validity: 30")).neighbours[0]?.staleAfter, 30_000);
});

test("what is wrong with a neighbour is named", () => {
  for (const [more, says] of [
    [neighbour("position: 301"), "0 to 300"],
    [neighbour("position: 0, validity: 5"), "validity"],
    [neighbour("position: 0").replace("cab-0118", "cab-0117"), "another cabinet"],
    [neighbour("position: 0").replace("cab-0118", "status"), "message type"],
    [neighbour("position: 0").replace("cab-0118", "neighbour"), "message type"],
    [neighbour("position: 0").replace("street: rue du Lac", "street: rue du Lak"), "did you mean"],
    [neighbour("position: 0").replace("border: lac", "border: a/b"), "letters, digits, _ and -"],
    [
      `neighbours:
  - { node: 21231/a, border: lac, street: rue du Lac, position: 0 }
  - { node: 21231/b, border: lac, street: rue du Lac, position: 300 }`,
      "each border once",
    ],
  ] as const) {
    const problems = refused(more);
    assert.is(problems.length, 1, `${more}: ${problems}`);
    assert.match(problems[0] ?? "", says);
  }
});

const counter = (more: string) =>
  `counters: [{ id: counter/7, kind: mqtt, street: rue du Lac, position: 10, ${more} }]`;

test("a counter of another system has a topic and what its messages mean", () => {
  const [one] = accepted(counter("feed: { topic: city/people/7 }")).counters;
  assert.equal(one, {
    id: "counter/7",
    kind: "mqtt",
    street: "rue du Lac",
    position: 10,
    feed: { topic: "city/people/7", format: "json", people: "people", direction: "direction", cumulated: false },
  });
  const config = accepted(
    counter(
      "staleAfter: 1200, feed: { topic: t, format: cbor, people: accumulatedRoadUserNumber.value, cumulated: true }",
    ),
  );
  assert.equal(siteOf(config).counters, [
    { id: "counter/7", street: "rue du Lac", position: 10, staleAfter: 1_200_000 },
  ]);
  assert.equal(config.counters[0] && "feed" in config.counters[0] && config.counters[0].feed.cumulated, true);
});

test("what is wrong with it is named", () => {
  for (const [more, says] of [
    [counter(""), "another system tells it"],
    [counter("feed: { topic: city/# }"), "without + and #"],
    [counter("feed: { topic: $SYS/load }"), "without + and #"],
    [counter("feed: { topic: 21231/cab-0117/status/x }"), "another system"],
    [counter("feed: { topic: t, people: 'a..b' }"), "names parted by dots"],
    [counter("feed: { topic: t }, port: /dev/x"), "has none"],
    [counter("feed: { topic: t }, staleAfter: 1"), "staleAfter"],
  ] as const) {
    const problems = refused(more);
    assert.is(problems.length, 1, `${more}: ${problems}`);
    assert.match(problems[0] ?? "", says);
  }
});

test.run();
