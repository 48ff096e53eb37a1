import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, minutes, seconds } from "../../controllers/units.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import { levelAt, nextStep } from "../fade.ts";
import { gearRig } from "./test-rig.ts";

test("a DAPC sequence fades in 200 ms, whatever the fade time, until 200 ms pass without a DAPC", async () => {
  const { clock, gear, once, set } = gearRig();
  set(6, cmd.setFadeTime(5));
  once(cmd.enableDapcSequence(5));
  for (const level of [200, 100, 50]) {
    await clock.advance(milliseconds(150));
    once(cmd.dapc(5, level));
  }
  await clock.advance(milliseconds(200));
  assert.is(gear.arc, 50);
  await clock.advance(milliseconds(1));
  once(cmd.dapc(5, 200));
  await clock.advance(milliseconds(200));
  assert.ok(gear.arc < 60, `${gear.arc}: the sequence is over`);
  await clock.advance(seconds(4));
  assert.is(gear.arc, 200);
  once(cmd.enableDapcSequence(5));
  once(cmd.stepDown(5));
  once(cmd.dapc(5, 10));
  await clock.advance(milliseconds(200));
  assert.ok(gear.arc > 180, "another level command ends it");
});

test("CONTINUOUS UP and DOWN run at the fade rate to the limit, and never switch", async () => {
  const { clock, gear, once, set } = gearRig();
  set(200, cmd.setMaxLevel(5));
  once(cmd.dapc(5, 20));
  once(cmd.continuousUp(5));
  await clock.advance(seconds(2));
  assert.is(gear.arc, 109, "44.7 steps a second");
  once(cmd.dapc(5, 255));
  await clock.advance(seconds(1));
  assert.is(gear.arc, 109, "MASK stops it");
  once(cmd.continuousUp(5));
  await clock.advance(seconds(3));
  assert.is(gear.arc, 200);
  once(cmd.continuousDown(5));
  await clock.advance(minutes(1));
  assert.is(gear.arc, 1);
  once(cmd.off(5));
  once(cmd.continuousUp(5));
  await clock.advance(seconds(1));
  assert.is(gear.arc, 0);
});

test("IDENTIFY DEVICE blinks for 10 s and leaves the level; a command ends it", async () => {
  const { clock, gear, once, say } = gearRig();
  once(cmd.dapc(5, 100));
  const seen = async () => {
    const lights = new Set<number>();
    for (let i = 0; i < 20; i++) {
      lights.add(Math.round(gear.light() * 10));
      await clock.advance(milliseconds(100));
    }
    return [...lights].toSorted((a, b) => a - b);
  };
  once(cmd.identifyDevice(5));
  assert.equal(await seen(), [15], "not twice");
  say(cmd.identifyDevice(5));
  assert.is(gear.arc, 100);
  once(cmd.queryStatus(5));
  once(cmd.recallMaxLevel(5));
  assert.equal(await seen(), [1, 1000]);
  once(cmd.dapc(5, 100));
  say(cmd.identifyDevice(5));
  await clock.advance(seconds(2));
  await clock.advance(seconds(8));
  assert.equal(await seen(), [15]);
  for (const command of [cmd.dapc(5, 100), cmd.stepUp(5)]) {
    say(cmd.identifyDevice(5));
    once(command);
    assert.is((await seen()).length, 1);
  }
});

test("nextStep is where levelAt changes, and nowhere between", () => {
  const fades = [
    { from: 10, to: 254, start: 100, time: 700, end: 254 },
    { from: 254, to: 1, start: 0, time: 90_510, end: 0 },
    { from: 7, to: 7, start: 3, time: 200, end: 0 },
    { from: 3, to: 4, start: 0.25, time: 200.1, end: 4 },
  ];
  for (const fade of fades) {
    let [at, changes] = [fade.start, 0];
    for (;;) {
      const next = nextStep(fade, at);
      if (next === Number.POSITIVE_INFINITY) break;
      assert.ok(next > at);
      const middle = levelAt(fade, (at + next) / 2);
      assert.is(levelAt(fade, at + (next - at) * 1e-6), middle);
      assert.is(levelAt(fade, next - (next - at) * 1e-6), middle);
      at = next;
      changes++;
    }
    assert.ok(changes <= Math.abs(fade.to - fade.from) + 1);
    assert.is(levelAt(fade, at), fade.end);
  }
});

test.run();
