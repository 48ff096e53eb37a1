/**
 * INA226 (Texas Instruments SBOS547): voltage over a shunt, voltage of the supply, and their product, at I2C addresses 0x40 to 0x4F.
 * Registers are 16 bits, high byte first; a write is a register number and two bytes, a read starts at the last number written.
 * It measures direct current and keeps no energy. Section numbers are those of revision B.
 */
export const INA226 = {
  config: 0x00,
  shunt: 0x01,
  bus: 0x02,
  power: 0x03,
  current: 0x04,
  calibration: 0x05,
  mask: 0x06,
  limit: 0x07,
  manufacturer: 0xfe,
  die: 0xff,
} as const;

/** What the chip says of itself (7.1.9, 7.1.10). */
export const INA226_IDENTITY = { manufacturer: 0x5449, die: 0x2260 } as const;
/** Values at power-on (table 7-1). */
export const INA226_RESET = { config: 0x4127, mask: 0x0000 } as const;

/** Configuration register (7.1.1): bit 15 resets all, 11-9 averages, 8-6 and 5-3 conversion times, 2-0 what is converted. */
export const CONFIG = {
  reset: 0x8000,
  /** 128 averages of 1.1 ms each for shunt and supply, on and on: lamps that dim by switching are smoothed. */
  smooth: 0x4927,
  averages: [1, 4, 16, 64, 128, 256, 512, 1024],
  /** Typical conversion times, microseconds. */
  times: [140, 204, 332, 588, 1100, 2116, 4156, 8244],
} as const;

/** Mask/Enable register (7.1.7): a conversion is ready (cleared when this register is read); arithmetic overflowed. */
export const MASK = { ready: 0x0008, overflow: 0x0004 } as const;

/** Steps of the registers: V over the shunt, V of the supply (7.1.2, 7.1.3). */
export const SHUNT_STEP = 2.5e-6;
export const BUS_STEP = 1.25e-3;
/**
 * With this calibration (7.1.6) one step of the current register is one step of the shunt register, so that the whole range of
 * the shunt voltage, +-81.92 mV, is the whole range of the current; a step is `SHUNT_STEP / shunt` A.
 */
export const CALIBRATION = 2048;
/** A step of the power register is so many times a step of current (6.5.1). */
export const POWER_STEPS = 25;
/** The furthest the shunt register goes: beyond it the chip shows no more. */
export const FULL_SCALE = 0x7fff;

/** How long one value takes, ms: both conversions, times the averages. */
export function conversionTime(config: number): number {
  const field = (shift: number) => (config >> shift) & 7;
  const us = (CONFIG.times[field(6)] as number) + (CONFIG.times[field(3)] as number);
  return ((CONFIG.averages[field(9)] as number) * us) / 1000;
}

export const registerWrite = (register: number, value: number): Uint8Array =>
  Uint8Array.of(register, value >> 8, value & 0xff);
export const registerRead = (register: number): Uint8Array => Uint8Array.of(register);
export const unsigned = (bytes: Uint8Array): number => ((bytes[0] as number) << 8) | (bytes[1] as number);
export const signed = (word: number): number => (word << 16) >> 16;
/** Watts of the power register's content behind a shunt of so many ohms. */
export const wattsOf = (word: number, shunt: number): number => word * POWER_STEPS * (SHUNT_STEP / shunt);
