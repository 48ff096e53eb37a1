import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { lamp, utc } from "../test-site.ts";
import { type Instant, instant, level, watts } from "../units.ts";
import { Ledger, type LedgerSite } from "./ledger.ts";
import { apportioned, type LedgerRow, merged, SOURCES } from "./ledger-row.ts";

const MINUTE = 60_000;
const begin = utc("2026-11-20T18:00");
const lamps = [lamp(0, 0), lamp(1, 30), lamp(2, 60, { street: "lane" })];
const site = (more: Partial<LedgerSite> = {}): LedgerSite => ({ lamps, own: watts(6), meters: [], ...more });
const sum = (values: Iterable<number>) => [...values].reduce((all, one) => all + one, 0);
const at = (minutes: number): Instant => instant(begin + minutes * MINUTE);

/** Ticks each minute of [from, to). `wall`: what the clock on the wall shows. */
function play(ledger: Ledger, from: number, to: number, wall = (minutes: number): Instant | null => at(minutes)) {
  const rows: LedgerRow[] = [];
  for (let minute = from + 1; minute <= to; minute++) {
    const row = ledger.tick(minute * MINUTE, wall(minute));
    if (row) rows.push(row);
  }
  return rows;
}

test("an hour of light is in its row: energy, light, time alight, by section and quarter; the cabinet's own beside it", () => {
  const ledger = new Ledger(site(), 0, begin);
  ledger.level(0, level(100), level(100), 0);
  ledger.level(1, level(50), level(50), 0);
  ledger.level(2, level(0), level(0), 0);
  play(ledger, 0, 30);
  ledger.level(0, level(10), level(10), 30 * MINUTE);
  const [row] = play(ledger, 30, 60) as [LedgerRow];
  assert.is(row.hour, begin);
  assert.equal(row.energy, [22_000, 20_000, 400], "40 W: half an hour full and half at a tenth; half; stand-by");
  assert.equal(row.light, [550, 500, 0]);
  assert.equal(row.lit, [3600, 3600, 0]);
  assert.equal(row.quarters, [
    [15_000, 15_000, 6000, 6000],
    [100, 100, 100, 100],
  ]);
  assert.is(row.own, 6000);
  assert.equal(
    row.source.map((i) => SOURCES[i]),
    ["modelled", "modelled", "modelled"],
  );
  assert.is(ledger.burnt(0), 1);
});

test("a lamp of which nothing is known counts as full, and its light as unknown", () => {
  const ledger = new Ledger(site(), 0, begin);
  const [row] = play(ledger, 0, 60) as [LedgerRow];
  assert.is(row.energy[0], 40_000);
  assert.is(row.light[0], -1);
  assert.is(row.lit[0], 0);
});

test("a lamp that measures itself is booked as its counter says; a counter that is replaced begins anew", () => {
  const ledger = new Ledger(site(), 0, begin);
  ledger.level(0, level(100), level(100), 0);
  ledger.counter(0, 500, at(0), 0);
  play(ledger, 0, 59);
  ledger.counter(0, 535, at(59), 59 * MINUTE);
  const [first] = play(ledger, 59, 60) as [LedgerRow];
  assert.ok(Math.abs((first.energy[0] as number) - 35_667) <= 1, `${first.energy[0]}`);
  assert.is(SOURCES[first.source[0] as number], "measured");
  ledger.counter(0, 3, at(90), 90 * MINUTE);
  ledger.counter(0, 8, at(119), 119 * MINUTE);
  const [second] = play(ledger, 60, 120) as [LedgerRow];
  assert.ok((second.energy[0] as number) < 27_000, "half an hour as modelled, half as counted");
});

test("what was booked too much before a lamp told its counter is taken off the hours to come", () => {
  const ledger = new Ledger(site(), 0, begin);
  ledger.level(0, level(100), level(100), 0);
  ledger.counter(0, 500, at(0), 0);
  const [first] = play(ledger, 0, 65) as [LedgerRow];
  assert.is(first.energy[0], 40_000);
  ledger.counter(0, 500, at(65), 65 * MINUTE);
  const [second, third] = play(ledger, 65, 180) as [LedgerRow, LedgerRow];
  assert.is(second.energy[0], 0);
  assert.ok(Math.abs((third.energy[0] as number) - 36_667) <= 1, `${third.energy[0]}`);
});

test("parts of a whole are whole, add up to it, and are each within one of their share", () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), weights, (total, parts) => {
      const all = sum(parts);
      const got = apportioned(total, parts);
      assert.is(sum(got), total);
      for (const [i, part] of got.entries()) {
        assert.ok(Number.isInteger(part) && part >= 0);
        if (all > 0) assert.ok(Math.abs(part - (total * (parts[i] as number)) / all) <= 1.01);
      }
    }),
  );
});

test("a meter puts right what is modelled, and leaves what is measured", () => {
  const ledger = new Ledger(site({ meters: [{ id: "meter/1", measures: "all" }] }), 0, begin);
  for (const i of [0, 1, 2]) ledger.level(i, level(100), level(100), 0);
  ledger.counter(2, 0, at(0), 0);
  ledger.meterEnergy(0, 1000, 0);
  play(ledger, 0, 59);
  ledger.counter(2, 30, at(60), 60 * MINUTE);
  ledger.meterEnergy(0, 1116, 60 * MINUTE);
  const [row] = play(ledger, 59, 60) as [LedgerRow];
  assert.equal(
    row.source.map((i) => SOURCES[i]),
    ["metered", "metered", "measured"],
  );
  assert.equal(row.energy, [40_000, 40_000, 30_000]);
  assert.is(row.metered, 110_000);
  assert.is(sum(row.energy) + row.own, 116_000, "lamps and cabinet are what the meter counted");
  // it counts nothing: then it is the meter that is wrong
  ledger.meterEnergy(0, 1117, 120 * MINUTE);
  const [wrong] = play(ledger, 60, 120) as [LedgerRow];
  assert.is(SOURCES[wrong.source[0] as number], "modelled");
  assert.is(wrong.energy[0], 40_000);
});

test("burn hours are set when the light source is another", () => {
  const ledger = new Ledger(site(), 0, begin);
  ledger.level(0, level(100), level(100), 0);
  play(ledger, 0, 90);
  ledger.setBurnt(0, 0);
  assert.is(ledger.burnt(0), 0);
  play(ledger, 90, 150);
  assert.is(ledger.burnt(0), 1);
});

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("level" as const), lamp: fc.nat(2), level: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 45 }) }),
    fc.record({ kind: fc.constant("clock" as const), by: fc.integer({ min: -180, max: 180 }) }),
    fc.record({ kind: fc.constant("lost" as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ kind: fc.constant("restart" as const) }),
    fc.record({ kind: fc.constant("count" as const), part: fc.double({ min: 0.5, max: 1.2, noNaN: true }) }),
  ),
  { minLength: 5, maxLength: 40 },
);

test("nothing is lost or counted twice: lamps make sections and the cabinet, over clock jumps and restarts", () => {
  fc.assert(
    fc.property(steps, (does) => {
      let ledger = new Ledger(site(), 0, begin);
      let [mono, offset, exact, counter] = [0, 0, 0, 0];
      const power = [40, 40, 40];
      const rows = new Map<number, LedgerRow>();
      const pass = (minutes: number, known: boolean) => {
        for (let i = 0; i < minutes; i++) {
          mono += MINUTE;
          exact += (sum(power) * 1000) / 60;
          const row = ledger.tick(mono, known ? instant(begin + offset + mono) : null);
          const there = row && rows.get(row.hour);
          if (row) rows.set(row.hour, there ? merged(there, row) : row);
        }
      };
      let measured = false;
      for (const step of does) {
        switch (step.kind) {
          case "level":
            ledger.level(step.lamp, level(step.level), level(step.level), mono);
            power[step.lamp] = Math.max(0.4, (40 * step.level) / 100);
            break;
          case "wait":
            pass(step.minutes, true);
            break;
          case "lost":
            pass(step.minutes, false);
            break;
          case "clock":
            offset += step.by * MINUTE;
            break;
          case "restart": {
            const book = JSON.parse(JSON.stringify(ledger.book(mono)));
            ledger = new Ledger(site(), mono, instant(begin + offset + mono), book);
            for (const [i, w] of power.entries()) ledger.level(i, level((w / 40) * 100), level((w / 40) * 100), mono);
            break;
          }
          case "count":
            measured = true;
            counter += step.part;
            ledger.counter(0, counter, instant(begin + mono), mono);
        }
      }
      const { open, totals, own } = ledger.book(mono);
      const all = [...rows.values(), open];
      for (const row of all) {
        assert.is(sum(row.quarters.flat()), sum(row.energy), "sections are the sum of their lamps");
        assert.ok(row.quarters.every((quarters) => quarters.every((one) => Number.isInteger(one))));
        assert.ok(row.energy.every((one) => Number.isInteger(one) && one >= 0));
      }
      const closed = sum([...rows.values()].flatMap(({ energy }) => energy));
      assert.is(sum(Object.values(totals).map(({ energy }) => energy)), closed, "totals are the sum of the rows");
      assert.is(own, sum([...rows.values()].map((row) => row.own)));
      assert.is(sum(all.map(({ span }) => span)), mono, "all time is accounted for");
      const restarts = does.filter(({ kind }) => kind === "restart").length;
      const parts = does.filter(({ kind }) => kind === "level" || kind === "restart").length;
      const booked = closed + sum(open.energy);
      if (!measured) assert.ok(Math.abs(booked - exact) <= 4 * (1 + restarts) + parts, `${booked} of ${exact} mWh`);
    }),
    { numRuns: 150 },
  );
});

test("another configuration keeps what it can: by lamp", () => {
  const ledger = new Ledger(site(), 0, begin);
  for (const i of [0, 1, 2]) ledger.level(i, level(100), level(100), 0);
  play(ledger, 0, 90);
  const fewer = site({ lamps: [lamps[2], lamp(9, 0), lamps[0]] as LedgerSite["lamps"] });
  const next = new Ledger(fewer, 90 * MINUTE, at(90), ledger.book(90 * MINUTE));
  const { totals, open } = next.book(90 * MINUTE);
  assert.equal(
    Object.values(totals).map(({ energy }) => energy),
    [40_000, 0, 40_000],
  );
  assert.equal(open.energy, [20_000, 0, 20_000]);
  assert.is(next.burnt(2), 1.5);
});

test.run();
