import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, instant } from "../units.ts";
import { localClock } from "./local-time.ts";

const utc = (text: string): Instant => instant(Date.parse(`${text}Z`));
const dayOf = (date: string): number => Date.parse(`${date}T00:00Z`) / 86_400_000;
const shown = (at: Instant): string => new Date(at).toISOString().slice(0, 16);
const ZONES = [
  "Europe/Paris",
  "UTC",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Apia",
  "Africa/Casablanca",
];

test("Paris: the hour that is left out in spring", () => {
  const paris = localClock("Europe/Paris");
  const day = dayOf("2026-03-29");
  assert.is(shown(paris.at(day, 119)), "2026-03-29T00:59");
  assert.is(shown(paris.at(day, 150)), "2026-03-29T01:30"); // 02:30 is not there: it is 03:30 by then
  assert.is(shown(paris.at(day, 180)), "2026-03-29T01:00");
  assert.is(shown(paris.at(day, 24 * 60)), "2026-03-29T22:00");
  assert.is(paris.minutes(utc("2026-03-29T00:59")), 119);
  assert.is(paris.minutes(utc("2026-03-29T01:00")), 180);
});

test("Paris: the hour that comes twice in autumn", () => {
  const paris = localClock("Europe/Paris");
  const day = dayOf("2026-10-25");
  assert.is(shown(paris.at(day, 120)), "2026-10-25T00:00"); // the first of the two
  assert.is(shown(paris.at(day, 179)), "2026-10-25T00:59");
  assert.is(shown(paris.at(day, 180)), "2026-10-25T02:00");
  assert.is(paris.minutes(utc("2026-10-25T00:30")), 150);
  assert.is(paris.minutes(utc("2026-10-25T01:30")), 150);
  assert.is(paris.day(utc("2026-10-25T22:59")), day);
  assert.is(paris.day(utc("2026-10-25T23:00")), day + 1);
});

test("zones of half an hour, and one whose summer time is half an hour", () => {
  assert.is(localClock("Asia/Kolkata").minutes(utc("2026-06-01T18:29")), 23 * 60 + 59);
  assert.is(localClock("Asia/Kolkata").day(utc("2026-06-01T18:30")), dayOf("2026-06-02"));
  const howe = localClock("Australia/Lord_Howe");
  assert.is(shown(howe.at(dayOf("2026-01-10"), 0)), "2026-01-09T13:00");
  assert.is(shown(howe.at(dayOf("2026-06-10"), 0)), "2026-06-09T13:30");
  assert.is(shown(howe.at(dayOf("2026-04-05"), 105)), "2026-04-04T14:45"); // 01:45 comes twice, half an hour apart
});

test("there and back at any time of any zone, in any order of asking", async () => {
  for (const zone of ZONES) {
    const kept = localClock(zone);
    await fc.assert(
      fc.property(fc.integer({ min: utc("1975-01-01"), max: utc("2060-01-01") }), (ms) => {
        const at = instant(Math.floor(ms / 1000) * 1000);
        const fresh = localClock(zone);
        const [day, minutes] = [kept.day(at), kept.minutes(at)];
        assert.equal([fresh.day(at), fresh.minutes(at)], [day, minutes], "what was asked before changes nothing");
        const back = kept.at(day, minutes);
        assert.is(kept.day(back) * 1440 + kept.minutes(back), day * 1440 + minutes);
        assert.ok(back <= at && at - back <= 3_600_000, "the same, or its first occurrence");
      }),
      { numRuns: 150 },
    );
  }
});

test("every hour of a year agrees with Intl", () => {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Paris",
    hour: "2-digit",
    minute: "2-digit",
    day: "2-digit",
  });
  const paris = localClock("Europe/Paris");
  for (let at: number = utc("2026-01-01"); at < utc("2027-01-01"); at += 3_600_000) {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    assert.is(paris.minutes(instant(at)), (part["hour"] ?? 0) * 60 + (part["minute"] ?? 0));
    assert.is(new Date(paris.day(instant(at)) * 86_400_000).getUTCDate(), part["day"]);
  }
});

test("the first days of 1970, where a cabinet without a battery wakes up", () => {
  const honolulu = localClock("Pacific/Honolulu");
  assert.is(honolulu.day(instant(0)), -1);
  assert.is(honolulu.minutes(instant(0)), 14 * 60);
  assert.is(honolulu.at(-1, 0), 0);
});

test("an unknown zone is refused by name", () => {
  assert.throws(
    () => localClock("Europe/Dijon"),
    (error: unknown) => error instanceof TypeError && /Europe\/Dijon.*IANA/.test(error.message),
  );
});

test.run();
