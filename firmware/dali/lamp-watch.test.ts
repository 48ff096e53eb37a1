import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, level } from "../../controllers/units.ts";
import type { Answer } from "./command.ts";
import type { Status } from "./commands/gear.ts";
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

test("five silences in a row are a missing gear, two answers a return; a collision is a sign of life", () => {
  const { watch, readings } = rig();
  const silence = () => watch.asksLevel(0)({ kind: "none" }, at);
  watch.status({ kind: "collision" }, at);
  watch.status({ kind: "none" }, at);
  for (let i = 0; i < 3; i++) silence();
  assert.equal(readings, []);
  silence();
  silence();
  watch.status({ kind: "collision" }, at);
  watch.status({ kind: "collision" }, at);
  const fault = { kind: "fault" as const, source: "lamp/1/5", at };
  assert.equal(readings, [
    { ...fault, fault: "gear-missing" },
    { ...fault, fault: null },
  ]);
});

const WELL: Status = {
  controlGearFailure: false,
  lampFailure: false,
  lampOn: false,
  limitError: false,
  fadeRunning: false,
  resetState: false,
  missingShortAddress: false,
  powerCycleSeen: false,
};

/** What is said of the lamp's state, in short: `lamp`, `gear`, `lit`, `dark`, `shared`. */
function states() {
  const it = rig();
  const said = () =>
    it.readings.flatMap((reading) => {
      if (reading.kind !== "lamp") return [];
      const words = [reading.lampFailure && "lamp", reading.gearFailure && "gear"];
      const light = reading.lit === undefined ? "?" : reading.lit ? "lit" : "dark";
      const shared = reading.shared === undefined ? false : reading.shared ? "shared" : "own";
      return [[...words, light, shared].filter(Boolean).join(" ")];
    });
  let ms = 0;
  /** Asked every four seconds, or `after` ms after the time before. */
  const status = (more: Partial<Status>, after = 4000) => {
    ms += after;
    it.watch.status({ kind: "value", value: { ...WELL, ...more } }, instant(at + ms));
  };
  return { ...it, said, status };
}

test("a failure is said when two answers in a row agree, its end too; a wrong bit is not", () => {
  const { said, status } = states();
  status({});
  assert.equal(said(), ["?"]);
  status({ lampFailure: true });
  status({});
  status({ controlGearFailure: true });
  status({});
  assert.equal(said(), ["?", "dark"], "dark, as often as it was asked");
  status({ lampFailure: true });
  status({ lampFailure: true });
  status({});
  status({ lampFailure: true });
  assert.equal(said().slice(2), ["lamp dark"]);
  status({});
  status({});
  assert.equal(said().slice(3), ["dark"]);
});

test("the first answer is not believed when it is a failure", () => {
  const { said, status } = states();
  status({ lampFailure: true, lampOn: true });
  assert.equal(said(), []);
  status({ lampFailure: true, lampOn: true });
  assert.equal(said(), ["lamp lit"]);
});

test("light is said once after each time it was told to go on or off: at once where it is as told, twice seen where not", () => {
  const { watch, said, status } = states();
  watch.given(level(80), 0, at);
  status({ lampOn: true });
  assert.equal(said(), ["lit"]);
  watch.given(level(30), 0, at);
  status({ lampOn: true });
  assert.equal(said(), ["lit"]);
  watch.given(level(0), 0, at);
  status({ lampOn: true });
  assert.equal(said(), ["lit"]);
  status({ lampOn: true });
  assert.equal(said(), ["lit", "lit"]);
  status({});
  assert.equal(said().slice(2), ["dark"]);
  watch.given(level(80), 0, at);
  status({ lampOn: true });
  status({});
  status({ lampOn: true });
  assert.equal(said().slice(3), ["lit"]);
});

test("light that is not as told has to last, and to be seen again after it was told once more", () => {
  const { watch, said, status } = states();
  watch.given(level(0), 0, at);
  status({});
  for (let i = 0; i < 29; i++) status({ lampOn: true }, 100);
  watch.given(level(0), 0, at);
  status({ lampOn: true }, 100);
  status({ lampOn: true }, 2900);
  assert.equal(said(), ["dark"]);
  status({ lampOn: true }, 100);
  assert.equal(said(), ["dark", "lit"]);
});

test("while it fades, or its command is on its way, its light says nothing; its failures do", () => {
  const { watch, said, status } = states();
  watch.given(level(0), 0, at);
  status({ lampOn: true, fadeRunning: true });
  status({ lampOn: true, fadeRunning: true });
  assert.equal(said(), ["?"]);
  status({ lampOn: true, powerCycleSeen: true });
  status({ lampOn: true, powerCycleSeen: true });
  assert.equal(said(), ["?"], "at its power on level");
  watch.commanded(Number.POSITIVE_INFINITY);
  status({ lampOn: true, lampFailure: true });
  status({ lampOn: true, lampFailure: true });
  assert.equal(said(), ["?", "lamp ?"]);
});

test("a lamp that strayed is said three times more to be where it was told, but not where it strayed to", () => {
  const { watch, levels } = rig();
  watch.given(level(50), 0, at);
  for (let i = 0; i < 5; i++) watch.asksLevel(1)(value(127), at);
  assert.equal(levels(), [50]);
  watch.asksLevel(1)(value(254), at);
  watch.given(level(50), 0, at);
  assert.equal(levels(), [50, 100, 50]);
  for (let i = 0; i < 9; i++) watch.asksLevel(1)(value(127), at);
  assert.equal(levels(), [50, 100, 50, 50, 50, 50]);
  watch.asksLevel(1)(value(254), at);
  watch.given(level(100), 0, at);
  watch.asksLevel(1)(value(254), at);
  watch.asksLevel(1)(value(254), at);
  assert.equal(levels().slice(6), [100], "it may be stuck there");
  watch.given(level(50), 0, at);
  for (let i = 0; i < 9; i++) watch.asksLevel(1)(value(127), at);
  assert.equal(levels().slice(7), [50, 50, 50, 50]);
});

test("a shared address is said when it begins and ends, whatever else is known", () => {
  const { watch, said, status } = states();
  for (let i = 0; i < 18; i++) watch.asksLevel(0)({ kind: "collision" }, at);
  assert.equal(said(), ["? shared"]);
  for (let i = 0; i < 18; i++) watch.asksLevel(0)(value(0), at);
  assert.equal(said(), ["? shared", "? own"]);
  status({});
  assert.equal(said().slice(2), ["dark"]);
});

test.run();
