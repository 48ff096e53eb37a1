import { test } from "uvu";
import * as assert from "uvu/assert";
import { BUTTON_EVENTS, decodeEvent, type EventFrame, encodeEvent, eventInfo, readEvent } from "./event.ts";

test("an event tells of its sender by one of five schemes", () => {
  const known: readonly (readonly [number, EventFrame])[] = [
    [0b000010100000010000001011, { kind: "event", scheme: "device", address: 5, type: 1, info: 11 }],
    [0b000000101000010000000010, { kind: "event", scheme: "device-instance", address: 1, instance: 1, info: 2 }],
    [0b101111100000110000000011, { kind: "event", scheme: "device-group", group: 31, type: 3, info: 3 }],
    [0b100010001000010000000001, { kind: "event", scheme: "instance", type: 4, instance: 1, info: 1 }],
    [0b110001100000100111111111, { kind: "event", scheme: "instance-group", group: 3, type: 2, info: 511 }],
  ];
  for (const [data, event] of known) {
    assert.equal(decodeEvent(data), event);
    assert.equal(encodeEvent(event), { bits: 24, data });
  }
  assert.is(decodeEvent(0x07fe30), undefined, "a command");
  assert.is(decodeEvent(0xfee000), undefined, "a source that table 3 does not hold");
});

test("information means what its part says, and back, for all ten bits", () => {
  for (let type = 0; type < 32; type++) {
    let known = 0;
    for (let info = 0; info < 0x400; info++) {
      const meaning = readEvent(type, info);
      if (!meaning) continue;
      known++;
      assert.equal(eventInfo(meaning), { type, info });
    }
    assert.is(known, { 1: 9, 2: 1024, 3: 16, 4: 1024 }[type] ?? 0, `type ${type}`);
  }
  assert.is(BUTTON_EVENTS.LongPressStop, 12);
  assert.equal(readEvent(3, 0b1011), {
    kind: "occupancy",
    movement: true,
    occupied: true,
    repeat: false,
    sensor: "movement",
  });
  assert.equal(readEvent(1, 5), { kind: "button", event: "DoublePress" });
});

test("an event out of range is refused by name", () => {
  const event = { kind: "event", scheme: "device", address: 64, type: 1, info: 0 } as const;
  assert.throws(() => encodeEvent(event), /device address is 64: allowed 0 to 63/);
  assert.throws(() => encodeEvent({ ...event, address: 1, info: 1024 }), /event information is 1024/);
});

test.run();
