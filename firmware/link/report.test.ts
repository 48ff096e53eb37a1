import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Lamp, Target } from "../../controllers/model.ts";
import { instant, level, metres, wattHours, watts } from "../../controllers/units.ts";
import { problemOf } from "./check.ts";
import type { CockpitLink } from "./link.ts";
import { STATUSES, type StatusCode } from "./modules.ts";
import { iso, valuesSchema } from "./payload.ts";
import { reporter } from "./report.ts";
import { encode } from "./wire/cbor.ts";

const at = instant(Date.UTC(2026, 1, 24, 20));
const lamp = (id: string): Lamp => ({
  id,
  line: "bus/1",
  street: "rue de la Liberté",
  position: metres(25),
  group: "north",
  power: watts(42),
  curve: "logarithmic",
  class: "P3",
  reducedClass: "P5",
  schedule: "night",
});

/** A reporter on a link that writes down what it is told, and checks it by the tables as the real one does. */
function scene() {
  const told: unknown[][] = [];
  const link: Pick<CockpitLink, "update" | "alarm" | "setInventory"> = {
    update(code: StatusCode, values, when) {
      const wrong = problemOf(valuesSchema(STATUSES[code]), values);
      if (wrong) throw new TypeError(`${wrong.field} ${wrong.message}`);
      told.push([code, values, when]);
    },
    alarm: (...alarm) => told.push(alarm),
    setInventory: (components, groups) => told.push([...components, ...(groups ?? [])]),
  };
  const assets = {
    site: {
      lamps: [lamp("lamp/1/0"), lamp("lamp/1/1")],
      counters: [{ id: "counter/1", street: "rue Musette", position: metres(5) }],
      joins: [
        {
          a: { street: "rue de la Liberté", position: metres(150) },
          b: { street: "rue Musette", position: metres(0) },
        },
      ],
      timeZone: "Europe/Paris",
    },
    siteName: "Liberté",
    zones: [{ id: "counter/1", counters: ["counter/1"] }],
    streets: [{ name: "rue de la Liberté", length: 300 }],
    groups: [{ name: "north", lamps: ["lamp/1/0", "lamp/1/1", "lamp/dac/0"] }],
    contacts: ["door/1"],
    meters: ["meter/1"],
  };
  const report = reporter(link, assets, at);
  return { told, report, inventory: told.splice(0) };
}

test("tells first what there is, so that a cockpit can draw the street", () => {
  const { inventory } = scene();
  const group = ["group/north", ["lamp/1/0", "lamp/1/1", "lamp/dac/0"]];
  assert.equal(inventory[0], ["lamp/1/0", "lamp/1/1", "counter/1", "door/1", "meter/1", group]);
  const [code, values] = inventory[1] as [string, Record<string, unknown>];
  assert.is(code, "cabinet.inventory");
  assert.equal(values["groups"], { "group/north": ["lamp/1/0,1", "lamp/dac/0"] });
  assert.equal(Object.keys(values).sort(), Object.keys(STATUSES["cabinet.inventory"].attributes).sort());
  assert.equal((values["lamps"] as Record<string, unknown>)["lamp/1/0"], {
    street: "rue de la Liberté",
    position: 25,
    power: 42,
    class: "P3",
    group: "north",
    line: "bus/1",
  });
});

test("a target is what a lamp should give, and why", () => {
  const { told, report } = scene();
  const target = (reason: string): Target => ({ lamp: "lamp/1/0", level: level(33.4), rank: "adaptive", reason });
  report.event({ kind: "target", target: target("counter/1"), at });
  report.event({ kind: "target", target: target("adaptive"), at });
  report.event({ kind: "target", target: target("x".repeat(200)), at });
  assert.equal(told[0], [
    "lighting.lamps",
    { targetLightCommand: { "lamp/1/0": 33 }, reason: { "lamp/1/0": "adaptive: counter/1" } },
    at,
  ]);
  const reason = (index: number) => (told[index] as [string, { reason: Record<string, string> }])[1].reason["lamp/1/0"];
  assert.is(reason(1), "adaptive");
  assert.is(reason(2)?.length, 80);
});

test("a level read is light given, power, and the sum; a lamp unheard of counts as full", () => {
  const { told, report } = scene();
  report.reading({ kind: "level", source: "lamp/1/0", level: level(0.34), at });
  assert.equal(told[0], [
    "lighting.lamps",
    { actualLightState: { "lamp/1/0": 0.3 }, activePower: { "lamp/1/0": 0.4 } },
    at,
  ]);
  assert.equal(told[1], ["energy.power", { lampPower: 42.4, fullPower: 84 }, at]);
  report.reading({ kind: "level", source: "lamp/1/1", level: level(50), at });
  assert.equal(told[3], ["energy.power", { lampPower: 21.4, fullPower: 84 }, at]);
  report.reading({ kind: "level", source: "lamp/9/9", level: level(50), at });
  assert.is(told.length, 4);
});

test("a lamp's failures: of its light, and of its gear that does not answer until it does", () => {
  const { told, report } = scene();
  report.reading({ kind: "lamp", source: "lamp/1/0", lampFailure: true, gearFailure: false, at });
  report.reading({ kind: "fault", source: "lamp/1/0", fault: "gear-missing", at });
  report.reading({ kind: "fault", source: "lamp/1/0", fault: null, at });
  report.reading({ kind: "fault", source: "bus/1", fault: "port-lost", at });
  assert.equal(
    told.map((one) => one[1]),
    [
      { lampFailure: { "lamp/1/0": true }, controlGearCommFailure: { "lamp/1/0": false } },
      { controlGearCommFailure: { "lamp/1/0": true } },
      { controlGearCommFailure: { "lamp/1/0": false } },
    ],
  );
});

test("people are told by closed windows, with the sum since the first", () => {
  const { told, report } = scene();
  const minute = 60_000;
  report.reading({ kind: "count", source: "counter/1", people: 3, direction: "up", at });
  for (const [index, people] of [3, 0, 4].entries()) {
    const from = instant(at + index * minute);
    report.event({ kind: "footfall", source: "counter/1", people, from, to: instant(from + minute) });
  }
  assert.is(told.length, 3);
  assert.equal(told[2], [
    "footfall.counts",
    {
      people: { "counter/1": 4 },
      from: { "counter/1": iso(at + 2 * minute) },
      to: { "counter/1": iso(at + 3 * minute) },
      accumulatedRoadUserNumber: { "counter/1": 7 },
      accumulatedSince: { "counter/1": iso(at) },
    },
    at + 3 * minute,
  ]);
});

test("what a lamp measures is told apart from meters and from the model", () => {
  const { told, report } = scene();
  report.reading({ kind: "power", source: "lamp/1/0", power: watts(41.26), at });
  report.reading({ kind: "energy", source: "lamp/1/0", energy: wattHours(123_456.7), at });
  assert.equal(told, [
    ["lighting.energy", { measuredPower: { "lamp/1/0": 41.3 } }, at],
    ["lighting.energy", { measuredEnergy: { "lamp/1/0": 123_457 } }, at],
  ]);
});

test("who an intelligent lamp is: what it says, cut to what the wire takes", () => {
  const { told, report } = scene();
  const luminaire = { gtin: "4012345678901", year: 2026, week: 9, nominalPower: 42, text: "x".repeat(60) };
  const gear = { gtin: "4000000000006", serial: "00ff", firmware: "1.0", deviceTypes: [6, 51], luminaire };
  report.reading({ kind: "gear-identity", source: "lamp/1/0", gear, at });
  report.reading({ kind: "gear-identity", source: "lamp/1/1", gear: {}, at });
  report.reading({ kind: "gear-identity", source: "lamp/9/9", gear, at });
  const one = <T>(value: T) => ({ "lamp/1/0": value });
  assert.equal(told, [
    [
      "lighting.control-gear",
      { gtin: one("4000000000006"), serial: one("00ff"), version: one("1.0/?"), deviceTypes: one([6, 51]) },
      at,
    ],
    ["lighting.luminaire", { gtin: one("4012345678901"), made: one("2026-W09"), text: one("x".repeat(24)) }, at],
  ]);
});

test("how an intelligent lamp fares, and what is wrong with it", () => {
  const { told, report } = scene();
  const gear = {
    operatingHours: 1234.5,
    starts: 7,
    supplyVolts: 229.6,
    powerFactor: 0.97,
    gearTemperature: -12,
    lampVolts: 48.1,
    conditions: ["undervoltage", "lamp-open"],
    counts: { "lamp-open": 3 },
  } as const;
  report.reading({ kind: "gear-diagnostics", source: "lamp/1/0", gear, at });
  report.reading({ kind: "gear-diagnostics", source: "lamp/1/1", gear: { conditions: [] }, at });
  const one = <T>(value: T) => ({ "lamp/1/0": value });
  assert.equal(told, [
    ["lighting.conditions", { conditions: one(["undervoltage", "lamp-open"]) }, at],
    [
      "lighting.diagnostics",
      { operatingHours: one(1235), starts: one(7), gearTemperature: one(-12), supplyVolts: one(230) },
      at,
    ],
    ["lighting.conditions", { conditions: { "lamp/1/1": [] } }, at],
  ]);
});

test("what gear keeps otherwise than wanted is told in words; nothing: as wanted", () => {
  const { told, report } = scene();
  const differences = [{ property: "powerOnLevel", found: "0", wanted: "254" }];
  report.reading({ kind: "gear-settings", source: "lamp/1/0", differences, at });
  report.reading({ kind: "gear-settings", source: "lamp/1/1", differences: [], at });
  report.reading({ kind: "gear-settings", source: "lamp/9/9", differences: [], at });
  report.reading({
    kind: "gear-settings",
    source: "lamp/1/0",
    differences: [...differences, ...differences, ...differences],
    at,
  });
  assert.equal(told, [
    ["lighting.settings", { differences: { "lamp/1/0": ["powerOnLevel 0, wanted 254"] } }, at],
    ["lighting.settings", { differences: { "lamp/1/1": [] } }, at],
    [
      "lighting.settings",
      { differences: { "lamp/1/0": ["powerOnLevel 0, wanted 254", "powerOnLevel 0, wanted 254", "and 1 more"] } },
      at,
    ],
  ]);
});

test("all that 512 intelligent lamps say fits into one message of each status", () => {
  const most = (attribute: string): unknown => LONGEST[attribute];
  for (const code of [
    "lighting.energy",
    "lighting.control-gear",
    "lighting.luminaire",
    "lighting.settings",
    "lighting.conditions",
    "lighting.diagnostics",
  ] as const) {
    const names = Object.keys(STATUSES[code].attributes);
    const lamps = Array.from({ length: 512 }, (_, i) => `lamp/${1 + (i >> 6)}/${i & 63}`);
    const values = Object.fromEntries(
      names.map((name) => [name, Object.fromEntries(lamps.map((id) => [id, most(name)]))]),
    );
    assert.is(problemOf(valuesSchema(STATUSES[code]), values), null, code);
    const bytes = encode({ entries: [{ ts: iso(at), values, seq: 1 }] }).length;
    assert.ok(bytes < 65_536, `${code}: ${bytes} bytes`);
  }
});

const LONGEST: Record<string, unknown> = {
  differences: ["systemFailureLevel none, wanted 254", "powerOnLevel none, wanted 254", "and 5 more"],
  measuredPower: 123.4,
  measuredEnergy: 123_456_789,
  gtin: "4".repeat(14),
  serial: "f".repeat(16),
  version: "255.255/255.255",
  deviceTypes: [6, 8, 49, 50, 51, 52],
  made: "2026-W09",
  text: "x".repeat(24),
  conditions: ["undervoltage", "gear-derating", "lamp-derating"],
  operatingHours: 99_999,
  starts: 99_999,
  lampOnHours: 99_999,
  gearTemperature: 195,
  lampTemperature: 195,
  supplyVolts: 230,
  outputCurrent: 100,
};

test("meters, contacts and alarms", () => {
  const { told, report } = scene();
  report.reading({ kind: "power", source: "meter/1", power: watts(61.234), at });
  report.reading({ kind: "energy", source: "meter/1", energy: wattHours(1234.5), at });
  report.reading({ kind: "contact", source: "door/1", open: true, at });
  report.event({ kind: "alarm", code: "access.door", component: "door/1", active: true, message: "open", at });
  assert.equal(told, [
    ["energy.power", { activePower: { "meter/1": 61.2 } }, at],
    ["energy.power", { activeEnergy: { "meter/1": 1235 } }, at],
    ["access.contacts", { open: { "door/1": true } }, at],
    ["access.door", "door/1", true, "open", at],
  ]);
});

test.run();
