import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, hours, instant, metres } from "../controllers/units.ts";
import { VirtualClock } from "./clock.ts";
import { HOUR_OF_WEEK } from "./hour-of-week.ts";
import { SeededRandom } from "./random.ts";
import { hourOfWeek, Street, type StreetLayout } from "./street.ts";

const layout: StreetLayout = {
  streets: [
    { name: "long", length: 300 },
    { name: "side", length: 150 },
  ],
  joins: [{ a: { street: "long", position: metres(150) }, b: { street: "side", position: metres(0) } }],
  counters: [
    { id: "counter/1", street: "long", position: metres(10) },
    { id: "counter/2", street: "long", position: metres(290) },
    { id: "counter/3", street: "side", position: metres(140) },
  ],
  timeZone: "Europe/Paris",
};
/** A Wednesday, 20:00 in Paris. */
const evening = instant(Date.UTC(2026, 10, 18, 19));

function street(perHour: number, seed = 1) {
  const clock = new VirtualClock(evening);
  const seen: string[] = [];
  const open = new Street(clock, new SeededRandom(seed), layout, perHour, (counter, direction) =>
    seen.push(`${Math.round(clock.monotonic())} ${counter} ${direction}`),
  );
  return { clock, seen, open };
}

test("a walker sets off each counter passed, at a walking pace, and leaves at the end", async () => {
  const { clock, seen, open } = street(0);
  open.walk("side", 100, 1);
  await clock.advance(duration(10_000));
  const [walker] = open.walkers();
  const pace = ((walker?.position ?? 0) - 100) / 10;
  assert.ok(pace >= 0.8 && pace <= 2.2, `pace ${pace}`);
  await clock.advance(duration(60_000));
  assert.is(seen.length, 1);
  assert.match(seen[0] as string, "counter/3 1");
  assert.equal(open.walkers(), []);
});

test("at a corner some turn into the other street, and those who come from it must", async () => {
  const { clock, seen, open } = street(0);
  for (let i = 0; i < 200; i++) open.walk("long", 149, 1);
  await clock.advance(hours(1));
  const turned = seen.filter((line) => line.includes("counter/3")).length;
  assert.ok(turned > 40 && turned < 100, `${turned} of 200 turned`);
  assert.is(turned + seen.filter((line) => line.includes("counter/2")).length, 200);
  open.walk("side", 5, -1);
  await clock.advance(hours(1));
  assert.is(seen.length, 201);
});

test("arrivals follow the hour of the week", async () => {
  const { clock, seen, open } = street(100);
  open.open();
  const count = async (h: number) => {
    const before = seen.length;
    await clock.advance(hours(h));
    return (seen.length - before) / h;
  };
  const evening = await count(2);
  await clock.advance(hours(4));
  const night = await count(2);
  assert.ok(evening > 10 * night, `evening ${evening}, night ${night} an hour`);
});

test("the same seed walks the same night, another seed another", async () => {
  const night = async (seed: number) => {
    const { clock, seen, open } = street(60, seed);
    open.open();
    await clock.advance(hours(3));
    return seen.join("\n");
  };
  assert.is(await night(7), await night(7));
  assert.is.not(await night(7), await night(8));
});

test("the profile is a week whose mean is 1, read in local time", () => {
  assert.is(HOUR_OF_WEEK.length, 168);
  assert.ok(Math.abs(HOUR_OF_WEEK.reduce((a, b) => a + b) / 168 - 1) < 0.01);
  assert.is(hourOfWeek(evening, "Europe/Paris"), HOUR_OF_WEEK[2 * 24 + 20]);
  assert.is(hourOfWeek(evening, "Asia/Tokyo"), HOUR_OF_WEEK[3 * 24 + 4]);
});

test("a place that is not on a street is refused by name", () => {
  const { open } = street(0);
  assert.throws(() => open.walk("nowhere", 0, 1), /allowed long, side/);
  assert.throws(() => open.walk("side", 151, 1), /allowed 0 to 150/);
});

test.run();
