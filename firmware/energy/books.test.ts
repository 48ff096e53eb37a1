import { test } from "uvu";
import * as assert from "uvu/assert";
import type { LedgerRow } from "../../controllers/lighting/ledger-row.ts";
import type { Reading } from "../../controllers/model.ts";
import { lamp, site } from "../../controllers/test-site.ts";
import { duration, hours, instant, level, minutes, seconds, wattHours, watts } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { silent } from "../hal/log.ts";
import type { Store } from "../hal/store.ts";
import { type BooksOptions, openBooks } from "./books.ts";
import { HOURS_KEPT, readDay, readHour } from "./shelf.ts";

const begin = instant(Date.UTC(2026, 10, 20, 18));
const day = instant(Date.UTC(2026, 10, 20));
const { lamps } = site();
const sum = (values: Iterable<number>) => [...values].reduce((all, one) => all + one, 0);

/** A store that counts bytes, and whose power can be cut after some writes. */
function memory() {
  const kept = new Map<string, Uint8Array>();
  const state = { bytes: 0, writes: 0, cutAfter: Number.POSITIVE_INFINITY };
  const store: Store = {
    read: async (key) => kept.get(key) ?? null,
    async write(key, value) {
      if (state.writes >= state.cutAfter) throw new Error("no power");
      state.writes += 1;
      state.bytes += value.length;
      kept.set(key, value.slice());
    },
  };
  return { store, state, kept };
}

async function start(store: Store, clock: VirtualClock, more: Partial<BooksOptions> = {}) {
  const meters = [{ id: "meter/1", measures: "all" as const }];
  const books = await openBooks({
    site: { lamps, own: watts(6), meters },
    upkeep: new Map(),
    clock,
    store,
    log: silent,
    ...more,
  });
  const stop = new AbortController();
  const running = books.run(stop.signal);
  const tell = (percent: number) => {
    for (const { id } of lamps)
      books.reading({ kind: "level", source: id, level: level(percent), at: clock.now() } as Reading);
  };
  const end = async () => {
    stop.abort();
    await clock.run(running, seconds(5));
  };
  return { books, tell, end };
}

test("an hour that is over lies on its sheet, its day adds up, and what is written is little", async () => {
  const { store, state } = memory();
  const clock = new VirtualClock(begin);
  const { tell, end } = await start(store, clock);
  tell(50);
  await clock.advance(hours(24));
  await end();
  const sheet = await readHour(store, instant(begin + 3_600_000));
  assert.equal(
    sheet?.row.energy,
    lamps.map(() => 20_000),
  );
  assert.is(await readHour(store, instant(begin + HOURS_KEPT * 3_600_000)), null, "another hour of the same place");
  const first = await readDay(store, day);
  assert.equal(
    first?.hours.map(({ hour }) => hour),
    [18, 19, 20, 21, 22, 23],
  );
  assert.equal(first?.hours[0]?.energy, [6 * 20_000]);
  assert.equal(first?.hours[0]?.sources, [0, 0, 6 * 20_000]);
  assert.is(first?.hours[0]?.own, 6000);
  assert.ok(state.writes <= 24 * 3 + 1, `${state.writes} writes in a day`);
  assert.ok(state.bytes / 24 < 8000, `${state.bytes} bytes a day for six lamps`);
});

test("a restart within an hour neither loses nor doubles it; burn hours go on", async () => {
  const { store } = memory();
  const clock = new VirtualClock(begin);
  let cabinet = await start(store, clock);
  cabinet.tell(100);
  await clock.advance(minutes(20));
  await cabinet.end();
  await clock.advance(minutes(10));
  cabinet = await start(store, clock);
  cabinet.tell(100);
  await clock.advance(minutes(45));
  assert.is(Math.round(cabinet.books.burnt("lamp/1/0") * 60), 65);
  await cabinet.end();
  const sheet = await readHour(store, begin);
  assert.ok(Math.abs((sheet?.row.energy[0] as number) - (40_000 * 50) / 60) <= 1, "50 min at 40 W");
  assert.ok(Math.abs((sheet?.row.span ?? 0) - 50 * 60_000) < 2);
});

test("a power cut between the books and their sheets counts no hour twice and loses none", async () => {
  for (const cutAfter of [0, 1, 2]) {
    const { store, state } = memory();
    const clock = new VirtualClock(begin);
    const first = await start(store, clock);
    first.tell(100);
    await clock.advance(minutes(30));
    await first.end();
    const second = await start(store, clock);
    second.tell(100);
    state.cutAfter = state.writes + cutAfter;
    await clock.advance(minutes(45));
    await second.end();
    state.cutAfter = Number.POSITIVE_INFINITY;
    const third = await start(store, clock);
    await third.end();
    const sheet = await readHour(store, begin);
    const rows: LedgerRow[] = sheet ? [sheet.row] : [];
    const book = JSON.parse(new TextDecoder().decode((await store.read("energy-book")) as Uint8Array)).book;
    const total = sum(Object.values(book.totals as Record<string, { energy: number }>).map(({ energy }) => energy));
    assert.is(total, sum(rows.flatMap(({ energy }) => energy)), `cut after ${cutAfter} writes`);
    if (cutAfter > 0) assert.is(rows[0]?.energy[0], 40_000);
  }
});

test("a clock that goes back over an hour adds to the sheet of that hour", async () => {
  const { store } = memory();
  const clock = new VirtualClock(begin);
  const { tell, end } = await start(store, clock);
  tell(100);
  await clock.advance(minutes(70));
  clock.jump(-40 * 60_000);
  await clock.advance(minutes(40));
  await end();
  const sheet = await readHour(store, begin);
  // an hour, and half an hour again less the five minutes until it was noticed
  assert.ok((sheet?.row.span ?? 0) >= 85 * 60_000, `${(sheet?.row.span ?? 0) / 60_000} min`);
  const next = await readHour(store, instant(begin + 3_600_000));
  const book = JSON.parse(new TextDecoder().decode((await store.read("energy-book")) as Uint8Array)).book;
  const all = (sheet?.row.span ?? 0) + (next?.row.span ?? 0) + book.open.span;
  assert.ok(Math.abs(all - 110 * 60_000) < 5, `${all / 60_000} min of 110`);
});

test("a lamp that measures itself and a line that fails are booked as such", async () => {
  const { store } = memory();
  const clock = new VirtualClock(begin);
  const { books, tell, end } = await start(store, clock);
  tell(10);
  const told = (energy: number): Reading => ({
    kind: "energy",
    source: "lamp/1/0",
    energy: wattHours(energy),
    at: clock.now(),
  });
  books.reading(told(100));
  await clock.advance(minutes(59));
  books.reading(told(107));
  await clock.advance(minutes(2));
  books.reading({ kind: "fault", source: "bus/1", fault: "gateway-silent", at: clock.now() });
  await clock.advance(minutes(60));
  await end();
  const sheet = await readHour(store, begin);
  assert.equal(sheet?.row.source.slice(0, 2), [1, 2]);
  assert.ok(Math.abs((sheet?.row.energy[0] as number) - 7067) <= 1);
  assert.is(sheet?.row.energy[1], 4000);
  const dark = await readHour(store, instant(begin + 3_600_000));
  assert.ok((dark?.row.energy[1] as number) > 39_000, "nothing known counts as full");
  assert.is(dark?.row.light[1], -1);
});

test("a new lamp is told less than the light that is wanted, and read back as that light", async () => {
  const { store } = memory();
  const clock = new VirtualClock(begin);
  const upkeep = {
    curve: [
      { hours: 0, percent: 100 },
      { hours: 100_000, percent: 80 },
    ],
  };
  const { books, end } = await start(store, clock, { upkeep: new Map([["lamp/1/0", upkeep]]) });
  const [first, second] = [lamp(0, 0), lamp(1, 0)];
  const gear = books.gear.toGear(first, level(100));
  assert.ok(gear >= 80 && gear < 82.3, `${gear}`);
  assert.is(books.gear.toGear(second, level(100)), 100);
  assert.is(books.gear.toLight(first, gear, level(100)), 100);
  assert.ok(books.gear.toLight(first, level(40), level(100)) < 51);
  await books.setBurnt(["lamp/1/0"], 100_000);
  assert.is(books.gear.toGear(first, level(100)), 100);
  assert.throws(() => books.burnt("lamp/9/9"), /lamps of this cabinet/);
  await end();
  const again = await start(store, clock, { upkeep: new Map([["lamp/1/0", upkeep]]) });
  assert.is(again.books.burnt("lamp/1/0"), 100_000, "over a restart");
  await again.end();
});

test("damaged books begin anew, and say so", async () => {
  const { store } = memory();
  await store.write("energy-book", new TextEncoder().encode('{"version":1,"book":{"totals":7}}'));
  const clock = new VirtualClock(begin);
  const said: string[] = [];
  const log = { ...silent, error: (_: object, text: string) => void said.push(text) } as BooksOptions["log"];
  const { books, end } = await start(store, clock, { log });
  assert.is(books.burnt("lamp/1/0"), 0);
  assert.match(said.join(), /begin anew/);
  await clock.advance(duration(1000));
  await end();
});

test.run();
