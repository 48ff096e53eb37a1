import fc from "fast-check";
import Type from "typebox";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../../controllers/units.ts";
import { problemOf } from "../check.ts";
import { channelValuesSchema } from "../payload.ts";
import { type ChannelSpec, each, type Status, whole } from "../table.ts";
import { Channel } from "./channel.ts";

/** Ten seconds before a quarter of an hour. */
const QUARTER = 900_000;
const NEXT = Date.UTC(2026, 1, 24, 10, 15);
const at = (ms: number) => instant(NEXT + ms);

const SPEC = { qos: 1, periodic: QUARTER, minInterval: 2000, start: "running" } as const;
const street = {
  title: "street",
  attributes: {
    people: each("change", "people", Type.Integer({ minimum: 0 })),
    power: whole("change", "power", Type.Number({ minimum: 0 }), "W", 1),
    light: each("along", "light", Type.Number({ minimum: 0, maximum: 100 })),
    open: each("change", "open", Type.Boolean()),
  },
  channels: [SPEC],
} as const satisfies Status;

const channelOf = (attributes: readonly string[], more: Partial<ChannelSpec> = {}) =>
  new Channel(street, { ...SPEC, attributes, ...more });

/** What a channel says when it is asked at its own times, from `from` to `until`. */
function said(channel: Channel, until: number, from = -10_000) {
  const all: (readonly [number, object, boolean])[] = [];
  let now = from;
  for (;;) {
    const wake = channel.wakeAt;
    if (wake === null || wake - NEXT > until) return all;
    now = Math.max(now, wake - NEXT);
    const events = channel.due(at(now));
    assert.ok(events.length > 0, "asked in vain");
    for (const { at: end, values, complete, periodic } of events) {
      assert.ok(periodic);
      all.push([end - NEXT, values, complete]);
    }
  }
}

test("a window is told when it is over, at its end, complete; the one that runs at the start is not", () => {
  const channel = channelOf(["people.sum", "power.avg", "power.max"]);
  channel.update({ people: { "counter/1": 3 }, power: 100 }, at(-10_000));
  assert.equal(channel.due(at(-10_000)), []);
  assert.is(channel.wakeAt, at(QUARTER + 2000));
  channel.update({ people: { "counter/1": 2 } }, at(60_000));
  channel.update({ people: { "counter/2": 4 }, power: 300 }, at(QUARTER / 2));
  channel.update({ people: { "counter/1": 2 } }, at(QUARTER / 2));
  assert.equal(channel.due(at(QUARTER)), []);
  assert.equal(channel.due(at(QUARTER + 2000)), [
    {
      at: at(QUARTER),
      values: { "people.sum": { "counter/1": 4, "counter/2": 4 }, "power.avg": 200, "power.max": 300 },
      complete: true,
      periodic: true,
    },
  ]);
  assert.equal(channel.due(at(QUARTER + 2000)), []);
});

test("changes are no events, refresh says nothing, and nothing is said before anything is known", () => {
  const channel = channelOf(["power.avg"]);
  assert.is(channel.wakeAt, null);
  assert.equal(channel.due(at(10 * QUARTER)), []);
  channel.update({ people: { "counter/1": 1 } }, at(11 * QUARTER));
  assert.is(channel.wakeAt, null, "it is not of this channel");
  channel.update({ power: 5 }, at(11 * QUARTER + 1));
  channel.refresh();
  assert.equal(said(channel, 12 * QUARTER + 1999), []);
  assert.equal(said(channel, 12 * QUARTER + 2000), [[12 * QUARTER, { "power.avg": 5 }, true]]);
});

test("what is told at the very end of a window, or a little late, belongs to it", () => {
  const channel = channelOf(["people.sum", "people.count"]);
  channel.update({ people: { "counter/1": 1 } }, at(0));
  channel.update({ people: { "counter/1": 2 } }, at(QUARTER));
  assert.equal(channel.due(at(QUARTER)), []);
  channel.update({ people: { "counter/1": 4 } }, at(QUARTER));
  channel.update({ people: { "counter/1": 8 } }, at(QUARTER + 1));
  const [event] = channel.due(at(QUARTER + 1));
  assert.equal(event?.values, { "people.sum": { "counter/1": 6 }, "people.count": { "counter/1": 2 } });
  assert.is(channel.due(at(2 * QUARTER + 2000))[0]?.values["people.sum"]?.["counter/1" as never], 8);
});

test("an empty window is told: nobody came, and what holds holds", () => {
  const channel = channelOf(["people.sum", "light.avg", "open.count"]);
  channel.update({ people: { "counter/1": 3 }, light: { "lamp/1": 40 }, open: { "door/1": true } }, at(-1000));
  const empty = { "people.sum": { "counter/1": 0 }, "light.avg": { "lamp/1": 40 }, "open.count": { "door/1": 0 } };
  assert.equal(said(channel, 2 * QUARTER + 2000), [
    [QUARTER, empty, true],
    [2 * QUARTER, empty, true],
  ]);
});

test("many components go in parts, none of them complete; what belongs to all goes with the first", () => {
  const channel = channelOf(["light.avg", "power.avg"], { most: 2 });
  channel.update({ light: { "lamp/1": 1, "lamp/2": 2, "lamp/3": 3 }, power: 6 }, at(-1000));
  assert.equal(said(channel, QUARTER + 2000), [
    [QUARTER, { "light.avg": { "lamp/1": 1, "lamp/2": 2 }, "power.avg": 6 }, false],
    [QUARTER, { "light.avg": { "lamp/3": 3 } }, false],
  ]);
});

test("values are rounded to the attribute's own resolution, and every one is as its schema wants it", () => {
  const names = ["sum", "avg", "min", "max", "median", "std", "count"].map((one) => `light.${one}`);
  const channel = channelOf([...names, "power.std"]);
  channel.update({ light: { "lamp/1": 10 }, power: 10 }, at(-1000));
  channel.update({ light: { "lamp/1": 70.25 }, power: 21 }, at(QUARTER / 3));
  const [event] = channel.due(at(QUARTER + 2000));
  assert.equal(event?.values["light.avg"], { "lamp/1": 50.2 });
  assert.equal(event?.values["light.sum"], { "lamp/1": 70.3 });
  assert.is(event?.values["power.std"], 5);
  const schema = channelValuesSchema(street, { ...SPEC, attributes: [...names, "power.std"] });
  assert.is(problemOf(schema, event?.values), null);
  assert.match(problemOf(schema, { "light.avg": { "lamp/1": 101 } })?.message ?? "", /101/);
  assert.match(problemOf(schema, { "light.count": { "lamp/1": 1.5 } })?.message ?? "", /1.5/);
  assert.match(problemOf(schema, { light: { "lamp/1": 1 } })?.field ?? "", /light/);
});

test("started anew it waits for a whole window", () => {
  const channel = channelOf(["power.max"]);
  channel.update({ power: 10 }, at(-1000));
  channel.update({ power: 50 }, at(1000));
  channel.stop();
  channel.update({ power: 20 }, at(2000));
  channel.start(at(3000));
  assert.equal(said(channel, 2 * QUARTER + 2000, 3000), [[2 * QUARTER, { "power.max": 20 }, true]]);
});

test("windows that nobody asked for are kept, the oldest go first; where time jumped the next whole one is the first", () => {
  const channel = channelOf(["people.sum"]);
  for (let i = 0; i <= 100; i++) channel.update({ people: { "counter/1": i } }, at(i * QUARTER));
  const kept = said(channel, 100 * QUARTER + 1000, 100 * QUARTER);
  assert.is(kept.length, 96);
  assert.equal(kept[0], [4 * QUARTER, { "people.sum": { "counter/1": 4 } }, true]);

  const year = 365 * 86_400_000;
  channel.update({ people: { "counter/1": 1 } }, at(100 * QUARTER + 1000));
  channel.update({ people: { "counter/1": 2 } }, at(100 * QUARTER + year + 1000));
  assert.equal(
    said(channel, 100 * QUARTER + year + 1000, 100 * QUARTER + year + 1000).map(([end]) => end),
    [100 * QUARTER, 101 * QUARTER],
    "those that were open",
  );
  channel.update({ people: { "counter/1": 5 } }, at(102 * QUARTER + year + 60_000));
  assert.equal(said(channel, 104 * QUARTER + year, 102 * QUARTER + year + 60_000).at(-1), [
    103 * QUARTER + year,
    { "people.sum": { "counter/1": 5 } },
    true,
  ]);
});

test("a window that nobody was there for is not told", () => {
  const channel = channelOf(["people.sum"]);
  channel.update({ people: { "counter/1": 1 } }, at(-1000));
  channel.update({ people: { "counter/1": 2 } }, at(3 * QUARTER + 60_000));
  channel.update({ people: { "counter/1": 4 } }, at(4 * QUARTER + 60_000));
  assert.equal(said(channel, 5 * QUARTER + 2000, 4 * QUARTER + 60_000), [
    [5 * QUARTER, { "people.sum": { "counter/1": 4 } }, true],
  ]);
});

test("a clock set back within or before a window: the next whole one is the first", () => {
  for (const back of [60_000, QUARTER * 3, 10 * 365 * 86_400_000]) {
    const channel = channelOf(["people.sum"]);
    channel.update({ people: { "counter/1": 1 } }, at(-1000));
    channel.update({ people: { "counter/1": 2 } }, at(30_000));
    const now = 30_000 - back;
    channel.update({ people: { "counter/1": 4 } }, at(now));
    const end = (Math.ceil(now / QUARTER) + 1) * QUARTER;
    channel.update({ people: { "counter/1": 8 } }, at(end - 1000));
    assert.equal(said(channel, end + 2000), [[end, { "people.sum": { "counter/1": 8 } }, true]], `${back}`);
  }
});

test("whatever comes when, every value told in a whole window is in one sum", () => {
  const step = fc.tuple(fc.integer({ min: 0, max: QUARTER }), fc.integer({ min: 0, max: 9 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const channel = channelOf(["people.sum"]);
      channel.update({ people: { "counter/1": 0 } }, at(-1000));
      let now = 0;
      let told = 0;
      let sum = 0;
      const ends: number[] = [];
      const take = (until: number, from = until) => {
        for (const [end, values] of said(channel, until, from)) {
          sum += (values as Record<string, Record<string, number>>)["people.sum"]?.["counter/1"] ?? 0;
          ends.push(end);
        }
      };
      for (const [wait, people, asked] of steps) {
        const before = now;
        now += wait;
        // What is told in time counts: it comes before the window that it belongs to is asked for.
        if (asked) take(now - 1, before);
        channel.update({ people: { "counter/1": people } }, at(now));
        if (now > 0) told += people;
      }
      take(now + 2 * QUARTER, now);
      assert.is(sum, told);
      assert.equal(
        ends,
        [...new Set(ends)].sort((a, b) => a - b),
      );
      for (const end of ends) assert.is(end % QUARTER, 0);
    }),
  );
});

test.run();
