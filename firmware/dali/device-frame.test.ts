import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  ALL_DEVICES,
  ALL_INSTANCES,
  type DeviceAddress,
  decodeDevice,
  device,
  deviceAddressByte,
  deviceAddressOf,
  deviceGroup,
  encodeDevice,
  type Instance,
  instance,
  instanceByte,
  instanceGroup,
  instanceOf,
  instanceType,
  UNADDRESSED_DEVICES,
} from "./device-frame.ts";

test("addresses are those of IEC 62386-103 7.2.2.1", () => {
  const known: readonly (readonly [DeviceAddress, number])[] = [
    [device(0), 0x01],
    [device(63), 0x7f],
    [deviceGroup(0), 0x81],
    [deviceGroup(31), 0xbf],
    [UNADDRESSED_DEVICES, 0xfd],
    [ALL_DEVICES, 0xff],
  ];
  for (const [address, byte] of known) {
    assert.is(deviceAddressByte(address), byte);
    assert.equal(deviceAddressOf(byte), address);
  }
  let addresses = 0;
  for (let byte = 0; byte < 256; byte++) if (deviceAddressOf(byte)) addresses++;
  assert.is(addresses, 64 + 32 + 2);
});

test("instance bytes are those of IEC 62386-103 7.2.2.2", () => {
  const known: readonly (readonly [Instance, number])[] = [
    [instance(0), 0x00],
    [instance(31), 0x1f],
    [{ kind: "feature-of-instance", number: 1 }, 0x21],
    [{ kind: "feature-of-type", number: 1 }, 0x61],
    [instanceGroup(31), 0x9f],
    [{ kind: "feature-of-group", number: 1 }, 0xa1],
    [instanceType(3), 0xc3],
    [{ kind: "feature-of-device" }, 0xfc],
    [{ kind: "feature-of-all" }, 0xfd],
    [ALL_INSTANCES, 0xff],
  ];
  for (const [of, byte] of known) {
    assert.is(instanceByte(of), byte);
    assert.equal(instanceOf(byte), of);
  }
  for (let byte = 0; byte < 256; byte++) {
    const of = instanceOf(byte);
    if (of) assert.is(instanceByte(of), byte);
    const kept = (byte >= 0x40 && byte < 0x60) || (byte >= 0xe0 && byte < 0xfc) || byte === 0xfe;
    assert.is(of === undefined, kept, `0x${byte.toString(16)}`);
  }
});

test("a frame is taken apart and put together", () => {
  assert.equal(decodeDevice(0x07fe30), { kind: "command", to: device(3), opcode: 0x30 });
  assert.equal(decodeDevice(0x070480), {
    kind: "instance-command",
    to: device(3),
    instance: instance(4),
    opcode: 0x80,
  });
  assert.equal(decodeDevice(0xc1017f), { kind: "special", code: 1, data: 0x7f });
  assert.equal(decodeDevice(0xc71234), { kind: "pair", code: 0xc7, first: 0x12, second: 0x34 });
  assert.equal(decodeDevice(0x060000), { kind: "reserved", data: 0x060000 }, "an event");
  assert.equal(decodeDevice(0xcb0000), { kind: "reserved", data: 0xcb0000 });
  for (const first of [0x06, 0x07, 0x81, 0xc1, 0xc5, 0xcb, 0xfd, 0xff]) {
    for (let rest = 0; rest <= 0xffff; rest += 3) {
      const data = (first << 16) | rest;
      if (encodeDevice(decodeDevice(data)).data !== data) assert.unreachable(`0x${data.toString(16)}`);
    }
  }
});

test("numbers out of range are refused by name", () => {
  assert.throws(() => device(64), /device address is 64: allowed 0 to 63/);
  assert.throws(() => deviceGroup(32), /device group is 32: allowed 0 to 31/);
  assert.throws(() => instance(32), /instance is 32/);
  assert.throws(() => instanceType(-1), /instance type is -1/);
  assert.throws(() => decodeDevice(0x1000000), /24-bit frame/);
});

test.run();
