import fc from "fast-check";
import Type from "typebox";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import { Channel } from "./channel.ts";
import { iso } from "./payload.ts";
import { each, type Status, whole } from "./table.ts";

const START = Date.UTC(2026, 1, 24, 10, 0, 20);
const at = (ms: number) => instant(START + ms);

const groups = {
  title: "signal groups",
  attributes: {
    state: each("change", "state", Type.String()),
    since: each("along", "since", Type.Number()),
    stage: whole("change", "stage", Type.Number()),
    cycle: whole("along", "cycle", Type.Number()),
  },
  channels: [{ qos: 1, periodic: 60_000, minInterval: 200, start: "running" }],
} as const satisfies Status;

/** A channel that has published its first complete update: two groups, stage 1, cycle 7. */
function begun(): Channel {
  const channel = new Channel(groups, groups.channels[0]);
  channel.update({ state: { "sg/1": "G", "sg/2": "r" }, since: { "sg/1": 1, "sg/2": 2 }, stage: 1, cycle: 7 }, at(0));
  assert.equal(channel.due(at(0)), {
    payload: {
      entries: [
        {
          ts: iso(START),
          values: { state: { "sg/1": "G", "sg/2": "r" }, since: { "sg/1": 1, "sg/2": 2 }, stage: 1, cycle: 7 },
          seq: 0,
        },
      ],
    },
    retain: true,
  });
  return channel;
}
const values = (channel: Channel, ms: number) => channel.due(at(ms))?.payload.entries[0]?.values;

test("says nothing before a complete data set can be told from a partial one", () => {
  const channel = new Channel(groups, groups.channels[0]);
  assert.is(channel.due(at(0)), null);
  assert.is(channel.wakeAt, null);
  channel.update({ state: { "sg/1": "G" }, cycle: 1 }, at(0));
  assert.is(channel.due(at(0)), null);
  channel.update({ stage: 1 }, at(5));
  assert.is(channel.wakeAt, 0);
  assert.equal(values(channel, 5), { state: { "sg/1": "G" }, since: {}, stage: 1, cycle: 1 });
});

test("an event carries the changed components and all that goes along, and is not retained", () => {
  const channel = begun();
  channel.update({ state: { "sg/2": "G" }, since: { "sg/2": 3 }, cycle: 8 }, at(1000));
  assert.equal(channel.due(at(1000)), {
    payload: {
      entries: [{ ts: iso(START + 1000), values: { state: { "sg/2": "G" }, since: { "sg/2": 3 }, cycle: 8 }, seq: 1 }],
    },
    retain: false,
  });
  assert.is(channel.due(at(1000)), null);
});

test("an attribute sent along triggers nothing", () => {
  const channel = begun();
  channel.update({ cycle: 9, since: { "sg/1": 9 } }, at(1000));
  assert.is(channel.due(at(1000)), null);
  channel.update({ stage: 2 }, at(2000));
  assert.equal(values(channel, 2000), { stage: 2, cycle: 9 });
});

test("a value told again is no change", () => {
  const channel = begun();
  channel.update({ state: { "sg/1": "G", "sg/2": "r" }, stage: 1 }, at(1000));
  assert.is(channel.due(at(1000)), null);
  assert.is(channel.wakeAt, Date.UTC(2026, 1, 24, 10, 1));
});

test("changes within the minimum interval make one event, at the time of the last", () => {
  const channel = begun();
  channel.update({ state: { "sg/1": "Y" } }, at(1000));
  assert.equal(values(channel, 1000), { state: { "sg/1": "Y" }, since: { "sg/1": 1 }, cycle: 7 });
  channel.update({ state: { "sg/1": "r" } }, at(1050));
  channel.update({ state: { "sg/2": "G" } }, at(1100));
  assert.is(channel.due(at(1199)), null);
  assert.is(channel.wakeAt, START + 1200);
  const entry = channel.due(at(1200))?.payload.entries[0];
  assert.equal(entry?.values, { state: { "sg/1": "r", "sg/2": "G" }, since: { "sg/1": 1, "sg/2": 2 }, cycle: 7 });
  assert.is(entry?.ts, iso(START + 1100));
});

test("an event that holds every primary value is complete, and retained with all that goes along", () => {
  const channel = begun();
  channel.update({ state: { "sg/1": "r", "sg/2": "G" }, stage: 2 }, at(1000));
  const update = channel.due(at(1000));
  assert.ok(update?.retain);
  assert.equal(Object.keys(update?.payload.entries[0]?.values ?? {}), ["state", "since", "stage", "cycle"]);
});

test("periodic updates fall on multiples of the interval, carry all and are retained", () => {
  const channel = begun();
  assert.is(channel.due(at(39_999)), null);
  assert.is(channel.wakeAt, Date.UTC(2026, 1, 24, 10, 1));
  const update = channel.due(at(40_003));
  assert.ok(update?.retain);
  assert.equal(update?.payload.entries[0]?.values, {
    state: { "sg/1": "G", "sg/2": "r" },
    since: { "sg/1": 1, "sg/2": 2 },
    stage: 1,
    cycle: 7,
  });
  assert.is(channel.wakeAt, Date.UTC(2026, 1, 24, 10, 2));
});

test("a stopped channel is silent; started again it counts from 0 with a complete update", () => {
  const channel = begun();
  channel.stop();
  channel.update({ stage: 5 }, at(1000));
  assert.is(channel.due(at(100_000)), null);
  assert.is(channel.wakeAt, null);
  channel.start();
  const update = channel.due(at(100_001));
  assert.is(update?.payload.entries[0]?.seq, 0);
  assert.is(update?.payload.entries[0]?.values["stage"], 5);
  assert.ok(update?.retain);
});

test("refresh brings a complete update without a new count", () => {
  const channel = begun();
  channel.refresh();
  assert.is(channel.due(at(10))?.payload.entries[0]?.seq, 1);
  assert.is(channel.due(at(10)), null);
});

test("a clock set back by a year does not silence it", () => {
  const channel = begun();
  channel.update({ stage: 2 }, at(1000));
  channel.due(at(1000));
  const year = 365 * 86_400_000;
  channel.update({ stage: 3 }, at(-year));
  assert.ok(channel.due(at(-year))?.retain);
  channel.update({ stage: 4 }, at(-year + 500));
  assert.equal(values(channel, -year + 500), { stage: 4, cycle: 7 });
});

test("an attribute that the table does not have is the caller's mistake", () => {
  assert.throws(() => begun().update({ colour: 1 }, at(0)), /attribute colour: allowed state, since, stage, cycle/);
});

test("whoever applies complete and event updates knows what the channel knows, and seq has no gap", () => {
  const change = fc.record({
    wait: fc.integer({ min: 0, max: 30_000 }),
    group: fc.constantFrom("sg/1", "sg/2", "sg/3"),
    state: fc.constantFrom("G", "r", "Y"),
    stage: fc.option(fc.integer({ min: 1, max: 3 })),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const channel = begun();
      const truth: Record<string, string> = { "sg/1": "G", "sg/2": "r" };
      let stage = 1;
      let seen: Record<string, string> = { ...truth };
      let seenStage = 1;
      let seq = 0;
      let now = 0;
      const drain = () => {
        const update = channel.due(at(now));
        if (!update) return;
        const entry = update.payload.entries[0]!;
        assert.is(entry.seq, ++seq);
        const told = entry.values["state"] as Record<string, string> | undefined;
        seen = update.retain ? { ...told } : { ...seen, ...told };
        seenStage = (entry.values["stage"] as number | undefined) ?? seenStage;
      };
      for (const { wait, group, state, stage: next } of changes) {
        now += wait;
        truth[group] = state;
        channel.update({ state: { [group]: state }, ...(next === null ? {} : { stage: next }) }, at(now));
        stage = next ?? stage;
        drain();
      }
      now += 200;
      drain();
      assert.equal(seen, truth);
      assert.is(seenStage, stage);
    }),
  );
});

test.run();
