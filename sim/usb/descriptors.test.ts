import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import { VirtualClock } from "../clock.ts";
import { SimulatedI2c } from "../i2c.ts";
import { SimulatedPin } from "../pin.ts";
import { Cp2112 } from "./cp2112.ts";
import { answerStandard, configurationDescriptor, deviceDescriptor, stringDescriptor } from "./descriptors.ts";

const of = new Cp2112({
  i2c: new SimulatedI2c("i2c1"),
  pins: Array.from({ length: 8 }, () => new SimulatedPin()),
  timers: new VirtualClock(instant(0)),
}).descriptors;
const hex = (bytes: Uint8Array | "stall" | undefined) =>
  bytes instanceof Uint8Array ? Buffer.from(bytes).toString("hex") : bytes;
const ask = (requestType: number, request: number, value: number, index = 0, length = 255) =>
  hex(answerStandard(of, { requestType, request, value, index, length }));

test("the device descriptor names a CP2112 of USB 2.0", () => {
  assert.is(hex(deviceDescriptor(of)), "12010002" + "00000040" + "c41090ea" + "0001" + "01020301");
});

test("the configuration has one HID interface with an interrupt endpoint each way, and its true total length", () => {
  const report = (of.interfaces[0]?.hidReport?.length ?? 0).toString(16).padStart(2, "0");
  assert.is(
    hex(configurationDescriptor(of)),
    [
      "0902" + "2900" + "0101008032", // configuration 1, bus powered, 100 mA
      "090400000203000000", // interface 0: HID, no boot, two endpoints
      `09211101000122${report}00`, // one report descriptor
      "07058103400001", // 0x81 interrupt 64 bytes
      "07050103400001", // 0x01 interrupt 64 bytes
    ].join(""),
  );
});

test("strings are UTF-16, the first the list of languages", () => {
  assert.is(hex(stringDescriptor(of, 0)), "04030904");
  assert.is(hex(stringDescriptor(of, 3)), "0a03" + "3000300030003100");
  assert.is(stringDescriptor(of, 4), undefined);
});

test("standard requests are answered, cut to what the host wants; the rest stalls", () => {
  assert.is(ask(0x80, 6, 0x0100, 0, 8), "1201000200000040");
  assert.is(ask(0x80, 6, 0x0200, 0, 9), "090229000101008032");
  assert.is(ask(0x80, 6, 0x0300), "04030904");
  assert.is(ask(0x81, 6, 0x2200, 0, 1024), hex(of.interfaces[0]?.hidReport));
  assert.is(ask(0x81, 6, 0x2100, 0, 3), "092111");
  assert.is(ask(0x80, 0, 0, 0, 2), "0000");
  assert.is(ask(0x80, 8, 0, 0, 1), "01");
  assert.is(ask(0x02, 1, 0, 0x81, 0), "");
  for (const [type, request, value, index] of [
    [0x80, 6, 0x0600, 0], // device qualifier: a full-speed device has none
    [0x80, 6, 0x0201, 0], // a second configuration
    [0x80, 6, 0x0304, 0x0409],
    [0x81, 6, 0x2200, 1], // of an interface that is not there
    [0x02, 1, 0, 0x82],
    [0x00, 5, 7, 0], // SET_ADDRESS
  ] as const) {
    assert.is(ask(type, request, value, index), "stall", `${type} ${request} ${value}`);
  }
  assert.is(ask(0xa1, 1, 0x0305), undefined, "a class request is not standard");
});

test.run();
