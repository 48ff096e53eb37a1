/** Input registers of the Eastron SDM meters: 32-bit floats, high word first (SDM120, SDM630 Modbus protocol documents). */
export const SDM = {
  /** W; the whole of a single-phase meter, phase 1 of a three-phase one. */
  powerPhase1: 0x0c,
  /** W, all phases; not there in a single-phase meter. */
  powerTotal: 0x34,
  /** kWh since the meter was made. */
  energyImported: 0x48,
} as const;

/** Registers one value takes. */
export const SDM_VALUE = 2;

/** The value of two registers. */
export function decodeFloat([high = 0, low = 0]: readonly number[]): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, high);
  view.setUint16(2, low);
  return view.getFloat32(0);
}

export function encodeFloat(value: number): [number, number] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [view.getUint16(0), view.getUint16(2)];
}
