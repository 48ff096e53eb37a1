import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, level } from "../../controllers/units.ts";
import type { Answer } from "./command.ts";
import { LampWatch } from "./lamp-watch.ts";

const at = instant(1000);
const value = (arc: number | null): Answer<number | null> => ({ kind: "value", value: arc });

function rig() {
  const readings: Reading[] = [];
  const lamp = { id: "lamp/1/5", address: 5, curve: "linear" as const };
  const watch = new LampWatch(lamp, (reading) => readings.push(reading));
  const levels = () => readings.flatMap((reading) => (reading.kind === "level" ? [reading.level] : []));
  return { watch, readings, levels };
}

test("a level is told when it differs from the one told last, and again after the line was down", () => {
  const { watch, levels } = rig();
  watch.asksLevel(0)(value(127), at);
  watch.asksLevel(1)(value(127), at);
  watch.asksLevel(2)(value(0), at);
  assert.equal(levels(), [50, 0]);
  watch.forget();
  watch.asksLevel(3)(value(0), at);
  assert.equal(levels(), [50, 0, 0]);
});

test("an answer to a question older than a command tells nothing", () => {
  const { watch, levels } = rig();
  const tell = watch.asksLevel(0);
  watch.commanded(0);
  watch.given(level(30), 0, at);
  tell(value(254), at);
  assert.equal(levels(), [30]);
  watch.asksLevel(1)(value(254), at);
  assert.equal(levels(), [30, 100]);
});

test("while it fades, or while its command is being sent, its level tells nothing", () => {
  const { watch, levels } = rig();
  watch.commanded(Number.POSITIVE_INFINITY);
  watch.asksLevel(5)(value(1), at);
  watch.given(level(30), 100, at);
  watch.asksLevel(99)(value(2), at);
  assert.equal(levels(), [30]);
  watch.asksLevel(100)(value(76), at);
  assert.equal(levels(), [30], "76 is 30 % as given, not 29.9 %");
  watch.asksLevel(101)(value(75), at);
  assert.is(levels().at(-1)?.toFixed(2), "29.53");
});

test("no value, no level: silence, collision and MASK", () => {
  const { watch, readings } = rig();
  for (const answer of [{ kind: "none" }, { kind: "collision" }, value(null)] as const) watch.asksLevel(0)(answer, at);
  assert.equal(readings, []);
});

test("three silences in a row are a missing gear; a collision is a sign of life", () => {
  const { watch, readings } = rig();
  const silence = () => watch.asksLevel(0)({ kind: "none" }, at);
  silence();
  watch.status({ kind: "none" }, at);
  watch.status({ kind: "collision" }, at);
  silence();
  silence();
  assert.equal(readings, []);
  silence();
  silence();
  watch.status({ kind: "collision" }, at);
  const fault = { kind: "fault" as const, source: "lamp/1/5", at };
  assert.equal(readings, [
    { ...fault, fault: "gear-missing" },
    { ...fault, fault: null },
  ]);
});

test.run();
