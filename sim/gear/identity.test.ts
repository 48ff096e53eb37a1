import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds } from "../../controllers/units.ts";
import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import { gearRig } from "./test-rig.ts";

const listed = ({ byte }: ReturnType<typeof gearRig>) => {
  const types = [byte(cmd.queryDeviceType(5))];
  if (types[0] !== 255) return types;
  for (let i = 0; i < 10 && types.at(-1) !== 254; i++) types.push(byte(cmd.queryNextDeviceType(5)));
  return types;
};

test("device types: one, none, or several told one after the other with nothing between", () => {
  assert.equal(listed(gearRig()), [6]);
  assert.equal(listed(gearRig({ deviceTypes: [] })), [254]);
  const rig = gearRig({ colour: {}, memory: {}, address: 5 });
  assert.equal(listed(rig), [255, 6, 8, 50, 51, 52, 254]);
  assert.is(rig.byte(cmd.queryNextDeviceType(5)), undefined);
  rig.byte(cmd.queryDeviceType(5));
  rig.byte(cmd.queryStatus(5));
  assert.is(rig.byte(cmd.queryNextDeviceType(5)), undefined);
  assert.equal(listed(gearRig({ deviceTypes: [49, 6] })), [255, 6, 49, 254]);
});

test("ENABLE DEVICE TYPE must come directly before, and only gear of the type obeys", () => {
  const { byte, once } = gearRig({ colour: {} });
  const version = (type: number) => byte(cmd.queryExtendedVersionNumber(5, type));
  assert.equal([version(6), version(8), version(50)], [1, 2, undefined]);
  once(cmd.enableDeviceType(6));
  once(cmd.dtr0(1));
  assert.is(once(cmd.queryExtendedVersionNumber(5, 6)), undefined);
});

test("operating modes: only those it has, and QUERY RESET STATE does not mind", () => {
  const { gear, set, ask, byte } = gearRig({ operatingModes: [0x81] });
  set(0x90, cmd.setOperatingMode(5));
  assert.is(byte(cmd.queryOperatingMode(5)), 0);
  assert.is(ask(cmd.queryManufacturerSpecificMode(5)), false);
  set(0x81, cmd.setOperatingMode(5));
  assert.is(byte(cmd.queryOperatingMode(5)), 0x81);
  assert.is(ask(cmd.queryManufacturerSpecificMode(5)), true);
  assert.is(ask(cmd.queryResetState(5)), true);
  gear.settings.groups = 1;
  assert.is(ask(cmd.queryResetState(5)), false);
});

test("random addresses: kept, drawn on demand, or never changed; VERIFY may be mute", async () => {
  const { clock, gear, say, ask } = gearRig({
    address: null,
    randomAddress: 0x010203,
    draws: [0x0a0b0c],
    muteVerify: true,
  });
  say(cmd.initialise(0));
  const told = () => [
    cmd.queryRandomAddressH(gearAt()),
    cmd.queryRandomAddressM(gearAt()),
    cmd.queryRandomAddressL(gearAt()),
  ];
  const gearAt = () => ({ kind: "broadcast" }) as const;
  assert.equal(
    told().map((query) => ask(query)),
    [1, 2, 3].map((value) => ({ kind: "value", value })),
  );
  say(cmd.randomise());
  assert.is(gear.randomAddress, 0x010203, "not at once");
  await clock.advance(milliseconds(100));
  assert.is(gear.randomAddress, 0x0a0b0c);
  for (const half of [
    cmd.searchAddrH(0x0a),
    cmd.searchAddrM(0x0b),
    cmd.searchAddrL(0x0c),
    cmd.programShortAddress(0x07),
  ]) {
    say(half);
  }
  assert.is(gear.shortAddress, 3);
  assert.is(ask(cmd.verifyShortAddress(0x07)), false);
  say(cmd.programShortAddress(MASK));
  assert.is(gear.shortAddress, null);
  const fixed = gearRig({ randomAddress: 77, keepsRandomAddress: true });
  fixed.say(cmd.initialise(0));
  fixed.say(cmd.randomise());
  await fixed.clock.advance(milliseconds(200));
  assert.is(fixed.gear.randomAddress, 77);
});

test("two frames that differ in their address are no pair", () => {
  const { gear, once } = gearRig();
  once(cmd.dtr0(4));
  once(cmd.setFadeTime(5));
  once(cmd.setFadeTime({ kind: "broadcast" }));
  assert.is(gear.settings.fadeTime, 0);
});

test.run();
