import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../controllers/units.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import * as led from "../../firmware/dali/commands/led.ts";
import { NO_FAULTS } from "../gear.ts";
import { gearRig } from "./test-rig.ts";

test("the dimming curve can be changed, and RESET brings the logarithmic one back", () => {
  const { gear, set, byte, once, say } = gearRig();
  once(cmd.dapc(5, 127));
  assert.is(Math.round(gear.light()), 3);
  set(1, led.selectDimmingCurve(5));
  assert.is(gear.light(), 50);
  assert.is(byte(led.queryDimmingCurve(5)), 1);
  set(2, led.selectDimmingCurve(5));
  assert.is(byte(led.queryDimmingCurve(5)), 1, "2 is no curve");
  say(cmd.reset(5));
  assert.is(byte(led.queryDimmingCurve(5)), 0);
});

test("the curve's change is no change of energy before it", async () => {
  const { clock, gear, set, once } = gearRig({ memory: {} });
  once(cmd.dapc(5, 127));
  const before = gear.energy();
  await clock.advance(seconds(3600));
  set(1, led.selectDimmingCurve(5));
  assert.ok(gear.energy() - before < 3, `${gear.energy() - before} Wh`);
});

test("commands of the type want ENABLE DEVICE TYPE before the first of two, and nothing between", () => {
  const { gear, once, load } = gearRig();
  const curve = led.selectDimmingCurve(5);
  load(1);
  once(curve);
  once(curve);
  assert.is(gear.settings.dimmingCurve, 0, "not enabled");
  once(cmd.enableDeviceType(6));
  once(curve);
  once(cmd.queryStatus(5));
  once(curve);
  assert.is(gear.settings.dimmingCurve, 0, "another between");
  once(cmd.enableDeviceType(8));
  once(curve);
  once(curve);
  assert.is(gear.settings.dimmingCurve, 0, "of another type");
  once(cmd.enableDeviceType(6));
  once(curve);
  once(curve);
  assert.is(gear.settings.dimmingCurve, 1);
});

test("the fast fade time fades where no fade time is set, and keeps to its limits", async () => {
  const { clock, gear, set, byte, once } = gearRig({ minFastFadeTime: 8 });
  const stored = (value: number) => {
    set(value, led.setFastFadeTime(5));
    return byte(led.queryFastFadeTime(5));
  };
  assert.equal([stored(3), stored(40), stored(0), stored(20)], [8, 27, 0, 20]);
  once(cmd.dapc(5, 100));
  await clock.advance(milliseconds(250));
  assert.is(gear.arc, 177);
  await clock.advance(milliseconds(250));
  assert.is(gear.arc, 100);
  set(4, cmd.setFadeTime(5));
  once(cmd.dapc(5, 200));
  await clock.advance(milliseconds(1000));
  assert.is(gear.arc, 150);
});

test("failure status: lamp, thermal state, and the load against its reference", async () => {
  const { clock, gear, ask, say } = gearRig();
  const failures = () => {
    const answer = ask(led.queryFailureStatus(5));
    assert.ok(answer.kind === "value");
    return Object.entries(answer.value).flatMap(([name, is]) => (is ? [name] : []));
  };
  assert.equal(failures(), []);
  gear.suffer({ lamp: "short", derating: 0.7 });
  assert.equal(failures(), ["shortCircuit", "thermalOverload"]);
  gear.suffer({ ...NO_FAULTS, lamp: "open" });
  assert.equal(failures(), ["openCircuit"]);
  gear.suffer({ ...NO_FAULTS, powerFactor: 0.7 });
  assert.equal(failures(), [], "no reference yet");
  say(led.referenceSystemPower(5));
  assert.is(ask(led.queryReferenceRunning(5)), true);
  await clock.advance(seconds(10));
  assert.is(ask(led.queryReferenceRunning(5)), false);
  assert.equal(failures(), ["loadDecrease"]);
  assert.is(ask(led.queryLoadDecrease(5)), true);
  gear.suffer({ powerFactor: 1.3 });
  assert.equal(failures(), ["loadIncrease"]);
  gear.suffer({ ...NO_FAULTS, cycling: { lit: 1000, dark: 1000 } });
  await clock.advance(milliseconds(1500));
  assert.equal(failures(), ["thermalShutDown"]);
});

test.run();
