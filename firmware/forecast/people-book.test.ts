import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import { memoryStore } from "../../sim/ports.ts";
import { silent } from "../hal/log.ts";
import type { Store } from "../hal/store.ts";
import { peopleBook } from "./people-book.ts";
import { PEOPLE_DAYS_KEPT, putPeople, readPeople } from "./people-shelf.ts";

const HOUR = 3_600_000;
const DAY = instant(Date.UTC(2026, 10, 20));
const zones = [1, 2].map((i) => ({ id: `counter/${i}`, counters: [`counter/${i}`] }));
const hour = (zone: string, from: number, people: number | null) => ({
  zone,
  from: instant(from),
  to: instant(from + HOUR),
  low: 0,
  middle: 20,
  high: 40,
  people,
});
const settled = () => new Promise(setImmediate);

test("a day is a sheet of hours and zones; one of another year in its place is not taken for it", async () => {
  const store = memoryStore();
  await putPeople(store, [hour("counter/1", DAY + HOUR, 25), hour("counter/2", DAY + HOUR, null)]);
  await putPeople(store, [hour("counter/1", DAY, 30), hour("counter/3", DAY + 2 * HOUR, 11)]);
  await putPeople(store, [hour("counter/1", DAY + 24 * HOUR, 99)]);
  const sheet = await readPeople(store, DAY);
  assert.equal(sheet?.zones, ["counter/1", "counter/2", "counter/3"]);
  assert.equal(sheet?.hours, [
    { from: DAY, of: [[0, 20, 40, 30], null, null] },
    { from: instant(DAY + HOUR), of: [[0, 20, 40, 25], [0, 20, 40, null], null] },
    { from: instant(DAY + 2 * HOUR), of: [null, null, [0, 20, 40, 11]] },
  ]);
  const later = instant(DAY + PEOPLE_DAYS_KEPT * 24 * HOUR);
  assert.is(await readPeople(store, later), null);
  await putPeople(store, [hour("counter/1", later, 12)]);
  assert.is(await readPeople(store, DAY), null, "its place is taken: the book does not grow");
  await store.write(`people-day-${(DAY / (24 * HOUR)) % PEOPLE_DAYS_KEPT}`, new Uint8Array([1, 2]));
  assert.is(await readPeople(store, later), null, "damaged");
});

test("what was foretold and then told is kept when the hour is over; a disk that fails costs that hour", async () => {
  const kept = memoryStore();
  let full = false;
  const store: Store = {
    read: kept.read,
    write: (key, value) => (full ? Promise.reject(new Error("full")) : kept.write(key, value)),
  };
  const said: string[] = [];
  const book = peopleBook(zones, store, { ...silent, error: (_: object, text: string) => void said.push(text) });
  const live = async (from: number) => {
    for (const { id } of zones)
      book.reading({
        kind: "forecast",
        source: id,
        from: instant(from),
        to: instant(from + HOUR),
        low: 2,
        middle: 20.4,
        high: 40,
        at: instant(from + 90_000),
      });
    book.released({ zone: "counter/1", people: 33, from: instant(from), to: instant(from + HOUR) });
    book.pass(instant(from + HOUR));
    await settled();
    book.pass(instant(from + HOUR + 300_000));
    await settled();
  };
  await live(DAY);
  full = true;
  await live(DAY + HOUR);
  full = false;
  await live(DAY + 2 * HOUR);
  const of = [
    [0, 20, 40, 33],
    [0, 20, 40, null],
  ];
  const sheet = await readPeople(store, DAY);
  assert.equal(
    sheet?.hours.map((one) => ({ from: one.from - DAY, of: one.of })),
    [
      { from: 0, of },
      { from: 2 * HOUR, of },
    ],
  );
  assert.is(said.length, 1);
});

test.run();
