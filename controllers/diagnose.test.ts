import { test } from "uvu";
import * as assert from "uvu/assert";
import { decide } from "./decide.ts";
import { diagnose } from "./diagnose.ts";
import { UNSEEN } from "./lighting/diagnosis.ts";
import type { Reading } from "./model.ts";
import { prepare } from "./prepare.ts";
import { initialState, type State } from "./state.ts";
import { frozen, site, utc } from "./test-site.ts";
import { type Instant, instant, level, seconds } from "./units.ts";

const prepared = prepare(site());
const NOON = utc("2026-03-20T12:00");
const lit = (source: string, at: Instant, is: boolean): Reading => ({
  kind: "lamp",
  source,
  lampFailure: false,
  gearFailure: false,
  lit: is,
  at,
});
const said = (source: string, at: Instant, percent = 0): Reading => ({
  kind: "level",
  source,
  level: level(percent),
  at,
});

/** Passes on the site, one second apart; tells the alarms. */
function passes(start: Instant) {
  let state: State = initialState(prepared, start);
  let now: Instant = start;
  return (readings: (at: Instant) => readonly Reading[], later = 1) => {
    now = instant(now + seconds(later));
    const inputs = { readings: readings(now), wishes: [], cancelled: [], clockSet: true };
    const decision = decide(prepared, frozen(state), inputs, now);
    state = decision.state;
    const told = decision.events.flatMap((event) =>
      event.kind === "alarm" && event.component !== "cabinet/1" && !event.component.startsWith("counter")
        ? [`${event.active ? "+" : "-"} ${event.code} ${event.component}: ${event.message}`]
        : [],
    );
    return { told, state };
  };
}

test("what is wrong with a lamp is an alarm with the numbers that show it, and ends", () => {
  const pass = passes(NOON);
  pass(() => []);
  pass((at) => [said("lamp/1/2", at)]);
  assert.equal(pass((at) => [lit("lamp/1/2", at, true)]).told, [
    "+ lighting.day-burner lamp/1/2: it is told 0 % and gives light",
  ]);
  assert.equal(pass((at) => [lit("lamp/1/2", at, true)]).told, []);
  assert.is(pass((at) => [lit("lamp/1/2", at, false)]).told.length, 1);
});

test("two ways to see it are one alarm, which ends with the last", () => {
  const pass = passes(utc("2026-03-20T19:00"));
  pass(() => []);
  pass((at) => [said("lamp/1/2", at, 100)]);
  const failed = (at: Instant): Reading => ({ ...lit("lamp/1/2", at, false), lampFailure: true }) as Reading;
  assert.equal(
    pass((at) => [failed(at)]).told.map((line) => line.slice(0, 24)),
    ["+ lighting.lamp lamp/1/2"],
  );
  const dark = (at: Instant) => [lit("lamp/1/2", at, false)];
  assert.equal(pass(dark).told, [], "it still gives no light");
  assert.is(pass((at) => [lit("lamp/1/2", at, true)]).told.length, 1);
});

test("where no reading is of a lamp, nothing is done: the very same diagnoses", () => {
  const before = prepared.lamps.map(() => UNSEEN);
  const at = NOON;
  const count: Reading = { kind: "count", source: "counter/1", people: 1, direction: "up", at };
  const meter: Reading = { kind: "fault", source: "meter/1", fault: "port-lost", at };
  const result = diagnose(prepared, { before, targets: [], readings: [count, meter], moved: true }, NOON);
  assert.is(result.diagnoses, before);
});

test("a line that fails forgets where its lamps were; a clock that is set, when things were", () => {
  const pass = passes(NOON);
  pass(() => []);
  pass((at) => [said("lamp/1/2", at), said("lamp/1/3", at)]);
  const fault = pass((at) => [{ kind: "fault", source: "bus/1", fault: "port-lost", at }]).state;
  assert.equal([fault.diagnoses[2]?.level, fault.diagnoses[3]?.level], [null, null]);
  const again = pass((at) => [said("lamp/1/2", at)]).state;
  assert.ok((again.diagnoses[2]?.levelAt as number) < again.at + 1);
  const moved = pass(() => [], 100_000).state;
  assert.is(moved.diagnoses[2]?.levelAt, moved.at);
});

test("a reading from the future of a wrong clock counts as of now", () => {
  const pass = passes(NOON);
  pass(() => []);
  const { state } = pass((at) => [said("lamp/1/2", instant(at + 1e9))]);
  assert.is(state.diagnoses[2]?.levelAt, state.at);
});

test.run();
