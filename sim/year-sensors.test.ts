import { test } from "uvu";
import * as assert from "uvu/assert";
import { localClock } from "../controllers/lighting/local-time.ts";
import { utc } from "../controllers/test-site.ts";
import { demonstrationDistrict } from "./district.ts";
import { SeededRandom } from "./random.ts";
import { type Failure, failuresOf, TENTH } from "./year-failures.ts";
import { Sensors } from "./year-sensors.ts";

const district = demonstrationDistrict("permitted floors");
const traffic = new Float64Array(district.sensors.length).fill(0.1);
const noon = utc("2025-06-03T11:00");
const sensors = (failures: ReadonlyMap<number, Failure> = new Map()) =>
  new Sensors(district, failures, traffic, localClock("Europe/Paris"), new SeededRandom(1));
const people = (readings: ReturnType<Sensors["beats"]>): number =>
  readings.reduce((sum, reading) => sum + (reading.kind === "count" ? reading.people : Number.NaN), 0);

test("by day counters tell how many came, while people are followed only that they are alive", () => {
  const told = sensors().beats(false, noon);
  assert.is(told.length, district.sensors.length);
  // 2,600 ways a day, at twice the mean hour's rate and more, a tenth of them past each of 212 counters in a quarter
  assert.ok(people(told) > 0.8 * 212 * 6 && people(told) < 1.2 * 212 * 6, `${people(told)}`);
  assert.is(people(sensors().beats(true, noon)), 0);
  assert.is(sensors().beats(true, noon).length, district.sensors.length);
});

test("those that failed are silent, see nobody, or see somebody all the time", () => {
  const some = sensors(
    new Map([
      [0, "silent"],
      [1, "stuck low"],
      [2, "stuck high"],
    ]),
  );
  const sources = (readings: ReturnType<Sensors["beats"]>) => readings.map(({ source }) => source);
  const beats = some.beats(false, noon);
  assert.equal(sources(beats).slice(0, 2), ["counter/2", "counter/4"]);
  assert.is(people(beats.slice(0, 1)), 0);
  assert.equal(sources(some.stuckHigh(noon)), ["counter/3"]);
  assert.is(people(some.stuckHigh(noon)), 1);
  assert.equal(
    [0, 1, 2, 3].map((counter) => some.passed(counter, "up", noon) !== null),
    [false, false, false, true],
  );
});

test("a tenth of the lines and a tenth of the radars fail, in every way", () => {
  const failures = failuresOf(district, TENTH, new SeededRandom(1));
  const kinds = (lines: boolean) =>
    [...failures].filter(([i]) => (district.sensors[i]?.range === 0) === lines).map(([, failure]) => failure);
  assert.equal(kinds(true), ["silent", "stuck low", "stuck high", "silent"]);
  assert.is(kinds(false).length, 18);
  assert.is(kinds(false).filter((kind) => kind === "stuck low").length, 6);
  assert.is(failuresOf(district, { share: 0, kinds: TENTH.kinds }, new SeededRandom(1)).size, 0);
});

test.run();
