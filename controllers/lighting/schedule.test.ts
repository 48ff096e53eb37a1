import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Schedule, SunDay } from "../model.ts";
import { equinox, period, schedule, sunAt, utc } from "../test-site.ts";
import { type Instant, instant } from "../units.ts";
import { localClock } from "./local-time.ts";
import { inForce } from "./schedule.ts";

const london = localClock("UTC");
const said = (of: Schedule, at: string, sun: (at: Instant) => SunDay = equinox) => {
  const now = inForce(of, london, sun, utc(at));
  return `${now.period?.level ?? "off"} until ${new Date(now.to).toISOString().slice(5, 16)}`;
};
const night = schedule([period("sunset-10", 100), period("23:00", 60, true), period("05:00", 90)], "sunrise");

test("a night over midnight, and off by day", () => {
  assert.is(said(night, "2026-03-20T17:49"), "off until 03-20T17:50");
  assert.is(said(night, "2026-03-20T17:50"), "100 until 03-20T23:00");
  assert.is(said(night, "2026-03-20T23:00"), "60 until 03-21T05:00");
  assert.is(said(night, "2026-03-21T02:00"), "60 until 03-21T05:00");
  assert.is(said(night, "2026-03-21T05:00"), "90 until 03-21T06:00");
  assert.is(inForce(night, london, equinox, utc("2026-03-21T06:00")).period, null);
});

test("a clock time after a midsummer's sunrise does not light the day, one before sunset is in force from sunset", () => {
  const summer = sunAt(4, 23.5);
  assert.is(said(night, "2026-06-20T23:10", summer), "off until 06-20T23:20");
  assert.match(said(night, "2026-06-20T23:25", summer), /^60 /);
  assert.match(said(night, "2026-06-21T03:59", summer), /^60 /);
  for (const at of ["04:00", "05:00", "05:30", "12:00"]) assert.match(said(night, `2026-06-21T${at}`, summer), /^off/);
});

test("a sun that sets after midnight belongs to the night before", () => {
  const far = (at: Instant): SunDay => {
    const midnight = Math.floor(at / 86_400_000) * 86_400_000;
    return { rise: instant(midnight + 2.5 * 3_600_000), set: instant(midnight + 24.2 * 3_600_000) };
  };
  const simple = schedule([period("sunset", 100)], "sunrise");
  assert.is(said(simple, "2026-06-21T00:10", far), "off until 06-21T00:12");
  assert.is(said(simple, "2026-06-21T00:13", far), "100 until 06-21T02:30");
  assert.match(said(simple, "2026-06-21T03:00", far), /^off/);
});

test("where the sun stays up nothing is lit but by the clock, where it stays down all is", () => {
  const sunny = schedule([period("sunset-30", 100)], "sunrise+30");
  const clock = schedule([period("22:00", 70)], "04:00");
  for (let hour = 0; hour < 72; hour++) {
    const at = instant(utc("2026-06-20T00:00") + hour * 3_600_000);
    assert.is(inForce(sunny, london, () => "up", at).period, null, `up, hour ${hour}`);
    assert.is(inForce(sunny, london, () => "down", at).period?.level, 100, `down, hour ${hour}`);
    const lit = hour % 24 >= 22 || hour % 24 < 4;
    for (const sun of ["up", "down"] as const) assert.is(inForce(clock, london, () => sun, at).period !== null, lit);
  }
});

test("schedules of the day, of the small hours, and one that is never off", () => {
  const day = schedule([period("08:00", 50)], "18:00");
  assert.match(said(day, "2026-03-20T07:59"), /^off/);
  assert.match(said(day, "2026-03-20T08:00"), /^50/);
  assert.match(said(day, "2026-03-20T17:59"), /^50/);
  assert.match(said(day, "2026-03-20T18:00"), /^off/);
  const early = schedule([period("05:00", 50)], "sunrise");
  assert.match(said(early, "2026-03-20T05:30"), /^50/);
  assert.match(said(early, "2026-03-20T05:30", sunAt(4, 22)), /^off/);
  const always = schedule([period("sunset", 50)], "sunset");
  for (let hour = 0; hour < 48; hour++) {
    const at = instant(utc("2026-06-20T00:00") + hour * 3_600_000);
    assert.is(inForce(always, london, sunAt(5, 21), at).period?.level, 50);
  }
});

test("Paris: 05:00 is 05:00 on the mornings after both changes of the clock", () => {
  const paris = localClock("Europe/Paris");
  const to = (at: string) => inForce(night, paris, equinox, utc(at)).to;
  assert.is(to("2026-03-28T23:30"), utc("2026-03-29T03:00"));
  assert.is(to("2026-03-27T23:30"), utc("2026-03-28T04:00"));
  assert.is(to("2026-10-24T23:30"), utc("2026-10-25T04:00"));
  assert.is(to("2026-10-23T23:30"), utc("2026-10-24T03:00"));
});

test("what is said holds from its first to its last millisecond, at any time, anywhere", async () => {
  const moment = fc.oneof(
    fc.integer({ min: 0, max: 1439 }).map((m) => `${Math.floor(m / 60)}:${m % 60}`),
    fc
      .tuple(fc.constantFrom("sunset", "sunrise"), fc.integer({ min: -90, max: 90 }))
      .map(([e, o]) => `${e}${o < 0 ? o : `+${o}`}`),
  );
  const some = fc.array(moment, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.property(
      some,
      moment,
      fc.constantFrom("UTC", "Europe/Paris", "Asia/Kolkata"),
      fc.integer({ min: utc("2026-01-01T00:00"), max: utc("2027-01-01T00:00") }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (moments, off, zone, ms, part) => {
        const local = localClock(zone);
        const of = schedule(
          moments.map((from, i) => period(from, 40 + i)),
          off,
        );
        const now = inForce(of, local, equinox, instant(ms));
        assert.ok(now.from <= ms && ms < now.to, "now lies within");
        const inside = instant(Math.floor(now.from + part * (now.to - now.from - 1)));
        assert.equal(inForce(of, local, equinox, inside), now);
        assert.equal(inForce(of, local, equinox, instant(now.to - 1)), now);
        assert.is(inForce(of, local, equinox, now.to).from, now.to, "the next begins where this ends");
      },
    ),
    { numRuns: 500 },
  );
});

test("the first hours of 1970 have a schedule too", () => {
  for (const hour of [0, 1, 20, 30]) {
    const now = inForce(night, localClock("Pacific/Honolulu"), equinox, instant(hour * 3_600_000));
    assert.ok(now.to > hour * 3_600_000);
  }
});

test.run();
