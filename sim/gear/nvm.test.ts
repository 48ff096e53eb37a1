import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../controllers/units.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import { gearRig } from "./test-rig.ts";

const cut = async ({ clock, gear }: ReturnType<typeof gearRig>) => {
  gear.setMains(false);
  await clock.advance(seconds(1));
  gear.setMains(true);
  await clock.advance(seconds(1));
};

test("what was set less than the delay before a mains cut is lost, what was set before stays", async () => {
  const rig = gearRig({ nvmDelay: 250 });
  const { clock, gear, set, say } = rig;
  set(4, cmd.setFadeTime(5));
  await clock.advance(milliseconds(200));
  set(6, cmd.setFadeTime(5));
  set(120, cmd.setScene(5, 2));
  say(cmd.addToGroup(5, 3));
  set((9 << 1) | 1, cmd.setShortAddress(5));
  assert.equal([gear.settings.fadeTime, gear.settings.groups, gear.shortAddress], [6, 8, 9]);
  await clock.advance(milliseconds(50));
  await cut(rig);
  assert.equal([gear.settings.fadeTime, gear.settings.groups, gear.shortAddress], [4, 0, 5]);
  assert.is(gear.settings.scenes[2], 255);
  set(6, cmd.setFadeTime(5));
  await clock.advance(milliseconds(250));
  await cut(rig);
  assert.is(gear.settings.fadeTime, 6);
});

test("of several writes that did not last, the value before the first comes back", async () => {
  const rig = gearRig();
  for (const code of [4, 6, 8]) rig.set(code, cmd.setFadeTime(5));
  await cut(rig);
  assert.is(rig.gear.settings.fadeTime, 0);
});

test("SAVE PERSISTENT VARIABLES makes it last at once", async () => {
  const rig = gearRig();
  rig.set(4, cmd.setFadeTime(5));
  rig.say(cmd.savePersistentVariables(5));
  rig.set(6, cmd.setFadeTime(5));
  await cut(rig);
  assert.is(rig.gear.settings.fadeTime, 4);
});

test("a RESET that did not last is taken back whole; a random address too", async () => {
  const rig = gearRig({ address: 5, randomAddress: 0x123456 });
  const { clock, gear, set, say } = rig;
  set(4, cmd.setFadeTime(5));
  set(90, cmd.setScene(5, 7));
  await clock.advance(seconds(1));
  say(cmd.reset(5));
  assert.equal([gear.settings.fadeTime, gear.settings.scenes[7], gear.randomAddress], [0, 255, 0xffffff]);
  await cut(rig);
  assert.equal([gear.settings.fadeTime, gear.settings.scenes[7], gear.randomAddress], [4, 90, 0x123456]);
  say(cmd.initialise(0));
  say(cmd.randomise());
  await clock.advance(milliseconds(101));
  assert.is.not(gear.randomAddress, 0x123456);
  await cut(rig);
  assert.is(gear.randomAddress, 0x123456);
});

test.run();
