import { type Instant, instant } from "../../controllers/units.ts";
import type { VirtualClock } from "../clock.ts";
import type { SimulatedChip } from "./chip.ts";
import { type Alarm, alarmWithin } from "./ds3231-alarm.ts";

/** Registers of the DS3231 (Maxim 19-5170, figure 1). */
export const DS3231 = {
  seconds: 0x00,
  hours: 0x02,
  day: 0x03,
  month: 0x05,
  year: 0x06,
  alarm1: 0x07,
  alarm2: 0x0b,
  control: 0x0e,
  status: 0x0f,
  aging: 0x10,
  temperature: 0x11,
  last: 0x12,
} as const;

const CONTROL = { convert: 0x20, interrupt: 0x04, alarms: 0x03 } as const;
const STATUS = { stopped: 0x80, output32: 0x08, alarm1: 0x01, alarm2: 0x02 } as const;
/** As they are when power is first applied. */
const FIRST = { control: 0x1c, status: STATUS.stopped | STATUS.output32 } as const;
const CENTURY = 0x80;
const TWELVE = 0x40;
const AFTERNOON = 0x20;
const DAY_MS = 86_400_000;

/**
 * A DS3231 real-time clock at I2C address 0x68, with its battery (Maxim 19-5170). It counts by its own crystal: it begins with the
 * wall time of the moment it is made and does not follow when the wall clock is set. The square wave, the 32 kHz
 * output and the ageing offset do nothing.
 */
export class SimulatedDs3231 implements SimulatedChip {
  readonly #clock: VirtualClock;
  /** Its time, ms since 1970, at `#since` of the clock's monotonic time. */
  #at: number;
  #since: number;
  #twelve = false;
  #century = 0;
  /** What it calls the day that is day 0 of 1970. */
  #dayOffset = 3;
  #pointer = 0;
  #control: number = FIRST.control;
  #status: number = STATUS.output32;
  #aging = 0;
  readonly #alarms = new Uint8Array(DS3231.control - DS3231.alarm1);
  /** Alarms are known up to this second of its time. */
  #heard: number;
  /** Celsius; shown in quarters. */
  temperature = 21;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#at = clock.now();
    this.#since = clock.monotonic();
    this.#heard = this.#at;
  }

  now(): Instant {
    return instant(this.#at + this.#clock.monotonic() - this.#since);
  }

  /** Sets it as somebody with a better clock would; whether it ever stopped is left as it is. */
  set(at: Instant): void {
    this.#at = at;
    this.#since = this.#clock.monotonic();
    this.#heard = at;
  }

  /** Whether the INT/SQW pin is pulled low. */
  get interrupt(): boolean {
    this.#listen();
    return (this.#control & CONTROL.interrupt) !== 0 && (this.#control & this.#status & CONTROL.alarms) !== 0;
  }

  write(bytes: Uint8Array): void {
    const [pointer, ...data] = bytes;
    if (pointer === undefined) return;
    this.#pointer = pointer % (DS3231.last + 1);
    this.#listen();
    const time = this.#time();
    let timed = false;
    for (const byte of data) {
      const at = this.#pointer;
      if (at <= DS3231.year) {
        time[at] = byte;
        timed = true;
      } else this.#set(at, byte);
      this.#pointer = (at + 1) % (DS3231.last + 1);
    }
    if (timed) this.#setTime(time);
  }

  /** The time is that of the beginning of the read, however long it is. */
  read(count: number): Uint8Array {
    this.#listen();
    const time = this.#time();
    return Uint8Array.from({ length: count }, () => {
      const byte = this.#get(this.#pointer, time);
      this.#pointer = (this.#pointer + 1) % (DS3231.last + 1);
      return byte;
    });
  }

  /** The supply goes and comes: the battery keeps the time and the registers. */
  powerCycle(): void {
    this.#pointer = 0;
  }

  /** Supply and battery go and come: it begins in 2000 and says that it had stopped. */
  loseBattery(): void {
    this.powerCycle();
    this.#control = FIRST.control;
    this.#status = FIRST.status;
    this.#aging = 0;
    this.#alarms.fill(0);
    this.#twelve = false;
    this.#century = 0;
    this.set(instant(Date.UTC(2000, 0, 1)));
  }

  #set(at: number, byte: number): void {
    if (at < DS3231.control) this.#alarms[at - DS3231.alarm1] = byte;
    else if (at === DS3231.control)
      this.#control = byte & ~CONTROL.convert; // converted at once
    else if (at === DS3231.aging) this.#aging = byte;
    else if (at === DS3231.status) {
      // Flags can be cleared, not set.
      const kept = STATUS.stopped | STATUS.alarm1 | STATUS.alarm2;
      this.#status = (this.#status & kept & byte) | (byte & STATUS.output32);
    }
  }

  #get(at: number, time: Uint8Array): number {
    if (at <= DS3231.year) return time[at] as number;
    if (at < DS3231.control) return this.#alarms[at - DS3231.alarm1] as number;
    const quarters = Math.round(this.temperature * 4);
    switch (at) {
      case DS3231.control:
        return this.#control;
      case DS3231.status:
        return this.#status;
      case DS3231.aging:
        return this.#aging;
      case DS3231.temperature:
        return (quarters >> 2) & 0xff;
      default:
        return (quarters & 3) << 6;
    }
  }

  /** Registers 0 to 6 as they are now. */
  #time(): Uint8Array {
    const date = new Date(this.now());
    const hour = date.getUTCHours();
    const day = ((Math.floor(date.getTime() / DAY_MS) + this.#dayOffset) % 7) + 1;
    const century = (Math.floor(date.getUTCFullYear() / 100) + this.#century) % 2;
    return Uint8Array.of(
      toBcd(date.getUTCSeconds()),
      toBcd(date.getUTCMinutes()),
      this.#twelve ? TWELVE | (hour >= 12 ? AFTERNOON : 0) | toBcd(hour % 12 || 12) : toBcd(hour),
      day,
      toBcd(date.getUTCDate()),
      (century === 1 ? CENTURY : 0) | toBcd(date.getUTCMonth() + 1),
      toBcd(date.getUTCFullYear() % 100),
    );
  }

  /** Two digits of a year are one of 2000 to 2099, as Linux takes them. */
  #setTime(time: Uint8Array): void {
    const [seconds, minutes, hours, day, date, month, year] = time as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    this.#twelve = (hours & TWELVE) !== 0;
    const hour = this.#twelve
      ? (fromBcd(hours & 0x1f) % 12) + ((hours & AFTERNOON) !== 0 ? 12 : 0)
      : fromBcd(hours & 0x3f);
    const at = Date.UTC(
      2000 + fromBcd(year),
      fromBcd(month & 0x1f) - 1,
      fromBcd(date & 0x3f),
      hour,
      fromBcd(minutes & 0x7f),
      fromBcd(seconds & 0x7f),
    );
    this.set(instant(at));
    this.#century = (month & CENTURY) !== 0 ? 1 : 0;
    this.#dayOffset = ((((day & 7) - 1 - Math.floor(at / DAY_MS)) % 7) + 7) % 7;
  }

  /** Raises the alarms that came due since it was last asked: nobody sees them earlier. */
  #listen(): void {
    const now = this.now();
    if (Math.floor(now / 1000) === Math.floor(this.#heard / 1000)) return;
    for (const [flag, alarm] of [
      [STATUS.alarm1, alarmOf(this.#alarms.subarray(0, 4))],
      [STATUS.alarm2, alarmOf(Uint8Array.of(0, ...this.#alarms.subarray(4)))],
    ] as const)
      if (alarmWithin(alarm, this.#heard, now, this.#dayOffset)) this.#status |= flag;
    this.#heard = now;
  }
}

const toBcd = (value: number): number => (Math.floor(value / 10) << 4) | (value % 10);
const fromBcd = (byte: number): number => (byte >> 4) * 10 + (byte & 0x0f);

/** Four registers of an alarm: seconds, minutes, hours, day or date. Alarm 2 has no seconds: it comes at second 0. */
function alarmOf(registers: Uint8Array): Alarm {
  const [seconds, minutes, hours, day] = registers as unknown as [number, number, number, number];
  const field = (byte: number, value: number) => ((byte & 0x80) !== 0 ? undefined : value);
  const hour =
    (hours & TWELVE) !== 0
      ? (fromBcd(hours & 0x1f) % 12) + ((hours & AFTERNOON) !== 0 ? 12 : 0)
      : fromBcd(hours & 0x3f);
  return {
    second: field(seconds, fromBcd(seconds & 0x7f)),
    minute: field(minutes, fromBcd(minutes & 0x7f)),
    hour: field(hours, hour),
    weekday: (day & 0x40) !== 0 ? field(day, day & 0x0f) : undefined,
    date: (day & 0x40) !== 0 ? undefined : field(day, fromBcd(day & 0x3f)),
  };
}
