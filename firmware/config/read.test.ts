import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type CabinetConfig, formatProblem, readConfig, siteOf } from "./read.ts";
import { CabinetSchema } from "./schema.ts";

const demo = readFileSync(new URL("../../tools/demo/cabinet.yaml", import.meta.url), "utf8");

/** All that is said of a text, as a technician reads it. */
function said(text: string): string[] {
  const read = readConfig(text);
  return read.ok ? [] : read.problems.map((problem) => formatProblem(problem, "f"));
}

function accepted(text: string): CabinetConfig {
  const read = readConfig(text);
  if (!read.ok) throw new Error(said(text).join("\n"));
  return read.config;
}

test("the demonstration's file is good and means what it says", () => {
  const config = accepted(demo);
  assert.is(config.node, "21231/cab-0117");
  assert.is(config.lamps.length, 26);
  assert.equal(
    config.lamps.filter((lamp) => lamp.line === "bus/2").map((lamp) => [lamp.id, lamp.address, lamp.position]),
    [
      ...[12.5, 37.5, 62.5, 87.5, 112.5, 137.5].map((m, i) => [`lamp/2/${i}`, i, m]),
      ...[25, 75, 125, 175, 225, 275].map((m, i) => [`lamp/2/${i + 6}`, i + 6, m]),
    ],
  );
  const dac = config.lamps.find((lamp) => lamp.id === "lamp/dac/1");
  assert.equal(dac, {
    id: "lamp/dac/1",
    line: "output/1",
    address: 1,
    street: "rue de la Liberté",
    position: 155,
    group: "corner",
    power: 60,
    curve: "logarithmic",
    class: "P3",
    reducedClass: "P5",
    schedule: "night",
  });
  assert.equal(config.schedules[0]?.periods[1], { from: { kind: "clock", minutes: 1320 }, level: 100, adaptive: true });
  assert.is(config.buses[0]?.fadeTime, 2000);
  assert.is(config.counters.length, 4);
  assert.equal(config.meters[0], {
    id: "meter/1",
    kind: "sdm",
    measures: "all",
    port: "./ports/meter-1",
    address: 1,
    baud: 9600,
    phases: 3,
  });
});

test("what is left out has the default that the schema tells", () => {
  const without = demo.replace(/^adaptive:\n( .*\n)+/m, "").replace(/^failSafe.*$/m, "");
  assert.not(without.includes("staleAfter"));
  const { adaptive, failSafe } = JSON.parse(JSON.stringify(CabinetSchema)).properties;
  const config = accepted(without);
  assert.is(config.failSafe, failSafe.default);
  for (const [name, value] of Object.entries(config.adaptive)) {
    const { default: told, description } = adaptive.properties[name];
    assert.is(value, /seconds/i.test(description) ? told * 1000 : told, name);
  }
});

test("the site has what controllers decide by, and the sun over it", () => {
  const site = siteOf(accepted(demo));
  assert.equal(Object.keys(site.lamps[0] as object).includes("address"), false);
  assert.equal(site.counters[0], { id: "counter/1", street: "rue de la Liberté", position: 5 });
  assert.equal(site.joins, [
    { a: { street: "rue de la Liberté", position: 150 }, b: { street: "rue Musette", position: 0 } },
  ]);
  assert.is(typeof site.sun(1_750_000_000_000 as never), "object");
});

test("the published JSON Schema is that of the code", () => {
  const published = JSON.parse(readFileSync(new URL("./cabinet.schema.json", import.meta.url), "utf8"));
  const message = "make it anew: hulotte schema > firmware/config/cabinet.schema.json";
  assert.equal(published, JSON.parse(JSON.stringify(CabinetSchema)), message);
});

test("every map of the schema is closed and every value is described", () => {
  const walk = (schema: Record<string, unknown>, path: string) => {
    assert.type(schema["description"], "string", path);
    if (schema["items"]) walk(schema["items"] as Record<string, unknown>, `${path}[]`);
    if (schema["type"] !== "object") return;
    assert.is(schema["additionalProperties"], false, path);
    for (const [key, value] of Object.entries(schema["properties"] as object)) walk(value, `${path}.${key}`);
  };
  walk(JSON.parse(JSON.stringify(CabinetSchema)), "file");
});

test("all problems come at once, in the order of the text", () => {
  const text = demo
    .replace("latitude: 47.322", "latitude: 100")
    .replace("addresses: 0-11", "addresses: 0-70")
    .replace("kind: sdm", "kind: sdn")
    .replace("failSafe: 100", "failSafe: bright");
  assert.equal(
    said(text).map((line) => line.replace(/^f:\d+:\d+ {2}(\S+):.*/, "$1")),
    ["site.latitude", "lamps[0].addresses", "meters[0].kind", "failSafe"],
  );
});

test("of a text that is no YAML, only what stands before the fault is judged", () => {
  const heard = said("site: { latitude: 99 }\nmqtt: [\nlamps: 5\nfailSafe: 200\n");
  assert.equal(
    heard.map((line) => line.replace(/; .*/, "")),
    [
      "f:1:19  site.latitude: found 99, allowed a number from -90 to 90",
      "f:2:7  mqtt: found a list, allowed a map",
      "f:3:1  found a fault in the YAML, allowed YAML 1.2",
    ],
  );
});

test("a text that loses its parser brings a few faults, not hundreds", () => {
  assert.ok(said("- [".repeat(200)).length < 15);
});

test("texts that break parsers are refused in words", () => {
  for (const text of [
    "",
    "null",
    "5",
    "- 1",
    "a: &x [*x]\nb: *x",
    "__proto__: 1",
    "[".repeat(50_000),
    "a\n---\nb",
    "%",
    "\t",
    "? [a]\n: 1",
  ]) {
    assert.ok(said(text).length > 0, JSON.stringify(text.slice(0, 20)));
  }
  assert.match(said("x".repeat(1_000_001))[0] as string, /found 1000001 characters, allowed up to 1000000/);
});

test("whatever is done to the file, reading it never throws, and what passes fits together", () => {
  const lines = demo.split("\n");
  const at = fc.nat(lines.length - 1);
  const token = fc.constantFrom(
    "- ",
    "  ",
    "x",
    '"',
    "[",
    "{",
    "}",
    ": ",
    "&a ",
    "*a ",
    "!!binary ",
    "0",
    "-1",
    "1e9",
    ".inf",
    "null",
    "lamp/1/0",
    "bus/2",
    "P7",
    "sunset+999min",
    "\n",
    "#",
    "%YAML 1.1\n---\n",
    "<<: ",
  );
  const change = fc.oneof(
    fc.record({ kind: fc.constant("drop" as const), at }),
    fc.record({ kind: fc.constant("copy" as const), at, to: at }),
    fc.record({
      kind: fc.constant("insert" as const),
      at,
      column: fc.nat(30),
      text: fc.oneof(token, fc.string({ maxLength: 4 })),
    }),
    fc.record({
      kind: fc.constant("value" as const),
      at,
      text: fc.oneof(token, fc.integer({ min: -1, max: 400 }).map(String)),
    }),
  );
  let passed = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const text = [...lines];
      for (const c of changes) {
        const line = text[c.at] ?? "";
        if (c.kind === "drop") text.splice(c.at, 1);
        else if (c.kind === "copy") text.splice(c.to, 0, line);
        else if (c.kind === "insert") text[c.at] = line.slice(0, c.column) + c.text + line.slice(c.column);
        else text[c.at] = line.replace(/: .*/, `: ${c.text}`);
      }
      const read = readConfig(text.join("\n"));
      if (read.ok) {
        passed++;
        fitsTogether(read.config);
      } else {
        assert.ok(read.problems.length > 0);
        for (const problem of read.problems) assert.ok(problem.line >= 1 && problem.column >= 1 && problem.message);
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(passed > 10, `only ${passed} changed files passed: the property says little`);
});

function fitsTogether(config: CabinetConfig): void {
  const unique = (values: readonly string[]) => assert.is(new Set(values).size, values.length);
  const lines = [...config.buses, ...config.outputs].map(({ id }) => id);
  const lengths = new Map(config.streets.map(({ name, length }) => [name, length]));
  const stands = (street: string, position: number) =>
    assert.ok(position >= 0 && position <= (lengths.get(street) ?? -1));
  unique(config.streets.map(({ name }) => name));
  unique(config.lamps.map(({ id }) => id));
  unique(config.lamps.map(({ line, address }) => `${line} ${address}`));
  unique([...lines, ...config.counters.map(({ id }) => id)]);
  unique([...config.buses, ...config.counters, ...config.meters].flatMap((d) => ("port" in d ? [d.port] : [])));
  for (const lamp of config.lamps) {
    assert.ok(lines.includes(lamp.line));
    assert.ok(config.schedules.some(({ name }) => name === lamp.schedule));
    stands(lamp.street, lamp.position);
  }
  for (const counter of config.counters) stands(counter.street, counter.position);
  for (const { a, b } of config.joins) {
    stands(a.street, a.position);
    stands(b.street, b.position);
  }
  for (const { line } of config.lamps) assert.ok(config.lamps.filter((lamp) => lamp.line === line).length <= 64);
}

test("a lamp's losses, a street's width, what a meter measures and what the cabinet takes are read; controllers see no losses", () => {
  const more = demo
    .replace(
      /power: 42/,
      "power: 42\n    clo: [[0, 100], [100000, 80]]\n    cleaning: { months: 24, percent: 90, last: 2026-03-31 }",
    )
    .replace(/length: 300/, "length: 300\n    width: 9")
    .replace(/^failSafe/m, "own: 7.5\nfailSafe");
  const config = accepted(more);
  assert.equal(config.lamps[0]?.upkeep, {
    curve: [
      { hours: 0, percent: 100 },
      { hours: 100_000, percent: 80 },
    ],
    cleaning: { months: 24, percent: 90, last: Date.UTC(2026, 2, 31) },
  });
  assert.is(config.lamps.at(-1)?.upkeep, undefined);
  assert.is(config.streets[0]?.width, 9);
  assert.is(config.own, 7.5);
  assert.is(accepted(demo).own, 6);
  assert.not.ok("upkeep" in (siteOf(config).lamps[0] as object));
});

test.run();
