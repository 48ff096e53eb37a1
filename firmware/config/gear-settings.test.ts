import { test } from "uvu";
import * as assert from "uvu/assert";
import { daliGroups, daliScenes, wantedSettings } from "./gear-settings.ts";
import type { LampConfig } from "./model.ts";
import { readConfig } from "./read.ts";

/** The lamps of bus/1 in a file with these lamp entries. */
function lampsOf(...entries: string[]) {
  const read = readConfig(`
node: test/cabinet
site: { name: t, latitude: 47, longitude: 5, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1" }
streets: [{ name: s, length: 1000 }]
buses: [{ id: bus/1, gateway: luba, port: /dev/x, powerOnLevel: 50, systemFailureLevel: 100, fadeTime: 2 }]
lamps:
${entries.map((entry) => `  - { bus: bus/1, street: s, position: 0, every: 10, power: 40, class: P3, ${entry} }`).join("\n")}
schedules:
  - { name: night, periods: [{ from: sunset, level: 100 }, { from: "23:00", level: 40 }, { from: "05:00", level: 70 }] }
  - { name: part, periods: [{ from: sunset, level: 100 }, { from: "23:00", level: 0 }] }
`);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  const { buses, lamps, schedules } = read.config;
  const [bus] = buses;
  if (!bus) throw new Error("no bus");
  return { bus, lamps, schedules };
}

const told = (scenes: readonly ReadonlyMap<number, number>[]) => scenes.map((levels) => [...levels]);

test("what gear keeps follows its curve; groups and scenes only where they are given", () => {
  const { bus, lamps } = lampsOf("addresses: 0-1, curve: linear");
  const [lamp] = lamps as [LampConfig];
  const plain = { curve: "linear", powerOnLevel: 127, systemFailureLevel: 254, maxLevel: 254, fadeTime: 4 };
  assert.equal(wantedSettings(bus, lamp), plain);
  const groups = new Map([["s", 3]]);
  assert.equal(wantedSettings(bus, lamp, groups, [new Map([[0, 100]]), new Map([[1, 7]])]), {
    ...plain,
    groups: [3],
    scenes: { 0: 100, 1: null },
  });
  assert.equal(wantedSettings(bus, { ...lamp, group: "other" }, groups).groups, []);
});

test("a lamp group of some of the bus is a DALI group; one lamp, or all, needs none", () => {
  const { lamps } = lampsOf("addresses: 0-3, group: a", "addresses: 4-5, group: b", "addresses: 6-6, group: c");
  assert.equal(
    [...daliGroups(lamps)],
    [
      ["a", 0],
      ["b", 1],
    ],
  );
  assert.is(daliGroups(lampsOf("addresses: 0-3, group: a").lamps).size, 0);
});

test("a scene is made where neither broadcast nor group says a schedule's level", () => {
  const alike = lampsOf("addresses: 0-3, reducedClass: P5");
  assert.equal(told(daliScenes(alike.lamps, alike.schedules, new Map())), [], "one level for all is a broadcast");

  const curves = lampsOf("addresses: 0-1, reducedClass: P6", "addresses: 2-3, curve: linear, reducedClass: P6");
  const found = told(daliScenes(curves.lamps, curves.schedules, daliGroups(curves.lamps)));
  assert.is(found.length, 2, "40 % and 70 %; full and off are the same for all");
  assert.equal(found[1], [
    [0, 241],
    [1, 241],
    [2, 178],
    [3, 178],
  ]);

  const parts = lampsOf("addresses: 0-1, group: a", "addresses: 2-3, group: b, schedule: part");
  assert.equal(told(daliScenes(parts.lamps, parts.schedules, daliGroups(parts.lamps))), [], "each is a group");
});

test("a calendar asks of its lamps what all its schedules ask, and nothing of others", () => {
  const calendar = { name: "year", rules: [{ days: [1], schedule: "part" }], otherwise: "night" };
  const { lamps, schedules } = lampsOf(
    "addresses: 0-1, reducedClass: P6",
    "addresses: 2-3, curve: linear, reducedClass: P6",
  );
  const follow = lamps.map((lamp) => ({ ...lamp, schedule: "year" }));
  const scenes = told(daliScenes(follow, schedules, new Map(), [calendar]));
  assert.equal(scenes, told(daliScenes(lamps, schedules, new Map())), "as the schedule that has those levels");
  assert.equal(told(daliScenes(follow, schedules, new Map(), [{ ...calendar, otherwise: "part" }])), []);
});

test.run();
