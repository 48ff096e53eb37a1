import { test } from "uvu";
import * as assert from "uvu/assert";
import { localClock } from "../controllers/lighting/local-time.ts";
import { demonstrationDistrict } from "./district.ts";
import { People, RESIDENTIAL } from "./district-people.ts";
import { DISTRICT_JOINS } from "./district-streets.ts";
import { planOf } from "./district-walk.ts";
import { waysOf } from "./district-ways.ts";
import { SeededRandom } from "./random.ts";
import { poisson, trafficOf } from "./year-day.ts";

const district = demonstrationDistrict("strict class table");
const people = (more: Partial<typeof RESIDENTIAL> = {}) =>
  new People(
    { ...RESIDENTIAL, ...more },
    district.streets,
    waysOf(DISTRICT_JOINS),
    localClock("Europe/Paris"),
    new SeededRandom(3),
  );

test("a Poisson number has its mean, and a variance as large", () => {
  const random = new SeededRandom(1);
  const numbers = Array.from({ length: 20_000 }, () => poisson(random, 2.5));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
  assert.ok(Math.abs(mean - 2.5) < 0.05 && Math.abs(variance - 2.5) < 0.1, `${mean} ${variance}`);
  assert.is(poisson(random, 0), 0);
});

test("those who pass through cross two lines, and busier streets have more of the traffic", () => {
  const traffic = trafficOf(people({ through: 1 }), planOf(district), district.sensors.length);
  const lines = (name: string) =>
    district.sensors.reduce((sum, { counter, range }, i) => {
      const mine = range === 0 && district.streets.find((street) => street.name === counter.street)?.class === name;
      return mine ? sum + (traffic[i] as number) : sum;
    }, 0);
  const [p3, p4, p5] = [lines("P3"), lines("P4"), lines("P5")];
  // a few come out where they went in, and some gates lie on the way between two others
  assert.ok(Math.abs(p3 + p4 + p5 - 2) < 0.15, `${p3} ${p4} ${p5}`);
  // gates: 8 of weight 5, 14 of weight 2, 6 of weight 1
  assert.ok(Math.abs(p3 / (p3 + p4 + p5) - 40 / 74) < 0.05, `${p3} ${p4} ${p5}`);
});

test("where nobody goes there is no traffic", () => {
  const traffic = trafficOf(people({ waysADay: 0 }), planOf(district), district.sensors.length);
  assert.ok(traffic.every((share) => share === 0));
});

test.run();
