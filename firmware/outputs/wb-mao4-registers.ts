/**
 * The Modbus registers of a WB-MAO4 (four 0-10 V outputs), as its maker's open device template has them (wirenboard/wb-mqtt-serial
 * `config-wb-mao4.json.jinja`); nothing of it was verified on a module. Safety mode and power-up behaviour: firmware 2.5.0 or later.
 */
export const MAO4 = {
  channels: 4,
  /** Holding, one a channel: millivolts, 0 to 10,000. */
  millivolts: 0,
  /** Holding: without a request for so many seconds it goes into safety mode; 1 to 65,534. */
  safetySeconds: 8,
  /** Holding: 0 PWM of 10 V, 1 analogue. */
  mode: 10,
  analogue: 1,
  /** Coil, one a channel: whether it gives anything at all. */
  on: 16,
  /** Holding, one a channel: what it does in safety mode; `setLevel`, or 0 nothing, 1 off, 2 on. */
  safetyAction: 648,
  safetyLevel: 656,
  /** Holding, one a channel: what it does at power-on; `setLevel`, or 0 off, 1 as before, 2 on. */
  powerUpAction: 664,
  powerUpLevel: 672,
  setLevel: 3,
  /** Holding, one a channel: millivolts at 1 and at 100 % of its own levels. */
  atOne: 912,
  atHundred: 928,
  safetyMost: 65_534,
} as const;

export const millivoltsOf = (volts: number): number => Math.round(volts * 1000);

/** Its own percent that come nearest to so many millivolts: 0 is off, 1 to 100 lie evenly between its two ends (that they do is not verified). */
export function ownPercent(millivolts: number, atOne: number, atHundred: number): number {
  if (millivolts === 0 || atHundred === atOne) return millivolts === 0 ? 0 : 100;
  const percent = Math.round(1 + ((millivolts - atOne) * 99) / (atHundred - atOne));
  return Math.max(1, Math.min(100, percent));
}

export const ownMillivolts = (percent: number, atOne: number, atHundred: number): number =>
  percent === 0 ? 0 : Math.round(atOne + ((percent - 1) * (atHundred - atOne)) / 99);
