import { test } from "uvu";
import * as assert from "uvu/assert";
import { decide } from "./decide.ts";
import type { Counter, Event, Reading } from "./model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { initialState, type State } from "./state.ts";
import { counter, site, utc } from "./test-site.ts";
import { type Duration, type Instant, instant, level, minutes, seconds } from "./units.ts";

/** The street of the tests: full where somebody is near, 40 % for nobody, and 80 % by the schedule. */
const NIGHT = utc("2026-03-20T21:00:00");
const SCHEDULED = 80;

function cabinet(counters: readonly Counter[] = [counter(1, 60)]) {
  const prepared: Prepared = prepare(site({ counters }));
  let state: State = initialState(prepared, NIGHT);
  let now: Instant = NIGHT;
  const events: Event[] = [];
  const pass = (...readings: Reading[]) => {
    const decision = decide(prepared, state, { readings, wishes: [], cancelled: [], clockSet: true }, now);
    state = decision.state;
    events.push(...decision.events);
  };
  return {
    events,
    get now() {
      return now;
    },
    light: () => state.targets.map((target) => Math.round(target.level)),
    pass,
    /** A counter that says each 10 s what `people` says, for so long. */
    live(lasts: Duration, people: (second: number) => number, source = "counter/1") {
      for (let second = 0; second < lasts / 1000; second += 10) {
        now = instant(now + 10_000);
        pass({ kind: "count", source, people: people(second), direction: "both", at: now });
      }
    },
    alarms: () =>
      events.flatMap((event) =>
        event.kind === "alarm" ? [`${event.component} ${event.active ? event.message : "over"}`] : [],
      ),
  };
}
const dimmed = (lights: readonly number[]) => lights.every((one) => one < 50);
const scheduled = (lights: readonly number[]) => lights.every((one) => one === SCHEDULED);

test("a counter that is stuck high: full light while it is believed, then the schedule, an alarm, and no people", () => {
  const { live, light, alarms, events } = cabinet();
  live(minutes(5), () => 0);
  assert.ok(dimmed(light()), `${light()}`);
  live(minutes(15), () => 1);
  assert.ok(
    light().every((one) => one === 100),
    `${light()}`,
  );
  live(minutes(80), () => 1);
  assert.ok(scheduled(light()), `${light()}`);
  assert.equal(alarms(), ["counter/1 it counts as regularly as no people come"]);
  const sums = events.length;
  live(minutes(10), () => 1);
  assert.equal(
    events.slice(sums).filter(({ kind }) => kind === "footfall"),
    [],
    "not counted is not nobody",
  );
  live(minutes(65), () => 0);
  assert.ok(dimmed(light()), `believed again: ${light()}`);
  assert.equal(alarms().at(-1), "counter/1 over");
});

test("a counter that is stuck low beside one that counts many: the schedule, an alarm, until it sees somebody", () => {
  const both = cabinet([counter(1, 60), counter(2, 150)]);
  for (let minute = 0; minute < 200; minute++) {
    both.live(seconds(60), (second) => (second % 20 === 0 ? (minute * 7 + second) % 5 : 0), "counter/2");
    both.pass({ kind: "count", source: "counter/1", people: 0, direction: "both", at: both.now });
  }
  assert.equal(both.alarms(), ["counter/1 it counts nobody where many were to be expected"]);
  both.live(minutes(5), () => 0, "counter/2");
  assert.ok(scheduled(both.light().slice(0, 2)), `those that only counter/1 reaches: ${both.light()}`);
  both.pass({ kind: "count", source: "counter/1", people: 1, direction: "both", at: both.now });
  assert.equal(both.alarms().at(-1), "counter/1 over");
  assert.is(both.light()[1], 100);
});

test("a presence is in no sum and is never too regular", () => {
  const { live, light, alarms, events } = cabinet([{ ...counter(1, 60), presence: true }]);
  live(minutes(200), () => 1);
  assert.ok(light().every((one) => one === 100));
  assert.equal(alarms(), []);
  assert.equal(
    events.filter(({ kind }) => kind === "footfall"),
    [],
  );
  live(minutes(5), () => 0);
  assert.ok(light().every((one) => one < level(50)));
});

test.run();
