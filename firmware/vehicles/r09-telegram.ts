/**
 * The radio telegrams R09.14 and R09.16 (VDV): byte 0 is 0x91 (mode 9, type 1), byte 1 holds the sign and the minutes of the
 * deviation and the number of bytes that follow byte 2 (4 or 6), then reporting point, priority, line, run, destination and
 * train length in BCD, and a CRC of 16 bits, inverted. The layout was found in telegrams of a real city; VDV 420's text was not
 * at hand [NV].
 */
export interface Telegram {
  readonly type: "R09.14" | "R09.16";
  /** Minutes behind its timetable, -7 to 7; the ends mean that or more. */
  readonly delay: number;
  /** 0 to 1638, and 0 to 9. */
  readonly junction: number;
  readonly direction: number;
  readonly status: Status;
  /** 0 to 3. */
  readonly priority: number;
  /** Where it wants to go, by hand: 0 to 3. */
  readonly wish: number;
  /** 0 to 999. */
  readonly line: number;
  /** 0 to 99. */
  readonly run: number;
  /** R09.16: 0 to 999, and 0 to 7. */
  readonly destination?: number;
  readonly length?: number;
}

/** What a reporting point means: some 150 m before the light, at the light, behind the junction, doors closed at a stop before it. */
export const STATUSES = ["pre-registration", "registration", "de-registration", "door-closed"] as const;
export type Status = (typeof STATUSES)[number];

const HEAD = 0x91;
/** Of all bytes, by what byte 1 says. */
const SIZES = { "R09.14": 9, "R09.16": 11 } as const;
const FOLLOW = { "R09.14": 4, "R09.16": 6 } as const;
export const SHORTEST = SIZES["R09.14"];
export const LONGEST = SIZES["R09.16"];

/** x16 + x14 + x13 + x11 + x10 + x9 + x8 + x6 + x5 + x + 1, the low bit of each byte first. */
const POLYNOMIAL = 0x16f63;

/** 0 for bytes whose last two are their right CRC (which is inverted); else it tells one wrong bit from another. */
export function syndrome(bytes: Uint8Array): number {
  let rest = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = (bytes[i] as number) ^ (i >= bytes.length - 2 ? 0xff : 0);
    for (let bit = 0; bit < 8; bit++) {
      rest = (rest << 1) | ((byte >> bit) & 1);
      if (rest & 0x10000) rest ^= POLYNOMIAL;
    }
  }
  return rest;
}

/** By syndrome: the one bit that is wrong. */
function repairs(size: number): ReadonlyMap<number, number> {
  const clean = new Uint8Array(size).fill(0xff, size - 2);
  return new Map(
    Array.from({ length: size * 8 }, (_, bit) => {
      const wrong = clean.slice();
      wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
      return [syndrome(wrong), bit] as const;
    }),
  );
}
const REPAIRS: ReadonlyMap<number, ReadonlyMap<number, number>> = new Map(
  Object.values(SIZES).map((size) => [size, repairs(size)]),
);

export interface Decoded {
  readonly telegram: Telegram;
  /** Whether one bit was wrong. Two and three wrong bits are always seen; of four 1 in 700 is taken for another telegram. */
  readonly repaired: boolean;
}

/** Null where the bytes, all of them, are no telegram and no telegram with one wrong bit. */
export function decodeTelegram(bytes: Uint8Array): Decoded | null {
  const left = syndrome(bytes);
  if (left === 0) return asDecoded(parse(bytes), false);
  const bit = REPAIRS.get(bytes.length)?.get(left);
  if (bit === undefined) return null;
  const right = bytes.slice();
  right[bit >> 3] = (right[bit >> 3] as number) ^ (1 << (bit & 7));
  return asDecoded(parse(right), true);
}

const asDecoded = (telegram: Telegram | null, repaired: boolean): Decoded | null => telegram && { telegram, repaired };

function parse(bytes: Uint8Array): Telegram | null {
  const byte = (i: number) => bytes[i] as number;
  const type = bytes.length === SIZES["R09.16"] ? "R09.16" : "R09.14";
  if (bytes.length !== SIZES[type] || byte(0) !== HEAD || (byte(1) & 0xf) !== FOLLOW[type]) return null;
  const point = (byte(2) << 8) | byte(3);
  const line = decimal(byte(4) & 0xf, byte(5) >> 4, byte(5) & 0xf);
  const run = decimal(byte(6) >> 4, byte(6) & 0xf);
  if (line === null || run === null) return null;
  const minutes = (byte(1) >> 4) & 7;
  const telegram: Telegram = {
    type,
    delay: minutes === 0 ? 0 : byte(1) & 0x80 ? -minutes : minutes,
    junction: Math.floor((point >> 2) / 10),
    direction: (point >> 2) % 10,
    status: STATUSES[point & 3] as Status,
    priority: byte(4) >> 6,
    wish: (byte(4) >> 4) & 3,
    line,
    run,
  };
  if (type === "R09.14") return telegram;
  const destination = decimal(byte(7) >> 4, byte(7) & 0xf, byte(8) >> 4);
  return destination === null ? null : { ...telegram, destination, length: byte(8) & 7 };
}

/** Null where a digit is none. */
const decimal = (...digits: readonly number[]): number | null =>
  digits.some((digit) => digit > 9) ? null : digits.reduce((sum, digit) => sum * 10 + digit, 0);

const digit = (value: number, place: number): number => Math.floor(value / 10 ** place) % 10;

/** Throws TypeError for a telegram that has no form: a value beyond its range. */
export function encodeTelegram(telegram: Telegram): Uint8Array {
  const { type, delay, junction, direction, status, priority, wish, line, run, destination = 0, length = 0 } = telegram;
  const point = ((junction * 10 + direction) << 2) | STATUSES.indexOf(status);
  const inRange =
    within("delay", delay, -7, 7) &&
    within("junction", junction, 0, 1638) &&
    within("direction", direction, 0, junction === 1638 ? 3 : 9) &&
    within("priority", priority, 0, 3) &&
    within("wish", wish, 0, 3) &&
    within("line", line, 0, 999) &&
    within("run", run, 0, 99) &&
    within("destination", destination, 0, 999) &&
    within("length", length, 0, 7);
  const bytes = new Uint8Array(inRange ? SIZES[type] : 0);
  bytes[0] = HEAD;
  bytes[1] = (delay < 0 ? 0x80 : 0) | (Math.abs(delay) << 4) | FOLLOW[type];
  bytes[2] = point >> 8;
  bytes[3] = point & 0xff;
  bytes[4] = (priority << 6) | (wish << 4) | digit(line, 2);
  bytes[5] = (digit(line, 1) << 4) | digit(line, 0);
  bytes[6] = (digit(run, 1) << 4) | digit(run, 0);
  if (type === "R09.16") {
    bytes[7] = (digit(destination, 2) << 4) | digit(destination, 1);
    bytes[8] = (digit(destination, 0) << 4) | length;
  }
  const end = bytes.length - 2;
  bytes.fill(0xff, end);
  const left = syndrome(bytes);
  for (let bit = 0; bit < 16; bit++)
    if ((left >> (15 - bit)) & 1) bytes[end + (bit >> 3)] = (bytes[end + (bit >> 3)] as number) ^ (1 << (bit & 7));
  return bytes;
}

function within(name: string, value: number, low: number, high: number): true {
  if (Number.isInteger(value) && value >= low && value <= high) return true;
  throw new TypeError(`${name} is ${value}: allowed ${low} to ${high}`);
}
