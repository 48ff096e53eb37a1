import fc from "fast-check";
import Type from "typebox";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../../controllers/units.ts";
import { type ChannelSpec, each, type Status, whole } from "../table.ts";
import { Channel, type ChannelEvent } from "./channel.ts";

const START = Date.UTC(2026, 1, 24, 10, 0, 20);
const YEAR = 365 * 86_400_000;
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
const ALL = { state: { "sg/1": "G", "sg/2": "r" }, since: { "sg/1": 1, "sg/2": 2 }, stage: 1, cycle: 7 };

/** A channel that has published its first complete update: two groups, stage 1, cycle 7. */
function begun(spec: Partial<ChannelSpec> = {}): Channel {
  const channel = new Channel(groups, { ...groups.channels[0], ...spec });
  channel.update(ALL, at(0));
  assert.is(channel.due(at(0)).length, 1);
  return channel;
}
const values = (channel: Channel, ms: number) => channel.due(at(ms))[0]?.values;
const drained = (channel: Channel, ms: number): ChannelEvent[] => {
  const all: ChannelEvent[] = [];
  for (let some = channel.due(at(ms)); some.length > 0; some = channel.due(at(ms))) all.push(...some);
  return all;
};

test("says nothing before a complete data set can be told from a partial one", () => {
  const channel = new Channel(groups, groups.channels[0]);
  assert.equal(channel.due(at(0)), []);
  assert.is(channel.wakeAt, null);
  channel.update({ state: { "sg/1": "G" }, cycle: 1 }, at(0));
  assert.equal(channel.due(at(0)), []);
  channel.update({ stage: 1 }, at(5));
  assert.is(channel.wakeAt, 0);
  assert.equal(channel.due(at(5)), [
    { at: at(5), values: { state: { "sg/1": "G" }, since: {}, stage: 1, cycle: 1 }, complete: true, periodic: true },
  ]);
});

test("an event carries the changed components and all that goes along, and is not complete", () => {
  const channel = begun();
  channel.update({ state: { "sg/2": "G" }, since: { "sg/2": 3 }, cycle: 8 }, at(1000));
  assert.equal(channel.due(at(1000)), [
    {
      at: at(1000),
      values: { state: { "sg/2": "G" }, since: { "sg/2": 3 }, cycle: 8 },
      complete: false,
      periodic: false,
    },
  ]);
  assert.equal(channel.due(at(1000)), []);
});

test("an attribute sent along triggers nothing", () => {
  const channel = begun();
  channel.update({ cycle: 9, since: { "sg/1": 9 } }, at(1000));
  assert.equal(channel.due(at(1000)), []);
  channel.update({ stage: 2 }, at(2000));
  assert.equal(values(channel, 2000), { stage: 2, cycle: 9 });
});

test("a value told again is no change", () => {
  const channel = begun();
  channel.update({ state: { "sg/1": "G", "sg/2": "r" }, stage: 1 }, at(1000));
  assert.equal(channel.due(at(1000)), []);
  assert.is(channel.wakeAt, Date.UTC(2026, 1, 24, 10, 1));
});

test("changes within the minimum interval make one event, at the time of the last", () => {
  const channel = begun();
  channel.update({ state: { "sg/1": "Y" } }, at(1000));
  assert.equal(values(channel, 1000), { state: { "sg/1": "Y" }, since: { "sg/1": 1 }, cycle: 7 });
  channel.update({ state: { "sg/1": "r" } }, at(1050));
  channel.update({ state: { "sg/2": "G" } }, at(1100));
  assert.equal(channel.due(at(1199)), []);
  assert.is(channel.wakeAt, START + 1200);
  const [event] = channel.due(at(1200));
  assert.equal(event?.values, { state: { "sg/1": "r", "sg/2": "G" }, since: { "sg/1": 1, "sg/2": 2 }, cycle: 7 });
  assert.is(event?.at, at(1100));
});

test("an event that holds every primary value is complete, with all that goes along", () => {
  const channel = begun();
  channel.update({ state: { "sg/1": "r", "sg/2": "G" }, stage: 2 }, at(1000));
  const [event] = channel.due(at(1000));
  assert.ok(event?.complete && !event.periodic);
  assert.equal(Object.keys(event.values), ["state", "since", "stage", "cycle"]);
});

test("periodic updates fall on multiples of the interval and carry all", () => {
  const channel = begun();
  assert.equal(channel.due(at(39_999)), []);
  assert.is(channel.wakeAt, Date.UTC(2026, 1, 24, 10, 1));
  assert.equal(channel.due(at(40_003)), [{ at: at(40_003), values: ALL, complete: true, periodic: true }]);
  assert.is(channel.wakeAt, Date.UTC(2026, 1, 24, 10, 2));
});

test("a channel carries only the attributes that it names, and only they are waited for", () => {
  const channel = new Channel(groups, { ...groups.channels[0], attributes: ["state", "cycle"] });
  channel.update({ stage: 3 }, at(0));
  assert.is(channel.wakeAt, null, "nothing of it is known");
  channel.update({ state: { "sg/1": "G" }, since: { "sg/1": 4 } }, at(0));
  assert.equal(values(channel, 0), { state: { "sg/1": "G" } });
  channel.update({ stage: 4 }, at(1000));
  assert.equal(channel.due(at(1000)), []);
  channel.update({ cycle: 1, state: { "sg/1": "r" } }, at(2000));
  const [event] = channel.due(at(2000));
  assert.equal(event?.values, { state: { "sg/1": "r" }, cycle: 1 });
  assert.ok(event?.complete);
});

test("an event rate: changes go at its multiples, and only if there were any", () => {
  const channel = begun({ event: { every: 10_000 }, periodic: 3_600_000 });
  channel.update({ stage: 2 }, at(3000));
  channel.update({ stage: 3 }, at(4000));
  assert.is(channel.wakeAt, at(10_000));
  assert.equal(channel.due(at(9999)), []);
  assert.equal(channel.due(at(10_001)), [
    { at: at(10_001), values: { stage: 3, cycle: 7 }, complete: false, periodic: false },
  ]);
  assert.equal(channel.due(at(20_001)), []);
  channel.update({ stage: 4 }, at(20_002));
  assert.is(channel.wakeAt, at(30_000));
});

test("an event rate: what was not asked for at its time goes at once, and a clock set back a little delays nothing", () => {
  const channel = begun({ event: { every: 10_000 }, periodic: 3_600_000 });
  channel.update({ stage: 2 }, at(3000));
  channel.update({ stage: 3 }, at(12_000));
  assert.is(values(channel, 12_000)?.["stage"], 3);
  channel.update({ stage: 4 }, at(13_000));
  assert.equal(channel.due(at(-15_000)), []);
  assert.is(channel.wakeAt, at(-10_000));
  assert.is(values(channel, -10_000)?.["stage"], 4);
});

test("an event carries of each attribute only the components that changed", () => {
  const status = {
    ...groups,
    attributes: { lit: each("change", "lit", Type.Boolean()), level: each("change", "level", Type.Number()) },
  };
  const channel = new Channel(status, groups.channels[0]);
  channel.update({ lit: { a: true, b: true }, level: { a: 1, b: 2 } }, at(0));
  channel.due(at(0));
  channel.update({ lit: { a: false, b: true }, level: { a: 1, b: 3 } }, at(1000));
  assert.equal(values(channel, 1000), { lit: { a: false }, level: { b: 3 } });
});

test("without events only periodic updates tell what changed", () => {
  const channel = begun({ event: "none" });
  channel.update({ stage: 2 }, at(3000));
  assert.equal(channel.due(at(39_999)), []);
  assert.is(channel.due(at(40_000))[0]?.values["stage"], 2);
});

test("an event of many components goes in parts, none of them complete; a periodic update stays whole", () => {
  const channel = begun({ most: 2 });
  const state = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`sg/${i + 1}`, "Y"]));
  channel.update({ state, stage: 2 }, at(1000));
  const first = channel.due(at(1000));
  assert.equal(first[0]?.values, {
    state: { "sg/1": "Y", "sg/2": "Y" },
    since: { "sg/1": 1, "sg/2": 2 },
    stage: 2,
    cycle: 7,
  });
  assert.is(channel.wakeAt, 0, "there is more");
  channel.update({ stage: 3 }, at(1300));
  assert.equal(channel.due(at(1300))[0]?.values, { state: { "sg/3": "Y", "sg/4": "Y" } });
  channel.update({ stage: 4 }, at(1600));
  assert.equal(channel.due(at(1600)), [
    { at: at(1000), values: { state: { "sg/5": "Y" } }, complete: false, periodic: false },
  ]);
  assert.equal(
    drained(channel, 1600).map((event) => event.values),
    [{ stage: 4, cycle: 7 }],
    "changes gather behind parts that wait",
  );
  const [whole, none] = drained(channel, 40_000);
  assert.is(Object.keys(whole?.values["state"] as object).length, 5);
  assert.ok(whole?.complete && !none);
});

test("with a batch interval entries gather and go as one message, retained if the last is complete", () => {
  const channel = begun({ batch: 5000 });
  channel.update({ stage: 2 }, at(1000));
  assert.equal(channel.due(at(1000)), []);
  assert.is(channel.wakeAt, at(6000));
  channel.update({ stage: 3 }, at(2000));
  assert.equal(channel.due(at(2000)), []);
  assert.equal(channel.due(at(5999)), []);
  const message = channel.due(at(6000));
  assert.equal(
    message.map((event) => [event.at, event.values["stage"]]),
    [
      [at(1000), 2],
      [at(2000), 3],
    ],
  );
  channel.update({ stage: 4 }, at(39_000));
  assert.equal(channel.due(at(39_000)), []);
  assert.equal(channel.due(at(40_000)), []);
  assert.equal(
    channel.due(at(44_000)).map(({ complete }) => complete),
    [false, true],
  );
});

test("what gathers does not wait after a refresh, nor past 64 entries", () => {
  const channel = begun({ batch: 50_000_000, minInterval: 0, periodic: 100_000_000 });
  channel.update({ stage: 2 }, at(1000));
  assert.equal(channel.due(at(1000)), []);
  channel.refresh();
  assert.equal(
    channel.due(at(1500)).map(({ complete }) => complete),
    [false, true],
  );
  for (let i = 1; i < 64; i++) {
    channel.update({ stage: i + 10 }, at(2000 + i));
    assert.equal(channel.due(at(2000 + i)), [], `${i}`);
  }
  channel.update({ stage: 100 }, at(3000));
  assert.is(channel.due(at(3000)).length, 64);
});

test("what gathers does not wait for the old time of a clock that was set back", () => {
  const channel = begun({ batch: 5000, periodic: 10 * YEAR });
  channel.update({ stage: 2 }, at(1000));
  assert.equal(channel.due(at(1000)), []);
  assert.is(channel.due(at(-YEAR)).length, 1);
});

test("a stopped channel is silent; started again it is a new run, with a complete update", () => {
  const channel = begun();
  channel.stop();
  channel.update({ stage: 5 }, at(1000));
  assert.equal(channel.due(at(100_000)), []);
  assert.is(channel.wakeAt, null);
  assert.ok(channel.start(at(100_000)));
  const [event] = channel.due(at(100_001));
  assert.is(event?.values["stage"], 5);
  assert.ok(event?.complete);
});

test("starting one that runs begins no new run, but says all", () => {
  const channel = begun();
  assert.not(channel.start(at(10)));
  assert.equal(channel.due(at(10))[0]?.values, ALL);
});

test("started by a throttle it stops by itself, later if it is started again; the longest asked for counts", () => {
  const channel = begun({ start: "running", prune: 120_000 });
  channel.start(at(0));
  assert.not(channel.expired(at(YEAR)), "one that runs by default goes on");
  channel.stop();
  channel.start(at(0));
  channel.due(at(0));
  assert.is(channel.wakeAt, at(40_000));
  assert.not(channel.expired(at(119_999)));
  channel.start(at(100_000), 5000);
  assert.not(channel.expired(at(119_999)), "the shorter one takes nothing away");
  channel.start(at(100_000));
  assert.not(channel.expired(at(219_999)));
  assert.ok(channel.running);
  assert.ok(channel.expired(at(220_000)));
  assert.not(channel.running);
  assert.not(channel.expired(at(220_001)), "told once");
  channel.start(at(300_000), 1000);
  channel.due(at(300_000));
  assert.is(channel.wakeAt, at(301_000), "asked for its end");
  assert.ok(channel.expired(at(301_000)));
});

test("a clock set back keeps no channel running longer than it was asked for", () => {
  const channel = begun({ prune: 120_000 });
  channel.stop();
  channel.start(at(0));
  assert.not(channel.expired(at(-YEAR)));
  assert.not(channel.expired(at(119_999 - YEAR)));
  assert.ok(channel.expired(at(120_000 - YEAR)));
});

test("refresh brings a complete update, once", () => {
  const channel = begun();
  channel.refresh();
  assert.is(channel.wakeAt, 0);
  assert.ok(channel.due(at(10))[0]?.complete);
  assert.equal(channel.due(at(10)), []);
});

for (const event of ["change", { every: 1000 }] as const)
  test(`a clock set back or forward by years does not silence events: ${JSON.stringify(event)}`, () => {
    for (const jump of [-YEAR, YEAR, -10 * YEAR]) {
      const channel = begun({ event });
      channel.update({ stage: 2 }, at(1000));
      channel.due(at(2000));
      channel.update({ stage: 3 }, at(2500));
      assert.ok(channel.due(at(jump))[0]?.complete, "a periodic update is due");
      channel.update({ stage: 4 }, at(jump + 500));
      assert.equal(values(channel, jump + 1500), { stage: 4, cycle: 7 });
    }
  });

test("an attribute that the table does not have is the caller's mistake", () => {
  assert.throws(() => begun().update({ colour: 1 }, at(0)), /attribute colour: allowed state, since, stage, cycle/);
  const bad = (attributes: string[]) => () => new Channel(groups, { ...groups.channels[0], attributes });
  assert.throws(bad(["colour"]), /attribute colour: allowed/);
  assert.throws(bad(["state.avg"]), /attribute state.avg: allowed/);
  assert.throws(bad(["stage.mean"]), /attribute stage.mean: allowed/);
  assert.throws(bad(["stage.avg", "stage"]), /attribute stage: allowed are aggregates, or none/);
});

test("whoever applies the entries in order knows what the channel knows, whatever the channel's rules", () => {
  const change = fc.record({
    wait: fc.integer({ min: 0, max: 30_000 }),
    group: fc.integer({ min: 1, max: 6 }),
    state: fc.constantFrom("G", "r", "Y"),
    stage: fc.option(fc.integer({ min: 1, max: 3 })),
    asked: fc.boolean(),
    refresh: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  });
  const spec = fc.record({
    most: fc.constantFrom(undefined, 1, 2),
    batch: fc.constantFrom(undefined, 3000),
    event: fc.constantFrom(undefined, { every: 7000 }),
  });
  fc.assert(
    fc.property(spec, fc.array(change, { maxLength: 40 }), (given, changes) => {
      const told = Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined));
      const channel = begun(told);
      const truth = structuredClone(ALL) as { state: Record<string, string>; stage: number };
      let seen = structuredClone(ALL) as { state: Record<string, string>; stage: number };
      let [now, last] = [0, 0];
      const drain = () => {
        for (const { at: happened, values: news, complete } of drained(channel, now)) {
          assert.ok(happened >= last, "in order");
          last = happened;
          const { state = {}, stage = seen.stage } = news as Partial<typeof seen>;
          if (complete) assert.equal(Object.keys(news), ["state", "since", "stage", "cycle"]);
          if (given.most && !complete) assert.ok(Object.keys(state).length <= given.most);
          seen = { state: complete ? state : { ...seen.state, ...state }, stage };
        }
      };
      for (const { wait, group, state, stage, asked, refresh } of changes) {
        now += wait;
        truth.state[`sg/${group}`] = state;
        channel.update({ state: { [`sg/${group}`]: state }, ...(stage === null ? {} : { stage }) }, at(now));
        truth.stage = stage ?? truth.stage;
        if (refresh) channel.refresh();
        if (asked) drain();
      }
      for (let i = 0; i < 3; i++) {
        now += 7000;
        drain();
      }
      assert.equal(seen.state, truth.state);
      assert.is(seen.stage, truth.stage);
    }),
  );
});

test("asked at its own times only, it says periodic updates at their multiples and leaves the minimum between events", () => {
  const change = fc.record({ wait: fc.integer({ min: 0, max: 900 }), stage: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const channel = begun();
      let now = 0;
      let lastEvent = Number.NEGATIVE_INFINITY;
      const pass = (until: number) => {
        for (;;) {
          const wake = channel.wakeAt;
          assert.ok(wake !== null);
          if ((wake as number) - START > until) break;
          now = Math.max(now, (wake as number) - START);
          const events = drained(channel, now);
          assert.ok(events.length > 0, "asked in vain");
          for (const { periodic } of events) {
            if (periodic) {
              assert.is((START + now) % 60_000, 0);
              continue;
            }
            assert.ok(now - lastEvent >= 200, `${now - lastEvent} ms`);
            lastEvent = now;
          }
        }
        now = until;
      };
      for (const { wait, stage } of changes) {
        pass(now + wait);
        channel.update({ stage }, at(now));
      }
      pass(now + 60_000);
    }),
  );
});

test.run();
