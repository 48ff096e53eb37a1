import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, instant } from "../controllers/units.ts";
import { sunOf } from "./almanac.ts";

const DAY = 86_400_000;
const at = (text: string): Instant => instant(Date.parse(text));
const dijon = sunOf(47.322, 5.041);

function day(sun: (at: Instant) => ReturnType<typeof dijon>, when: Instant): { rise: number; set: number } {
  const found = sun(when);
  if (typeof found === "string") throw new Error(`sun is ${found} all day`);
  return found;
}

test("Dijon: longest and shortest day to the minute, as almanacs print them", () => {
  const near = (found: number, text: string) => {
    const off = Math.abs(found - Date.parse(text));
    assert.ok(off <= 90_000, `${new Date(found).toISOString()} is ${off / 1000} s from ${text}`);
  };
  const june = day(dijon, at("2025-06-21T12:00:00Z"));
  near(june.rise, "2025-06-21T05:43:00+02:00");
  near(june.set, "2025-06-21T21:40:00+02:00");
  const december = day(dijon, at("2025-12-21T12:00:00Z"));
  near(december.rise, "2025-12-21T08:24:00+01:00");
  near(december.set, "2025-12-21T16:52:00+01:00");
});

test("Dijon: 4,291 dark hours in 2025", () => {
  let dark = 0;
  for (let noon = Date.parse("2025-01-01T12:00:00Z"); noon < Date.parse("2026-01-01T12:00:00Z"); noon += DAY) {
    dark += day(dijon, instant(noon + DAY)).rise - day(dijon, instant(noon)).set;
  }
  assert.is(Math.round(dark / 3_600_000), 4291);
});

test("the day is the local solar day, wherever on Earth", () => {
  for (const longitude of [-179.9, -122.4, -0.1, 5.041, 100, 179.9]) {
    const sun = sunOf(40, longitude);
    const noon = Date.parse("2025-03-20T12:07:00Z") - (longitude / 360) * DAY;
    const middle = day(sun, instant(noon));
    assert.ok(middle.rise < noon && noon < middle.set, `${longitude}`);
    assert.equal(sun(instant(noon - 11.5 * 3_600_000)), middle);
    assert.equal(sun(instant(noon + 11.5 * 3_600_000)), middle);
    const next = day(sun, instant(noon + 12.5 * 3_600_000));
    assert.ok(Math.abs(next.rise - middle.rise - DAY) < 300_000, `${longitude}`);
  }
});

test("a day asked for again after many others is the same", () => {
  const when = at("2025-05-01T00:00:00Z");
  const first = dijon(when);
  for (let i = 1; i < 100; i++) dijon(instant(when + i * DAY));
  assert.equal(dijon(when), first);
});

test("polar day and night, and the days at their edges", () => {
  const tromso = sunOf(69.65, 18.95);
  assert.is(tromso(at("2025-06-21T12:00:00Z")), "up");
  assert.is(tromso(at("2025-12-21T12:00:00Z")), "down");
  assert.type(tromso(at("2025-03-21T12:00:00Z")), "object");
  assert.is(sunOf(90, 0)(at("2025-06-21T12:00:00Z")), "up");
  assert.is(sunOf(-90, 0)(at("2025-06-21T12:00:00Z")), "down");
  for (const latitude of [66.5, 67.4, 69.65, 80, 88, -67]) {
    const sun = sunOf(latitude, 18.95);
    const seasons: string[] = [];
    for (let i = 0; i < 365; i++) {
      const found = sun(instant(Date.parse("2025-01-01T12:00:00Z") + i * DAY));
      const season = typeof found === "string" ? found : "rises";
      if (typeof found !== "string") assert.ok(found.rise < found.set);
      if (season !== seasons.at(-1)) seasons.push(season);
    }
    // Between a day without night and a night without day, the sun rises and sets.
    assert.ok(seasons.includes("up") && seasons.length <= 5, `${latitude}: ${seasons}`);
    assert.not(/up,down|down,up/.test(seasons.join()), `${latitude}: ${seasons}`);
  }
});

test.run();
