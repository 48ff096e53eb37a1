/** The page on gear and gateways: it has every gateway, option and output of the lists as they are, and its examples are read. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Model, Traits } from "../../sim/gateways/kind.ts";
import { i2cTwins, modbusTwins, twins } from "../../sim/gateways/list.ts";
import { Bus } from "../config/bus-schema.ts";
import { Output } from "../config/output-schema.ts";
import { readConfig } from "../config/read.ts";
import { commands } from "../dali/catalogue.ts";
import type { LineSettings } from "../hal/bytes.ts";
import { MODBUS_OUTPUTS, OUTPUTS } from "../outputs/list.ts";
import type { WithoutCabinet } from "../outputs/options.ts";
import { fuzzTargets } from "./fuzz-list.ts";
import type { GatewayKind } from "./kind.ts";
import { gateways } from "./list.ts";

const HERE = import.meta.dirname;
const PAGE = readFileSync(join(HERE, "README.md"), "utf8");
const BASE = `
node: 21231/cab-0117
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets: [{ name: main street, length: 300 }]
schedules: [{ name: night, periods: [{ from: sunset, level: 100 }] }]
`;
const BLOCKS = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text as string);

/** The text from a heading on to the next. */
function section(heading: string): string {
  const [, text] = PAGE.split(`\n${heading}\n`);
  if (text === undefined) throw new Error(`no heading ${heading}`);
  return text.split(/\n##/)[0] as string;
}

/** Rows of the first table of a text whose head begins so, by column. */
function rowsOf(text: string, head: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  if (at < 0) return [];
  const end = lines.findIndex((line, i) => i > at && !line.startsWith("|"));
  const cells = (line: string) => line.slice(2, -2).split(" | ");
  return lines.slice(at + 2, end < 0 ? undefined : end).map(cells);
}

const code = (word: string): string => `\`${word}\``;
const states = (on: boolean | undefined): string => (on === false ? "off" : "on");

function lineOf({ baud, parity, rts, dtr }: LineSettings): string {
  const lines = rts === undefined && dtr === undefined ? "" : `, RTS ${states(rts)}, DTR ${states(dtr)}`;
  return `${baud} 8${parity === "even" ? "E" : "N"}1${lines}`;
}

const WIRES = { bytes: "serial, TCP", i2c: "I2C", modbus: "Modbus RTU" } as const;

function placeOf(kind: GatewayKind): string {
  switch (kind.wire) {
    case "bytes":
      return lineOf(kind.settings);
    case "i2c":
      return `address 0x${kind.address.toString(16)}`;
    case "modbus":
      return `${lineOf(kind.settings)} or \`baud\``;
  }
}

/** `unknown`, `0` to `15`: each value in its order. */
function valuesIn(cell: string): readonly string[] {
  return cell.split(", ").flatMap((part) => {
    const [first, last] = [...part.matchAll(/`([^`]+)`/g)].map(([, value]) => value as string);
    if (last === undefined) return [first ?? ""];
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => `${Number(first) + i}`);
  });
}

test("every gateway, with its wire and how its line is set", () => {
  const wanted = gateways.map((kind) => {
    const bound = fuzzTargets.find(({ name }) => name === kind.name)?.resync?.bound;
    return [code(kind.name), WIRES[kind.wire], placeOf(kind), `${bound ?? "-"}`];
  });
  const found = rowsOf(section("## Gateways"), "name").map(([name, _make, ...more]) => [name, ...more]);
  assert.equal(found, wanted);
});

for (const kind of gateways) {
  test(`${kind.name}: every option with its values, the default first`, () => {
    const text = section(`### ${code(kind.name)}`);
    const found = rowsOf(text, "option").map(([name, values]) => [name, valuesIn(values as string)]);
    const wanted = Object.entries(kind.options ?? {}).map(([name, values]) => [code(name), [...values]]);
    assert.equal(found, wanted);
    if (wanted.length === 0) assert.match(text, "No options.");
    assert.match(text, /not verified/i);
  });
}

const yesNo = (is: boolean): string => (is ? "yes" : "no");
const faultOr = (kind: string | null): string => (kind === null ? "-" : code(kind));

const cellsOf = (traits: Traits): readonly string[] => [
  yesNo(traits.bits24),
  yesNo(traits.priority),
  traits.foreign,
  faultOr(traits.unpowered),
  faultOr(traits.shorted),
  faultOr(traits.collided),
  faultOr(traits.full),
  faultOr(traits.unfit),
  yesNo(traits.tellsBus),
  `${traits.silence} ms`,
];

const modelsOf = (name: string): readonly Model[] =>
  (twins.get(name) ?? i2cTwins.get(name) ?? modbusTwins.get(name))?.models ?? [];

/** The gateway with the options that are not at their default. */
const labelOf = ({ name, options: known = {} }: GatewayKind, { options }: Model): string =>
  [
    code(name),
    ...Object.entries(options)
      .filter(([option, value]) => known[option]?.[0] !== value)
      .map(([option, value]) => code(`${option}: ${value}`)),
  ].join(", ");

test("what each gateway can tell is what its twin can", () => {
  const wanted = gateways.flatMap((kind) => {
    const seen = new Set<string>();
    return modelsOf(kind.name)
      .map((model) => [labelOf(kind, model), ...cellsOf(model.traits)])
      .filter(([, ...cells]) => !seen.has(cells.join()) && seen.add(cells.join()));
  });
  assert.ok(wanted.length >= gateways.length);
  assert.equal(rowsOf(section("## Gateways"), "gateway"), wanted);
});

const silenceOf: Readonly<Record<WithoutCabinet["silence"], string>> = {
  last: "last level",
  kept: "fail-safe level",
};
const powerCutOf: Readonly<Record<WithoutCabinet["powerCut"], string>> = {
  kept: "fail-safe level",
  factory: "as the factory has set it",
};

test("every output: channels, wire, and what becomes of the light without the cabinet", () => {
  const ends = ({ silence, powerCut }: WithoutCabinet) => [silenceOf[silence], powerCutOf[powerCut]];
  const wanted = [
    ...Object.entries(OUTPUTS).map(([kind, { channels, without }]) => [code(kind), channels, "I2C", ...ends(without)]),
    ...Object.entries(MODBUS_OUTPUTS).map(([kind, { channels, without }]) => [
      code(kind),
      channels,
      "Modbus RTU",
      ...ends(without),
    ]),
  ];
  const found = rowsOf(section("## 0-10 V outputs"), "`kind`");
  assert.equal(
    found.map(([kind, _what, channels, wire, _where, ...without]) => [kind, Number(channels), wire, ...without]),
    wanted,
  );
  const where = new Map(found.map(([kind, _what, _channels, _wire, place]) => [kind, place]));
  for (const [kind, { settings }] of Object.entries(MODBUS_OUTPUTS))
    assert.is(where.get(code(kind)), `${lineOf(settings)} or \`baud\``);
  // where a chip may be is in the words of the schema alone
  const { properties } = Output as unknown as Schema;
  const allowed = properties["i2c"]?.properties?.["address"]?.description;
  for (const kind of Object.keys(OUTPUTS))
    assert.match(
      allowed ?? "",
      `${where.get(code(kind))} for a${kind.startsWith("m") ? "n" : ""} ${kind.toUpperCase()}`,
    );
});

interface Schema {
  readonly properties: Readonly<
    Record<string, { readonly description?: string; readonly default?: unknown } & Partial<Schema>>
  >;
}

test("every key of a bus and of an output is on the page, a bus' defaults as they are", () => {
  const { properties } = Bus as unknown as Schema;
  const keys = (schema: Schema) => Object.keys(schema.properties);
  const isSaid = (key: string) => PAGE.includes(code(key)) || BLOCKS.some((text) => text.includes(`${key}:`));
  assert.equal(
    [...keys(Bus as unknown as Schema), ...keys(Output as unknown as Schema)].filter((key) => !isSaid(key)),
    [],
  );
  const rows = rowsOf(section("### In `cabinet.yaml`"), "key");
  assert.equal(rows.map(([key]) => key).length, 6);
  for (const [key, value] of rows) {
    const of = properties[(key as string).slice(1, -1)]?.default;
    assert.is(value, of === undefined ? "`failSafe`" : `${of}`, key);
  }
});

test("every part of IEC 62386 that has commands", () => {
  const rows = rowsOf(section("## Gear"), "part of IEC 62386").map(([part]) => part as string);
  const parts = [...new Set(commands.map(({ part }) => part))];
  assert.equal(
    parts.filter((part) => !rows.some((row) => row.includes(`${part} `))),
    [],
  );
  assert.ok(parts.length >= 13);
});

for (const [i, text] of BLOCKS.entries()) {
  test(`example ${i + 1} is read: ${text.split("\n")[1]}`, () => {
    const read = readConfig(BASE + text);
    assert.equal(read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`), []);
  });
}

test("the examples have every gateway and every output", () => {
  const configs = BLOCKS.map((text) => readConfig(BASE + text)).flatMap((read) => (read.ok ? [read.config] : []));
  const used = <T>(of: (config: (typeof configs)[number]) => readonly T[]) => new Set(configs.flatMap(of));
  const buses = used(({ buses }) => buses.map(({ gateway }) => gateway));
  const outputs = used(({ outputs }) => outputs.map(({ kind }) => kind));
  assert.equal(buses, new Set(gateways.map(({ name }) => name)));
  assert.equal(outputs, new Set([...Object.keys(OUTPUTS), ...Object.keys(MODBUS_OUTPUTS)]));
});

test("it says first that nothing was verified on hardware, and links to what is there", () => {
  assert.match(PAGE.split("\n## ")[0] as string, "**Nothing on this page has been verified on real hardware.**");
  for (const [, path] of PAGE.matchAll(/\]\(([^)#]+)\)/g)) assert.ok(existsSync(join(HERE, path as string)), path);
});

test.run();
