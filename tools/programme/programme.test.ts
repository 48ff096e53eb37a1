import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Lamp, Site } from "../../controllers/model.ts";
import { type CabinetConfig, readConfig, siteOf } from "../../firmware/config/read.ts";
import { linesOf } from "./command.ts";
import { nightOf } from "./night.ts";

const DEMO = readFileSync(join(import.meta.dirname, "../demo/cabinet.yaml"), "utf8");
const CALENDAR = `
  - name: feast
    periods:
      - { from: sunset-10min, level: 90 }
      - { from: "02:30", level: 10 }
    off: "07:00"
    dynamic: [{ name: passers-by, source: counter/1, operation: max, level: 60 }]
calendars:
  - { name: year, rules: [{ days: [mon], schedule: night }, { from: 10-24, to: 10-25, schedule: feast }], otherwise: night }
`;

function siteIn(text: string): Site {
  const read = readConfig(text);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  return siteOf(read.config satisfies CabinetConfig);
}

const site = siteIn(DEMO.replace("    off: sunrise\n", `    off: sunrise\n${CALENDAR}`));
const follows = (schedule: string): Lamp => ({ ...(site.lamps[0] as Lamp), schedule });
const table = (lamp: Lamp, date: string) => {
  const day = Date.parse(`${date}T00:00Z`) / 86_400_000;
  return linesOf(site, lamp, day, nightOf(site, lamp, day));
};

test("the night of a schedule: when, how brightly, and by which moment of the file", () => {
  assert.equal(table(follows("night"), "2026-12-25"), [
    "lamp/1/0, night of Friday 2026-12-25, Europe/Paris",
    "schedule night",
    "",
    "local     UTC       light  follows people  since",
    "12:00:00  11:00:00    0 %  no              the night before is over",
    "16:54:09  15:54:09  100 %  no              sunset of night",
    "22:00:00  21:00:00  100 %  yes             22:00 of night",
    "06:00:00  05:00:00  100 %  no              06:00 of night",
    "08:26:00  07:26:00    0 %  no              sunrise",
  ]);
});

test("the night of a calendar says which rule decided; over the change of clocks both times are shown, and where a class holds a level", () => {
  assert.equal(table(follows("year"), "2026-10-24"), [
    "lamp/1/0, night of Saturday 2026-10-24, Europe/Paris",
    "calendar year, rule 2: schedule feast",
    "",
    "local     UTC       light  follows people  since",
    "12:00:00  10:00:00    0 %  no              the night before is over",
    "18:26:13  16:26:13   90 %  no              sunset-10min of feast",
    "02:30:00  00:30:00   41 %  no              02:30 of feast; the schedule's 10 % is under the class",
    "07:00:00  06:00:00    0 %  no              07:00",
    "",
    "dynamic controls may change this: passers-by",
  ]);
  assert.is(table(follows("year"), "2026-10-23")[1], "calendar year, no rule: schedule night");
});

test("a lamp of no schedule of the site is refused by name", () => {
  assert.throws(() => nightOf(site, follows("nigth"), 20_000), /lamp\/1\/0 is nigth/);
});

test.run();
