import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, milliseconds, minutes, seconds } from "../../controllers/units.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import { NO_FAULTS } from "../gear.ts";
import { gearRig } from "./test-rig.ts";

const status = ({ ask }: ReturnType<typeof gearRig>) => {
  const answer = ask(cmd.queryStatus(5));
  assert.ok(answer.kind === "value");
  return answer.value;
};

test("a day-burner gives full light at level 0, and the gear sees that its lamp is on", () => {
  const rig = gearRig();
  const { gear, once, byte } = rig;
  gear.suffer({ dayBurner: true });
  once(cmd.dapc(5, 100));
  assert.is(Math.round(gear.light() * 100), 149, "not while it is to burn");
  once(cmd.off(5));
  assert.equal([gear.light(), gear.power().toFixed(1), byte(cmd.queryActualLevel(5))], [100, "60.3", 0]);
  assert.is(status(rig).lampOn, true);
  gear.suffer(NO_FAULTS);
  assert.is(gear.light(), 0);
});

test("cycling: dark after so long alight, and back, again and again from when it began", async () => {
  const rig = gearRig();
  const { clock, gear } = rig;
  await clock.advance(seconds(7));
  gear.suffer({ cycling: { lit: minutes(8), dark: minutes(2) } });
  const seen: number[] = [];
  for (let i = 0; i < 20; i++) {
    await clock.advance(minutes(1));
    seen.push(gear.light() / 100);
  }
  assert.equal(seen, [1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1]);
  await clock.advance(minutes(8));
  assert.is(status(rig).lampOn, false);
  assert.is(status(rig).lampFailure, false);
});

test("stuck: the light stays where the fault holds it; the gear tells of it or not", () => {
  const { gear, once, byte } = gearRig();
  gear.suffer({ stuck: { at: 254, told: false } });
  once(cmd.dapc(5, 50));
  assert.equal([gear.light(), byte(cmd.queryActualLevel(5))], [100, 50]);
  gear.suffer({ stuck: { at: 254, told: true } });
  assert.is(byte(cmd.queryActualLevel(5)), 254);
});

test("power: by a factor, drifting by the hour, less with derating", async () => {
  const { clock, gear } = gearRig();
  gear.suffer({ powerFactor: 0.5 });
  assert.is(gear.power().toFixed(2), "30.30");
  gear.suffer({ powerFactor: 1, powerDrift: 0.01 });
  await clock.advance(hours(10));
  assert.is(gear.power().toFixed(2), "66.30");
  assert.is(gear.light(), 100);
  gear.suffer({ ...NO_FAULTS, derating: 0.6 });
  assert.equal([gear.light(), gear.power().toFixed(2)], [60, "36.30"]);
});

test("an open or a shorted lamp gives no light and is reported; gear that misses is silent now and then", () => {
  const rig = gearRig();
  const { gear, ask } = rig;
  for (const lamp of ["open", "short"] as const) {
    gear.suffer({ lamp });
    assert.is(gear.light(), 0);
    assert.is(status(rig).lampFailure, true);
  }
  gear.suffer({ ...NO_FAULTS, misses: 0.3 });
  let answers = 0;
  for (let i = 0; i < 1000; i++) if (ask(cmd.queryControlGearPresent(5))) answers++;
  assert.ok(answers > 650 && answers < 750, `${answers}`);
  gear.suffer({ mute: true });
  assert.is(ask(cmd.queryControlGearPresent(5)), false);
});

test("while it boots it hears nothing", async () => {
  const { clock, gear, once, ask } = gearRig({ bootTime: 3000 });
  gear.setMains(false);
  await clock.advance(seconds(1));
  gear.setMains(true);
  await clock.advance(milliseconds(2999));
  once(cmd.dapc(5, 10));
  assert.equal([gear.light(), gear.arc, ask(cmd.queryControlGearPresent(5))], [0, 254, false]);
  await clock.advance(milliseconds(1));
  assert.equal([gear.light(), ask(cmd.queryControlGearPresent(5))], [100, true]);
});

test.run();
