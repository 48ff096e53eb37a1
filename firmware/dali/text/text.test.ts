import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { commands } from "../catalogue.ts";
import { deviceAddressByte } from "../device-frame.ts";
import { type ForwardFrame, forward16, forward24 } from "../frame.ts";
import { complete } from "./complete.ts";
import { format } from "./format.ts";
import { listCommands } from "./listing.ts";
import { allNames, fullName, otherNames } from "./names.ts";
import { nearest } from "./nearest.ts";
import { parse } from "./parse.ts";

function sent(text: string): { frame: string; deviceType: number | undefined; twice: boolean; answers: boolean } {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  const { frame, deviceType, twice, answers } = parsed.command;
  return { frame: frame.data.toString(16).padStart(frame.bits / 4, "0"), deviceType, twice, answers };
}
const refusal = (text: string): string => {
  const parsed = parse(text);
  if (parsed.ok) throw new Error(`${text} was taken`);
  return parsed.message;
};

test("a command is written in the ways people know", () => {
  const frames: readonly (readonly [string, string])[] = [
    ["DAPC(A5, 254)", "0afe"],
    ["dapc( 5 ,0xFE )", "0afe"],
    ["DAPC(G15, MASK)", "9eff"],
    ["DAPC(BroadcastUnaddressed, Off)", "fc00"],
    ["Off(Broadcast)", "ff00"],
    ["off(*)", "ff00"],
    ["QueryActualLevel(A5)", "0ba0"],
    ["QUERY ACTUAL LEVEL(A5)", "0ba0"],
    ["Query Random Address (H)(A5)", "0bc2"],
    ["GoToScene(A1, 3)", "0313"],
    ["AddToGroup(A1, G7)", "0367"],
    ["Compare()", "a900"],
    ["Compare", "a900"],
    ["ProgramShortAddress(A3)", "b707"],
    ["ProgramShortAddress(MASK)", "b7ff"],
    ["Initialise(Broadcast)", "a500"],
    ["Initialise(BroadcastUnaddressed)", "a5ff"],
    ["Initialise(unaddressed)", "a5ff"],
    ["EnableDeviceType(8)", "c108"],
    ["QueryDeviceStatus(A3)", "07fe30"],
    ["QueryDeviceStatus(Device(A3))", "07fe30"],
    ["Device.QueryVersionNumber(A3)", "07fe34"],
    ["QueryVersionNumber(Device(G31))", "bffe34"],
    ["QueryVersionNumber(A3)", "0797"],
    ["Device.Initialise(*)", "c1017f"],
    ["Device.ProgramShortAddress(A3)", "c10803"],
    ["Device.VerifyShortAddress(0x43)", "c10943"],
    ["SetShortTimer(A3, I0)", "070000"],
    ["QueryInstanceType(A3, 4)", "070480"],
    ["Light.SetReportTimer(Broadcast, T4)", "ffc430"],
    ["Part304.SetReportTimer(Broadcast, *)", "ffff30"],
    ["SetEventFilter(A0, IG2)", "018268"],
    ["DTR1DTR0(1, 2)", "c70102"],
    ["Frame16(0xCDAB)", "cdab"],
    ["Command(A5, 0xE3)", "0be3"],
    ["Event(A5, T1, LongPressRepeat)", "0a040b"],
    ["Event(A1, I1, 2)", "028402"],
    ["Event(G31, T3, Occupied+Movement)", "be0c03"],
    ["Event(A0, T3, Vacant+NoMovement+Repeat+MovementSensor)", "000c0c"],
  ];
  for (const [text, frame] of frames) assert.is(sent(text).frame, frame, text);
  assert.equal(sent("DT6.QueryFeatures(A3)"), { frame: "07f0", deviceType: 6, twice: false, answers: true });
  assert.equal(sent("SelectDimmingCurve(A3)"), { frame: "07e3", deviceType: 6, twice: true, answers: false });
});

test("what is wrong is said with what is allowed and what may have been meant", () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /nothing to send/],
    ["QueryActulLevel(A5)", /no command is called "QueryActulLevel"; did you mean QueryActualLevel\?/],
    ["Device.QueryDeviceStats(A5)", /did you mean Device\.QueryDeviceStatus/],
    ["Xyzzyplugh(A5)", /^no command is called "Xyzzyplugh"$/],
    ["Led7.QueryFeatures(A5)", /"Led7" is no part of DALI: allowed Gear, .*did you mean LED\?/],
    ["DAPC(A64, 3)", /address of DAPC is "A64": allowed A0 to A63, G0 to G15, Broadcast, BroadcastUnaddressed/],
    ["DAPC(G16, 3)", /address of DAPC is "G16"/],
    ["DAPC(A4, 256)", /level of DAPC is "256": allowed 0 to 254, Off, MASK/],
    ["DAPC(A4, -1)", /level of DAPC is "-1"/],
    ["DAPC(A4, 1e1)", /level of DAPC is "1e1"/],
    ["DAPC(A4)", /DAPC has 1 argument: it is DAPC\(address, level\)/],
    ["GoToScene(A1, 16)", /scene of GoToScene is "16": allowed 0 to 15/],
    ["SetShortTimer(A3, I32)", /instance of SetShortTimer is "I32": allowed I0 to I31/],
    ["QueryFailureStatus(A3)", /several parts.*Emergency\.QueryEmergencyFailureStatus or LED\.QueryFailureStatus/],
    ["SetReportTimer(A3, I0)", /AbsoluteInput\.SetReportTimer or Occupancy\.SetReportTimer or Light\.SetReportTimer/],
    ["Event(A3, T1, Pressed)", /nothing a push button does: allowed ButtonReleased/],
    ["Event(A3, G1, 1)", /an event is one of/],
    ["Event(A64, I1, 1)", /A64: allowed A0 to A63/],
    ["Event(A3, I1, 1024)", /1024: allowed 0 to 1023/],
    ["Frame16(0x10000)", /Frame16\(0x0000\): 16 bits/],
  ];
  for (const [text, message] of refused) assert.match(refusal(text), message, text);
});

test("no text at all makes the parser throw", async () => {
  const piece = fc.constantFrom(
    "DAPC",
    "Device.",
    "LED.",
    "(",
    ")",
    ",",
    "A5",
    "I0",
    "*",
    ".",
    " ",
    "QUERY RANDOM ADDRESS (H)",
    "0x",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join("")),
  );
  await fc.assert(
    fc.property(text, (given) => typeof parse(given).ok === "boolean" && Array.isArray(complete(given).candidates)),
    { numRuns: 2000 },
  );
});

const again = (frame: ForwardFrame, type?: number): boolean => {
  const text = format(frame, type);
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  const { command } = parsed;
  if (command.frame.data !== frame.data || command.frame.bits !== frame.bits) throw new Error(text);
  // of an opcode of its own the device type must come back, too
  if (parsed.row?.deviceType !== undefined && command.deviceType !== type) throw new Error(text);
  return true;
};

test("every 16-bit frame is told in a text that parses to it", () => {
  for (let data = 0; data <= 0xffff; data++) again(forward16(data));
  for (const type of [1, 6, 8, 49, 50, 51, 52])
    for (let opcode = 0xe0; opcode <= 0xff; opcode++) again(forward16(0x0b00 | opcode), type);
  assert.is(format(forward16(0x0afe)), "DAPC(A5, 254)");
  assert.is(format(forward16(0x0be3), 6), "LED.SelectDimmingCurve(A5)");
  assert.is(format(forward16(0x0be3)), "Command(A5, 0xE3)");
});

test("24-bit frames are told in a text that parses to them", async () => {
  const first = deviceAddressByte({ kind: "device", address: 3 }) << 16;
  for (let instance = 0; instance < 256; instance++) {
    for (const opcode of [0x00, 0x10, 0x2d, 0x30, 0x61, 0x80, 0x99, 0xff])
      again(forward24(first | (instance << 8) | opcode));
  }
  for (let opcode = 0; opcode < 256; opcode++) {
    for (const instance of [0x00, 0xfe, 0xff]) again(forward24(first | (instance << 8) | opcode));
  }
  for (let data = 0; data <= 0xffff; data += 7) again(forward24(0xc10000 | data));
  await fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (data) => again(forward24(data))),
    { numRuns: 5000 },
  );
  assert.is(format(forward24(0x07fe30)), "Device.QueryDeviceStatus(A3)");
  assert.is(format(forward24(0x070055)), "Device.Command(A3, I0, 0x55)");
  assert.is(format(forward24(0xc1017f)), "Device.Initialise(Broadcast)");
  assert.is(format(forward24(0x0a040b)), "Event(A5, T1, LongPressRepeat)");
  assert.is(format(forward24(0xbe0c03)), "Event(G31, T3, Occupied+Movement+PresenceSensor)");
  assert.is(format(forward24(0x028402)), "Event(A1, I1, 0x2)");
});

test("names are unique, and every name a row goes by leads to it", () => {
  assert.is(new Set(allNames).size, commands.length);
  for (const row of commands) {
    const prefix = `${row.family}.`;
    for (const name of [fullName(row).replace(prefix, ""), row.name, ...otherNames(row)]) {
      // with no arguments where some are wanted the refusal names the row
      const parsed = parse(`${prefix}${name}`);
      if (parsed.ok) assert.is(parsed.row, row);
      else assert.ok(parsed.message.includes(`it is ${fullName(row)}(`), `${prefix}${name}: ${parsed.message}`);
    }
  }
  const aliases = "QueryGroupsZeroToSeven StoreDTRAsFastFadeTime QueryRBGWAFControl SetTemporaryColourTemperature";
  const more = "QueryEmergencyFeatures AddToDeviceGroupsZeroToFifteen QueryEventFilterL SearchaddrH StoreTYPrimaryN";
  for (const name of `${aliases} ${more}`.split(" ")) assert.match(refusal(`${name}(?,?,?,?)`), /has 4 arguments/);
});

test("a text is completed by names, then by arguments", () => {
  assert.equal(complete("QueryAc").candidates, ["QueryActualLevel(", "PowerSupply.QueryActivePowerSupply("]);
  assert.equal(complete("query act").candidates, complete("QueryAct").candidates);
  assert.equal(complete("LED.QueryFe").candidates, ["LED.QueryFeatures("]);
  assert.equal(complete("Compare").candidates, ["Compare()", "Device.Compare()"]);
  const addresses = complete("DAPC(A");
  assert.is(addresses.candidates.length, 64);
  assert.is(addresses.candidates[63], "DAPC(A63, ");
  assert.match(addresses.hint ?? "", /DAPC\(address, level\): address is A0 to A63/);
  assert.equal(complete("DAPC(A5, ").candidates, ["DAPC(A5, 0)", "DAPC(A5, 254)", "DAPC(A5, MASK)"]);
  assert.equal(complete("GoToScene(A5, 1").candidates.length, 7);
  assert.equal(complete("SetShortTimer(A3, I3").candidates, [
    "SetShortTimer(A3, I3)",
    "SetShortTimer(A3, I30)",
    "SetShortTimer(A3, I31)",
  ]);
  assert.equal(complete("DAPC(A99, 1").candidates, []);
  assert.is(complete("").candidates.length, commands.length + 5);
});

test("what is completed to its end can be parsed", () => {
  for (const row of commands) {
    let text = `${fullName(row)}(`;
    for (let step = 0; step < 5 && !text.endsWith(")"); step++) text = complete(text).candidates[0] ?? "";
    const parsed = parse(text);
    assert.ok(parsed.ok && parsed.row === row, `${fullName(row)} became ${text}`);
  }
});

test("the list has every command with its arguments and its manner", () => {
  assert.is(listCommands().length, commands.length);
  assert.equal(listCommands("select dimming"), [
    {
      name: "LED.SelectDimmingCurve",
      shape: "LED.SelectDimmingCurve(address)",
      standard: "SELECT DIMMING CURVE",
      part: 207,
      deviceType: 6,
      bits: 16,
      arguments: [{ name: "address", allowed: "A0 to A63, G0 to G15, Broadcast, BroadcastUnaddressed" }],
      answers: false,
      twice: true,
      otherNames: [],
    },
  ]);
  assert.equal(
    listCommands("StoreDTRAsFast").map(({ name }) => name),
    ["LED.SetFastFadeTime"],
  );
});

test("the nearest words come first, and far ones not at all", () => {
  const words = ["Off", "Up", "QueryStatus", "QueryResetState"];
  assert.equal(nearest("QueryStauts", words), ["QueryStatus"]);
  assert.equal(nearest("QueryS", words), ["QueryStatus"]);
  assert.equal(nearest("Banana", words), []);
});

test.run();
