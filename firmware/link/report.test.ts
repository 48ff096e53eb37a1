import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Lamp, Target } from "../../controllers/model.ts";
import { instant, level, metres, wattHours, watts } from "../../controllers/units.ts";
import { problemOf } from "./check.ts";
import type { CockpitLink } from "./link.ts";
import { STATUSES, type StatusCode } from "./modules.ts";
import { iso, valuesSchema } from "./payload.ts";
import { reporter } from "./report.ts";

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
    setInventory: (components) => told.push([...components]),
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
    streets: [{ name: "rue de la Liberté", length: 300 }],
    contacts: ["door/1"],
    meters: ["meter/1"],
  };
  const report = reporter(link, assets, at);
  return { told, report, inventory: told.splice(0) };
}

test("tells first what there is, so that a cockpit can draw the street", () => {
  const { inventory } = scene();
  assert.equal(inventory[0], ["lamp/1/0", "lamp/1/1", "counter/1", "door/1", "meter/1"]);
  const [code, values] = inventory[1] as [string, Record<string, unknown>];
  assert.is(code, "cabinet.inventory");
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
