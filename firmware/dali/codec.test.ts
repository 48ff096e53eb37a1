import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { commands } from "./catalogue.ts";
import { decode, encode } from "./codec.ts";
import type { Command } from "./command.ts";
import * as colour from "./commands/colour.ts";
import * as d4i from "./commands/d4i.ts";
import * as device from "./commands/device.ts";
import * as gear from "./commands/gear.ts";
import * as instance from "./commands/instance.ts";
import * as led from "./commands/led.ts";
import * as pushButton from "./commands/push-button.ts";
import { ALL_DEVICES, deviceGroup, instanceType } from "./device-frame.ts";
import { BROADCAST, forward16, forward24 } from "./frame.ts";

const TYPES = [undefined, 0, 1, 6, 8, 49, 50, 51, 52, 255];

test("every 16-bit frame of every device type comes back as it was", () => {
  for (const type of TYPES) {
    const rows = new Set<unknown>();
    for (let data = 0; data <= 0xffff; data++) {
      const said = decode(forward16(data), type);
      const again = encode(said);
      if (again.data !== data || again.bits !== 16) assert.unreachable(`0x${data.toString(16)} of type ${type}`);
      if (said.kind === "gear") rows.add(said.row);
    }
    const wanted = commands.filter(
      ({ kind, deviceType, code }) =>
        ["arc", "addressed", "special"].includes(kind) &&
        // with a type open, the opcodes from 0xE0 on are its own
        (deviceType === undefined ? type === undefined || kind !== "addressed" || code < 0xe0 : deviceType === type),
    );
    assert.equal([...rows].length, wanted.length, `type ${type}`);
    for (const row of wanted) assert.ok(rows.has(row), `${row.family} ${row.name}`);
  }
});

test("24-bit frames come back as they were, whatever address, instance and opcode they have", async () => {
  const rows = new Set<unknown>();
  for (const first of [0x07, 0x06, 0x81, 0x9e, 0xbf, 0xc1, 0xc3, 0xc5, 0xc7, 0xc9, 0xde, 0xfc, 0xfd, 0xfe, 0xff]) {
    for (let rest = 0; rest <= 0xffff; rest++) {
      const data = (first << 16) | rest;
      const said = decode(forward24(data));
      const again = encode(said);
      if (again.data !== data || again.bits !== 24) assert.unreachable(`0x${data.toString(16)}`);
      if (said.kind === "device") rows.add(said.row);
    }
  }
  const wanted = commands.filter(({ kind }) => !["arc", "addressed", "special"].includes(kind));
  assert.is(rows.size, wanted.length);
  await fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (data) => encode(decode(forward24(data))).data === data),
    { numRuns: 20_000 },
  );
});

test("frames are those of the standard", () => {
  const hex = ({ frame }: Command<unknown>) => frame.data.toString(16).padStart(frame.bits / 4, "0");
  const known: readonly (readonly [Command<unknown>, string])[] = [
    [led.selectDimmingCurve(5), "0be3"],
    [led.queryFailureStatus(BROADCAST), "fff1"],
    [colour.setTemporaryColourTemperature(5), "0be7"],
    [colour.queryColourValue(63), "7ffa"],
    [d4i.queryActivePowerSupply(0), "01fe"],
    [gear.queryExtendedVersionNumber(1, 51), "03ff"],
    [device.queryDeviceStatus(3), "07fe30"],
    [device.startQuiescentMode(ALL_DEVICES), "fffe1d"],
    [device.reset(deviceGroup(31)), "bffe10"],
    [device.initialise(0x7f), "c1017f"],
    [device.searchAddrH(0xff), "c105ff"],
    [device.terminate(), "c10000"],
    [device.directWriteMemory(2, 0x55), "c50255"],
    [device.dtr2Dtr1(1, 2), "c90102"],
    [instance.queryInstanceType(3, 4), "070480"],
    [instance.setEventFilter(ALL_DEVICES, instanceType(3)), "ffc368"],
    [pushButton.setShortTimer(63, 31), "7f1f00"],
  ];
  for (const [command, frame] of known) assert.is(hex(command), frame, command.name);
  assert.is(led.queryFeatures(1).deviceType, 6);
  assert.is(colour.activate(1).deviceType, 8);
  assert.is(gear.queryExtendedVersionNumber(1, 51).deviceType, 51);
  assert.is(gear.queryStatus(1).deviceType, undefined);
});

test("what builders make is what the codec reads", () => {
  const said = decode(gear.goToScene({ kind: "group", group: 2 }, 15).frame);
  assert.equal(said, { kind: "gear", row: gear.goToScene.row, to: { kind: "group", group: 2 }, value: 15 });
  const typed = decode(colour.activate(7).frame, 8);
  assert.ok(typed.kind === "gear" && typed.row === colour.activate.row);
  assert.is(decode(colour.activate(7).frame).kind, "unknown");
  const pair = decode(device.dtr1Dtr0(0x12, 0x34).frame);
  assert.ok(pair.kind === "device" && pair.row === device.dtr1Dtr0.row && pair.value === 0x1234);
  const on = decode(pushButton.setShortTimer(3, 4).frame);
  assert.ok(on.kind === "device" && on.instance?.kind === "instance" && on.instance.number === 4);
});

test("data where the standard has none is no command", () => {
  assert.is(decode(forward16(0xa105)).kind, "unknown");
  assert.is(decode(forward24(0xc10001)).kind, "unknown");
});

test("what cannot be put together is refused by name", () => {
  const scene = { kind: "gear", row: gear.goToScene.row, to: BROADCAST, value: 16 } as const;
  assert.throws(() => encode(scene), /GO TO SCENE scene is 16: allowed 0 to 15/);
  assert.throws(() => encode({ ...scene, to: null, value: 1 }), /GO TO SCENE needs an address/);
  const timer = {
    kind: "device",
    row: pushButton.setShortTimer.row,
    to: ALL_DEVICES,
    instance: null,
    value: 0,
  } as const;
  assert.throws(() => encode(timer), /SET SHORT TIMER needs an instance/);
});

test("a device is no gear, and its reply is what its row says", () => {
  // checked by tsc: each line below must be an error, or the directive above it is one
  const wrong = () => {
    // @ts-expect-error a gear address for a control device
    device.reset(BROADCAST);
    // @ts-expect-error a device address for control gear
    gear.off(ALL_DEVICES);
    // @ts-expect-error a device has no lamp
    const lamp: boolean = device.queryDeviceStatus(1).read({ kind: "none" }).lampFailure;
    // @ts-expect-error a failure status is no yes or no
    const failed: boolean = led.queryFailureStatus(1).read({ kind: "none" });
    return [lamp, failed];
  };
  assert.type(wrong, "function");
  const status = led.queryFailureStatus(1).read({ kind: "byte", value: 0x22 });
  assert.ok(status.kind === "value" && status.value.openCircuit && status.value.thermalShutDown);
  assert.not(status.kind === "value" && status.value.shortCircuit);
});

test.run();
