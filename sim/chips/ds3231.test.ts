import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../clock.ts";
import { DS3231, SimulatedDs3231 } from "./ds3231.ts";
import { type Alarm, alarmWithin } from "./ds3231-alarm.ts";

/** A Sunday. */
const START = Date.UTC(2026, 10, 22, 23, 59, 58);

function setUp(start = START) {
  const clock = new VirtualClock(instant(start));
  const chip = new SimulatedDs3231(clock);
  return {
    clock,
    chip,
    write: (...bytes: number[]) => chip.write(Uint8Array.from(bytes)),
    read: (register: number, count: number) => {
      chip.write(Uint8Array.of(register));
      return [...chip.read(count)];
    },
  };
}

test("it shows the wall time it began with, in BCD, and counts on over midnight", async () => {
  const { clock, read } = setUp();
  assert.equal(read(0, 7).toSpliced(3, 1), [0x58, 0x59, 0x23, 0x22, 0x11, 0x26]);
  const day = read(3, 1)[0] as number;
  await clock.advance(seconds(3));
  assert.equal(read(0, 7), [0x01, 0x00, 0x00, (day % 7) + 1, 0x23, 0x11, 0x26]);
});

test("what is written is what it shows, for every second of the century", async () => {
  const { read, write, chip } = setUp();
  const bcd = (value: number) => (Math.floor(value / 10) << 4) | (value % 10);
  const second = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2099, 11, 31, 23, 59, 59) / 1000 });
  fc.assert(
    fc.property(second, fc.integer({ min: 1, max: 7 }), (at, day) => {
      const date = new Date(at * 1000);
      const time = [
        bcd(date.getUTCSeconds()),
        bcd(date.getUTCMinutes()),
        bcd(date.getUTCHours()),
        day,
        bcd(date.getUTCDate()),
        bcd(date.getUTCMonth() + 1),
        bcd(date.getUTCFullYear() % 100),
      ];
      write(0, ...time);
      assert.is(chip.now(), at * 1000);
      assert.equal(read(0, 7), time);
    }),
  );
});

test("it does not follow when the wall clock is set, nor lose time with its supply", async () => {
  const { clock, chip, read } = setUp();
  clock.jump(-3_600_000);
  assert.is(chip.now(), START);
  chip.powerCycle();
  assert.is(read(DS3231.status, 1)[0], 0x08);
  await clock.advance(seconds(10));
  assert.is(chip.now(), START + 10_000);
});

test("without its battery it begins in 2000 and says that it had stopped, until that is cleared", () => {
  const { chip, read, write } = setUp();
  chip.loseBattery();
  assert.equal(read(0, 7).toSpliced(3, 1), [0, 0, 0, 1, 1, 0]);
  assert.equal(read(DS3231.control, 2), [0x1c, 0x88]);
  write(DS3231.status, 0xff);
  assert.is(read(DS3231.status, 1)[0], 0x88);
  write(DS3231.status, 0x08);
  assert.is(read(DS3231.status, 1)[0], 0x08);
  write(DS3231.status, 0x88);
  assert.is(read(DS3231.status, 1)[0], 0x08, "a flag can be cleared, not set");
});

test("twelve hours with morning and afternoon, as told by the hour that was written", async () => {
  const { clock, read, write, chip } = setUp();
  for (const [hours, shown] of [
    [0x52, 0], // 12 at night
    [0x41, 1],
    [0x51, 11],
    [0x72, 12],
    [0x61, 13],
    [0x71, 23],
  ] as const) {
    write(DS3231.hours, hours);
    assert.is(new Date(chip.now()).getUTCHours(), shown, hours.toString(16));
    assert.is(read(DS3231.hours, 1)[0], hours);
  }
  await clock.advance(seconds(3600));
  assert.is(read(DS3231.hours, 1)[0], 0x52);
});

test("the century bit turns when the years run over", async () => {
  const { clock, read } = setUp(Date.UTC(2099, 11, 31, 23, 59, 59));
  assert.equal(read(DS3231.month, 2), [0x12, 0x99]);
  await clock.advance(seconds(1));
  assert.equal(read(DS3231.month, 2), [0x81, 0x00]);
});

test("a read is the time at its beginning and goes on from the last register to the first", async () => {
  const { read, write, chip } = setUp();
  write(DS3231.alarm1, 1, 2, 3, 4, 5, 6, 7);
  write(DS3231.aging, 0x12);
  chip.temperature = 25.25;
  const all = read(0, 19);
  assert.equal(all.slice(7, 14), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(all.slice(16), [0x12, 25, 0x40]);
  chip.temperature = -10.5;
  assert.equal(read(DS3231.temperature, 3), [0xf5, 0x80, all[0]]);
  write(DS3231.control, 0x3c);
  assert.is(read(DS3231.control, 1)[0], 0x1c, "a conversion is over at once");
});

test("alarm 1 comes at its second, pulls the pin where it may, and stays until it is cleared", async () => {
  const { clock, chip, read, write } = setUp();
  write(DS3231.alarm1, 0x05, 0x00, 0x80, 0x80); // each hour at 00:05
  write(DS3231.control, 0x05);
  await clock.advance(seconds(6));
  assert.equal([read(DS3231.status, 1)[0], chip.interrupt], [0x08, false]);
  await clock.advance(seconds(1));
  assert.equal([read(DS3231.status, 1)[0], chip.interrupt], [0x09, true]);
  write(DS3231.status, 0x08);
  assert.equal([read(DS3231.status, 1)[0], chip.interrupt], [0x08, false]);
  await clock.advance(seconds(3599));
  assert.is(chip.interrupt, false);
  await clock.advance(seconds(1));
  assert.is(chip.interrupt, true);
  write(DS3231.control, 0x04);
  assert.is(chip.interrupt, false);
});

test("alarm 2 comes at second 0 of its minute", async () => {
  const { clock, read, write } = setUp();
  write(DS3231.alarm2, 0x01, 0x80, 0x80);
  await clock.advance(seconds(61));
  assert.is(read(DS3231.status, 1)[0], 0x08);
  await clock.advance(seconds(1));
  assert.is(read(DS3231.status, 1)[0], 0x0a);
  write(DS3231.status, 0x08);
  await clock.advance(seconds(30));
  assert.is(read(DS3231.status, 1)[0], 0x08, "once in that minute");
});

test("whether an alarm came due is what a look at each second says", () => {
  const field = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: undefined, freq: 1 });
  const alarms = fc.record({
    second: field(59),
    minute: field(59),
    hour: field(23),
    weekday: fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined, freq: 1 }),
    date: fc.constant(undefined),
  });
  const from = fc.integer({ min: START / 1000, max: START / 1000 + 7 * 86_400 });
  let came = 0;
  fc.assert(
    fc.property(alarms, from, fc.integer({ min: 0, max: 7200 }), (alarm: Alarm, first, span) => {
      const matches = (at: number) => {
        const date = new Date(at * 1000);
        return (
          (alarm.second ?? date.getUTCSeconds()) === date.getUTCSeconds() &&
          (alarm.minute ?? date.getUTCMinutes()) === date.getUTCMinutes() &&
          (alarm.hour ?? date.getUTCHours()) === date.getUTCHours() &&
          (alarm.weekday ?? ((Math.floor(at / 86_400) + 3) % 7) + 1) === ((Math.floor(at / 86_400) + 3) % 7) + 1
        );
      };
      let expected = false;
      for (let at = first + 1; at <= first + span && !expected; at++) expected = matches(at);
      if (expected) came++;
      assert.is(alarmWithin(alarm, first * 1000, (first + span) * 1000, 3), expected);
    }),
    { numRuns: 300 },
  );
  assert.ok(came > 20, `${came}`);
  const monthly: Alarm = { second: 0, minute: 0, hour: 0, weekday: undefined, date: 31 };
  const day = (month: number, date: number) => Date.UTC(2026, month, date);
  assert.is(alarmWithin(monthly, day(1, 1), day(2, 30), 3), false);
  assert.is(alarmWithin(monthly, day(1, 1), day(2, 31), 3), true);
});

test("a clock that nobody read for years is quick to say whether its alarm came", async () => {
  const { clock, read, write } = setUp();
  write(DS3231.alarm1, 0x00, 0x00, 0x12, 0x31);
  await clock.advance(duration(5 * 365 * 86_400_000));
  assert.is(read(DS3231.status, 1)[0], 0x09);
});

test.run();
