/**
 * Transfers to the six chips of the virtual cabinet whose answers are known, for a stress of the whole way down to the bus. Each
 * kind is a pure function of chance: what is read back is what the same transfer wrote, or what never changes, so a transfer that is
 * repeated, or fails, spoils no other one. This file imports nothing: it runs on the fake and, bundled, in the guest.
 */
export interface StressTransfer {
  readonly name: string;
  /** 7-bit. */
  readonly address: number;
  /** At most 16 bytes where something is read, at most 61 where nothing is: the CP2112's reports hold no more. */
  readonly write: Uint8Array;
  readonly read: number;
  /** null where the answer is right, else what is wrong with it. */
  check(answer: Uint8Array): string | null;
}

interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
}

/** Where the chips are, as a cabinet is usually built. */
export const ADDRESSES = {
  pca9535: 0x20,
  ina226: 0x40,
  gp8403: 0x58,
  mcp4728: 0x60,
  ds3231: 0x68,
  amg8833: 0x69,
} as const;
export type ChipName = keyof typeof ADDRESSES;

/** How far from the ground's temperature a pixel may be with nobody in the picture, in quarters of a degree. */
const PIXEL_NOISE = 12;
/** What the ground and the chip's housing must have for the answers to be right, Celsius. */
export const THERMAL = { ambient: 12, housing: 18 } as const;

const below = (random: Chance, count: number): number => Math.floor(random.next() * count);
const bytes = (random: Chance, count: number): number[] => Array.from({ length: count }, () => below(random, 256));
const hex = (data: ArrayLike<number>): string =>
  Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join(" ") || "nothing";

const same = (expected: readonly number[]) => (answer: Uint8Array) =>
  answer.length === expected.length && expected.every((byte, at) => byte === answer[at])
    ? null
    : `${hex(answer)} instead of ${hex(expected)}`;

function transfer(
  name: string,
  chip: ChipName,
  write: readonly number[],
  read: number,
  check: (answer: Uint8Array) => string | null,
): StressTransfer {
  return { name, address: ADDRESSES[chip], write: Uint8Array.from(write), read, check };
}

/** The alert limit of the INA226 keeps what is written, and is read at the pointer that the write has set. */
function ina226Limit(random: Chance): StressTransfer {
  const value = bytes(random, 2);
  return transfer("INA226 limit", "ina226", [0x07, ...value], 2, same(value));
}

function ina226Identity(random: Chance): StressTransfer {
  const [register, value] = random.next() < 0.5 ? [0xfe, [0x54, 0x49]] : [0xff, [0x22, 0x60]];
  return transfer("INA226 identity", "ina226", [register as number], 2, same(value as number[]));
}

/** Polarity, because outputs may have something hanging on them: a pair of registers, read round and round. */
function pca9535Polarity(random: Chance): StressTransfer {
  const value = bytes(random, 2);
  const rounds = 1 + below(random, 30);
  const answer = Array.from({ length: rounds * 2 }, (_, i) => value[i % 2] as number);
  return transfer("PCA9535 polarity", "pca9535", [0x04, ...value], rounds * 2, same(answer));
}

/** Settings of up to four channels in one write, and the 24 bytes of all channels after it. */
function mcp4728Settings(random: Chance): StressTransfer {
  const channels = [0, 1, 2, 3].slice(0, 1 + below(random, 4));
  const settings = channels.map(() => [0x90 | below(random, 16), below(random, 256)] as const);
  const write = channels.flatMap((channel, i) => [0x40 | (channel << 1), ...(settings[i] as readonly number[])]);
  return transfer("MCP4728 settings", "mcp4728", write, 24, (answer) => {
    if (answer.length !== 24) return `${answer.length} bytes instead of 24`;
    for (const [i, channel] of channels.entries()) {
      const part = answer.subarray(channel * 6, channel * 6 + 3);
      const wrong = same([0xc0 | (channel << 4), ...(settings[i] as readonly number[])])(part);
      if (wrong) return `channel ${channel}: ${wrong}`;
    }
    return null;
  });
}

/** The longest write that a CP2112 takes: settings of one channel again and again, the last one counts. */
function mcp4728Long(random: Chance): StressTransfer {
  const write = Array.from({ length: 20 }, () => [0x40 | (below(random, 4) << 1), 0x90, below(random, 256)]).flat();
  return transfer("MCP4728 long write", "mcp4728", write, 0, same([]));
}

/** Alarm 1, then everything behind it and round to it again: 15 registers that must make sense and the four that were written. */
function ds3231Round(random: Chance): StressTransfer {
  const alarm = bytes(random, 4);
  return transfer("DS3231 all registers", "ds3231", [0x07, ...alarm], 19, (answer) => {
    if (answer.length !== 19) return `${answer.length} bytes instead of 19`;
    const [seconds, minutes, hours, day, date, month] = answer.subarray(8, 14) as unknown as number[];
    const isBcd = (byte: number | undefined, most: number) =>
      byte !== undefined && (byte & 15) < 10 && (byte >> 4) * 10 + (byte & 15) <= most;
    const makesSense =
      isBcd(seconds, 59) && isBcd(minutes, 59) && isBcd(hours, 23) && isBcd(date, 31) && isBcd(month, 12);
    if (!makesSense || !((day ?? 0) >= 1 && (day ?? 8) <= 7)) return `no time: ${hex(answer.subarray(8, 15))}`;
    return same(alarm)(answer.subarray(15));
  });
}

/** The interrupt levels of the AMG8833, and the thermistor that stands behind them. */
function amg8833Levels(random: Chance): StressTransfer {
  const word = THERMAL.housing * 16;
  return transfer("AMG8833 thermistor", "amg8833", [0x08, ...bytes(random, 6)], 2, same([word & 0xff, word >> 8]));
}

/** A picture of an empty street: 128 bytes, each pixel near the ground's temperature. */
function amg8833Picture(): StressTransfer {
  return transfer("AMG8833 picture", "amg8833", [0x80], 128, (answer) => {
    if (answer.length !== 128) return `${answer.length} bytes instead of 128`;
    for (let pixel = 0; pixel < 64; pixel++) {
      const word = (answer[pixel * 2] as number) | ((answer[pixel * 2 + 1] as number) << 8);
      if (Math.abs(word - THERMAL.ambient * 4) > PIXEL_NOISE) return `pixel ${pixel + 1} is 0x${word.toString(16)}`;
    }
    return null;
  });
}

/** The GP8403 says nothing: its write is right when it is taken. */
function gp8403Level(random: Chance): StressTransfer {
  const register = random.next() < 0.5 ? 0x02 : 0x04;
  return transfer("GP8403 level", "gp8403", [register, below(random, 16) << 4, below(random, 256)], 0, same([]));
}

/** Each kind of transfer, by the chip it goes to. */
export const STRESS: readonly { readonly chip: ChipName; readonly make: (random: Chance) => StressTransfer }[] = [
  { chip: "ina226", make: ina226Limit },
  { chip: "ina226", make: ina226Identity },
  { chip: "pca9535", make: pca9535Polarity },
  { chip: "mcp4728", make: mcp4728Settings },
  { chip: "mcp4728", make: mcp4728Long },
  { chip: "ds3231", make: ds3231Round },
  { chip: "amg8833", make: amg8833Levels },
  { chip: "amg8833", make: amg8833Picture },
  { chip: "gp8403", make: gp8403Level },
];

/**
 * One transfer of the mixture. `without` leaves chips out that are somebody else's: the kernel's own drivers hold theirs
 * (`rtc-ds1307`, `gpio-pca953x`).
 */
export function stressTransfer(random: Chance, without: readonly ChipName[] = []): StressTransfer {
  const kinds = STRESS.filter(({ chip }) => !without.includes(chip));
  const kind = kinds[below(random, kinds.length)];
  if (!kind) throw new TypeError("without: every chip is left out");
  return kind.make(random);
}
